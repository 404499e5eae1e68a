// The supervisor actor: carries out what the supervisor machine decides.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/ports/environment.hpp"
#include "supervision/event_bus.hpp"
#include "supervision/status_board.hpp"
#include "supervision/supervisor_machine.hpp"

namespace pravega_actor::internal {

/// Makes a child; called in the supervisor, once for each start. The generation counts from 1.
using child_factory =
    std::function<caf::actor(caf::event_based_actor* parent, std::uint64_t generation)>;

/// Add and start a child.
struct supervise {
  std::string id;
  restart_type type = restart_type::permanent;
  child_factory factory;
};
/// Stop and forget a child.
struct release_child {
  std::string id;
};
/// Stop all children in reverse order, then end; answered with `supervisor_stopped`.
struct stop_supervisor {};
struct supervisor_stopped {};
/// Answered with `supervisor_status`.
struct get_supervisor_status {};
struct supervisor_status {
  std::string path;
  std::vector<supervisor_machine::child_status> children;
};

// The supervisor's own timers.
struct restart_due {
  std::string id;
  std::uint64_t generation = 0;
};
struct grace_over {
  std::string id;
  std::uint64_t generation = 0;
};

/// What a supervisor needs from its surroundings.
struct supervisor_setup {
  std::string path;
  supervision_policy policy;
  std::shared_ptr<environment> env;
  std::shared_ptr<event_bus> bus;
  /// Where its children are shown; may be null.
  std::shared_ptr<status_board> board = {};
};

struct supervisor_state {
  supervisor_setup setup;
  std::unique_ptr<supervisor_machine> machine;
  struct running_child {
    caf::actor handle;
    std::uint64_t generation = 0;
  };
  std::map<std::string, child_factory> factories;
  std::map<std::string, running_child> running;
  std::map<caf::actor_id, std::string> ids;
  std::vector<caf::response_promise> stop_waiters;
  const char* name = "supervisor";
  ~supervisor_state();
};

/// Ends with `exit_reason::user_shutdown` after `stop_supervisor`, or with an error when it
/// gives up; its parent monitors it. When it dies, its children are told to end.
caf::behavior supervisor(caf::stateful_actor<supervisor_state>* self, supervisor_setup setup);

/// How an actor's exit reason counts for restarts, and its text.
[[nodiscard]] exit_kind classify_exit(const caf::error& reason);
[[nodiscard]] std::string describe_exit(const caf::error& reason);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::supervise)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::release_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::stop_supervisor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::supervisor_stopped)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::get_supervisor_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::supervisor_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::restart_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::grace_over)
