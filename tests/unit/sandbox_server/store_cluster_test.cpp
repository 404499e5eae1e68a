#include "server/store_cluster.hpp"

#include <chrono>
#include <thread>

#include "server/fault_switches.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;
using pravega_actor::endpoint;
using pravega_actor::errc;
using pravega_actor::scoped_stream;
using pravega_actor::stream_config;

namespace {

constexpr std::int64_t an_hour_ms = 3600000;

sandbox_options two_stores(std::int64_t failover_ms = 50) {
  sandbox_options options;
  options.stores = 2;
  options.failover_ms = failover_ms;
  return options;
}

struct cluster : running_sandbox {
  explicit cluster(const sandbox_options& options = two_stores()) : running_sandbox{options} {
    // Where the name is hashed to does not matter to these tests.
    REQUIRE(server->move_segment(segment_name, 0));
  }
  [[nodiscard]] endpoint at(std::size_t store) const {
    return server->store_endpoints()[store];
  }
  [[nodiscard]] endpoint uri() {
    const auto told = server->call(controller::get_uri{{{"scope", "stream"}, {0, 0}}});
    REQUIRE(told);
    return told->get<endpoint>();
  }
  void wait_for_owner(std::size_t store) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds{patience_ms};
    while (server->owner_of(segment_name) != store) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
  }
};

void write_first(raw_client& writer) {
  writer.setup(segment_name);
  writer.append("a", 1);
  writer.expect<wire::data_appended>();
}

}  // namespace

TEST_CASE("store cluster: each store has a port and serves what the controller says") {
  cluster c;
  REQUIRE(c.server->store_endpoints().size() == 2);
  CHECK(c.server->store_endpoint() == c.at(0));
  CHECK(c.at(0).port != c.at(1).port);
  CHECK(c.uri() == c.at(0));
  raw_client wrong{c.at(1)};
  wrong.send(wire::setup_append{7, writer_id, segment_name, {}});
  CHECK(wrong.expect<wire::wrong_host>() == wire::wrong_host{7, segment_name, {}, {}});
  wrong.send(wire::read_segment{segment_name, 0, 10, {}, 8});
  CHECK(wrong.expect<wire::wrong_host>().request_id == 8);
  wrong.send(wire::get_stream_segment_info{9, segment_name, {}});
  CHECK(wrong.expect<wire::wrong_host>().request_id == 9);
  raw_client right{c.at(0)};
  CHECK(right.setup(segment_name) == std::numeric_limits<std::int64_t>::min());
  CHECK(c.server->counters().connections_accepted == 2);
}

TEST_CASE("store cluster: a segment moves under its writer and a waiting reader") {
  cluster c;
  raw_client writer{c.at(0)};
  write_first(writer);
  raw_client reader{c.at(0)};
  reader.send(wire::read_segment{segment_name, 1, 10, {}, 5});
  CHECK(reader.alive());
  REQUIRE(c.server->move_segment(segment_name, 1));
  CHECK(c.uri() == c.at(1));
  CHECK(reader.expect<wire::wrong_host>().request_id == 5);
  writer.append("b", 2);
  CHECK(writer.expect<wire::wrong_host>().segment == segment_name);
  raw_client again{c.at(1)};
  CHECK(again.setup(segment_name) == 1);
  again.append("b", 2);
  CHECK(again.expect<wire::data_appended>().current_segment_write_offset == 2);
}

TEST_CASE("store cluster: a container moves") {
  auto options = two_stores();
  running_sandbox s{options};
  const auto container = s.server->container_of(segment_name);
  CHECK(container < s.server->containers());
  const auto other = 1 - s.server->owner_of(segment_name);
  REQUIRE(s.server->move_container(container, other));
  CHECK(s.server->owner_of(segment_name) == other);
  CHECK(s.server->move_container(s.server->containers(), 0).error() == errc::invalid_argument);
}

TEST_CASE("store cluster: a killed store resets its connections and is still named") {
  cluster c{two_stores(an_hour_ms)};
  raw_client client{c.at(0)};
  CHECK(client.alive());
  raw_client elsewhere{c.at(1)};
  CHECK(elsewhere.alive());
  REQUIRE(c.server->kill_store(0));
  CHECK(client.closes());
  CHECK_FALSE(raw_client{c.at(0)}.connected());
  CHECK(elsewhere.alive());
  CHECK(c.uri() == c.at(0));
}

TEST_CASE("store cluster: others take the segments of a killed store over") {
  cluster c;
  raw_client writer{c.at(0)};
  write_first(writer);
  REQUIRE(c.server->kill_store(0));
  c.wait_for_owner(1);
  CHECK(c.uri() == c.at(1));
  raw_client again{c.at(1)};
  CHECK(again.setup(segment_name) == 1);
}

TEST_CASE("store cluster: a store that is started again has its port and a share") {
  cluster c;
  REQUIRE(c.server->kill_store(0));
  c.wait_for_owner(1);
  REQUIRE(c.server->start_store(0));
  CHECK(raw_client{c.at(0)}.alive());
  REQUIRE(c.server->move_segment(segment_name, 0));
  CHECK(raw_client{c.at(0)}.setup(segment_name) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("store cluster: a store that is back in time keeps its segments") {
  asio::io_context io;
  store_model store;
  fault_switches faults;
  store_clock clock{store};
  store_cluster stores{io, store, faults, clock, 2, std::chrono::milliseconds{1}};
  REQUIRE(stores.listen(asio::ip::make_address("127.0.0.1"), 0));
  REQUIRE(stores.move_segment(segment_name, 0));
  REQUIRE(stores.move_segment("other", 1));
  // Time does not pass for the cluster while nobody runs its io_context.
  REQUIRE(stores.kill(0));
  REQUIRE(stores.start(0));
  REQUIRE(stores.kill(1));
  while (stores.placement().owner_of("other") == 1)
    REQUIRE(io.run_one_for(std::chrono::milliseconds{patience_ms}) == 1);
  CHECK(stores.placement().owner_of(segment_name) == 0);
  CHECK(stores.placement().alive(0));
}

TEST_CASE("store cluster: what is not possible is an error and changes nothing") {
  cluster c;
  auto& server = *c.server;
  CHECK(server.move_segment(segment_name, 2).error() == errc::invalid_argument);
  CHECK(server.kill_store(2).error() == errc::invalid_argument);
  CHECK(server.start_store(0).error() == errc::invalid_argument);
  CHECK(server.start_store(9).error() == errc::invalid_argument);
  CHECK(server.refuse_connections(2, true).error() == errc::invalid_argument);
  REQUIRE(server.kill_store(1));
  CHECK(server.kill_store(1).error() == errc::invalid_argument);
  CHECK(server.move_segment(segment_name, 1).error() == errc::invalid_argument);
  CHECK(server.refuse_connections(1, false).error() == errc::invalid_argument);
  CHECK(server.refuse_connections(false));
  CHECK_FALSE(raw_client{c.at(1)}.connected());
  CHECK(server.cut_connections(7) == 0);
  server.stop_answering(7, true);
  CHECK(raw_client{c.at(0)}.alive());
}

TEST_CASE("store cluster: faults of one store leave the other alone") {
  cluster c;
  raw_client first{c.at(0)};
  raw_client second{c.at(1)};
  CHECK(first.alive());
  CHECK(second.alive());
  c.server->stop_answering(0, true);
  first.send(wire::keep_alive{});
  CHECK(first.silent(50));
  CHECK(second.alive());
  c.server->stop_answering(0, false);
  CHECK(first.expect<wire::keep_alive>() == wire::keep_alive{});
  CHECK(c.server->cut_connections(1) == 1);
  CHECK(second.closes());
  CHECK(first.alive());
  REQUIRE(c.server->refuse_connections(1, true));
  CHECK_FALSE(raw_client{c.at(1)}.connected());
  CHECK(raw_client{c.at(0)}.alive());
  REQUIRE(c.server->refuse_connections(false));
  CHECK(raw_client{c.at(1)}.alive());
  c.server->stop_answering(true);
  second.send(wire::keep_alive{});
  first.send(wire::keep_alive{});
  CHECK(first.silent(20));
  c.server->stop_answering(false);
  CHECK(first.receive());
}

TEST_CASE("store cluster: ports follow the first, also the published ones") {
  auto options = two_stores();
  // Two free ports in a row, found by trying.
  for (std::uint16_t port = 20000; port < 60000; port = static_cast<std::uint16_t>(port + 7)) {
    options.store_port = port;
    options.published_store_port = 30000;
    auto started = sandbox::start(options);
    if (!started) continue;
    auto& server = **started;
    CHECK(server.store_endpoints()[0].port == port);
    CHECK(server.store_endpoints()[1].port == port + 1);
    REQUIRE(server.move_segment(segment_name, 1));
    const auto uri = server.call(controller::get_uri{{{"scope", "stream"}, {0, 0}}});
    CHECK(uri->get<endpoint>() == endpoint{"127.0.0.1", 30001});
    return;
  }
  FAIL("no free ports");
}

TEST_CASE("store cluster: options out of their ranges") {
  const auto refused = [](auto change) {
    sandbox_options options;
    change(options);
    auto started = sandbox::start(options);
    return !started && started.error() == errc::invalid_argument;
  };
  CHECK(refused([](auto& o) { o.stores = 0; }));
  CHECK(refused([](auto& o) { o.stores = stores_max + 1; }));
  CHECK(refused([](auto& o) { o.failover_ms = -1; }));
  CHECK(refused([](auto& o) { o.auto_scale_window_ms = -1; }));
  CHECK(refused([](auto& o) { o.retention_period_ms = -1; }));
  CHECK(refused([](auto& o) { o.stores = 3, o.store_port = 65534; }));
  CHECK(refused([](auto& o) { o.stores = 3, o.published_store_port = 65534; }));
}

TEST_CASE("store cluster: streams scale by their load") {
  sandbox_options options;
  options.auto_scale_window_ms = 50;
  running_sandbox s{options};
  stream_config config;
  config.scaling = {pravega_actor::scaling_policy::kind::by_events_per_s, 1, 2, 1};
  const scoped_stream hot{"scope", "hot"};
  REQUIRE(s.server->call(controller::create_stream{hot, config}));
  raw_client client{s.store()};
  client.setup("scope/hot/0.#epoch.0");
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds{patience_ms};
  for (std::int64_t number = 1; s.server->counters().auto_scales == 0; ++number) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    client.append("x", number);
    const auto frame = client.receive();
    REQUIRE(frame);
    if (frame->type == wire::segment_is_sealed::code) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  // Two idle halves may have become one again, but the split was there.
  const auto split = s.server->call(controller::get_epoch_segments{hot, 1});
  REQUIRE(split);
  CHECK(split->get<controller::segment_ranges>().segments.size() == 2);
}
