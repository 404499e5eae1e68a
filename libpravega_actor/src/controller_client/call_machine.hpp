// One controller call with its attempts: what to do after each, within one deadline.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/retry_policy.hpp"

namespace pravega_actor::internal {

/// A pure machine for one call. Retriable failures are repeated with backoff until the
/// deadline; the last failure is then reported with the number of attempts in its detail.
///
/// A doubtful answer (see `is_doubtful`) counts when every controller has given one, or when no
/// other has answered by the deadline: one controller that lies ends no call that others answer
/// well.
class call_machine {
 public:
  struct attempt {
    duration timeout;
  };
  struct wait {
    duration delay;
  };
  struct finish {
    result<controller::reply> outcome;
  };
  using action = std::variant<attempt, wait, finish>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "controller_client";

  call_machine(retry_policy backoff, duration attempt_timeout, time_point deadline)
      : backoff_{backoff}, attempt_timeout_{attempt_timeout}, deadline_{deadline} {}

  [[nodiscard]] action start(time_point now);
  /// `controllers`: how many may be asked at present.
  [[nodiscard]] action on_result(result<controller::reply> outcome, time_point now,
                                 std::uint64_t random, std::size_t controllers = 1);
  [[nodiscard]] action on_wait_over(time_point now);
  /// It waits for another call's outcome: what that one failed with explains a deadline.
  void hold(const error& reason) {
    if (!last_failure_) last_failure_ = reason;
  }
  [[nodiscard]] duration left(time_point now) const noexcept { return deadline_ - now; }
  [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

 private:
  [[nodiscard]] action next_attempt(time_point now);
  [[nodiscard]] error late() const;

  retry_policy backoff_;
  duration attempt_timeout_;
  time_point deadline_;
  std::uint32_t attempts_ = 0;
  std::optional<error> last_failure_;
  /// The last doubtful answer, and who has given one.
  std::optional<error> doubtful_;
  std::set<std::string> doubted_;
};

}  // namespace pravega_actor::internal
