// The reader of a group as an actor: it carries out what the member machine decides, and
// delivers to its subscriber.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "group_reader/event_book.hpp"
#include "group_reader/group_model.hpp"
#include "group_reader/member_machine.hpp"
#include "group_reader/released_board.hpp"
#include "pravega_actor/event_reader_messages.hpp"
#include "read/segment_reader.hpp"
#include "reader/slice_queue.hpp"
#include "supervision/supervisor.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace pravega_actor::internal {

/// Begins a group anew because a stream was truncated before the group had read it; see
/// `truncation_policy::reset_group`. Does nothing if the group has another generation by now.
/// `done` is called once.
using group_resetter = std::function<void(
    const scoped_group& group, std::int64_t generation, const scoped_stream& truncated,
    std::function<void(const result<reader_group_config>&)> done)>;

struct event_reader_setup {
  scoped_group group;
  std::string reader;
  event_reader_options options;
  /// Of the segment readers.
  supervision_policy supervision;
  read_timing timing;
  synchronizer_timing synchronizing;
  /// How long a failing synchronizer or controller is borne.
  duration recovery_timeout{0};
  /// Longest time to leave the group.
  duration leaving_timeout{0};
  /// Its place in the supervision tree.
  std::string path;
  /// See `numbered_items`.
  std::size_t unreleased_bytes_max = limits::reader_unreleased_bytes_max;
  /// A supervisor of the application stands above the keeper: the reader ends as soon as it has
  /// failed, and leaves its group when the keeper gets an exit message.
  bool is_supervised = false;
  /// If there is one, the reader closes when this actor has ended.
  caf::actor_addr owner;
  /// Without it, a truncation that is to reset the group is a failure.
  group_resetter reset_group;
  /// What it has released; outlives the actor.
  std::shared_ptr<released_board> board;
  /// The reader has died: this actor only leaves the group in its name, at these positions.
  std::optional<segment_offsets> buries;
};

// The actor's own messages.
/// The machine's timer.
struct member_step_due {
  time_point at{};
};
struct event_reader_readable {};
/// The queue has failed.
struct event_reading_over {};
struct leaving_over {};
/// What came of the reset that this reader has asked for.
struct group_reset_over {
  result<void> outcome;
};
/// Ask the controller for the successors of a segment.
struct group_successors_due {
  segment of;
  time_point deadline{};
};

/// What the actor understands, its own messages included.
using event_reader_inside = event_reader_handle::extend<
    caf::reacts_to<member_step_due>, caf::reacts_to<event_reader_readable>,
    caf::reacts_to<event_reading_over>, caf::reacts_to<leaving_over>,
    caf::reacts_to<group_successors_due>, caf::reacts_to<group_reset_over>>;

struct event_reader_state {
  std::shared_ptr<const segment_context> context;
  event_reader_setup setup;
  std::function<void(const result<event_reader_handle>&)> on_open;
  member_machine machine;
  /// The revision of the machine's state.
  revision at;
  group_synchronizer synchronizer;
  supervisor_handle supervisor;
  std::shared_ptr<slice_queue> queue;

  event_book book{limits::reader_unreleased_bytes_max};
  event_subscriber consumer;
  /// `event_reader_readable` is on its way or will be.
  bool armed = false;
  /// The time of the machine's next step, if a message for it is on its way.
  std::optional<time_point> next_step;
  /// How reading ended, if it has. `closed`: somebody wished it.
  std::optional<result<void>> outcome;
  /// How the membership ended, if it has.
  std::optional<result<void>> left;
  /// `leave` was called.
  bool leaving = false;
  bool owner_is_gone = false;
  /// The reader has asked for a reset of its group, and delivers nothing more.
  bool resetting = false;
  std::vector<caf::typed_response_promise<event_reader_closed>> closing;
  const char* name = "event_reader";
  /// Answers what is still open.
  ~event_reader_state();
};

using event_reader_pointer = event_reader_inside::stateful_pointer<event_reader_state>;

/// Joins the group, then calls `on_open` once with the reader or an error. Quits normally after
/// it has left the group, or with the reader's failure (see actor_errors.hpp).
event_reader_inside::behavior_type event_reader_actor(
    event_reader_pointer self, std::shared_ptr<const segment_context> context,
    event_reader_setup setup, std::function<void(const result<event_reader_handle>&)> on_open);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::member_step_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::event_reader_readable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::event_reading_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::leaving_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::group_reset_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::group_successors_due)
