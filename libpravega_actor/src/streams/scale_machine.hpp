// One scale from its start to its completion.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/stream_manager.hpp"

namespace pravega_actor::internal {

/// A pure machine: start the scale, then ask whether it is complete, with growing pauses, until
/// the deadline. Whoever makes the calls repeats them as long: one that fails has failed for
/// good.
class scale_machine {
 public:
  /// Send `scale`.
  struct start_scale {};
  /// The start was refused, perhaps because an earlier attempt had succeeded unseen: look at
  /// the current segments.
  struct look {};
  /// Send `checkScale` with this epoch.
  struct check {
    std::int32_t epoch;
  };
  struct wait {
    duration delay;
  };
  struct finish {
    result<stream_scaled> outcome;
  };
  using action = std::variant<start_scale, look, check, wait, finish>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "stream_worker";

  scale_machine(controller::scale_stream what, retry_policy pauses, time_point deadline)
      : what_{std::move(what)}, pauses_{pauses}, deadline_{deadline} {}

  [[nodiscard]] action start(time_point now);
  [[nodiscard]] action on_started(const result<controller::scale_started>& answer);
  [[nodiscard]] action on_current(const result<controller::segment_ranges>& current);
  [[nodiscard]] action on_checked(const result<controller::scale_state>& answer,
                                  time_point now);
  [[nodiscard]] action on_wait_over(time_point now);
  [[nodiscard]] const controller::scale_stream& what() const noexcept { return what_; }

 private:
  [[nodiscard]] finish late() const;
  [[nodiscard]] error unfinished(const error& why) const;
  [[nodiscard]] static error perhaps_started(const error& why);

  controller::scale_stream what_;
  retry_policy pauses_;
  time_point deadline_;
  std::optional<error> refusal_;
  bool started_ = false;
  stream_scaled scaled_;
  std::uint32_t checks_ = 0;
};

}  // namespace pravega_actor::internal
