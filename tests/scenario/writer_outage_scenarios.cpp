// What a writer does while controller or store are away, silent, or talk nonsense.
#include "scenario/scenario_support.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

config quick() {
  config settings;
  settings.writer_recovery_timeout_ms = 20000;
  settings.controller_call_timeout_ms = 10000;
  settings.controller_attempt_timeout_ms = 3000;
  return settings;
}

std::vector<std::byte> hello() {
  return *wire::encode(wire::hello{16, 5});
}

// A peer that greets and answers nothing else but signs of life.
peer_script polite(std::function<std::vector<std::byte>(std::int32_t, byte_view)> rest) {
  return [rest](std::int32_t type, byte_view payload) -> std::vector<std::byte> {
    if (type == wire::hello::code) return hello();
    if (type == wire::keep_alive::code) return *wire::encode(wire::keep_alive{});
    return rest(type, payload);
  };
}

std::vector<std::byte> nothing(std::int32_t, byte_view) {
  return {};
}

// Writes three events to a store that never takes them, and waits for the end.
struct doomed {
  client_world w;
  outcome_list outcomes;
  event_writer writer;

  explicit doomed(peer_script script) : w{quick()} {
    w.network->script = std::move(script);
    writer = w.open();
    for (const auto* text : {"one", "two", "three"})
      REQUIRE(writer.try_write("key", as_bytes(text), outcomes.sink()));
    REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 3; }, seconds{120}));
    CHECK(w.stored().empty());
  }
  ~doomed() {
    writer = {};
    w.finish();
  }
  std::string text() const { return outcomes.errors.front().detail(); }
  bool says(const std::string& part) const { return text().find(part) != std::string::npos; }
};

const texts none_written{"1 not_written", "2 not_written", "3 not_written"};

}  // namespace

TEST_CASE("outage: the controller is away and comes back: the writer opens") {
  client_world w;
  w.controller->now = switched_controller::mode::away;
  w.world.after(seconds{8}, [&] { w.controller->now = switched_controller::mode::through; });
  const auto begin = w.world.now();
  auto opened = w.try_open(w.stream);
  REQUIRE(opened);
  CHECK(opened->has_value());
  CHECK(w.world.now() - begin >= seconds{8});
  CHECK(w.world.now() - begin < seconds{10});
  opened.reset();
  w.finish();
}

TEST_CASE("outage: the controller stays away: the error names it and the stage") {
  client_world w{quick()};
  const auto mode =
      GENERATE(switched_controller::mode::away, switched_controller::mode::silent);
  w.controller->now = mode;
  const auto begin = w.world.now();
  const auto opened = w.try_open(w.stream);
  REQUIRE(opened);
  REQUIRE_FALSE(opened->has_value());
  const auto& why = opened->error();
  CHECK(why.code() == (mode == switched_controller::mode::away ? errc::controller_unreachable
                                                               : errc::deadline_exceeded));
  CHECK(why.at() == stage::controller_call);
  CHECK(why.controller() == "controller:9090");
  CHECK(why.detail().find("attempts") != std::string::npos);
  CHECK(w.world.now() - begin <= seconds{11});
  w.finish();
}

TEST_CASE("outage: store and controller go away under a writer and come back") {
  client_world w;
  outcome_list outcomes;
  auto writer = w.open();
  REQUIRE(writer.try_write("key", as_bytes("before"), outcomes.sink()));
  w.world.run_for(seconds{1});
  CHECK(outcomes.told == all_ok(1));
  w.network->refuses = true;
  w.controller->now = switched_controller::mode::away;
  w.world.cut_connections();
  for (int i = 0; i < 50; ++i)
    REQUIRE(writer.try_write("key", as_bytes("during " + std::to_string(i)), outcomes.sink()));
  w.world.run_for(seconds{20});
  CHECK(outcomes.told == all_ok(1));
  CHECK_FALSE(writer.status().last_failure.empty());
  w.network->refuses = false;
  w.world.run_for(seconds{5});
  CHECK(outcomes.told == all_ok(1));
  w.controller->now = switched_controller::mode::through;
  CHECK(w.world.run_until([&] { return outcomes.told.size() == 51; }, seconds{5}));
  CHECK(outcomes.told == all_ok(51));
  CHECK(w.stored().size() == 51);
  CHECK(w.stored().back() == "during 49");
  CHECK(w.count(event_kind::disconnected, "segment:") == 1);
  CHECK(w.count(event_kind::reconnected, "segment:") == 1);
  writer = {};
  w.finish();
}

TEST_CASE("outage: a store that falls silent is given up and reached anew") {
  client_world w;
  outcome_list outcomes;
  auto writer = w.open();
  w.world.run_for(seconds{60});
  w.network->mute();
  REQUIRE(writer.try_write("key", as_bytes("x"), outcomes.sink()));
  const auto begin = w.world.now();
  REQUIRE(w.world.run_until([&] { return !outcomes.told.empty(); }, seconds{60}));
  CHECK(outcomes.told == all_ok(1));
  CHECK(w.world.now() - begin >= seconds{4});
  CHECK(w.world.now() - begin <= seconds{10});
  CHECK(w.stored() == texts{"x"});
  writer = {};
  w.finish();
}

TEST_CASE("outage: a store that pauses shortly is waited for") {
  client_world w;
  auto writer = w.open();
  w.world.run_for(seconds{3600});
  CHECK(w.network->made == 1);
  CHECK(w.count(event_kind::disconnected) == 0);
  writer = {};
  w.finish();
}

TEST_CASE("outage: an old failure whose events were stored does not shorten the next one") {
  fault_plan plan;
  plan.cut_after_apply = 1.0;
  plan.heal_after = seconds{3600};
  config settings = quick();
  client_world w{settings, 1, plan};
  outcome_list outcomes;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  REQUIRE(writer.try_write("key", as_bytes("one"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 1; }, seconds{10}));
  w.world.run_for(seconds{600});
  REQUIRE(writer.try_write("key", as_bytes("two"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{10}));
  CHECK(outcomes.told == all_ok(2));
  CHECK(w.stored() == texts{"one", "two"});
  writer = {};
  w.finish();
}

TEST_CASE("outage: nobody answers Hello") {
  doomed d{nothing};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("Hello"));
  CHECK(d.says("stage handshake"));
  CHECK(d.says("store-0:12345"));
  CHECK(d.says("controller:9090"));
  CHECK(d.w.count(event_kind::failed, "segment:") == 1);
}

TEST_CASE("outage: the address is that of another kind of server") {
  doomed d{[](std::int32_t, byte_view) {
    const auto text = as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
    return std::vector<std::byte>(text.begin(), text.end());
  }};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("store-0:12345"));
  CHECK(d.says("Pravega"));
}

TEST_CASE("outage: a store of another version") {
  doomed d{[](std::int32_t, byte_view) { return *wire::encode(wire::hello{99, 50}); }};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("versions 50 to 99"));
}

TEST_CASE("outage: SetupAppend is never answered") {
  doomed d{polite(nothing)};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("SetupAppend"));
  CHECK(d.says("stage setup append"));
  CHECK(d.says("store-0:12345"));
}

TEST_CASE("outage: the store does not know the segment") {
  doomed d{polite([](std::int32_t type, byte_view payload) -> std::vector<std::byte> {
    if (type != wire::setup_append::code) return {};
    const auto asked = *wire::decode_as<wire::setup_append>(payload);
    return *wire::encode(wire::no_such_segment{asked.request_id, asked.segment, "", -1});
  })};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("scope/stream/0.#epoch.0"));
}

TEST_CASE("outage: the store claims to have what was never sent") {
  doomed d{polite([](std::int32_t type, byte_view payload) -> std::vector<std::byte> {
    if (type != wire::setup_append::code) return {};
    const auto asked = *wire::decode_as<wire::setup_append>(payload);
    return *wire::encode(
        wire::append_setup{asked.request_id, asked.segment, asked.writer_id, 1000});
  })};
  CHECK(d.outcomes.told == none_written);
  CHECK(d.says("the segment stores the unsent"));
}

TEST_CASE("outage: the store acknowledges what was never sent") {
  doomed d{polite([](std::int32_t type, byte_view payload) -> std::vector<std::byte> {
    if (type == wire::setup_append::code) {
      const auto asked = *wire::decode_as<wire::setup_append>(payload);
      return *wire::encode(wire::append_setup{asked.request_id, asked.segment, asked.writer_id,
                                              wire::null_attribute_value});
    }
    if (type != wire::append_block_end::code) return {};
    const auto sent = *wire::decode_as<wire::append_block_end>(payload);
    return *wire::encode(
        wire::data_appended{sent.writer_id, sent.last_event_number + 5, 0, sent.request_id, 0});
  })};
  REQUIRE(d.outcomes.told.size() == 3);
  CHECK(d.outcomes.told[0].ends_with("outcome_unknown"));
  CHECK(d.says("an acknowledgement names the unsent"));
}

TEST_CASE("outage: the recovery deadline: sent events are unknown, others not written") {
  client_world w{quick()};
  outcome_list outcomes;
  auto options = w.user->default_writer_options();
  options.block_bytes_max = 100;
  auto writer = w.open(options);
  w.world.run_for(seconds{1});
  w.network->mute();
  const std::string payload(92, 'x');
  for (int i = 0; i < 4; ++i)
    REQUIRE(writer.try_write("key", as_bytes(payload), outcomes.sink()));
  w.network->refuses = true;
  std::optional<close_report> report;
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 4; }, seconds{120}));
  CHECK(outcomes.told[0] == "1 outcome_unknown");
  CHECK(outcomes.told[3] == "4 not_written");
  writer.close_async(seconds{1}, [&](const close_report& r) { report = r; });
  REQUIRE(report);
  const auto& why = report->outcome.error();
  CHECK(why.code() == errc::retries_exhausted);
  CHECK(why.at() == stage::connect);
  CHECK(why.controller() == "controller:9090");
  CHECK(why.segment_store() == "store-0:12345");
  CHECK(why.detail().find("20000 ms") != std::string::npos);
  writer = {};
  w.network->refuses = false;
  w.finish();
}

// No cache of addresses is needed: a segment's address is asked for once per connection.
TEST_CASE("outage: without one, the controller is asked only while segments are opened") {
  client_world w{{}, 4};
  outcome_list outcomes;
  auto writer = w.open();
  const auto connected = [&] {
    const auto seen = writer.status().segments;
    return std::all_of(seen.begin(), seen.end(), [](const auto& s) { return s.connected; });
  };
  REQUIRE(w.world.run_until(connected, seconds{10}));
  const auto asked = w.controller->calls;
  CHECK(asked <= 5);  // the segments, and where each lives
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(writer.try_write("key-" + std::to_string(i), as_bytes("x"), outcomes.sink()));
    w.world.run_for(milliseconds{i % 3});
  }
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2000; }, seconds{60}));
  w.world.run_for(seconds{60});
  CHECK(w.controller->calls == asked);
  writer = {};
  w.finish();
}
