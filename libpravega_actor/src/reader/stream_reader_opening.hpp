// Finding the segments that a stream reader begins with.
#pragma once

#include "reader/stream_reader_actor.hpp"

namespace pravega_actor::internal {

/// Carries out what the open machine decides, then opens the reader or refuses.
void begin_to_open(stream_reader_pointer self);
/// The machine's pause is over.
void go_on_opening(stream_reader_pointer self);
/// Reports the error and quits.
void refuse_to_open(stream_reader_pointer self, const error& why);

}  // namespace pravega_actor::internal
