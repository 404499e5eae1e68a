// A hostile segment store over real sockets: the whole client with asio and gRPC, against a
// sandbox whose store is reached through a relay that lies.
#include <algorithm>
#include <optional>

#include "hostile/sockets/lying_relay.hpp"
#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::hostile;

namespace {

const scoped_stream stream{"scope", "hostile"};
const std::string elsewhere = "scope/other/0.#epoch.0";
constexpr int events_per_run = 20;
constexpr std::int64_t recovery_ms = 4000;
/// On a machine that is busy.
constexpr duration patience = seconds{60};

void answer(const test::descriptor& to, const std::vector<std::byte>& bytes) {
  to.write_all(bytes);
}
void answer(const test::descriptor& to, std::string_view text) {
  to.write_all(as_bytes(text));
}

/// What any connection may meet, whatever is asked on it.
template <class Request>
std::vector<socket_attack> at_each() {
  using test::descriptor;
  const auto code = Request::code;
  const auto whole = [](const wire::frame& request) {
    const auto asked = *wire::decode_as<Request>(request.payload);
    return *wire::encode(
        wire::wrong_host{asked.request_id, "scope/hostile/0.#epoch.0", "", ""});
  };
  return {
      {"closes", code, [](const descriptor&, const wire::frame&) { return rest::closed; }},
      {"resets", code, [](const descriptor&, const wire::frame&) { return rest::reset; }},
      {"speaks HTTP", code,
       [](const descriptor& client, const wire::frame&) {
         answer(client, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
         return rest::mute;
       }},
      {"half a frame, then the end", code,
       [whole](const descriptor& client, const wire::frame& request) {
         auto bytes = whole(request);
         bytes.resize(bytes.size() / 2);
         answer(client, bytes);
         return rest::closed;
       }},
      {"half a frame, then silence", code,
       [whole](const descriptor& client, const wire::frame& request) {
         auto bytes = whole(request);
         bytes.resize(bytes.size() / 2);
         answer(client, bytes);
         return rest::mute;
       }},
      {"silence", code, [](const descriptor&, const wire::frame&) { return rest::mute; }},
      {"does not even receive", code,
       [](const descriptor&, const wire::frame&) { return rest::deaf; }},
      {"a flood of KeepAlives", code,
       [](const descriptor& client, const wire::frame&) {
         std::vector<std::byte> many;
         const auto one = *wire::encode(wire::keep_alive{});
         for (int i = 0; i < 20000; ++i)
           many.insert(many.end(), one.begin(), one.end());
         answer(client, many);
         return rest::mute;
       }},
      {"refuses, byte by byte", code,
       [whole](const descriptor& client, const wire::frame& request) {
         for (const auto byte : whole(request))
           answer(client, std::vector{byte});
         return rest::goes_on;
       }},
  };
}

std::vector<std::string> events(int first, int last) {
  std::vector<std::string> all;
  for (int i = first; i <= last; ++i)
    all.push_back("event " + std::to_string(i));
  return all;
}

struct socket_world {
  lying_relay relay;
  std::unique_ptr<pravega_sandbox::sandbox> server;
  std::optional<client> user;

  socket_world() {
    pravega_sandbox::sandbox_options options;
    options.published_store_port = relay.port();
    auto started = pravega_sandbox::sandbox::start(options);
    REQUIRE(started);
    server = std::move(*started);
    relay.lead_to(server->store_endpoint().port);
    REQUIRE(server->call(controller::create_scope{stream.scope}));
    REQUIRE(server->call(controller::create_stream{stream, {}}));
    connect();
  }
  void connect() {
    config settings;
    settings.controller_uri = server->controller_uri();
    settings.writer_recovery_timeout_ms = recovery_ms;
    settings.reader_recovery_timeout_ms = recovery_ms;
    settings.keep_alive_interval_ms = 200;
    settings.liveness_timeout_ms = 1000;
    settings.handshake_timeout_ms = 2000;
    settings.backoff_max_ms = 200;
    auto made = client::create(settings);
    REQUIRE(made);
    user = std::move(*made);
  }
  /// All descriptors are given back: the relay ends a connection with its client's end.
  void close() {
    CHECK(user->close(patience).outcome);
    user.reset();
    CHECK(test::eventually([this] { return server->counters().connections_open == 0; }));
  }

  /// The first outcome that is no success, or nothing.
  std::optional<error> write(int first, int last) {
    auto writer = user->create_writer(stream);
    REQUIRE(writer);
    for (const auto& each : events(first, last))
      if (auto written = writer->write("key", as_bytes(each), patience); !written)
        return written.error();
    const auto report = writer->close(patience);
    if (report.outcome) return std::nullopt;
    return report.outcome.error();
  }
  /// What was read up to `count` events or an error.
  std::pair<std::vector<std::string>, std::optional<error>> read(std::size_t count) {
    std::vector<std::string> seen;
    auto options = user->default_reader_options();
    options.start = read_from_head{};
    auto reader = user->create_reader(stream, options);
    REQUIRE(reader);
    while (seen.size() < count) {
      const auto item = reader->next(patience);
      if (!item) return {seen, item.error()};
      REQUIRE(item->has_value());
      if (const auto* slice = std::get_if<event_slice>(&**item))
        for (const auto& each : *slice)
          seen.emplace_back(as_text(each.payload));
    }
    return {seen, std::nullopt};
  }
};

}  // namespace

TEST_CASE("hostile sockets, reader: each attack once") {
  socket_world world;
  REQUIRE_FALSE(world.write(1, events_per_run));
  for (auto& each : at_each<wire::read_segment>()) {
    INFO(each.name);
    world.relay.arm(each, 1);
    const auto [seen, failure] = world.read(events_per_run);
    INFO((failure ? failure->to_string() : std::string{}));
    CHECK_FALSE(failure);
    CHECK(seen == events(1, events_per_run));
    CHECK(world.relay.strikes() == 1);
  }
  world.close();
}

TEST_CASE("hostile sockets, reader: a store that greets and never answers a read") {
  socket_world world;
  REQUIRE_FALSE(world.write(1, events_per_run));
  for (auto& each : at_each<wire::read_segment>()) {
    if (each.name != "silence" && each.name != "speaks HTTP") continue;
    INFO(each.name);
    world.relay.arm(each, for_ever);
    const auto before = world.relay.connections();
    const auto [seen, failure] = world.read(events_per_run);
    REQUIRE(failure);
    CHECK(failure->code() == errc::retries_exhausted);
    CHECK(seen.empty());
    CHECK(world.relay.connections() - before < 200);
  }
  world.relay.arm({}, 0);
  CHECK(world.read(events_per_run).first == events(1, events_per_run));
  world.close();
}

TEST_CASE("hostile sockets, reader: a reply about another segment") {
  socket_world world;
  REQUIRE_FALSE(world.write(1, events_per_run));
  world.relay.arm({"another segment", wire::read_segment::code,
                   [](const test::descriptor& client, const wire::frame& request) {
                     const auto asked = *wire::decode_as<wire::read_segment>(request.payload);
                     answer(client,
                            *wire::encode(wire::segment_read{
                                elsewhere, asked.offset, true, false, {}, asked.request_id}));
                     return rest::goes_on;
                   }},
                  1);
  const auto [seen, failure] = world.read(events_per_run);
  REQUIRE(failure);
  CHECK(failure->code() == errc::protocol_violation);
  CHECK(seen.empty());
  world.close();
}

TEST_CASE("hostile sockets, writer: each attack once") {
  socket_world world;
  int written = 0;
  for (auto& each : at_each<wire::append_block_end>()) {
    INFO(each.name);
    world.relay.arm(each, 1);
    const auto failure = world.write(written + 1, written + events_per_run);
    written += events_per_run;
    INFO((failure ? failure->to_string() : std::string{}));
    CHECK_FALSE(failure);
    CHECK(world.relay.strikes() == 1);
  }
  world.relay.arm({}, 0);
  CHECK(world.read(static_cast<std::size_t>(written)).first == events(1, written));
  world.close();
}

TEST_CASE("hostile sockets, writer: a store that sets up and never acknowledges") {
  socket_world world;
  REQUIRE_FALSE(world.write(1, events_per_run));
  for (auto& each : at_each<wire::append_block_end>()) {
    if (each.name != "silence" && each.name != "resets") continue;
    INFO(each.name);
    world.relay.arm(each, for_ever);
    const auto failure = world.write(events_per_run + 1, 2 * events_per_run);
    REQUIRE(failure);
    CHECK(failure->code() == errc::retries_exhausted);
  }
  world.relay.arm({}, 0);
  CHECK(world.read(events_per_run).first == events(1, events_per_run));
  world.close();
}
