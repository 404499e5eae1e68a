// One request about a segment with its attempts, within one deadline.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// What a segment store says about a segment.
struct segment_info {
  /// The segment takes no more bytes.
  bool sealed = false;
  /// The first byte that is still there.
  std::int64_t start_offset = 0;
  /// Where the next byte will be written.
  std::int64_t write_offset = 0;
  /// Milliseconds since 1970.
  std::int64_t last_modified_ms = 0;
  friend bool operator==(const segment_info&, const segment_info&) = default;
};

struct request_timing {
  retry_policy backoff;
  /// Longest wait for one answer of a segment store.
  duration answer_timeout = seconds{5};
  /// Longest time for the request with all its attempts, when the requester names none.
  duration request_timeout = seconds{30};
};

/// A pure machine: locate the segment, get a session, ask; after a failure that a new attempt
/// may mend all of it again, with backoff, until the deadline.
class segment_requests_machine {
 public:
  struct arm_deadline {
    duration delay;
  };
  struct locate {};
  struct connect {
    endpoint to;
  };
  struct ask {};
  struct arm_answer {
    std::uint32_t attempt;
    duration delay;
  };
  /// Leave the session, if any.
  struct leave {};
  struct arm_backoff {
    std::uint32_t attempt;
    duration delay;
  };
  struct finish {
    result<segment_info> outcome;
  };
  using action =
      std::variant<arm_deadline, locate, connect, ask, arm_answer, leave, arm_backoff, finish>;
  using actions = std::vector<action>;
  [[nodiscard]] static std::string_view name_of(const action& a) noexcept;

  segment_requests_machine(request_timing timing, duration timeout)
      : timing_{timing}, timeout_{timeout} {}

  [[nodiscard]] actions start();
  [[nodiscard]] actions on_located(const result<endpoint>& where, std::uint64_t random);
  [[nodiscard]] actions on_connected();
  [[nodiscard]] actions on_answer(const result<segment_info>& answer, std::uint64_t random);
  /// Anything on the way to an answer failed.
  [[nodiscard]] actions on_failure(const error& reason, std::uint64_t random);
  [[nodiscard]] actions on_answer_timeout(std::uint32_t attempt, std::uint64_t random);
  [[nodiscard]] actions on_backoff_over(std::uint32_t attempt);
  [[nodiscard]] actions on_deadline();

  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempt_; }
  [[nodiscard]] bool connecting() const noexcept { return phase_ == phase::connecting; }

 private:
  enum class phase : std::uint8_t { idle, locating, connecting, asking, waiting, ended };
  [[nodiscard]] actions attempt_again();
  [[nodiscard]] actions end(result<segment_info> outcome);

  request_timing timing_;
  duration timeout_;
  phase phase_ = phase::idle;
  std::uint32_t attempt_ = 0;
  std::optional<error> last_failure_;
};

}  // namespace pravega_actor::internal
