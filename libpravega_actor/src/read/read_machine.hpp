// Gets a segment's bytes flowing, and again after every failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/events.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/stream_reader.hpp"

namespace pravega_actor::internal {

struct read_timing {
  retry_policy backoff;
  /// How long to try to reach the segment before the reader fails.
  duration recovery_timeout = seconds{120};
  /// A connection works if it lives so long while a read waits at the segment's tail.
  duration stable_after = seconds{6};
  /// Pause when a server answers again and again with nothing.
  duration empty_pause = milliseconds{10};
};

/// How long a read waited that has no answer.
struct read_wait {
  /// The peer lived at least until then.
  time_point alive_until;
  /// The last answer said that there was nothing more: the store may keep a read.
  bool at_tail = false;
};

/// A pure machine: locate the segment at the controller, get a session, read; after a failure
/// all of it again (the segment may have moved), with backoff. A read waits for its answer as
/// long as the connection lives: servers keep reads at the tail. What is asked for and where
/// reading stands is the read channel's matter.
///
/// The recovery time begins with a failure and ends with data. A connection that is made, a
/// greeting or a KeepAlive does not end it. The only exception is a read that waits on a living
/// connection, because it cannot be distinguished from a read that works: it must wait for
/// `stable_after` if the store has answered that there is nothing more, and otherwise for the
/// recovery time.
class read_machine {
 public:
  struct locate {
    /// The delegation token has expired.
    bool needs_token;
  };
  struct connect {
    endpoint to;
  };
  /// The session is in use: go on reading.
  struct read {};
  struct arm_pause {
    std::uint64_t attempt;
    duration delay;
  };
  /// Leave the session, if any.
  struct disconnect {
    error reason;
  };
  struct arm_backoff {
    std::uint64_t attempt;
    duration delay;
  };
  struct publish {
    event_kind kind;
    error reason;
  };
  /// Report a gap and go on at `to`.
  struct skip {
    std::int64_t to;
  };
  /// Report that the rest of the segment is gone, and its end.
  struct skip_rest {};
  /// The reader fails with this.
  struct give_up {
    error reason;
  };
  /// The segment is read.
  struct finish {};
  using action = std::variant<locate, connect, read, arm_pause, disconnect, arm_backoff,
                              publish, skip, skip_rest, give_up, finish>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "segment_reader";

  read_machine(read_timing timing, truncation_policy on_truncation)
      : timing_{timing}, on_truncation_{on_truncation} {}

  [[nodiscard]] actions start();
  /// The answer to `locate`.
  [[nodiscard]] actions on_located(const result<endpoint>& where, time_point now,
                                   std::uint64_t random);
  [[nodiscard]] actions on_connected(time_point now);
  /// The segment is there.
  void on_answer() noexcept { missing_ = false; }
  /// The first data of a connection: it works.
  void on_progress() noexcept;
  /// An unanswered read came to its end; the failure itself follows.
  void on_waited(const read_wait& how) noexcept;
  /// Locating or connecting failed, the connection ended, or the server refused with an error
  /// that a new attempt may mend.
  [[nodiscard]] actions on_failure(const error& reason, time_point now, std::uint64_t random);
  /// Another answer without data.
  [[nodiscard]] actions on_empty();
  [[nodiscard]] actions on_pause_over(std::uint64_t attempt);
  /// The segment begins behind the place that was asked for.
  [[nodiscard]] actions on_truncated(const error& reason, std::int64_t start_offset);
  /// The same again, without data in between: the gap is reported, but it counts as a failure.
  [[nodiscard]] actions on_truncated_again(const error& reason, std::int64_t start_offset,
                                           time_point now, std::uint64_t random);
  /// The server says that there is no such segment. It is asked once more before it is
  /// believed: the segment may have just moved.
  [[nodiscard]] actions on_missing(const error& reason);
  /// What the server said cannot be: fatal.
  [[nodiscard]] actions on_violation(const error& reason);
  /// The channel has everything.
  [[nodiscard]] actions on_finished();
  [[nodiscard]] actions on_backoff_over(std::uint64_t attempt);

  enum class phase : std::uint8_t { idle, locating, connecting, reading, waiting, ended };
  [[nodiscard]] phase at() const noexcept { return phase_; }
  [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }
  [[nodiscard]] const std::optional<error>& last_failure() const noexcept {
    return last_failure_;
  }

 private:
  [[nodiscard]] actions end(const error& reason);
  [[nodiscard]] actions attempt_again();

  read_timing timing_;
  truncation_policy on_truncation_;
  phase phase_ = phase::idle;
  /// Counts attempts, so that timers of older ones are ignored.
  std::uint64_t attempt_ = 0;
  std::uint32_t failures_ = 0;
  bool was_connected_ = false;
  bool missing_ = false;
  bool token_expired_ = false;
  time_point connected_at_{};
  std::optional<error> last_failure_;
  std::optional<time_point> failing_since_;
};

/// "idle", "locating", ...
[[nodiscard]] std::string_view to_string(read_machine::phase at) noexcept;

}  // namespace pravega_actor::internal
