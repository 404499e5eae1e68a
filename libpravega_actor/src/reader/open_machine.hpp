// Finding where a stream reader begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/stream_reader.hpp"
#include "pravega_actor/time.hpp"
#include "reader/key_coverage.hpp"
#include "reader/segment_frontier.hpp"
#include "requests/segment_info.hpp"

namespace pravega_actor::internal {

/// A reader's start, judged: it is of this stream, and leaves nothing out.
struct reader_start {
  std::map<segment_id, std::int64_t> offsets;
  segment_frontier frontier;
  key_coverage coverage;
  /// Segments of the end with something before it that were not begun yet.
  std::set<segment_id> unreached;
  /// The newest that came with the controller's answers, or "".
  std::string delegation_token;
};

/// A pure machine: asks the controller for the head, the tail or the stream of a cut, at the
/// tail the segment stores for the segments' ends, then the controller for the ranges of keys
/// and for what lies between the end and the start. Begins again while the controller client is
/// away, or when the tail moved meanwhile, until the deadline.
class open_machine {
 public:
  struct setup {
    scoped_stream stream;
    reader_options options;
    /// For the ends of the tail's segments.
    duration infos_timeout{0};
  };
  /// Names a question about a segment, so that late answers can be recognised.
  struct info_ticket {
    segment_id of;
    /// Of the tail; answers of an earlier one are too late.
    std::uint64_t round = 0;
    /// Of the client that was asked.
    std::uint64_t client = 0;
  };

  /// Ask the controller. There is one such question at a time.
  struct ask {
    controller::request what;
  };
  /// A new client for the questions that follow takes the place of the earlier one, if any.
  struct start_infos {};
  struct stop_infos {};
  struct ask_info {
    info_ticket ticket;
    duration timeout{0};
    std::string delegation_token;
  };
  struct arm_pause {
    duration how_long{0};
  };
  /// `start()` is known.
  struct open {};
  struct refuse {
    error why;
    /// What the controller said is the cause.
    bool by_controller = false;
  };
  using action = std::variant<ask, start_infos, stop_infos, ask_info, arm_pause, open, refuse>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "stream_reader";

  /// Segments whose ends are asked for at once; each answer makes place for the next question.
  static constexpr std::size_t infos_max = 256;
  /// Before it begins again.
  static constexpr milliseconds pause{20};

  open_machine() = default;
  explicit open_machine(setup what) : setup_{std::move(what)} {}

  /// Until `deadline`, it begins again where that helps.
  [[nodiscard]] actions begin(time_point deadline);
  /// The controller's answer; actor_terminated if its client has ended.
  [[nodiscard]] actions on_answer(const result<controller::reply>& got, time_point now);
  /// actor_terminated if the client that was asked has ended.
  [[nodiscard]] actions on_info(const info_ticket& ticket, const result<segment_info>& got,
                                time_point now);
  [[nodiscard]] actions on_pause_over();
  /// After `open`, once.
  [[nodiscard]] reader_start take_start() { return std::move(start_); }

 private:
  enum class phase : std::uint8_t {
    idle,
    asking_head,
    asking_tail,
    asking_stream,
    asking_infos,
    asking_epoch,
    asking_stream_again,
    asking_successors,
    pausing,
    ended,
  };
  [[nodiscard]] actions ask_first();
  [[nodiscard]] actions ask_for(phase then, controller::request what);
  void remember(const std::string& token);
  [[nodiscard]] actions on_head(const result<controller::reply>& got);
  [[nodiscard]] actions on_stream(const result<controller::reply>& got);
  [[nodiscard]] actions on_tail(const result<controller::reply>& got, time_point now);
  [[nodiscard]] actions on_epoch(const result<controller::reply>& got);
  [[nodiscard]] actions on_successors(const result<controller::reply>& got);
  [[nodiscard]] actions on_info_lost(const info_ticket& ticket, time_point now);
  [[nodiscard]] actions on_info_failed(const error& why, time_point now);
  void ask_next_infos(actions& to, std::size_t count, time_point now);
  [[nodiscard]] action question_about(segment_id of, time_point now) const;
  [[nodiscard]] actions judge(std::map<segment_id, std::int64_t> offsets);
  [[nodiscard]] actions learn_ranges();
  [[nodiscard]] actions place(segment_id from);
  [[nodiscard]] actions refuse_stranger(segment_id which);
  [[nodiscard]] actions end(error why, bool by_controller = false);
  [[nodiscard]] bool starts_at_cut() const noexcept;

  setup setup_;
  phase phase_ = phase::idle;
  time_point deadline_{};
  reader_start start_;
  /// The epoch that is asked for, and the first segment whose place is not known.
  std::int32_t epoch_ = 0;
  segment_id placing_;
  /// Of the tail.
  std::uint64_t round_ = 0;
  std::uint64_t client_ = 0;
  std::vector<segment_id> unasked_;
  std::size_t infos_missing_ = 0;
  time_point infos_deadline_{};
};

/// limit_exceeded if a stream has more segments at once than a reader may read.
[[nodiscard]] result<void> check_segment_count(std::size_t count);

}  // namespace pravega_actor::internal
