// The stream reader as an actor: its messages, its interface, and that of its subscribers.
// docs/actors.md has the order of the messages, and how and why the actor ends.
#pragma once

#include <caf/all.hpp>
#include <cstddef>
#include <cstdint>

#include "pravega_actor/export.hpp"
#include "pravega_actor/stream_reader.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

// --- to the subscriber ----------------------------------------------------------------------
//
// Every item has a number: 1 for the first item of a reader, one more for each later item. An
// item that is delivered again keeps its number.
//
// A reader of a group also delivers checkpoints, in the same numbering; see
// event_reader_messages.hpp.

/// Events of one segment. Uses up one slice of demand.
struct slice_delivered {
  std::uint64_t number = 0;
  event_slice slice;
};
/// The end of a segment. Uses up no demand, but waits for some.
struct segment_ended {
  std::uint64_t number = 0;
  segment_end end;
};
/// Events that were truncated away before they could be read. Uses up no demand, but waits for
/// some.
struct gap_delivered {
  std::uint64_t number = 0;
  segment_gap gap;
};
/// The last message of a subscription. It comes after everything that is due again, and needs
/// no demand.
struct reader_ended {
  /// Success: everything is read. `closed`: the reader was closed before. Otherwise the
  /// failure.
  result<void> outcome;
  /// The place after everything released so far. Delivered items can still be released, unless
  /// the outcome is actor_terminated.
  stream_cut position;
};

/// The messages that a subscriber takes. It may take others, too.
using reader_subscriber =
    caf::typed_actor<caf::reacts_to<slice_delivered>, caf::reacts_to<segment_ended>,
                     caf::reacts_to<gap_delivered>, caf::reacts_to<reader_ended>>;

// --- to the reader --------------------------------------------------------------------------

/// Deliver to this actor from now on, and no longer to an earlier subscriber. The reader first
/// delivers again all items that were delivered and are not released, with their old numbers,
/// then new items. The subscription ends with the subscriber, with the next subscription, or
/// with an empty handle.
struct subscribe_reader {
  reader_subscriber consumer;
  /// The demand that the subscription begins with.
  std::size_t slices = 0;
};
/// The subscriber accepts this many more slices. Demand belongs to a subscription: it has no
/// effect without one, or from an actor that is not the subscriber.
struct read_demand {
  std::size_t slices = 1;
};
/// This item and all items before it are processed. Only this message advances the released
/// position. Any actor may send it. The answer is `items_released`.
struct release_through {
  std::uint64_t number = 0;
};
/// The answer to `release_through`.
struct items_released {
  /// invalid_argument for a number that was never delivered: then nothing is released. A number
  /// that is released already is a success without an effect.
  result<void> outcome;
  /// The number of the last released item.
  std::uint64_t through = 0;
};
/// The answer is `reader_position`.
struct get_position {};
/// The answer to `get_position`.
struct reader_position {
  /// After everything delivered.
  stream_cut read;
  /// After everything released. A new reader that starts here loses nothing.
  stream_cut released;
};
/// The answer is `reader_status`.
struct get_reader_status {};
/// End the reader. The answer is `reader_closed`; then the actor ends.
struct close_reader {};
/// The answer to `close_reader`.
struct reader_closed {
  /// The failure, if the reader failed before; otherwise success.
  result<void> outcome;
  /// After everything released.
  stream_cut position;
};

/// The stream reader's interface. Messages stay within the process.
using stream_reader_handle =
    caf::typed_actor<caf::reacts_to<subscribe_reader>, caf::reacts_to<read_demand>,
                     caf::replies_to<release_through>::with<items_released>,
                     caf::replies_to<get_position>::with<reader_position>,
                     caf::replies_to<get_reader_status>::with<reader_status>,
                     caf::replies_to<close_reader>::with<reader_closed>>;

/// What the owner of a reader actor gets: the reader, or why it could not be opened.
struct reader_opened {
  scoped_stream stream;
  result<stream_reader_handle> reader;
};
/// An actor that can own a reader actor.
using reader_owner = caf::typed_actor<caf::reacts_to<reader_opened>>;

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::slice_delivered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::segment_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::gap_delivered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::read_demand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::release_through)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::items_released)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_position)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_position)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_opened)
