// The messages of the stream reader actor. actors.hpp includes them and has the interface.
#pragma once

#include <caf/all.hpp>

#include "pravega_actor/export.hpp"
#include "pravega_actor/stream_reader.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Deliver to this actor from now on, and no longer to an earlier subscriber. Delivery begins
/// with the first `read_demand`. The subscription ends with the subscriber.
struct subscribe_reader {
  caf::actor consumer;
};
/// The subscriber accepts this many more slices.
struct read_demand {
  std::size_t slices = 1;
};
/// Everything delivered so far is processed, including ends of segments and items of earlier
/// subscribers. Only this message advances the position (see `stream_reader::release`).
struct release_slices {};

// To the subscriber. It never gets more slices than it demanded. The other messages come in
// their place between the slices. They use up no demand, but wait until there is some.
struct slice_delivered {
  event_slice slice;
};
struct segment_ended {
  segment_end end;
};
struct segment_truncated_gap {
  segment_gap gap;
};
/// The last message: the reader has ended (with end_of_segment after every segment is read). It
/// needs no demand.
struct reader_failed {
  error reason;
};

/// The answer is `reader_status`.
struct get_reader_status {};
/// The answer is `reader_closed`.
struct close_reader {};
struct reader_closed {
  /// Where a new reader would continue: after everything released.
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
