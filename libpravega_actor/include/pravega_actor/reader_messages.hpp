// The messages of the stream reader actor. Included by actors.hpp, where the interfaces are.
#pragma once

#include <caf/all.hpp>

#include "pravega_actor/export.hpp"
#include "pravega_actor/stream_reader.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Deliver to this actor from now on; an earlier subscriber gets no more. Nothing is delivered
/// before `read_demand`. The subscription ends with the subscriber.
struct subscribe_reader {
  caf::actor consumer;
};
/// The subscriber takes so many slices more.
struct read_demand {
  std::size_t slices = 1;
};
/// Everything that was delivered is processed, ends of segments and what earlier subscribers
/// got included: only this moves the position on (see `stream_reader::release`).
struct release_slices {};

// To the subscriber. Never more slices than it demanded; the others come in their place between
// the slices and do not use demand up, but none comes while there is no demand.
struct slice_delivered {
  event_slice slice;
};
struct segment_ended {
  segment_end end;
};
struct segment_truncated_gap {
  segment_gap gap;
};
/// The last message: the reader ended (end_of_segment when every segment is read). It may come
/// without demand.
struct reader_failed {
  error reason;
};

/// Answered with `reader_status`.
struct get_reader_status {};
/// Answered with `reader_closed`.
struct close_reader {};
struct reader_closed {
  /// Where a new reader would go on: behind what was released.
  stream_cut position;
};

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::read_demand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::release_slices)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::slice_delivered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::segment_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::segment_truncated_gap)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_closed)
