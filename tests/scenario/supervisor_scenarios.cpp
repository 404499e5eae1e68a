// Supervisors over actors that end, fail, and will not stop.
#include "scenario/scenario_support.hpp"
#include "supervision/supervisor.hpp"

namespace {

struct fail_now {};
struct end_now {};

}  // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fail_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(end_now)

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

caf::behavior child(caf::event_based_actor* self, bool stubborn) {
  if (stubborn) self->set_exit_handler([](const caf::exit_msg&) {});
  return {
      [self](const fail_now&) {
        self->quit(caf::make_error(caf::sec::runtime_error, "a bug"));
      },
      [self](const end_now&) { self->quit(); },
  };
}

struct supervised_world {
  simulation world;
  std::size_t actors_before = world.live_actors();
  std::shared_ptr<event_bus> bus = std::make_shared<event_bus>();
  texts happened;
  std::map<std::string, caf::actor> now;
  supervisor_handle supervisor_now;
  caf::actor watcher;
  std::optional<caf::error> ended;

  explicit supervised_world(supervision_policy policy = {},
                            const pravega_sandbox::fault_plan& plan = {})
      : world{1, plan} {
    bus->subscribe([this](const library_event& e) {
      happened.push_back(std::string{to_string(e.kind)} + " " + e.path +
                         (e.cause.empty() ? "" : ": " + e.cause));
    });
    supervisor_now = world.system().spawn(
        supervisor, supervisor_setup{"root", policy, world.ports().env, bus});
    // Without a handle nobody could reach it, and it would end.
    watcher = world.system().spawn([this](caf::event_based_actor* self) {
      self->monitor(supervisor_now);
      self->set_down_handler([this, self](const caf::down_msg& down) {
        ended = down.reason;
        self->quit();
      });
      return caf::behavior{[](const end_now&) {}};
    });
  }
  ~supervised_world() {
    caf::anon_send_exit(supervisor_now, caf::exit_reason::kill);
    now.clear();
    caf::anon_send_exit(watcher, caf::exit_reason::kill);
    watcher = nullptr;
    supervisor_now = nullptr;
    world.run_for(seconds{60});
  }

  void add(const std::string& id, restart_type type = restart_type::permanent,
           bool stubborn = false, duration shutdown_time = seconds{2}) {
    const auto start = [this, id, stubborn](const child_start& as) {
      return now[id] = as.spawn(child, stubborn);
    };
    caf::anon_send(supervisor_now, supervise{{id, start, type, shutdown_time}});
    world.run_for(milliseconds{1});
  }
  void kill(const std::string& id) {
    caf::anon_send_exit(now.at(id), caf::exit_reason::kill);
    world.run_for(milliseconds{1});
  }
  supervisor_status status() {
    return ask<supervisor_status>(world, supervisor_now, get_supervisor_status{}).value();
  }
  texts take() { return std::exchange(happened, {}); }
};

}  // namespace

TEST_CASE("supervisor: a killed child is started again, and its cause is told") {
  supervised_world w;
  w.add("a");
  const auto first = w.now.at("a");
  CHECK(w.take() == texts{"started root/a"});
  w.kill("a");
  CHECK(w.take() == texts{"restarted root/a: was killed"});
  CHECK(w.now.at("a") != first);
  const auto status = w.status();
  CHECK(status.path == "root");
  REQUIRE(status.children.size() == 1);
  CHECK(status.children[0].generation == 2);
  CHECK(status.children[0].restarts == 1);
  CHECK(status.children[0].running);
  CHECK(status.children[0].last_cause == "was killed");
}

TEST_CASE("supervisor: a series of failures is slowed down") {
  supervision_policy policy;
  policy.backoff = {milliseconds{100}, 2.0, seconds{10}, 0.0};
  supervised_world w{policy};
  w.add("a");
  caf::anon_send(w.now.at("a"), fail_now{});
  w.world.run_for(milliseconds{1});
  CHECK(w.status().children[0].running);
  caf::anon_send(w.now.at("a"), fail_now{});
  w.world.run_for(milliseconds{50});
  CHECK_FALSE(w.status().children[0].running);
  w.world.run_for(milliseconds{60});
  CHECK(w.status().children[0].running);
  const auto all = w.take();
  REQUIRE(all.size() == 3);
  CHECK(all[2].find("a bug") != std::string::npos);
}

TEST_CASE("supervisor: transient and temporary children that end are forgotten") {
  supervised_world w;
  w.add("transient", restart_type::transient);
  w.add("temporary", restart_type::temporary);
  caf::anon_send(w.now.at("transient"), end_now{});
  w.world.run_for(milliseconds{1});
  caf::anon_send(w.now.at("temporary"), fail_now{});
  w.world.run_for(milliseconds{1});
  const auto all = w.take();
  REQUIRE(all.size() == 4);
  CHECK(all[2] == "stopped root/transient: ended normally");
  CHECK(all[3].starts_with("stopped root/temporary"));
  CHECK(w.status().children.empty());
}

TEST_CASE("supervisor: too many restarts: it gives up and ends with the cause") {
  supervision_policy policy;
  policy.restarts_max = 2;
  supervised_world w{policy};
  w.add("good");
  w.add("bad");
  for (int i = 0; i < 3; ++i) {
    caf::anon_send(w.now.at("bad"), fail_now{});
    w.world.run_for(seconds{1});
  }
  REQUIRE(w.ended);
  CHECK(classify_exit(*w.ended) == exit_kind::failure);
  const auto why = describe_exit(*w.ended);
  CHECK(why.find("bad ended too often") != std::string::npos);
  CHECK(w.take().back().starts_with("gave up root/bad"));
}

TEST_CASE("supervisor: one for all: everybody is started anew") {
  supervision_policy policy;
  policy.strategy = restart_strategy::one_for_all;
  supervised_world w{policy};
  w.add("a");
  w.add("b");
  w.add("c");
  w.take();
  w.kill("b");
  w.world.run_for(seconds{1});
  CHECK(w.take() == texts{"restarted root/a: was stopped", "restarted root/b: was killed",
                          "restarted root/c: was stopped"});
  for (const auto& each : w.status().children)
    CHECK(each.generation == 2);
}

TEST_CASE("supervisor: it stops its children and answers when all are down") {
  supervised_world w;
  w.add("a");
  w.add("b");
  CHECK(ask<supervisor_stopped>(w.world, w.supervisor_now, stop_supervisor{}));
  REQUIRE(w.ended);
  CHECK(classify_exit(*w.ended) == exit_kind::normal);
}

TEST_CASE(
    "supervisor: stop_supervisor is answered even if the supervisor is killed meanwhile") {
  // The start of the two children has eight moments to die at. Five follow before it ends by
  // itself.
  for (std::uint64_t moment = 9; moment <= 13; ++moment) {
    CAPTURE(moment);
    pravega_sandbox::fault_plan plan;
    plan.kill_visibly = true;
    plan.kill_at = moment;
    supervised_world w{{}, plan};
    w.add("a");
    w.add("b");
    REQUIRE_FALSE(w.ended);
    CHECK(ask<supervisor_stopped>(w.world, w.supervisor_now, stop_supervisor{}));
    CHECK(w.world.counters().kills == 1);
    // The watcher hears of the end after the answer.
    w.world.run_for(milliseconds{1});
    REQUIRE(w.ended);
    CHECK(*w.ended == caf::exit_reason::kill);
  }
}

TEST_CASE("supervisor: a child that will not stop is killed after its own time") {
  supervised_world w;
  w.add("a");
  w.add("stubborn", restart_type::permanent, true, seconds{3});
  const auto begin = w.world.now();
  CHECK(ask<supervisor_stopped>(w.world, w.supervisor_now, stop_supervisor{}));
  CHECK(w.world.now() - begin >= seconds{3});
  CHECK(w.world.now() - begin < seconds{4});
}

TEST_CASE("supervisor: a released child stops and is forgotten") {
  supervised_world w;
  w.add("a");
  caf::anon_send(w.supervisor_now, remove_child{"a"});
  w.world.run_for(seconds{1});
  CHECK(w.take() == texts{"started root/a", "stopped root/a: was stopped"});
  CHECK(w.status().children.empty());
  w.add("a");
  CHECK(w.take() == texts{"started root/a"});
}

TEST_CASE("supervisor: a second child of the same name changes nothing") {
  supervised_world w;
  w.add("a");
  int other = 0;
  caf::anon_send(w.supervisor_now, supervise{{"a", [&](const child_start& as) {
                                                ++other;
                                                return as.spawn(child, false);
                                              }}});
  w.world.run_for(seconds{1});
  w.kill("a");
  CHECK(w.take() == texts{"started root/a", "restarted root/a: was killed"});
  CHECK(other == 0);
}

TEST_CASE("supervisor: when it is killed, its children end") {
  supervised_world w;
  w.add("a");
  w.add("b");
  caf::anon_send_exit(w.supervisor_now, caf::exit_reason::kill);
  w.world.run_for(seconds{1});
  REQUIRE(w.ended);
  w.now.clear();
  w.supervisor_now = nullptr;
  w.world.run_for(seconds{20});
  CHECK(w.world.live_actors() == w.actors_before);
}

TEST_CASE("supervisor: an ordered exit message stops it in order") {
  supervised_world w;
  w.add("a");
  caf::anon_send_exit(w.supervisor_now, caf::exit_reason::user_shutdown);
  w.world.run_for(seconds{1});
  REQUIRE(w.ended);
  CHECK(classify_exit(*w.ended) == exit_kind::normal);
}
