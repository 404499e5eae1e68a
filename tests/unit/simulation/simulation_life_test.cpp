// How a simulated world ends, and what it offers to scripts.
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>

#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;

namespace {

const scoped_stream stream{"scope", "stream"};

// Counts what reaches it; a call after its end is a failure that the sanitizers see as well.
struct counting {
  std::shared_ptr<int> called = std::make_shared<int>(0);
  auto completion() {
    return [this](const write_result&) { ++*called; };
  }
};

event_writer open_writer(simulation& world, client& user) {
  std::optional<result<event_writer>> opened;
  user.create_writer_async(stream, user.default_writer_options(),
                           [&](result<event_writer> got) { opened = std::move(got); });
  REQUIRE(world.run_until([&] { return opened.has_value(); }, seconds{30}));
  REQUIRE(*opened);
  return **opened;
}

std::vector<segment_id> ids_of(const std::vector<segment_with_range>& segments) {
  std::vector<segment_id> ids;
  for (const auto& each : segments)
    ids.push_back(each.id);
  return ids;
}

}  // namespace

TEST_CASE("simulation: a call that waits answers would_block at once", "[simulation]") {
  simulation world{1, {}};
  world.create_stream(stream, 1);
  auto user = world.make_client();
  CHECK(user.create_writer(stream).error() == errc::would_block);
  CHECK(user.status().error() == errc::would_block);
  CHECK(user.streams().ensure_scope("other").error() == errc::would_block);
}

TEST_CASE("simulation: the end of a client ends only its own calls", "[simulation]") {
  simulation world{1, {}};
  auto staying = world.make_client();
  auto leaving = std::make_unique<client>(world.make_client());
  const auto begin = world.now();
  std::optional<bool> created;
  staying.streams().ensure_scope_async("one",
                                       [&](const auto& got) { created = got.has_value(); });
  leaving->streams().ensure_scope_async("two", [](const auto&) {});
  world.run_for(microseconds{10});
  leaving.reset();
  REQUIRE(world.run_until([&] { return created.has_value(); }, seconds{30}));
  CHECK(*created);
  CHECK(world.now() - begin < milliseconds{20});
}

TEST_CASE("simulation: an exception that passes an open client ends it at once",
          "[simulation]") {
  const auto begin = std::chrono::steady_clock::now();
  const auto run = [] {
    simulation world{1, {}};
    world.create_stream(stream, 1);
    auto user = world.make_client();
    auto writer = open_writer(world, user);
    (void)writer.try_write("key", as_bytes("event"), {});
    throw std::runtime_error{"a check that fails"};
  };
  CHECK_THROWS_AS(run(), std::runtime_error);
  // It took 35 s: the client's close waited for a world that nobody stepped.
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
}

TEST_CASE("simulation: no callback and no script runs once the world ends", "[simulation]") {
  std::shared_ptr<int> called;
  bool script_ran = false;
  {
    simulation world{1, {}};
    world.create_stream(stream, 1);
    auto user = world.make_client();
    auto writer = open_writer(world, user);
    counting gone_first;
    called = gone_first.called;
    for (int i = 0; i < 10; ++i)
      REQUIRE(writer.try_write("key", as_bytes("event"), gone_first.completion()));
    world.after(milliseconds{1}, [&] { script_ran = true; });
  }
  CHECK(*called == 0);
  CHECK_FALSE(script_ran);
}

TEST_CASE("simulation: segments are split and merged by name", "[simulation]") {
  simulation world{1, {}};
  world.create_stream(stream, 1);
  REQUIRE(world.split(stream, {0, 0}, 4));
  auto four = world.current_segments(stream);
  REQUIRE(four.size() == 4);
  CHECK(four[1].range == key_range{0.25, 0.5});
  REQUIRE(world.merge(stream, {four[1].id, four[2].id}));
  const auto three = world.current_segments(stream);
  REQUIRE(three.size() == 3);
  CHECK(three[1].range == key_range{0.25, 0.75});
  CHECK_FALSE(world.split(stream, four[1].id));
  CHECK_FALSE(world.merge(stream, {three[0].id, three[2].id}));
  CHECK_FALSE(world.merge(stream, {three[0].id}));
  CHECK_FALSE(world.split(stream, three[0].id, 1));
  CHECK(ids_of(world.current_segments(stream)) == ids_of(three));
  CHECK(world.current_segments({"scope", "none"}).empty());
}

TEST_CASE("simulation: events of a stream stand segment by segment, successors last",
          "[simulation]") {
  simulation world{1, {}};
  world.create_stream(stream, 1);
  auto user = world.make_client();
  auto writer = open_writer(world, user);
  int durable = 0;
  const auto write = [&](const char* event) {
    const int before = durable;
    REQUIRE(writer.try_write("key", as_bytes(event),
                             [&](const write_result& r) { durable += r.durable; }));
    REQUIRE(world.run_until([&] { return durable > before; }, seconds{60}));
  };
  write("first");
  REQUIRE(world.split(stream, {0, 0}));
  write("second");
  const auto stored = world.stored_events_of(stream);
  REQUIRE(stored.size() == 3);
  CHECK(stored[0] == std::vector<std::string>{"first"});
  CHECK(stored[1].size() + stored[2].size() == 1);
}

TEST_CASE("simulation: the plan kills the application's actors, too", "[simulation]") {
  fault_plan plan;
  plan.kill_at = 3;
  simulation world{1, plan};
  CHECK_FALSE(world.strikes("shop", "before the release"));
  CHECK_FALSE(world.strikes("shop", "before the release"));
  CHECK(world.strikes("shop", "before the release"));
  CHECK_FALSE(world.strikes("shop", "before the release"));
  CHECK(world.counters().kills == 1);
  CHECK(world.trace().find("kill shop before the release") != std::string::npos);
}

TEST_CASE("simulation: the trace says what the frames say", "[simulation]") {
  simulation world{1, {}};
  world.create_stream(stream, 1);
  auto user = world.make_client();
  auto writer = open_writer(world, user);
  int durable = 0;
  REQUIRE(writer.try_write("key", as_bytes("event"),
                           [&](const write_result& r) { durable += r.durable; }));
  REQUIRE(world.run_until([&] { return durable == 1; }, seconds{60}));
  const auto& trace = world.trace();
  CHECK(trace.find("> setup_append{") != std::string::npos);
  CHECK(trace.find("> append_block_end scope/stream/0.#epoch.0, 1 event up to number 1") !=
        std::string::npos);
  CHECK(trace.find("< data_appended scope/stream/0.#epoch.0 up to number 1") !=
        std::string::npos);
}
