// Claims the segments of a writer with a name, and learns what they hold.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "append/event_numbers.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/stored_numbers.hpp"

namespace pravega_actor::internal {

struct claim_timing {
  retry_policy backoff;
  /// How long to try.
  duration timeout = seconds{120};
};

/// A pure machine. A claim is a compare-and-set of what the store holds for the writer: the
/// same number, the next claim. It counts only if the store says that this one was carried out;
/// after a lost answer the machine reads the value and claims once more, so nothing is guessed.
///
/// When a writer opens, the machine claims the current segments. Then it reads what the sealed
/// ones before them hold: nothing can land there any more, so they need no claim. If a current
/// segment turns out to be sealed, or one before it not to be, a scale is under way, and it
/// begins again.
///
/// While a writer lives, the machine claims the segments that follow sealed ones. There nobody
/// can have been before this process: whoever was is another process of the same name.
class claim_machine {
 public:
  struct ask_current {};
  struct ask_head {};
  struct ask_epoch {
    std::int32_t epoch;
  };
  /// Ask the store for the value.
  struct read_value {
    segment_id of;
  };
  /// Ask the store to replace it.
  struct claim_value {
    segment_id of;
    std::int64_t expected;
    std::int64_t to;
  };
  /// Ask the store whether the segment is sealed.
  struct inspect {
    segment_id of;
  };
  struct arm_pause {
    std::uint64_t attempt;
    duration delay;
  };
  /// What a segment is to the writer.
  struct claimed {
    claimed_number value;
    /// Nothing is appended any more: it is sealed, or gone.
    bool sealed = false;
  };
  struct outcome {
    /// The current ones when a writer opens; otherwise those that were asked for.
    std::map<segment_id, claimed> segments = {};
    /// When a writer opens: the current segments, and what all hold.
    controller::segment_ranges current = {};
    stored_numbers stored = {};
  };
  /// The last action.
  struct finish {
    result<outcome> what;
  };
  using action = std::variant<ask_current, ask_head, ask_epoch, read_value, claim_value,
                              inspect, arm_pause, finish>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "event_writer";

  explicit claim_machine(claim_timing timing) : timing_{timing} {}

  /// For a writer that opens.
  [[nodiscard]] actions open(time_point now);
  /// For segments that follow sealed ones while the writer lives.
  [[nodiscard]] actions claim(const std::vector<segment_id>& successors, time_point now);

  // The answers. `random` spreads the pauses.
  [[nodiscard]] actions on_current(const result<controller::segment_ranges>& got,
                                   time_point now, std::uint64_t random);
  [[nodiscard]] actions on_head(const result<controller::segment_offsets>& got, time_point now,
                                std::uint64_t random);
  [[nodiscard]] actions on_epoch(const result<controller::segment_ranges>& got, time_point now,
                                 std::uint64_t random);
  [[nodiscard]] actions on_value(segment_id of, const result<std::int64_t>& got, time_point now,
                                 std::uint64_t random);
  [[nodiscard]] actions on_claimed(segment_id of, const result<void>& got, time_point now,
                                   std::uint64_t random);
  [[nodiscard]] actions on_inspected(segment_id of, const result<bool>& sealed, time_point now,
                                     std::uint64_t random);
  [[nodiscard]] actions on_pause_over(std::uint64_t attempt);
  /// Nothing waits for the segments: the time begins anew.
  void on_nothing_waits(time_point now) noexcept { since_ = now; }

  [[nodiscard]] const std::optional<error>& last_failure() const noexcept { return trouble_; }
  [[nodiscard]] const std::string& delegation_token() const noexcept {
    return found_.current.delegation_token;
  }

  /// Questions to segment stores that are open at once.
  static constexpr std::size_t questions_max = 64;

 private:
  enum class phase : std::uint8_t { idle, current, claiming, head, epochs, reading, ended };
  enum class step : std::uint8_t { read, claim, inspect, done };
  /// One segment.
  struct task {
    key_range range = {};
    step next = step::read;
    /// Nothing can land there any more: no claim is needed.
    bool sealed = false;
    /// Its value was read before.
    bool seen = false;
    bool asked = false;
    /// As the store holds it, and as it is to be.
    std::int64_t held = 0;
    std::int64_t wanted = 0;
  };
  [[nodiscard]] task* answered(segment_id of, step at);
  [[nodiscard]] action question(segment_id of, task& about) const;
  void ask_next(segment_id of, task& about, step next);
  void finish_one(task& about, std::int64_t value, bool sealed);
  void begin_again(const error& why);
  void on_gone(task& about, const error& why);
  [[nodiscard]] actions on_failed(segment_id of, task& about, const error& why, time_point now,
                                  std::uint64_t random);
  [[nodiscard]] actions proceed(time_point now, std::uint64_t random);
  [[nodiscard]] actions ask_more();
  [[nodiscard]] actions repeat_step();
  [[nodiscard]] actions pause(const error& why, time_point now, std::uint64_t random);
  [[nodiscard]] actions all_done();
  [[nodiscard]] actions next_epoch();
  [[nodiscard]] actions finish_opening();
  [[nodiscard]] actions end(result<outcome> what);

  claim_timing timing_;
  phase phase_ = phase::idle;
  bool opens_ = false;
  std::uint64_t attempt_ = 0;
  std::uint32_t failures_ = 0;
  time_point since_{};
  std::optional<error> trouble_;
  std::map<segment_id, task> tasks_;
  /// To be asked now, and behind the next pause.
  std::deque<segment_id> ready_;
  std::vector<segment_id> failed_;
  std::size_t asked_ = 0;
  bool begins_again_ = false;
  std::int32_t epoch_ = 0;
  std::int32_t last_epoch_ = 0;
  outcome found_;
};

}  // namespace pravega_actor::internal
