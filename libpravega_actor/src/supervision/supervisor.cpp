#include "supervision/supervisor.hpp"

#include <utility>

#include "pravega_actor/actor_errors.hpp"
#include "supervision/perform_actions.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = caf::stateful_actor<supervisor_state>*;

void start_one(self_pointer self, const supervisor_machine::start_child& what) {
  auto& state = self->state;
  auto child = state.factories.at(what.id)(self, what.generation);
  state.ids[child.id()] = what.id;
  self->monitor(child);
  state.running[what.id] = {std::move(child), what.generation};
}

void end_child(self_pointer self, const std::string& id, std::uint64_t generation,
               caf::exit_reason reason) {
  auto at = self->state.running.find(id);
  if (at != self->state.running.end() && at->second.generation == generation)
    self->send_exit(at->second.handle, reason);
}

void answer_stop_waiters(supervisor_state& state) {
  for (auto& waiter : std::exchange(state.stop_waiters, {}))
    waiter.deliver(supervisor_stopped{});
}

// Only what changed: a supervisor may have thousands of children.
void show(self_pointer self, const std::string& id) {
  const auto& setup = self->state.setup;
  if (!setup.board) return;
  if (auto child = self->state.machine->child_of(id))
    setup.board->set(setup.path, std::move(*child));
  else
    setup.board->forget(setup.path, id);
}

// False: a fault plan has ended the supervisor.
bool perform(self_pointer self, const supervisor_machine::actions& todo) {
  struct performer {
    self_pointer self;
    void operator()(const supervisor_machine::start_child& a) const { start_one(self, a); }
    void operator()(const supervisor_machine::stop_child& a) const {
      end_child(self, a.id, a.generation, caf::exit_reason::user_shutdown);
      self->delayed_send(self, a.grace, grace_over{a.id, a.generation});
    }
    void operator()(const supervisor_machine::kill_child& a) const {
      end_child(self, a.id, a.generation, caf::exit_reason::kill);
    }
    void operator()(const supervisor_machine::arm_restart& a) const {
      self->delayed_send(self, a.delay, restart_due{a.id, a.generation});
    }
    void operator()(const supervisor_machine::publish& a) const {
      auto& setup = self->state.setup;
      if (a.kind == event_kind::stopped) self->state.factories.erase(a.id);
      setup.bus->publish({a.kind, setup.path + "/" + a.id, a.cause, setup.env->now()});
    }
    void operator()(const supervisor_machine::escalate& a) const {
      answer_stop_waiters(self->state);
      self->quit(caf::make_error(caf::sec::runtime_error, a.cause));
    }
    void operator()(const supervisor_machine::stopped&) const {
      answer_stop_waiters(self->state);
      self->quit(caf::exit_reason::user_shutdown);
    }
  };
  if (!perform_actions<supervisor_machine>(self, self->state.setup.env, todo, performer{self}))
    return false;
  for (const auto& each : todo)
    std::visit(
        [self](const auto& action) {
          if constexpr (requires { action.id; }) show(self, action.id);
        },
        each);
  return true;
}

void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  auto known = state.ids.find(down.source.id());
  if (known == state.ids.end()) return;
  const std::string id = known->second;
  state.ids.erase(known);
  auto running = state.running.find(id);
  if (running == state.running.end()) return;
  const auto generation = running->second.generation;
  state.running.erase(running);
  auto todo = state.machine->on_down(id, generation, classify_exit(down.reason),
                                     describe_exit(down.reason), state.setup.env->now(),
                                     state.setup.env->random());
  if (perform(self, todo)) show(self, id);
}

}  // namespace

exit_kind classify_exit(const caf::error& reason) {
  const bool ordered = !reason || reason == caf::exit_reason::normal ||
                       reason == caf::exit_reason::user_shutdown;
  return ordered ? exit_kind::normal : exit_kind::failure;
}

std::string describe_exit(const caf::error& reason) {
  if (!reason || reason == caf::exit_reason::normal) return "ended normally";
  if (reason == caf::exit_reason::user_shutdown) return "was stopped";
  if (reason == caf::exit_reason::kill) return "was killed";
  if (reason == caf::exit_reason::unhandled_exception) return "threw an exception";
  const auto& context = reason.context();
  if (errc_of(reason) && context.match_elements<std::string>())
    return context.get_as<std::string>(0);
  return caf::to_string(context);
}

supervisor_state::~supervisor_state() {
  answer_stop_waiters(*this);
  if (setup.board) setup.board->forget(setup.path);
  for (auto& [id, child] : running)
    caf::anon_send_exit(child.handle, caf::exit_reason::user_shutdown);
}

caf::behavior supervisor(caf::stateful_actor<supervisor_state>* self, supervisor_setup setup) {
  auto& state = self->state;
  state.machine = std::make_unique<supervisor_machine>(setup.policy);
  state.setup = std::move(setup);
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& exit) {
    if (exit.reason == caf::exit_reason::kill) return self->quit(exit.reason);
    perform(self, self->state.machine->stop());
  });
  return {
      [self](const supervise& what) {
        // A child of this name that lives keeps its factory.
        if (!self->state.factories.emplace(what.id, what.factory).second) return;
        perform(self, self->state.machine->add(what.id, what.type));
      },
      [self](const release_child& what) {
        perform(self, self->state.machine->remove(what.id));
      },
      [self](const stop_supervisor&) {
        auto promise = self->make_response_promise();
        self->state.stop_waiters.push_back(promise);
        perform(self, self->state.machine->stop());
        return promise;
      },
      [self](const get_supervisor_status&) {
        return supervisor_status{self->state.setup.path, self->state.machine->children()};
      },
      [self](const restart_due& due) {
        perform(self, self->state.machine->on_restart_due(due.id, due.generation));
      },
      [self](const grace_over& over) {
        perform(self, self->state.machine->on_grace_over(over.id, over.generation));
      },
  };
}

}  // namespace pravega_actor::internal
