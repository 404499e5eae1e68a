// Which segments may be read next, when others are read to their end.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// A pure machine. A successor is read when none of its predecessors is left to be read: one
/// that is neither in the reader's position nor descends from a segment there lies before the
/// start. Segments that share successors are replaced together, in one step, so that the
/// position covers a routing position once if the start did so, and means the same to another
/// reader. What descends from a segment of the end is never read, and nothing waits for it.
class segment_frontier {
 public:
  using successors = std::vector<controller::successor>;
  struct step {
    /// They leave the position.
    std::vector<segment_id> gone;
    /// They take their place. Sorted; empty at the end of a sealed stream, or if everything
    /// that follows lies behind the reader's end: then nothing leaves.
    std::vector<segment_id> next;
  };

  /// The position names this segment from the start.
  void begin(segment_id at) { position_.insert(at); }
  /// The reader's end lies in this segment: what follows it, at once or later, is not read.
  void stop_in(segment_id which) { ends_.insert(which); }
  [[nodiscard]] bool stops_in(segment_id which) const { return ends_.count(which) != 0; }
  /// Whether a segment of the start follows one that the reader stops in. Nothing: a question
  /// must be answered before.
  [[nodiscard]] std::optional<bool> begins_behind_end(segment_id which);
  /// `of` is read to its end and has these successors. invalid_argument if one of them is in
  /// the position already: the start named a segment and one that follows it.
  [[nodiscard]] result<void> on_read(segment_id of, const successors& after);
  /// What can be done now, one step after the other; nothing while there is only to wait.
  [[nodiscard]] std::optional<step> next();

  /// A segment that is not read yet, but whose successors must be known in order to go on. Each
  /// question is handed out once; there is no other before `on_known`.
  [[nodiscard]] std::optional<segment_id> take_question();
  /// The answer; none if the segment has no successors so far.
  void on_known(const successors& after);
  [[nodiscard]] bool questioning() const noexcept { return question_.has_value(); }
  /// Segments that are read and wait for others.
  [[nodiscard]] std::size_t waiting() const noexcept { return read_.size(); }

 private:
  enum class verdict : std::uint8_t { ready, blocked, unknown };
  enum class answer : std::uint8_t { no, yes, unknown };
  struct question {
    segment_id of;
    /// Successors of later epochs do not matter.
    std::int32_t epoch = 0;
    bool taken = false;
  };
  [[nodiscard]] verdict judge(segment_id of, step& todo);
  [[nodiscard]] answer lies_behind_end(const controller::successor& which,
                                       std::optional<question>& wish) const;
  [[nodiscard]] answer follows(segment_id which, std::vector<segment_id> from,
                               std::optional<question>& wish) const;
  verdict ask(const std::optional<question>& wish);
  [[nodiscard]] const successors* successors_of(segment_id of) const;
  void apply(const step& todo);

  /// What the reader's position names: segments that are being read, and those of `read_`.
  std::set<segment_id> position_;
  /// Where the reader stops. Those in the position stay there.
  std::set<segment_id> ends_;
  /// Read to their end, waiting for others.
  std::map<segment_id, successors> read_;
  /// The answers to questions.
  std::map<segment_id, successors> known_;
  /// Segments that have no successors of this epoch or an earlier one.
  std::map<segment_id, std::int32_t> childless_;
  std::optional<question> question_;
  /// Of `read_`: something has changed for them; they wait for an answer.
  std::set<segment_id> to_judge_;
  std::set<segment_id> undecided_;
};

}  // namespace pravega_actor::internal
