// Delegation tokens and access control in the simulation.
#include "pravega_sandbox/simulation.hpp"
#include "security/delegation_tokens.hpp"
#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;
using pravega_actor::access_operation;

namespace {

const std::string stream_of_segment = "prn::/scope:s/stream:t";

struct token_world : network_world {
  std::shared_ptr<delegation_tokens> tokens =
      std::make_shared<delegation_tokens>(token_options{"key", std::chrono::seconds{10}});
  link on;

  explicit token_world(const fault_plan& plan = {}) : network_world{1, plan} {
    store.require_tokens(tokens);
    on = connect(0);
  }
  std::string token() {
    return tokens->issue(stream_of_segment, permission::read_update,
                         to_ms(now.time_since_epoch()));
  }
  void set_up(const std::string& with) {
    send(on, wire::setup_append{1, writer_id, segment_name, with});
    run(milliseconds{50});
  }
};

}  // namespace

TEST_CASE("simulated tokens: a connection ends with the token of its first writer") {
  token_world w;
  w.set_up(w.token());
  (void)w.on.client->take<wire::append_setup>();
  w.run(seconds{9});
  CHECK(w.on.client->closed.empty());
  w.set_up(w.token());
  (void)w.on.client->take<wire::append_setup>();
  w.run(seconds{1});
  CHECK(w.on.client->closed == "closed by the peer");
  CHECK(w.noted("ends with its token"));
  CHECK(w.store.counters().token_ends == 1);
}

TEST_CASE("simulated tokens: a reset at a token's end loses what is on its way") {
  for (const bool reset : {false, true}) {
    fault_plan plan;
    plan.token_reset = reset ? 1 : 0;
    plan.delay_min = plan.delay_max = milliseconds{20};
    token_world w{plan};
    w.set_up(w.token());
    w.on.client->frames.clear();
    // Answered a little before the end.
    w.run(milliseconds{9825});
    w.send(w.on, wire::keep_alive{});
    w.run(seconds{1});
    CHECK_FALSE(w.on.client->closed.empty());
    CHECK(w.on.client->frames.empty() == reset);
  }
}

TEST_CASE("simulated tokens: the plan and orders make a good token expired or wrong") {
  fault_plan plan;
  plan.token_expiry = 1;
  plan.heal_after = seconds{1};
  token_world w{plan};
  const auto ask = [&] {
    w.send(w.on, wire::get_stream_segment_info{7, segment_name, w.token()});
    w.run(milliseconds{50});
  };
  ask();
  CHECK(w.on.client->take<wire::auth_token_check_failed>().error_code ==
        wire::token_error::token_expired);
  w.run(seconds{1});
  ask();
  (void)w.on.client->take<wire::stream_segment_info>();
  w.network.tokens().refuse_at(2);
  ask();
  (void)w.on.client->take<wire::stream_segment_info>();
  ask();
  CHECK(w.on.client->take<wire::auth_token_check_failed>().error_code ==
        wire::token_error::token_check_failed);
  CHECK(w.noted("a token for " + segment_name + " counts as wrong"));
}

namespace {

/// Asks a world's controller over a client's port.
result<controller::reply> ask_world(simulation& world, pravega_actor::client_ports ports,
                                    const controller::request& call) {
  std::optional<result<controller::reply>> got;
  ports.controller->start(call, seconds{5},
                          [&](result<controller::reply> answer) { got = std::move(answer); });
  REQUIRE(world.run_until([&] { return got.has_value(); }, seconds{10}));
  return *got;
}

}  // namespace

TEST_CASE("simulated tokens: the controller's tokens end by the client's wall clock") {
  simulation_options options;
  options.tokens = token_options{"key", std::chrono::seconds{15}};
  simulation world{1, {}, options};
  world.create_stream({"s", "t"}, 1);
  const auto ports = world.ports();
  const auto got = ask_world(
      world, ports, controller::get_delegation_token{{"s", "t"}, access_operation::write});
  REQUIRE(got);
  const delegation_tokens of_clients{*options.tokens};
  const auto found = of_clients.check(got->get<controller::token>().text, segment_name,
                                      permission::read_update, ports.env->wall_clock_ms());
  CHECK(found.state == token_state::good);
  REQUIRE(found.ends_at_ms);
  CHECK(*found.ends_at_ms > ports.env->wall_clock_ms() + 13'000);
  CHECK(*found.ends_at_ms <= ports.env->wall_clock_ms() + 15'000);
}

TEST_CASE("simulated tokens: clients with credentials, and without") {
  simulation_options options;
  options.access = access_options{.accounts = password_line("u", "p", "prn::/,READ_UPDATE")};
  simulation world{1, {}, options};
  const controller::create_scope call{"s"};
  CHECK(ask_world(world, world.ports(), call).error() == errc::unauthenticated);
  const auto known = world.ports([] { return basic_authorization("u", "p"); });
  CHECK(ask_world(world, known, call));
  CHECK(ask_world(world, known, controller::check_scope{"s"}).error() ==
        errc::permission_denied);
  CHECK(world.control(controller::check_scope{"s"}));
}
