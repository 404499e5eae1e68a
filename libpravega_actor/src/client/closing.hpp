// Closes a client in order: drained children and open operations first, then the tree.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <vector>

#include "host/drain.hpp"
#include "host/end_task.hpp"
#include "pravega_actor/supervision.hpp"

namespace pravega_actor::internal {

/// Told to itself: to look whether there is nobody to wait for.
struct closing_idle {};
/// Told to itself: tasks that still run, in a callback of the user, are waited for no longer.
struct closing_tasks_due {};

/// The actor that closes a client; it understands its own messages only.
using closing_handle =
    caf::typed_actor<caf::reacts_to<closing_idle>, caf::reacts_to<closing_tasks_due>>;

struct closing_state {
  static constexpr seconds tasks_end_max{1};
  client_close_report report;
  supervisor_handle root;
  std::size_t drained_left = 0;
  std::size_t tasks_left = 0;
  bool stopping = false;
  duration timeout{0};
  std::function<void(const client_close_report&)> done;
  const char* name = "closing";
};

/// Whom a client's end has to wait for.
struct closing_parts {
  std::vector<drained_child> drained;
  /// Actors that end when they get `end_task`.
  std::vector<client_task> tasks;
  /// The supervisor.
  supervisor_handle root;
};

/// Ends the tasks at once, asks each drained child to drain (four fifths of the time), then
/// stops the root supervisor, and calls `done` once with what was found. A callback of the user
/// that a task runs delays it by `tasks_end_max` at most: it may wait for just this end.
closing_handle::behavior_type closing(closing_handle::stateful_pointer<closing_state> self,
                                      const closing_parts& parts, duration timeout,
                                      std::function<void(const client_close_report&)> done);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::closing_idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::closing_tasks_due)
