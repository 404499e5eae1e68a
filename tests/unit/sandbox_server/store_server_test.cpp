#include "server/store_server.hpp"

#include <chrono>
#include <thread>

#include "server/server_limits.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

TEST_CASE("store server: events are written and read over TCP") {
  running_sandbox s;
  raw_client client{s.store()};
  client.send(wire::hello{16, 5});
  CHECK(client.expect<wire::hello>() == wire::hello{16, 5});
  client.setup(segment_name);
  std::string all;
  for (int i = 1; i <= 50; ++i) {
    const std::string piece(static_cast<std::size_t>(i) * 3001,
                            static_cast<char>('a' + i % 26));
    REQUIRE(client.append(piece, i));
    all += piece;
  }
  while (client.expect<wire::data_appended>().event_number < 50)
    continue;
  std::string read;
  while (read.size() < all.size()) {
    client.send(wire::read_segment{
        segment_name, static_cast<std::int64_t>(read.size()), 1 << 20, {}, 1});
    const auto reply = client.expect<wire::segment_read>();
    read += pravega_actor::as_text(reply.data);
  }
  CHECK(read == all);
  const auto counters = s.server->counters();
  CHECK(counters.appends == 50);
  CHECK(counters.events_appended == 50);
  CHECK(counters.bytes_appended == all.size());
  CHECK(counters.bytes_read == all.size());
  CHECK(counters.connections_open == 1);
}

TEST_CASE("store server: garbage and oversized frames end that connection only") {
  running_sandbox s;
  raw_client healthy{s.store()};
  healthy.setup(segment_name);
  raw_client garbage{s.store()};
  garbage.send_bytes(pravega_actor::as_bytes("GET / HTTP/1.1\r\nHost: sandbox\r\n\r\n"));
  CHECK(garbage.closes());
  raw_client oversized{s.store()};
  oversized.send_bytes(pravega_actor::as_bytes({"\0\0\0\4\x01\0\0\0", 8}));
  CHECK(oversized.closes());
  raw_client half{s.store()};
  half.send_bytes(pravega_actor::as_bytes({"\0\0\0\4", 4}));
  healthy.append("x", 1);
  CHECK(healthy.expect<wire::data_appended>().event_number == 1);
}

TEST_CASE("store server: a parked read is woken by another connection") {
  running_sandbox s;
  raw_client reader{s.store()};
  raw_client writer{s.store()};
  reader.send(wire::read_segment{segment_name, 0, 100, {}, 9});
  CHECK(reader.alive());
  writer.setup(segment_name);
  writer.append("hello", 1);
  CHECK(reader.expect<wire::segment_read>().data.size() == 5);
  reader.send(wire::read_segment{segment_name, 5, 100, {}, 9});
  CHECK(reader.alive());
  REQUIRE(s.server->call(controller::seal_stream{{"scope", "stream"}}));
  CHECK(reader.expect<wire::segment_is_sealed>().offset == 5);
  reader.send(wire::read_segment{segment_name, 5, 100, {}, 9});
  CHECK(reader.expect<wire::segment_read>().end_of_segment);
}

TEST_CASE("store server: a reader that does not take its replies blocks nobody") {
  running_sandbox s;
  raw_client writer{s.store()};
  writer.setup(segment_name);
  const std::string data(2 << 20, 'x');
  writer.append(data, 1);
  writer.expect<wire::data_appended>();
  raw_client slow{s.store()};
  const int asked = 200;
  std::thread asking{[&] {
    for (int i = 0; i < asked; ++i)
      slow.send(wire::read_segment{segment_name, 0, 2 << 20, {}, i});
  }};
  asking.join();
  for (int i = 2; i <= 20; ++i) {
    writer.append("abc", i);
    CHECK(writer.expect<wire::data_appended>().event_number == i);
  }
  for (int i = 0; i < asked; ++i)
    CHECK(slow.expect<wire::segment_read>().request_id == i);
}

TEST_CASE("store server: all connections can be cut at once") {
  running_sandbox s;
  raw_client first{s.store()};
  raw_client second{s.store()};
  CHECK(first.alive());
  CHECK(second.alive());
  CHECK(s.server->cut_connections() == 2);
  CHECK(first.closes());
  CHECK(second.closes());
  CHECK(s.server->counters().connections_open == 0);
  CHECK(raw_client{s.store()}.alive());
  CHECK(s.server->counters().connections_accepted == 3);
}

TEST_CASE("store server: a connection is cut at the n-th append, at the chosen moment") {
  for (const auto moment :
       {cut_moment::before_append, cut_moment::before_ack, cut_moment::after_ack}) {
    running_sandbox s;
    raw_client client{s.store()};
    client.setup(segment_name);
    s.server->cut_after_appends(2, moment);
    client.append("a", 1);
    CHECK(client.expect<wire::data_appended>().event_number == 1);
    client.append("b", 2);
    if (moment == cut_moment::after_ack) {
      CHECK(client.expect<wire::data_appended>().event_number == 2);
    }
    CHECK(client.closes());
    raw_client again{s.store()};
    CHECK(again.setup(segment_name) == (moment == cut_moment::before_append ? 1 : 2));
    again.append("c", 3);
    CHECK(again.expect<wire::data_appended>().event_number == 3);
  }
}

TEST_CASE("store server: an order to cut waits for an append that is not refused") {
  for (const auto moment :
       {cut_moment::before_append, cut_moment::before_ack, cut_moment::after_ack}) {
    running_sandbox s;
    REQUIRE(s.server->call(controller::create_stream{{"scope", "sealed"}, {}}));
    raw_client client{s.store()};
    client.setup(segment_name);
    raw_client refused{s.store()};
    refused.setup("scope/sealed/0.#epoch.0");
    REQUIRE(s.server->call(controller::seal_stream{{"scope", "sealed"}}));
    s.server->cut_after_appends(1, moment);
    refused.append("a", 1);
    refused.expect<wire::segment_is_sealed>();
    CHECK(refused.alive());
    client.append("a", 1);
    if (moment == cut_moment::after_ack) client.expect<wire::data_appended>();
    CHECK(client.closes());
    CHECK(s.server->counters().appends == (moment == cut_moment::before_append ? 0 : 1));
  }
}

TEST_CASE("store server: acknowledgements can be delayed") {
  running_sandbox s;
  raw_client client{s.store()};
  client.setup(segment_name);
  s.server->delay_acks(50);
  const auto begin = std::chrono::steady_clock::now();
  client.append("a", 1);
  client.append("b", 2);
  CHECK(client.expect<wire::data_appended>().event_number == 1);
  CHECK(client.expect<wire::data_appended>().event_number == 2);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds{49});
  s.server->delay_acks(0);
  client.append("c", 3);
  CHECK(client.expect<wire::data_appended>().event_number == 3);
}

TEST_CASE("store server: what is no acknowledgement overtakes those that are held back") {
  constexpr std::int64_t an_hour_ms = 3600000;
  running_sandbox s;
  raw_client client{s.store()};
  client.setup(segment_name);
  s.server->delay_acks(an_hour_ms);
  client.append("a", 1);
  CHECK(client.alive());
  CHECK(s.server->counters().appends == 1);
  // A set-up lets them go.
  client.send(wire::setup_append{1, writer_id, segment_name, {}});
  CHECK(client.expect<wire::data_appended>().event_number == 1);
  CHECK(client.expect<wire::append_setup>().last_event_number == 1);
}

TEST_CASE("store server: a store that does not answer goes on where it stopped") {
  running_sandbox s;
  raw_client client{s.store()};
  client.setup(segment_name);
  raw_client parked{s.store()};
  parked.send(wire::read_segment{segment_name, 0, 100, {}, 1});
  CHECK(parked.alive());
  s.server->stop_answering(true);
  client.append("a", 1);
  raw_client late{s.store()};
  CHECK(late.connected());
  late.send(wire::hello{16, 5});
  CHECK(client.silent(100));
  CHECK(late.silent(1));
  CHECK(s.server->counters().appends == 0);
  s.server->stop_answering(false);
  CHECK(client.expect<wire::data_appended>().event_number == 1);
  CHECK(late.expect<wire::hello>() == wire::hello{16, 5});
  CHECK(parked.expect<wire::segment_read>().data.size() == 1);
}

TEST_CASE("store server: connections can be refused, and accepted again on the same port") {
  running_sandbox s;
  raw_client existing{s.store()};
  CHECK(existing.alive());
  REQUIRE(s.server->refuse_connections(true));
  REQUIRE(s.server->refuse_connections(true));
  CHECK_FALSE(raw_client{s.store()}.connected());
  CHECK(existing.alive());
  REQUIRE(s.server->refuse_connections(false));
  REQUIRE(s.server->refuse_connections(false));
  CHECK(raw_client{s.store()}.alive());
}

TEST_CASE("store server: many connections write to one segment") {
  running_sandbox s;
  constexpr int writers = 8;
  constexpr int appends = 500;
  std::vector<std::thread> threads;
  std::vector<std::int64_t> last(writers);
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      raw_client client{s.store()};
      const uuid id{1, static_cast<std::uint64_t>(w)};
      client.send(wire::setup_append{1, id, segment_name, {}});
      if (!client.receive()) return;
      for (int i = 1; i <= appends; ++i)
        client.append("0123456789", i, id);
      while (last[static_cast<std::size_t>(w)] < appends) {
        const auto frame = client.receive();
        if (!frame) return;
        const auto ack = wire::decode_as<wire::data_appended>(frame->payload);
        if (!ack || ack->previous_event_number >= ack->event_number) return;
        last[static_cast<std::size_t>(w)] = ack->event_number;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK(last == std::vector<std::int64_t>(writers, appends));
  CHECK(s.server->counters().bytes_appended == 10u * writers * appends);
}
