// The membership of a group's reader: carries out the actions of the member machine.
#pragma once

#include "group_reader/event_reader_actor.hpp"

namespace pravega_actor::internal {

/// The machine's next step, and all that follows at once.
void step(event_reader_pointer self);
/// Asks for the successors of a segment; again until the deadline.
void ask_successors(event_reader_pointer self, const group_successors_due& due);
/// The membership ends with a failure of reading.
void end_with(event_reader_pointer self, const error& why);
/// The same, or the group is reset: as `truncation_policy` says.
void fail_reading(event_reader_pointer self, const error& why);
/// The answer to the reset that `fail_reading` has asked for.
void on_reset_over(event_reader_pointer self, const result<void>& outcome);
/// Leave the group; the actor ends when that is done, or when its time is over.
void leave(event_reader_pointer self);
/// It took too long.
void give_up_leaving(event_reader_pointer self);

/// A failure with what a user needs to know of it.
[[nodiscard]] error of_reader(event_reader_pointer self, error why);

}  // namespace pravega_actor::internal
