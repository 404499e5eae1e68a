// Stands above a reader of a group: if the reader's actor dies, it takes the reader offline.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "group_reader/event_reader_actor.hpp"
#include "host/drain.hpp"

namespace pravega_actor::internal {

/// The pause before another attempt to take a dead reader offline is over.
struct bury_again {};

struct reader_keeper_state {
  std::shared_ptr<const segment_context> context;
  event_reader_setup setup;
  event_reader_handle reader;
  /// Since the reader died: until when it is tried to take it offline.
  std::optional<time_point> deadline;
  /// How the reader ended.
  caf::error reason;
  const char* name = "reader_keeper";
};

/// `drain` makes the reader leave its group.
using reader_keeper_inside = drained_child::extend<caf::reacts_to<bury_again>>;
using reader_keeper_pointer = reader_keeper_inside::stateful_pointer<reader_keeper_state>;

/// Spawns the reader. When it has died without leaving its group, the keeper takes it offline
/// at its last released position, where other readers continue. Ends when the group does not
/// count the reader any more. Exit messages end the reader and the keeper; then the reader
/// stays online, unless a supervisor of the application stands above the keeper.
reader_keeper_inside::behavior_type reader_keeper(
    reader_keeper_pointer self, std::shared_ptr<const segment_context> context,
    event_reader_setup setup, std::function<void(const result<event_reader_handle>&)> on_open);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::bury_again)
