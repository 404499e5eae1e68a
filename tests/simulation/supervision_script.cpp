#include <caf/all.hpp>

#include "simulation/death_world.hpp"
#include "supervision/supervisor.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct life {
  int starts = 0;
  int living = 0;
};

/// Counts the child among the living until it is destroyed.
struct child_state {
  std::shared_ptr<life> of;
  ~child_state() {
    if (of) --of->living;
  }
};

void begin(caf::stateful_actor<child_state>* self, const std::shared_ptr<life>& of) {
  self->state.of = of;
  ++of->starts;
  ++of->living;
}

/// Crashes soon after its start, as long as crashes are left.
caf::behavior crashing(caf::stateful_actor<child_state>* self, const std::shared_ptr<life>& of,
                       const std::shared_ptr<int>& crashes_left) {
  begin(self, of);
  if (*crashes_left > 0) {
    --*crashes_left;
    self->delayed_send(self, milliseconds{10}, 1);
  }
  return {[self](int) { self->quit(caf::exit_reason::unhandled_exception); }};
}

/// Does not stop when it is asked to, but ends after a while.
caf::behavior stubborn(caf::stateful_actor<child_state>* self, std::shared_ptr<life> of) {
  begin(self, of);
  self->set_exit_handler([self](const caf::exit_msg& exit) {
    if (exit.reason == caf::exit_reason::kill) self->quit(exit.reason);
  });
  self->delayed_send(self, seconds{20}, 1);
  return {[self](int) { self->quit(); }};
}

/// Notes how a supervisor ends.
caf::behavior parent(caf::event_based_actor* self, const supervisor_handle& child,
                     std::shared_ptr<std::optional<exit_kind>> end) {
  self->monitor(child);
  self->set_down_handler([self, end](const caf::down_msg& down) {
    *end = classify_exit(down.reason);
    self->quit();
  });
  return {[](int) {}};
}

struct watched_supervisor {
  pravega_sandbox::simulation& world;
  std::shared_ptr<std::optional<exit_kind>> end = std::make_shared<std::optional<exit_kind>>();
  std::shared_ptr<life> children = std::make_shared<life>();
  supervisor_handle actor;
  // Without a handle nobody could reach it, and it would end.
  caf::actor watcher;

  watched_supervisor(pravega_sandbox::simulation& in, std::uint32_t restarts_max) : world{in} {
    supervision_policy policy;
    policy.restarts_max = restarts_max;
    actor = world.system().spawn(supervisor, supervisor_setup{"test", policy, world.ports().env,
                                                              std::make_shared<event_bus>()});
    watcher = world.system().spawn(parent, actor, end);
  }
  void add(const std::string& id, int crashes) {
    const auto left = std::make_shared<int>(crashes);
    const auto start = [of = children, left](const child_start& as) {
      return as.spawn(crashing, of, left);
    };
    caf::anon_send(actor, supervise{{id, start, restart_type::transient}});
  }
  void add_stubborn() {
    const auto start = [of = children](const child_start& as) {
      return as.spawn(stubborn, of);
    };
    caf::anon_send(actor, supervise{{"stubborn", start, restart_type::temporary}});
  }
  /// The supervisor ends like this, unless it was killed; no child outlives it for long.
  void check(exit_kind expected, std::vector<std::string>& found) {
    const auto name =
        expected == exit_kind::failure ? "the one that gives up: " : "the stopped one: ";
    if (!world.run_until([this] { return end->has_value(); }, seconds{30}))
      found.push_back(std::string{name} + "it did not end");
    else if (**end != expected && (world.struck().empty() || **end != exit_kind::failure))
      found.push_back(std::string{name} + "it did not end as it should");
    if (!world.run_until([this] { return children->living == 0; }, seconds{30}))
      found.push_back(std::string{name} + "children are left");
  }
};

}  // namespace

std::vector<std::string> supervise_crashes(pravega_sandbox::simulation& world) {
  std::vector<std::string> found;
  const auto actors_before = world.live_actors();
  {
    watched_supervisor stopped{world, 10};
    stopped.add("crashes twice", 2);
    stopped.add_stubborn();
    world.run_for(seconds{2});
    if (world.struck().empty() && stopped.children->starts != 4)
      found.push_back("a child was not restarted twice");
    bool answered = false;
    world.system().spawn([&answered, to = stopped.actor](caf::event_based_actor* self) {
      self->request(to, caf::infinite, stop_supervisor{})
          .then([&answered](const supervisor_stopped&) { answered = true; },
                [&answered](const caf::error&) { answered = true; });
    });
    stopped.check(exit_kind::normal, found);
    if (!world.run_until([&answered] { return answered; }, seconds{1}))
      found.emplace_back("the request to stop was never answered");
    watched_supervisor giving_up{world, 2};
    giving_up.add("crashes for ever", 1000);
    giving_up.add("lives", 0);
    giving_up.check(exit_kind::failure, found);
  }
  world.run_for(seconds{30});
  if (world.live_actors() != actors_before) found.push_back("actors are left");
  return found;
}

}  // namespace simulation_tests
