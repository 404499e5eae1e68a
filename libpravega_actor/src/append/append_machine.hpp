// Gets a segment ready for appends and back after every failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "append/append_policy.hpp"
#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/events.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "requests/successor_answer.hpp"

namespace pravega_actor::internal {

struct append_timing {
  retry_policy backoff;
  /// Longest wait for the answer to SetupAppend.
  duration handshake_timeout = seconds{5};
  /// How long to try to get the segment back while events wait.
  duration recovery_timeout = seconds{120};
};

/// A pure machine: locate the segment at the controller, connect, SetupAppend, append; after a
/// failure all of it again (the segment may have moved), with backoff. When the segment is
/// sealed: on a fresh connection see that the seal is stored, then SetupAppend once more (what
/// is stored then is final), ask for the successors, hand over to them. Without successors (see
/// `append_policy`) a seal ends the machine. Which events are sent is the append log's matter.
class append_machine {
 public:
  struct locate {
    /// The delegation token has expired.
    bool needs_token;
  };
  struct connect {
    endpoint to;
  };
  struct send_setup {};
  /// Ask the segment store whether the segment is sealed.
  struct inspect {};
  /// Arm the wait for the answers of the segment store.
  struct arm_handshake {
    std::uint64_t attempt;
    duration delay;
  };
  /// The server's last event number is known: drop what it has, send the rest.
  struct resume {
    std::int64_t stored;
  };
  /// Close the connection, if any; nothing is in flight any more.
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
  /// The segment is sealed and this is the last event number that it stores for ever: drop what
  /// it has; the rest is known not to be stored.
  struct finalize {
    /// None: the segment is gone, and nothing was in doubt.
    std::optional<std::int64_t> stored;
  };
  /// Ask the controller for successors, to see whether the segment may be sealed.
  struct check_sealed {};
  /// Ask the controller for the successors of the segment whose last event number is final.
  struct ask_successors {};
  /// The successors take what is left, and everything that would have come to this segment.
  struct hand_over {
    std::vector<controller::successor> to;
  };
  /// The segment takes no more events from this writer. `certain`: what was not acknowledged by
  /// the last `resume` is known not to be stored.
  struct give_up {
    error reason;
    bool certain;
  };
  using action = std::variant<locate, connect, send_setup, inspect, arm_handshake, resume,
                              disconnect, arm_backoff, publish, finalize, check_sealed,
                              ask_successors, hand_over, give_up>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "segment_writer";

  explicit append_machine(append_timing timing, append_policy policy = stream_segments)
      : timing_{timing}, policy_{policy} {}

  /// `final_known`: an earlier incarnation has learned what the sealed segment stores.
  [[nodiscard]] actions start(bool final_known = false);
  [[nodiscard]] actions on_located(const result<endpoint>& where, time_point now,
                                   std::uint64_t random, bool events_wait);
  [[nodiscard]] actions on_connected();
  /// The segment store's word on what the controller made us suspect, or on a seal that it
  /// has announced itself.
  [[nodiscard]] actions on_inspected(bool sealed, time_point now, std::uint64_t random,
                                     bool events_wait);
  /// AppendSetup.
  [[nodiscard]] actions on_setup(std::int64_t stored);
  /// An append was acknowledged: the connection works.
  void on_progress() noexcept;
  /// No event waits after a resume. A failure that comes later begins a new recovery; the
  /// backoff goes on, since nothing proves that appends work.
  void on_nothing_waits() noexcept { failing_since_.reset(); }
  /// Locating, connecting or the handshake failed, the connection ended, or the server refused
  /// with an error that a new attempt may mend.
  [[nodiscard]] actions on_failure(const error& reason, time_point now, std::uint64_t random,
                                   bool events_wait);
  /// The server says that the segment is sealed.
  [[nodiscard]] actions on_sealed(const error& reason);
  /// The server says that there is no such segment. Whether what is `in_doubt` (was sent, and
  /// has no answer) was stored before nobody can know; if nothing is, the successors go on.
  [[nodiscard]] actions on_missing(const error& reason, bool in_doubt);
  /// The answer to `check_sealed`, or to `ask_successors`.
  [[nodiscard]] actions on_successors(const result<successor_answer>& answer, time_point now,
                                      std::uint64_t random, bool events_wait);
  /// The log refused what the server said; the reason is fatal.
  [[nodiscard]] actions on_violation(const error& reason);
  [[nodiscard]] actions on_handshake_timeout(std::uint64_t attempt, time_point now,
                                             std::uint64_t random, bool events_wait);
  [[nodiscard]] actions on_backoff_over(std::uint64_t attempt);
  [[nodiscard]] actions stop();

  enum class phase : std::uint8_t {
    idle,
    locating,
    connecting,
    inspecting,
    setting_up,
    open,
    waiting,
    checking,
    asking,
    ended
  };
  [[nodiscard]] phase at() const noexcept { return phase_; }
  [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }
  [[nodiscard]] const std::optional<error>& last_failure() const noexcept {
    return last_failure_;
  }

 private:
  /// Connections that ended after SetupAppend without an acknowledgement, in a row, before the
  /// controller is asked whether the segment is sealed: SegmentIsSealed may never arrive.
  static constexpr std::uint32_t barren_connections_max = 2;
  [[nodiscard]] actions end(const error& reason, bool certain);
  [[nodiscard]] actions attempt_again();
  [[nodiscard]] actions ask();

  append_timing timing_;
  append_policy policy_;
  phase phase_ = phase::idle;
  /// Counts attempts, so that timers of older ones are ignored.
  std::uint64_t attempt_ = 0;
  std::uint32_t failures_ = 0;
  bool token_expired_ = false;
  bool was_open_ = false;
  /// Set up once more after a seal, only to learn what is stored.
  std::optional<error> sealed_;
  /// That is known.
  bool final_known_ = false;
  /// The controller names successors. It does so before it seals the segment, so a late block
  /// may still land: only the segment store knows. Without successors: too many connections
  /// were in vain.
  bool suspected_ = false;
  std::uint32_t barren_connections_ = 0;
  std::optional<error> last_failure_;
  std::optional<time_point> failing_since_;
};

/// "idle", "locating", ...
[[nodiscard]] std::string_view to_string(append_machine::phase at) noexcept;

}  // namespace pravega_actor::internal
