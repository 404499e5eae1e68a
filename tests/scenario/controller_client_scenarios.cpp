// The controller client's actor: attempts, deadlines, limits, late answers and death.
#include "controller_client/controller_client.hpp"

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "host/controller_caller.hpp"
#include "scenario/scenario_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

/// A port whose calls the test ends itself.
class held_controller final : public controller_port {
 public:
  struct call {
    controller::request what;
    duration timeout;
    callback done;
  };
  std::vector<call> calls;
  void start(const controller::request& what, duration timeout, callback done) override {
    calls.push_back({what, timeout, std::move(done)});
  }
  void shut_down() override {}
  std::string address() const override { return "held:1"; }
};

struct controller_world {
  simulation world{1, {}};
  std::size_t actors_before = world.live_actors();
  std::shared_ptr<held_controller> port = std::make_shared<held_controller>();
  controller_service calls;
  std::vector<controller_answer> answers;

  controller_world() {
    controller_client_setup setup;
    setup.port = port;
    setup.env = world.ports().env;
    setup.backoff = {milliseconds{100}, 2.0, seconds{1}, 0.0};
    setup.attempt_timeout = seconds{3};
    setup.call_timeout = seconds{10};
    setup.calls_max = 5;
    calls = world.system().spawn(controller_client, setup);
  }
  ~controller_world() {
    caf::anon_send_exit(calls, caf::exit_reason::kill);
    calls = nullptr;
    world.run_for(seconds{200});
    CHECK(world.live_actors() == actors_before);
  }
  void ask(duration timeout = duration{0}) {
    world.system().spawn([this, timeout](caf::event_based_actor* self) {
      self->request(calls, seconds{100},
                    controller_call{controller::check_scope{"scope"}, timeout})
          .then([this](const controller_answer& a) { answers.push_back(a); },
                [this](const caf::error&) { answers.push_back({errc::internal_error}); });
    });
    world.run_for(milliseconds{1});
  }
  void end(std::size_t number, result<controller::reply> outcome) {
    const auto done = port->calls.at(number).done;
    done(std::move(outcome));
    world.run_for(milliseconds{1});
  }
  controller_client_status status() {
    return scenario::ask<controller_client_status>(world, calls, get_controller_client_status{})
        .value();
  }
};

}  // namespace

TEST_CASE("controller client: a call is answered with its reply") {
  controller_world w;
  w.ask();
  REQUIRE(w.port->calls.size() == 1);
  CHECK(w.port->calls[0].timeout == seconds{3});
  CHECK(w.status().under_way == 1);
  w.end(0, controller::reply{controller::existence{true}});
  REQUIRE(w.answers.size() == 1);
  CHECK(controller::reply_of<controller::check_scope>(w.answers[0].outcome)->exists);
  const auto status = w.status();
  CHECK(status.calls == 1);
  CHECK(status.attempts == 1);
  CHECK(status.failures == 0);
  CHECK(status.under_way == 0);
  CHECK(status.address == "held:1");
}

TEST_CASE("controller client: retriable failures are tried again after a delay") {
  controller_world w;
  w.ask();
  w.end(0, errc::controller_unreachable);
  CHECK(w.port->calls.size() == 1);
  w.world.run_for(milliseconds{110});
  REQUIRE(w.port->calls.size() == 2);
  w.end(1, errc::controller_failure);
  w.world.run_for(milliseconds{210});
  REQUIRE(w.port->calls.size() == 3);
  w.end(2, controller::reply{controller::existence{false}});
  REQUIRE(w.answers.size() == 1);
  CHECK(w.answers[0].outcome.has_value());
}

TEST_CASE("controller client: the caller's deadline covers all attempts") {
  controller_world w;
  w.ask(milliseconds{250});
  CHECK(w.port->calls[0].timeout == milliseconds{250});
  w.end(0, errc::controller_unreachable);
  w.world.run_for(milliseconds{110});
  REQUIRE(w.port->calls.size() == 2);
  CHECK(w.port->calls[1].timeout < milliseconds{200});
  w.end(1, errc::controller_unreachable);
  w.world.run_for(seconds{2});
  CHECK(w.port->calls.size() == 2);
  REQUIRE(w.answers.size() == 1);
  CHECK(w.answers[0].outcome.error() == errc::controller_unreachable);
  CHECK(w.status().failures == 1);
}

TEST_CASE("controller client: many calls ask as one while the controller is away") {
  constexpr std::size_t calls = 1000;
  simulation world{1, {}};
  controller_client_setup setup;
  const auto port = std::make_shared<switched_controller>(world, world.ports().controller);
  setup.port = port;
  setup.env = world.ports().env;
  setup.backoff = {milliseconds{100}, 2.0, seconds{1}, 0.0};
  setup.call_timeout = seconds{30};
  world.create_stream({"scope", "stream"}, 1);
  const auto client = world.system().spawn(controller_client, setup);
  std::size_t reached = 0, lost = 0;
  const auto ask = [&](duration timeout) {
    for (std::size_t i = 0; i < calls; ++i)
      world.system().spawn([&, client, timeout](caf::event_based_actor* self) {
        self->request(client, seconds{100},
                      controller_call{controller::check_scope{"scope"}, timeout})
            .then(
                [&](const controller_answer& a) {
                  ++(a.outcome ? reached : lost);
                  if (!a.outcome) CHECK(a.outcome.error() == errc::controller_unreachable);
                },
                [&](const caf::error&) { FAIL("the controller client does not answer"); });
      });
  };
  port->now = switched_controller::mode::away;
  ask(seconds{20});
  ask(seconds{60});
  world.run_for(seconds{10});
  const auto first = port->calls;
  world.run_for(seconds{20});
  // Each by itself asked once a second: 40,000 times.
  CHECK(port->calls - first < 60);
  CHECK(lost == calls);
  port->now = switched_controller::mode::through;
  REQUIRE(world.run_until([&] { return reached == calls; }, seconds{3}));
  CHECK(lost == calls);
  caf::anon_send_exit(client, caf::exit_reason::kill);
  world.run_for(seconds{100});
}

TEST_CASE("controller client: a late answer of an older attempt is ignored") {
  controller_world w;
  w.ask();
  auto first = w.port->calls[0].done;
  w.end(0, errc::controller_unreachable);
  w.world.run_for(milliseconds{110});
  REQUIRE(w.port->calls.size() == 2);
  first(controller::reply{controller::existence{false}});
  w.world.run_for(milliseconds{1});
  CHECK(w.answers.empty());
  w.end(1, controller::reply{controller::existence{true}});
  REQUIRE(w.answers.size() == 1);
  CHECK(controller::reply_of<controller::check_scope>(w.answers[0].outcome)->exists);
  w.port->calls[1].done(controller::reply{controller::existence{false}});
  w.world.run_for(milliseconds{1});
  CHECK(w.answers.size() == 1);
}

TEST_CASE("controller client: more calls than the limit are refused at once") {
  controller_world w;
  for (int i = 0; i < 6; ++i)
    w.ask();
  REQUIRE(w.answers.size() == 1);
  CHECK(w.answers[0].outcome.error() == errc::would_block);
  CHECK(w.port->calls.size() == 5);
  for (std::size_t i = 0; i < 5; ++i)
    w.end(i, controller::reply{controller::existence{true}});
  CHECK(w.answers.size() == 6);
  w.ask();
  CHECK(w.port->calls.size() == 6);
  w.end(5, controller::reply{controller::existence{true}});
}

TEST_CASE("controller client: its death answers what is open") {
  controller_world w;
  w.ask();
  w.ask();
  caf::anon_send_exit(w.calls, caf::exit_reason::kill);
  w.world.run_for(milliseconds{1});
  REQUIRE(w.answers.size() == 2);
  for (const auto& each : w.answers) {
    CHECK(each.outcome.error() == errc::actor_terminated);
    CHECK(each.outcome.error().at() == stage::controller_call);
  }
  w.end(0, controller::reply{controller::existence{true}});
  CHECK(w.answers.size() == 2);
}

namespace {

/// Asks through a client's slot, as handles do.
struct caller_world : client_world {
  std::vector<result<controller::reply>> replies;
  void ask(duration timeout) {
    access::core_of(*user).call(
        controller::check_stream{stream}, timeout,
        [this](const result<controller::reply>& r) { replies.push_back(r); });
  }
  void kill_controller() {
    caf::anon_send_exit(access::core_of(*user).context()->controller->get(),
                        caf::exit_reason::kill);
  }
};

}  // namespace

TEST_CASE("controller caller: a call survives the death of the controller client") {
  caller_world w;
  w.controller->now = switched_controller::mode::silent;
  w.ask(seconds{30});
  w.world.run_for(seconds{1});
  w.controller->now = switched_controller::mode::through;
  w.kill_controller();
  REQUIRE(w.world.run_until([&] { return !w.replies.empty(); }, seconds{5}));
  REQUIRE(w.replies[0]);
  CHECK(w.replies[0]->get<controller::existence>().exists);
  w.finish();
}

TEST_CASE("controller caller: a call ends within its time") {
  caller_world w;
  w.controller->now = switched_controller::mode::silent;
  const auto begin = w.world.now();
  w.ask(seconds{5});
  REQUIRE(w.world.run_until([&] { return !w.replies.empty(); }, seconds{60}));
  CHECK(w.world.now() - begin <= seconds{7});
  CHECK_FALSE(w.replies[0]);
  w.finish();
}

TEST_CASE("controller caller: a closed client refuses") {
  caller_world w;
  (void)w.close_client();
  w.ask(seconds{5});
  REQUIRE(w.replies.size() == 1);
  CHECK(w.replies[0].error() == errc::closed);
  w.finish();
}

TEST_CASE("status: services, actors and connections of a client") {
  client_world w{{}, 2};
  auto writer = w.open();
  w.world.run_for(seconds{1});
  std::optional<client_status> status;
  const auto look = [&] {
    status.reset();
    access::core_of(*w.user).request_status([&](const client_status& s) { status = s; });
    REQUIRE(w.world.run_until([&] { return status.has_value(); }, seconds{10}));
  };
  look();
  CHECK(status->controller == "controller:9090");
  CHECK(status->controller_calls >= 3);
  CHECK(status->controller_failures == 0);
  CHECK(status->connections == 2);
  REQUIRE(status->actors.size() == 5);
  CHECK(status->actors[0].path == "client/controller");
  CHECK(status->actors[1].path == "client/connections");
  CHECK(status->actors[2].path.starts_with("client/writer-"));
  for (const auto& each : status->actors)
    CHECK(each.running);
  writer = {};
  (void)w.close_client();
  look();
  CHECK(status->actors.empty());
  CHECK(status->connections == 0);
  w.finish();
}
