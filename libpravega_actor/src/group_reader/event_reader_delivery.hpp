// The reader of a group and its subscriber.
#pragma once

#include "group_reader/event_reader_actor.hpp"

namespace pravega_actor::internal {

void subscribe(event_reader_pointer self, const subscribe_event_reader& what);
/// Nothing is delivered any more, until somebody subscribes.
void unsubscribe(event_reader_pointer self);
void take_demand(event_reader_pointer self, const read_demand& what);
[[nodiscard]] items_released release(event_reader_pointer self, const release_through& what);
[[nodiscard]] segment_given_back give_back(event_reader_pointer self,
                                           const give_segment_back& what);
/// The subscriber gets what is due to it.
void deliver(event_reader_pointer self);
/// Nothing more is read. The first outcome counts.
void end_reading(event_reader_pointer self, const result<void>& outcome);
[[nodiscard]] event_reader_status status_of(event_reader_pointer self);

}  // namespace pravega_actor::internal
