// The connection manager and its connections: pools, failures, silence, and who ends with whom.
#include "connection/connection_manager.hpp"

#include "scenario/scenario_support.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

struct connection_world {
  simulation world{1, {}};
  std::size_t actors_before = world.live_actors();
  std::shared_ptr<switched_network> network =
      std::make_shared<switched_network>(world, world.ports().connections);
  connection_service manager;
  const endpoint store{"store-0", 12345};

  explicit connection_world(std::size_t per_store_max = 2) {
    manager = world.system().spawn(
        connection_manager,
        connection_setup{network, world.ports().env, std::make_shared<buffer_pool>(), {}},
        per_store_max);
  }
  ~connection_world() {
    caf::anon_send_exit(manager, caf::exit_reason::kill);
    manager = nullptr;
    world.run_for(seconds{60});
    CHECK(network->open_connections() == 0);
    CHECK(world.live_actors() == actors_before);
  }
  std::shared_ptr<std::vector<result<std::shared_ptr<session>>>> ask(bool dedicated,
                                                                     endpoint to = {}) {
    if (to.host.empty()) to = store;
    auto got = std::make_shared<std::vector<result<std::shared_ptr<session>>>>();
    world.system().spawn([this, got, to, dedicated](caf::event_based_actor* self) {
      self->request(manager, seconds{100}, open_session{to, dedicated})
          .then([got](const session_opened& o) { got->push_back(o.outcome); },
                [got](const caf::error&) { got->push_back(errc::actor_terminated); });
    });
    return got;
  }
  result<std::shared_ptr<session>> open(bool dedicated, endpoint to = {}) {
    auto got = ask(dedicated, std::move(to));
    REQUIRE(world.run_until([&] { return !got->empty(); }, seconds{60}));
    return got->front();
  }
  connection_manager_status status() {
    return scenario::ask<connection_manager_status>(world, manager,
                                                    get_connection_manager_status{})
        .value();
  }
};

struct silent_sink final : reply_sink {
  std::vector<error> ends;
  void on_reply(const wire::frame&) override {}
  void on_session_closed(const error& reason) override { ends.push_back(reason); }
};

}  // namespace

TEST_CASE("connections: a dedicated one belongs to its requester") {
  connection_world w;
  const auto one = w.open(true);
  const auto two = w.open(true);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(*one != *two);
  CHECK((*one)->dedicated());
  CHECK(w.status().dedicated == 2);
  (*one)->close(errc::closed);
  w.world.run_for(milliseconds{500});
  CHECK(w.status().dedicated == 1);
  CHECK_FALSE((*two)->closed());
}

TEST_CASE("connections: shared ones are pooled up to their limit, the least used first") {
  connection_world w{2};
  const auto sink = std::make_shared<silent_sink>();
  const auto one = w.open(false);
  REQUIRE(one);
  CHECK(*w.open(false) == *one);  // nobody uses it yet
  REQUIRE((*one)->attach(1, sink));
  const auto two = w.open(false);
  REQUIRE(two);
  CHECK(*two != *one);
  REQUIRE((*two)->attach(2, sink));
  REQUIRE((*two)->attach(3, sink));
  CHECK(*w.open(false) == *one);
  REQUIRE((*one)->attach(4, sink));
  REQUIRE((*one)->attach(5, sink));
  CHECK(*w.open(false) == *two);
  const auto status = w.status();
  CHECK(status.shared == 2);
  CHECK(status.connecting == 0);
  CHECK(status.dedicated == 0);
}

TEST_CASE("connections: an ended shared one is opened anew when it is asked for") {
  connection_world w{1};
  const auto sink = std::make_shared<silent_sink>();
  const auto one = w.open(false);
  REQUIRE((*one)->attach(1, sink));
  w.world.cut_connections();
  w.world.run_for(seconds{1});
  CHECK(sink->ends.size() == 1);
  CHECK(w.status().shared == 0);
  const auto two = w.open(false);
  REQUIRE(two);
  CHECK_FALSE((*two)->closed());
}

TEST_CASE("connections: a refused one tells everybody who waits") {
  connection_world w{1};
  w.network->refuses = true;
  const auto one = w.ask(false);
  const auto two = w.ask(false);
  w.world.run_for(seconds{1});
  for (const auto& got : {one, two}) {
    REQUIRE(got->size() == 1);
    const auto& why = got->front().error();
    CHECK(why.code() == errc::segment_store_unreachable);
    CHECK(why.segment_store() == "store-0:12345");
    CHECK(why.at() == stage::connect);
  }
  CHECK(w.status().connecting == 0);
}

TEST_CASE("connections: an address that does not answer fails within the time-out") {
  connection_world w;
  const auto begin = w.world.now();
  const auto opened = w.open(true, {"nowhere", 1});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().segment_store() == "nowhere:1");
  CHECK(w.world.now() - begin <= seconds{6});
}

TEST_CASE("connections: a peer that does not greet fails within the time-out") {
  connection_world w;
  w.network->script = [](std::int32_t, byte_view) { return std::vector<std::byte>{}; };
  const auto begin = w.world.now();
  const auto opened = w.open(true);
  REQUIRE_FALSE(opened);
  CHECK(opened.error() == errc::segment_store_unreachable);
  CHECK(opened.error().at() == stage::handshake);
  CHECK(opened.error().segment_store() == "store-0:12345");
  CHECK(w.world.now() - begin <= seconds{6});
  CHECK(w.network->open_connections() == 0);
}

TEST_CASE("connections: a peer that sends nonsense is left at once") {
  connection_world w;
  w.network->script = [](std::int32_t, byte_view) {
    const auto text = as_bytes("SSH-2.0-OpenSSH_9.2\r\n");
    return std::vector<std::byte>(text.begin(), text.end());
  };
  const auto begin = w.world.now();
  const auto opened = w.open(true);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().segment_store() == "store-0:12345");
  CHECK(w.world.now() - begin < seconds{1});
}

TEST_CASE("connections: a peer that falls silent is given up, one that lives is kept") {
  connection_world w;
  const auto sink = std::make_shared<silent_sink>();
  const auto one = w.open(false);
  REQUIRE((*one)->attach(1, sink));
  w.world.run_for(seconds{600});
  CHECK(sink->ends.empty());
  w.network->mute();
  const auto begin = w.world.now();
  REQUIRE(w.world.run_until([&] { return !sink->ends.empty(); }, seconds{60}));
  CHECK(sink->ends[0] == errc::connection_lost);
  CHECK(sink->ends[0].detail().find("silent") != std::string::npos);
  CHECK(w.world.now() - begin >= seconds{4});
  CHECK(w.world.now() - begin <= seconds{10});
}

TEST_CASE("connections: a dedicated one that nobody uses is closed") {
  connection_world w;
  const auto one = w.open(true);
  REQUIRE(one);
  w.world.run_for(seconds{5});
  CHECK((*one)->closed());
  CHECK(w.status().dedicated == 0);
}

TEST_CASE("connections: the manager's death ends them and answers who waits") {
  connection_world w;
  const auto sink = std::make_shared<silent_sink>();
  const auto one = w.open(false);
  REQUIRE((*one)->attach(1, sink));
  w.network->script = [](std::int32_t, byte_view) { return std::vector<std::byte>{}; };
  const auto waiting = w.ask(true);
  w.world.run_for(seconds{1});
  CHECK(waiting->empty());
  caf::anon_send_exit(w.manager, caf::exit_reason::kill);
  w.world.run_for(seconds{1});
  REQUIRE(waiting->size() == 1);
  CHECK(waiting->front().error() == errc::actor_terminated);
  CHECK(sink->ends.size() == 1);
  CHECK((*one)->closed());
  CHECK(w.network->open_connections() == 0);
}
