// The actor that watches a reader group for a subscriber.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "group_manager/group_observer.hpp"
#include "group_reader/group_model.hpp"
#include "host/client_host.hpp"
#include "pravega_actor/reader_group_messages.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace pravega_actor::internal {

struct group_watch_setup {
  scoped_group group;
  group_subscriber subscriber;
  /// Zero: the group's refresh time.
  duration interval{0};
  synchronizer_timing timing;
  /// How long errors that retrying may mend are borne.
  duration recovery_timeout{0};
};

/// The watcher's own message: look at the group.
struct group_look_due {};

using group_watch_inside = group_watch::extend<caf::reacts_to<group_look_due>>;

struct group_watcher_state {
  std::shared_ptr<const segment_context> context;
  group_watch_setup setup;
  std::function<void(const result<group_watch>&)> on_open;
  group_synchronizer synchronizer;
  group_observer observer;
  /// The first look succeeded; from then on the subscriber hears how the watch ends.
  bool opened = false;
  /// Since when it fails, if it does.
  std::optional<time_point> failing_since;
  /// How the watch ended, if it has.
  std::optional<result<void>> outcome;
  const char* name = "group_watcher";
  /// Tells the subscriber how it ended.
  ~group_watcher_state();
};

using group_watcher_pointer = group_watch_inside::stateful_pointer<group_watcher_state>;

/// Calls `on_open` once: after the first look, or with an error, with which the actor ends.
/// Ends with its subscriber, with `end_group_watch`, and with a failure.
group_watch_inside::behavior_type group_watcher(
    group_watcher_pointer self, std::shared_ptr<const segment_context> context,
    group_watch_setup setup, std::function<void(const result<group_watch>&)> on_open);

/// Opens a watch as a child of the client. `done` is called once.
void open_group_watch(client_host& host, const watch_group& what,
                      std::function<void(result<group_watch>)> done);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::group_look_due)
