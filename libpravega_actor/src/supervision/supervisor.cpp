#include "supervision/supervisor.hpp"

#include <utility>

#include "core/bounded_timeout.hpp"
#include "core/user_code.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "supervision/perform_actions.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = supervisor_pointer;

started_child call_factory(self_pointer self, const supervisor_machine::start_child& what) {
  auto& state = self->state;
  started_child made{error{errc::actor_terminated, "the factory threw an exception"}};
  const auto threw = [&made](const char* text) {
    made = error{errc::actor_terminated, std::string{"the factory threw: "} + text};
  };
  call_user(threw, [&] {
    made = state.factories.at(what.id)(
        child_start{self, state.setup.path + "/" + what.id, what.generation, state.setup.env});
  });
  // Each child has an end of its own: two could not wait for that of one actor.
  if (made.get() && state.ids.contains((*made.get())->id()))
    return error{errc::invalid_argument, "the factory gave an actor that is a child already"};
  return made;
}

void start_one(self_pointer self, const supervisor_machine::start_child& what) {
  auto& state = self->state;
  const auto made = call_factory(self, what);
  if (!made.get()) {
    // The machine is at work: it learns of the failure afterwards.
    return self->send(supervisor_inside{self},
                      start_failed{what.id, what.generation, made.get().error()});
  }
  const auto& child = *made.get();
  state.ids[child->id()] = what.id;
  self->monitor(child);
  state.running[what.id] = {child, what.generation};
}

void end_child(self_pointer self, const std::string& id, std::uint64_t generation,
               caf::exit_reason reason) {
  auto at = self->state.running.find(id);
  if (at != self->state.running.end() && at->second.generation == generation)
    self->send_exit(at->second.actor, reason);
}

void answer_stop_waiters(supervisor_state& state) {
  for (auto& waiter : std::exchange(state.stop_waiters, {}))
    waiter.deliver(supervisor_stopped{});
}

void publish(self_pointer self, const supervisor_machine::publish& what) {
  auto& state = self->state;
  const auto& setup = state.setup;
  const auto now = setup.env->now();
  const auto path = setup.path + "/" + what.id;
  if (setup.bus) setup.bus->publish({what.kind, path, what.cause, now});
  const supervision_event event{
      what.kind, path, what.id, what.generation, what.cause, state.reasons[what.id], now};
  for (const auto& sink : state.sinks)
    self->send(sink, event);
  if (what.kind != event_kind::stopped) return;
  state.factories.erase(what.id);
  state.reasons.erase(what.id);
}

void add_sink(self_pointer self, const supervision_event_sink& sink) {
  if (!sink) return;
  self->state.sinks.push_back(sink);
  self->monitor(sink);
}

// Only what changed: a supervisor may have thousands of children.
void show(self_pointer self, const std::string& id) {
  const auto& setup = self->state.setup;
  if (!setup.board) return;
  if (auto child = self->state.machine->child_of(id))
    setup.board->set({setup.path, self->id()}, std::move(*child));
  else
    setup.board->forget({setup.path, self->id()}, id);
}

// False: a fault plan has ended the supervisor.
bool perform(self_pointer self, const supervisor_machine::actions& todo) {
  struct performer {
    self_pointer self;
    void operator()(const supervisor_machine::start_child& a) const { start_one(self, a); }
    void operator()(const supervisor_machine::stop_child& a) const {
      end_child(self, a.id, a.generation, caf::exit_reason::user_shutdown);
      self->delayed_send(supervisor_inside{self}, bounded_timeout(a.grace),
                         grace_over{a.id, a.generation});
    }
    void operator()(const supervisor_machine::kill_child& a) const {
      end_child(self, a.id, a.generation, caf::exit_reason::kill);
    }
    void operator()(const supervisor_machine::arm_restart& a) const {
      self->delayed_send(supervisor_inside{self}, bounded_timeout(a.delay),
                         restart_due{a.id, a.generation});
    }
    void operator()(const supervisor_machine::publish& a) const { publish(self, a); }
    void operator()(const supervisor_machine::escalate& a) const {
      answer_stop_waiters(self->state);
      self->quit(to_caf_error(error{errc::retries_exhausted, a.cause}));
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

void on_end(self_pointer self, const std::string& id, std::uint64_t generation,
            const caf::error& reason) {
  auto& state = self->state;
  state.reasons[id] = reason;
  const auto todo =
      state.machine->on_down(id, generation, classify_exit(reason), describe_exit(reason),
                             state.setup.env->now(), state.setup.env->random());
  if (perform(self, todo)) show(self, id);
}

void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  std::erase_if(state.sinks, [&](const auto& sink) { return sink == down.source; });
  auto known = state.ids.find(down.source.id());
  if (known == state.ids.end()) return;
  const std::string id = known->second;
  state.ids.erase(known);
  auto running = state.running.find(id);
  if (running == state.running.end()) return;
  const auto generation = running->second.generation;
  state.running.erase(running);
  on_end(self, id, generation, down.reason);
}

child_supervised add(self_pointer self, const child_spec& child) {
  auto& state = self->state;
  if (auto fits = check_child(child); !fits) return {child.name, fits};
  if (state.machine->stopping())
    return {child.name, error{errc::closed, "the supervisor is stopping"}};
  // A child of this name that lives keeps its factory.
  if (!state.factories.emplace(child.name, child.start).second)
    return {child.name,
            error{errc::invalid_argument, "there is a child \"" + child.name + "\" already"}};
  if (!perform(self, state.machine->add(child.name, child.restart, child.shutdown_time)))
    return {child.name, error{errc::actor_terminated, "the supervisor has ended"}};
  return {child.name, {}};
}

caf::typed_response_promise<supervisor_stopped> stop(self_pointer self) {
  auto promise = self->make_response_promise<supervisor_stopped>();
  self->state.stop_waiters.push_back(promise);
  perform(self, self->state.machine->stop());
  return promise;
}

void begin(self_pointer self, supervisor_setup setup) {
  auto& state = self->state;
  state.number = self->id();
  state.machine = std::make_unique<supervisor_machine>(setup.policy);
  state.setup = std::move(setup);
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& exit) {
    if (exit.reason == caf::exit_reason::kill) return self->quit(exit.reason);
    if (!exit.reason) return;
    perform(self, self->state.machine->stop());
  });
  add_sink(self, state.setup.sink);
  state.setup.sink = supervision_event_sink{};
  for (const auto& child : std::exchange(state.setup.children, {}))
    if (!add(self, child).outcome) return;
}

}  // namespace

exit_kind classify_exit(const caf::error& reason) {
  // What is closed was closed by the application: trying again would not help.
  const bool ordered = !reason || reason == caf::exit_reason::normal ||
                       reason == caf::exit_reason::user_shutdown ||
                       errc_of(reason) == errc::closed;
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

result<void> check_child(const child_spec& child) {
  if (child.name.empty()) return error{errc::invalid_argument, "a child needs a name"};
  if (!child.start)
    return error{errc::invalid_argument, "the child \"" + child.name + "\" has no factory"};
  if (child.shutdown_time < duration{0})
    return error{errc::invalid_argument,
                 "the child \"" + child.name + "\" has a negative shutdown time"};
  return {};
}

supervisor_state::~supervisor_state() {
  answer_stop_waiters(*this);
  if (setup.board) setup.board->forget({setup.path, number});
  for (const auto& [child_name, child] : running)
    caf::anon_send_exit(child.actor, caf::exit_reason::user_shutdown);
}

supervisor_inside::behavior_type supervisor(supervisor_pointer self, supervisor_setup setup) {
  begin(self, std::move(setup));
  return {
      [self](const supervise& what) { return add(self, what.child); },
      [self](const remove_child& what) {
        perform(self, self->state.machine->remove(what.name));
      },
      [self](const subscribe_supervision& what) { add_sink(self, what.sink); },
      [self](const get_supervisor_status&) {
        return supervisor_status{self->state.setup.path, self->state.machine->children()};
      },
      [self](const stop_supervisor&) { return stop(self); },
      [self](const restart_due& due) {
        perform(self, self->state.machine->on_restart_due(due.id, due.generation));
      },
      [self](const grace_over& over) {
        perform(self, self->state.machine->on_grace_over(over.id, over.generation));
      },
      [self](const start_failed& failed) {
        on_end(self, failed.id, failed.generation, to_caf_error(failed.why));
      },
  };
}

}  // namespace pravega_actor::internal
