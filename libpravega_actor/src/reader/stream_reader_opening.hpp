// Finding the segments that a stream reader begins with.
#pragma once

#include "reader/stream_reader_actor.hpp"

namespace pravega_actor {

/// Asks until the start is known and judged, then opens the reader or refuses. Called again, it
/// begins anew.
void begin_to_open(caf::stateful_actor<stream_reader_state>* self);

}  // namespace pravega_actor
