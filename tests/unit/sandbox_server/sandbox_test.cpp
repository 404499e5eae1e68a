#include "pravega_sandbox/sandbox.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;
using pravega_actor::errc;

TEST_CASE("sandbox: starts and stops many times, fast") {
  std::vector<double> times_ms;
  for (int i = 0; i < 20; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    auto started = sandbox::start();
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - begin;
    times_ms.push_back(took.count());
    REQUIRE(started);
    if (i % 2 == 0) (*started)->stop();
  }
  std::sort(times_ms.begin(), times_ms.end());
  WARN("start-up: fastest " << times_ms.front() << " ms, median " << times_ms[10]
                            << " ms, slowest " << times_ms.back() << " ms");
  CHECK(times_ms.front() < 100);
}

TEST_CASE("sandbox: addresses, and calls without the network") {
  running_sandbox s;
  CHECK(s.server->controller_uri() == "tcp://" + s.server->controller_endpoint().to_string());
  CHECK(s.server->controller_endpoint().port != 0);
  CHECK(s.store().host == "127.0.0.1");
  const auto uri = s.server->call(controller::get_uri{{{"scope", "stream"}, {0, 0}}});
  REQUIRE(uri);
  CHECK(uri->get<pravega_actor::endpoint>() == s.store());
  const auto missing = s.server->call(controller::get_stream_config{{"scope", "none"}});
  CHECK(missing.error() == errc::stream_not_found);
}

TEST_CASE("sandbox: two at once know nothing of each other") {
  running_sandbox first;
  auto second = sandbox::start();
  REQUIRE(second);
  CHECK((*second)->controller_uri() != first.server->controller_uri());
  const auto exists = (*second)->call(controller::check_scope{"scope"});
  CHECK_FALSE(exists->get<controller::existence>().exists);
  raw_client client{(*second)->store_endpoint()};
  client.send(wire::setup_append{1, writer_id, segment_name, {}});
  client.expect<wire::no_such_segment>();
}

TEST_CASE("sandbox: a port in use is an error that names the address") {
  running_sandbox first;
  sandbox_options options;
  options.store_port = first.store().port;
  auto second = sandbox::start(options);
  REQUIRE_FALSE(second);
  CHECK(second.error() == errc::io_error);
  CHECK(second.error().detail().find(first.store().to_string()) != std::string::npos);
  options.store_port = 0;
  options.controller_port = first.server->controller_endpoint().port;
  second = sandbox::start(options);
  REQUIRE_FALSE(second);
  CHECK(second.error() == errc::io_error);
  CHECK(second.error().detail().find(first.server->controller_endpoint().to_string()) !=
        std::string::npos);
  CHECK(raw_client{first.store()}.alive());
}

TEST_CASE("sandbox: ports are free again after the end") {
  sandbox_options options;
  {
    running_sandbox first;
    options.store_port = first.store().port;
    options.controller_port = first.server->controller_endpoint().port;
    raw_client client{first.store()};
    CHECK(client.alive());
  }
  running_sandbox second{options};
  CHECK(second.store().port == options.store_port);
  CHECK(second.server->controller_endpoint().port == options.controller_port);
}

TEST_CASE("sandbox: a host that does not resolve, and one that is published") {
  sandbox_options options;
  options.host = "no.such.host.invalid";
  auto refused = sandbox::start(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
  options.host = "0.0.0.0";
  CHECK(running_sandbox{options}.store().host == "127.0.0.1");
  options.published_host = "example.org";
  CHECK(running_sandbox{options}.store().host == "example.org");
}

TEST_CASE("sandbox: stops with clients connected, and then every call says that it is closed") {
  running_sandbox s;
  raw_client client{s.store()};
  client.setup(segment_name);
  client.send(wire::read_segment{segment_name, 0, 100, {}, 1});
  CHECK(client.alive());
  s.server->stop();
  s.server->stop();
  CHECK(client.closes());
  CHECK_FALSE(raw_client{s.store()}.connected());
  CHECK(s.server->call(controller::check_scope{"scope"}).error() == errc::closed);
  CHECK(s.server->counters().appends == 0);
  CHECK(s.server->cut_connections() == 0);
  s.server->delay_acks(5);
}

TEST_CASE("sandbox: memory is limited, by refusal or by dropping the oldest events") {
  sandbox_options options;
  options.memory_bytes_max = 100000;
  const std::string data(60000, 'x');
  {
    running_sandbox s{options};
    raw_client client{s.store()};
    client.setup(segment_name);
    client.append(data, 1);
    CHECK(client.expect<wire::data_appended>().event_number == 1);
    client.append(data, 2);
    CHECK(client.expect<wire::error_message>().message.starts_with("the sandbox is full: "));
    CHECK(client.closes());
    CHECK(s.server->counters().appends_refused_full == 1);
    CHECK(s.server->counters().memory_bytes == data.size());
  }
  options.drop_oldest = true;
  running_sandbox s{options};
  raw_client client{s.store()};
  client.setup(segment_name);
  for (int i = 1; i <= 3; ++i) {
    client.append(data, i);
    client.expect<wire::data_appended>();
  }
  client.send(wire::get_stream_segment_info{1, segment_name, {}});
  CHECK(client.expect<wire::stream_segment_info>().start_offset == 120000);
  const auto head = s.server->call(controller::get_head_segments{{"scope", "stream"}});
  CHECK(head->get<controller::segment_offsets>().offsets.begin()->second == 120000);
}

TEST_CASE("sandbox: what is received and kept besides events counts against the memory") {
  sandbox_options options;
  options.memory_bytes_max = 1u << 20;
  running_sandbox s{options};
  const auto begin = s.server->counters().memory_bytes_all;
  CHECK(begin > 0);
  // 16 MiB that never become whole: only one such frame has room.
  std::vector<std::byte> promise(100000);
  const auto header = pravega_actor::as_bytes({"\0\0\0\4\0\xff\xff\0", 8});
  std::copy(header.begin(), header.end(), promise.begin());
  raw_client first{s.store()};
  REQUIRE(first.send_bytes(promise));
  CHECK(raw_client{s.store()}.alive());
  for (int i = 0; i < 20; ++i) {
    raw_client next{s.store()};
    (void)next.send_bytes(promise);
    REQUIRE(next.closes());
  }
  CHECK(s.server->counters().memory_bytes_all > begin + (16u << 20) - 1000);
  CHECK(s.server->counters().memory_bytes == 0);
}

#ifndef __SANITIZE_ADDRESS__
// AddressSanitizer keeps what is freed.
TEST_CASE("sandbox: memory goes back to the system when streams are deleted") {
  running_sandbox s;
  const auto resident = [] {
    long pages = 0;
    std::ifstream{"/proc/self/statm"}.ignore(20, ' ') >> pages;
    return static_cast<std::size_t>(pages) * 4096;
  };
  const std::string data(100000, 'x');
  const std::size_t appends = 1000;
  std::size_t after_first = 0;
  for (int round = 0; round < 12; ++round) {
    const pravega_actor::scoped_stream stream{"scope", "round" + std::to_string(round)};
    REQUIRE(s.server->call(controller::create_stream{stream, {}}));
    raw_client client{s.store()};
    client.setup(stream.to_string() + "/0.#epoch.0");
    for (std::size_t i = 1; i <= appends; ++i)
      REQUIRE(client.append(data, static_cast<std::int64_t>(i)));
    while (client.expect<wire::data_appended>().event_number < std::int64_t{appends})
      continue;
    const auto full = resident();
    REQUIRE(s.server->call(controller::seal_stream{stream}));
    REQUIRE(s.server->call(controller::delete_stream{stream}));
    CHECK(s.server->counters().memory_bytes == 0);
    const auto returned = [&] { return resident() + data.size() * appends / 2 < full; };
    REQUIRE(comes_true(returned));
    if (round == 0) after_first = resident();
    REQUIRE(comes_true([&] { return resident() < after_first + (32u << 20); }));
  }
}
#endif

TEST_CASE("sandbox: streams are truncated by their retention policies") {
  sandbox_options options;
  options.retention_period_ms = 20;
  running_sandbox s{options};
  const pravega_actor::scoped_stream kept{"scope", "kept"};
  controller::create_stream call{kept, {}};
  call.config.retention = {pravega_actor::retention_policy::kind::by_size_bytes, 1000, 1000};
  REQUIRE(s.server->call(call));
  raw_client client{s.store()};
  client.setup("scope/kept/0.#epoch.0");
  std::int64_t number = 0;
  while (s.server->counters().retention_truncations < 3) {
    REQUIRE(number < 2000);
    client.append(std::string(100, 'x'), ++number);
    (void)client.expect<wire::data_appended>();
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  const auto head = s.server->call(controller::get_head_segments{kept});
  REQUIRE(head);
  const auto& offsets = head->get<controller::segment_offsets>().offsets;
  REQUIRE(offsets.size() == 1);
  CHECK(offsets.begin()->second > 0);
  // At cuts, which lie between appends; what the policy wants is still there.
  CHECK(offsets.begin()->second % 100 == 0);
  CHECK(number * 100 - offsets.begin()->second >= 1000);
}
