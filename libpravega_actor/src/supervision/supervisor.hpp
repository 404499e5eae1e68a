// The supervisor actor: carries out what the supervisor machine decides.
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/supervision.hpp"
#include "supervision/event_bus.hpp"
#include "supervision/status_board.hpp"
#include "supervision/supervisor_machine.hpp"

namespace pravega_actor::internal {

// The supervisor's own messages.
struct restart_due {
  std::string id;
  std::uint64_t generation = 0;
};
struct grace_over {
  std::string id;
  std::uint64_t generation = 0;
};
/// The child's factory returned no actor.
struct start_failed {
  std::string id;
  std::uint64_t generation = 0;
  error why;
};

/// What a supervisor understands, its own messages included.
using supervisor_inside =
    supervisor_handle::extend<caf::reacts_to<restart_due>, caf::reacts_to<grace_over>,
                              caf::reacts_to<start_failed>>;

/// What a supervisor needs from its surroundings.
struct supervisor_setup {
  std::string path;
  supervision_policy policy;
  std::shared_ptr<environment> env;
  /// May be null.
  std::shared_ptr<event_bus> bus;
  /// Where its children are shown; may be null.
  std::shared_ptr<status_board> board = {};
  /// The children that it begins with.
  std::vector<child_spec> children = {};
  /// Gets all events; may be empty.
  supervision_event_sink sink = {};
};

struct supervisor_state {
  supervisor_setup setup;
  /// The actor's id, by which the board distinguishes supervisors of one path.
  caf::actor_id number = 0;
  std::unique_ptr<supervisor_machine> machine;
  struct running_child {
    caf::strong_actor_ptr actor;
    std::uint64_t generation = 0;
  };
  std::map<std::string, child_factory> factories;
  std::map<std::string, running_child> running;
  std::map<caf::actor_id, std::string> ids;
  /// How the last incarnation of each child ended.
  std::map<std::string, caf::error> reasons;
  std::vector<supervision_event_sink> sinks;
  std::vector<caf::typed_response_promise<supervisor_stopped>> stop_waiters;
  const char* name = "supervisor";
  ~supervisor_state();
};

using supervisor_pointer = supervisor_inside::stateful_pointer<supervisor_state>;

/// See `supervisor_handle`.
supervisor_inside::behavior_type supervisor(supervisor_pointer self, supervisor_setup setup);

/// Spawns a supervisor that `self`, any event-based actor, monitors.
template <class Self>
[[nodiscard]] supervisor_handle spawn_monitored_supervisor(Self* self, supervisor_setup setup) {
  supervisor_handle made = self->spawn(supervisor, std::move(setup));
  self->monitor(made);
  return made;
}

/// Whether a child may be added: see `child_supervised`.
[[nodiscard]] result<void> check_child(const child_spec& child);

/// How an actor's exit reason counts for restarts, and its text.
[[nodiscard]] exit_kind classify_exit(const caf::error& reason);
[[nodiscard]] std::string describe_exit(const caf::error& reason);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::restart_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::grace_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::start_failed)
