// The reader of a group as an actor: its messages, its interface, and that of its subscribers.
// docs/actors.md has the order of the messages, and how and why the actor ends.
#pragma once

#include <caf/all.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "pravega_actor/event_reader.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/reader_messages.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

// --- to the subscriber ----------------------------------------------------------------------
//
// Items are numbered, delivered again and released as those of a stream reader; see
// reader_messages.hpp for slices, ends and gaps.

/// A checkpoint of the group. Everything before it was delivered earlier. Its release confirms
/// the checkpoint, so a subscriber that keeps state of its own stores this state first. The
/// message uses up no demand, but waits for some. Until the checkpoint is released, the reader
/// neither takes segments nor gives them back.
struct checkpoint_reached {
  std::uint64_t number = 0;
  std::string name;
};
/// The last message of a subscription. It comes after everything that is due again, and needs
/// no demand.
struct event_reader_ended {
  /// Success: the whole group has read everything. `closed`: the reader was closed before.
  /// reader_offline: it was declared dead, or its group was reset; other readers read what it
  /// has not released. Otherwise the failure.
  result<void> outcome;
  /// The place after everything released so far, in the segments that the reader holds.
  position released;
};

/// The messages that a subscriber takes. It may take others, too.
using event_subscriber =
    caf::typed_actor<caf::reacts_to<slice_delivered>, caf::reacts_to<segment_ended>,
                     caf::reacts_to<gap_delivered>, caf::reacts_to<checkpoint_reached>,
                     caf::reacts_to<event_reader_ended>>;

// --- to the reader --------------------------------------------------------------------------

/// Deliver to this actor from now on; see `subscribe_reader`.
struct subscribe_event_reader {
  event_subscriber consumer;
  /// The demand that the subscription begins with.
  std::size_t slices = 0;
};
/// Give the segment of a delivered slice back to the group; the answer is
/// `segment_given_back`. The events of the slice before `offset` are processed, the rest is
/// not, and later slices of the segment must not be processed. Any actor may send it.
struct give_segment_back {
  std::uint64_t number = 0;
  std::int64_t offset = 0;
};
/// The answer to `give_segment_back`.
struct segment_given_back {
  /// invalid_argument for a number that is already released or is not that of a slice, for an
  /// offset outside of the slice, and for a segment that the reader does not hold any more.
  result<void> outcome;
};
/// The answer to `get_position`.
struct event_reader_position {
  /// The place after everything released, in the segments that the reader holds; -1: the end of
  /// the segment is released.
  position released;
};
/// The answer to `close_reader`.
struct event_reader_closed {
  /// The failure, if the reader failed before or could not leave the group; otherwise success.
  result<void> outcome;
  /// The place at which the group continues.
  position released;
};

/// The interface of a reader of a group. Messages stay within the process.
using event_reader_handle =
    caf::typed_actor<caf::reacts_to<subscribe_event_reader>, caf::reacts_to<read_demand>,
                     caf::replies_to<release_through>::with<items_released>,
                     caf::replies_to<give_segment_back>::with<segment_given_back>,
                     caf::replies_to<get_position>::with<event_reader_position>,
                     caf::replies_to<get_reader_status>::with<event_reader_status>,
                     caf::replies_to<close_reader>::with<event_reader_closed>>;

/// What the owner of such a reader gets: the reader, or why it could not join the group.
struct event_reader_opened {
  scoped_group group;
  std::string reader;
  result<event_reader_handle> handle;
};
/// An actor that can own such a reader.
using event_reader_owner = caf::typed_actor<caf::reacts_to<event_reader_opened>>;

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::checkpoint_reached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_reader_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_event_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::give_segment_back)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::segment_given_back)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_reader_position)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_reader_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_reader_opened)
