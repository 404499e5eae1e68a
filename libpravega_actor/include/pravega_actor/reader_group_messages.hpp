// Messages about reader groups: the calls of `reader_group_manager` at the client actor, and
// those of a watch of a group. Included by actors.hpp.
#pragma once

#include <caf/all.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/client_messages.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/reader_group_manager.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Calls about reader groups, with the names, meanings and errors of `reader_group_manager`.
/// Each is answered with `stream_answer` of its result.
namespace groups {

/// See `reader_group_manager::ensure_group`.
struct ensure_group {
  using result_type = ensured_group;
  scoped_group group;
  reader_group_config config;
  group_start start = group_start::head;
};
/// See `reader_group_manager::delete_group`.
struct delete_group {
  using result_type = bool;
  scoped_group group;
};
/// See `reader_group_manager::list_groups`.
struct list_groups {
  using result_type = std::vector<std::string>;
  std::string scope;
};
/// See `reader_group_manager::config_of`.
struct get_config {
  using result_type = reader_group_config;
  scoped_group group;
};
/// See `reader_group_manager::describe`.
struct describe {
  using result_type = reader_group_description;
  scoped_group group;
};
/// See `reader_group_manager::distribution`.
struct get_distribution {
  using result_type = segment_distribution;
  scoped_group group;
};
/// See `reader_group_manager::set_reader_offline`.
struct set_reader_offline {
  using result_type = bool;
  scoped_group group;
  std::string reader;
  std::optional<position> last = std::nullopt;
};
/// See `reader_group_manager::initiate_checkpoint`.
struct initiate_checkpoint {
  using result_type = checkpoint;
  scoped_group group;
  std::string name;
  duration timeout = seconds{60};
};
/// See `reader_group_manager::cancel_checkpoints`.
struct cancel_checkpoints {
  using result_type = std::size_t;
  scoped_group group;
};
/// See `reader_group_manager::generate_stream_cuts`.
struct generate_stream_cuts {
  using result_type = group_cuts;
  scoped_group group;
  duration timeout = seconds{60};
};
/// See `reader_group_manager::stream_cuts`.
struct get_stream_cuts {
  using result_type = group_cuts;
  scoped_group group;
};
/// See `reader_group_manager::reset`.
struct reset {
  using result_type = reader_group_config;
  scoped_group group;
  reset_target target;
};
/// See `reader_group_manager::update_retention_cut`.
struct update_retention_cut {
  using result_type = void;
  scoped_group group;
  group_cuts released;
};
/// See `reader_group_manager::unread`.
struct get_unread {
  using result_type = unread_bytes;
  scoped_group group;
  unread_since since = unread_since::last_checkpoint;
  duration timeout = seconds{60};
};

}  // namespace groups

// --- watching a group -----------------------------------------------------------------------

/// The segments that are being read, or wait for a reader, changed.
struct group_segments_changed {
  scoped_group group;
  std::size_t segments = 0;
  std::size_t readers = 0;
};
/// Readers took, gave back or finished segments, or came or went.
struct group_rebalanced {
  scoped_group group;
  segment_distribution now;
};
/// The group has read everything up to its end cuts. Comes again after a reset.
struct group_end_of_data {
  scoped_group group;
};
/// The last message of a watch.
struct group_watch_ended {
  scoped_group group;
  /// Success after `end_group_watch`; `closed` when the client closes; otherwise the failure,
  /// for example reader_group_not_found after the group was deleted.
  result<void> outcome;
};
/// The messages that a subscriber of a watch takes. It may take others, too.
using group_subscriber =
    caf::typed_actor<caf::reacts_to<group_segments_changed>, caf::reacts_to<group_rebalanced>,
                     caf::reacts_to<group_end_of_data>, caf::reacts_to<group_watch_ended>>;

/// End the watch; no answer but `group_watch_ended`.
struct end_group_watch {};
/// A watch of a group. It ends with its subscriber.
using group_watch = caf::typed_actor<caf::reacts_to<end_group_watch>>;

/// Report the changes of a group to the subscriber; answered with `group_watch_opened`. The
/// watch reads the group's state at intervals. If a change is undone between two reads, the
/// watch does not report it. After the first read the subscriber gets `group_segments_changed`
/// and `group_rebalanced`.
struct watch_group {
  scoped_group group;
  group_subscriber subscriber;
  /// The time between two reads, at least 10 ms; zero: the group's refresh time.
  duration interval{0};
};
/// The answer to `watch_group`: the watch, or why there is none.
struct group_watch_opened {
  scoped_group group;
  result<group_watch> watch;
};

}  // namespace pravega_actor

// clang-format off
/// X(message) for each call about reader groups.
#define PRAVEGA_ACTOR_GROUP_MESSAGES(X) \
  X(ensure_group) X(delete_group) X(list_groups) X(get_config) X(describe) X(get_distribution) \
  X(set_reader_offline) X(initiate_checkpoint) X(cancel_checkpoints) X(generate_stream_cuts) \
  X(get_stream_cuts) X(reset) X(update_retention_cut) X(get_unread)
/// X(type) for each result that only these calls have.
#define PRAVEGA_ACTOR_GROUP_RESULTS(X) \
  X(pravega_actor::ensured_group) X(pravega_actor::reader_group_config) \
  X(pravega_actor::reader_group_description) X(pravega_actor::segment_distribution) \
  X(pravega_actor::checkpoint) X(std::size_t) X(pravega_actor::group_cuts) \
  X(pravega_actor::unread_bytes)
// clang-format on

#define X(message) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::groups::message)
PRAVEGA_ACTOR_GROUP_MESSAGES(X)
#undef X
#define X(...) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::stream_answer<__VA_ARGS__>)
PRAVEGA_ACTOR_GROUP_RESULTS(X)
#undef X
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::group_segments_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::group_rebalanced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::group_end_of_data)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::group_watch_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::end_group_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::watch_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::group_watch_opened)
