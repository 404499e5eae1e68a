// The stream reader actor and its subscribers: carries out what the delivery book decides.
#pragma once

#include "reader/stream_reader_actor.hpp"

namespace pravega_actor::internal {

void subscribe(stream_reader_pointer self, const subscribe_reader& what);
/// Nothing is delivered any more, until somebody subscribes.
void unsubscribe(stream_reader_pointer self);
void take_demand(stream_reader_pointer self, const read_demand& what);
[[nodiscard]] items_released release(stream_reader_pointer self, const release_through& what);
/// The subscriber gets what is due to it.
void deliver(stream_reader_pointer self);
/// Everything was handed out: `slice_queue::finish` was called.
void end_if_used_by_messages(stream_reader_pointer self);
/// Nothing more is read. The first outcome counts.
void end_reading(stream_reader_pointer self, const result<void>& outcome);
[[nodiscard]] reader_status status_of(stream_reader_pointer self);

}  // namespace pravega_actor::internal
