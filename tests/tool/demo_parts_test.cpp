// The demo's parts: what kills actors, what scales the stream, what shows the status.
#include "common/status_view.hpp"
#include "demo/demo_environment.hpp"
#include "demo/demo_scaling.hpp"
#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "stream/lineage_svg.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

namespace {

using strings = std::vector<std::string>;

std::vector<segment_with_range> cut_at(const std::vector<double>& bounds) {
  std::vector<segment_with_range> all;
  for (std::size_t i = 1; i < bounds.size(); ++i)
    all.push_back({{static_cast<std::int32_t>(i), 0}, {bounds[i - 1], bounds[i]}});
  return all;
}

/// A sandbox with a stream of two segments.
struct served_stream {
  served_stream() {
    auto started = pravega_sandbox::sandbox::start();
    REQUIRE(started);
    server = std::move(*started);
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = client::create(settings);
    REQUIRE(made);
    pravega.emplace(std::move(*made));
    REQUIRE(pravega->streams().ensure_scope(name.scope));
    REQUIRE(pravega->streams().ensure_stream(name, fixed_segments(2)));
  }
  std::unique_ptr<pravega_sandbox::sandbox> server;
  std::optional<client> pravega;
  const scoped_stream name{"demo", "log"};
};

}  // namespace

TEST_CASE("tool: an environment kills one actor for each order") {
  demo_environment world{make_system_environment(), "segment_writer"};
  strings places;
  world.on_kill([&](const std::string& where) { places.push_back(where); });
  CHECK_FALSE(world.strike("segment_writer", "connect", strike_moment::before));
  world.kill_one();
  CHECK(world.waiting() == 1);
  CHECK_FALSE(world.strike("segment_reader", "connect", strike_moment::before));
  CHECK_FALSE(world.strike("", "connect", strike_moment::after));
  CHECK(world.killed() == 0);
  CHECK(world.strike("segment_writer", "connect", strike_moment::before));
  CHECK_FALSE(world.strike("segment_writer", "connect", strike_moment::after));
  world.kill_one();
  world.kill_one();
  CHECK(world.strike("segment_writer", "resume", strike_moment::after));
  world.end_kills();
  CHECK_FALSE(world.strike("segment_writer", "resume", strike_moment::after));
  CHECK(world.killed() == 2);
  CHECK(places == strings{"before \"connect\"", "after \"resume\""});
}

TEST_CASE("tool: an environment gives everything else as it is") {
  demo_environment world{make_system_environment(), "segment_writer"};
  const auto inner = make_system_environment();
  CHECK(std::abs(world.wall_clock_ms() - inner->wall_clock_ms()) < 60'000);
  const auto before = world.now();
  const auto between = inner->now();
  CHECK(before <= between);
  CHECK(between <= world.now());
  CHECK(world.next_flow_id() > 0);
  CHECK(world.random() != world.random());
}

TEST_CASE("tool: many threads get as many kills as were ordered") {
  demo_environment world{make_system_environment(), "m"};
  for (int i = 0; i < 100; ++i)
    world.kill_one();
  std::atomic<int> struck{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int tries = 0; tries < 1000; ++tries)
        struck += world.strike("m", "a", strike_moment::before) ? 1 : 0;
    });
  for (auto& each : threads)
    each.join();
  CHECK(struck == 100);
  CHECK(world.killed() == 100);
  CHECK(world.waiting() == 0);
}

TEST_CASE("tool: when and what the demo scales") {
  CHECK(due_times({0, 0, 20}).empty());
  const auto times = due_times({2, 1, 20});
  REQUIRE(times.size() == 3);
  for (std::size_t i = 1; i < 3; ++i)
    CHECK(times[i] - times[i - 1] == Approx(20.0 / 3));
  CHECK(times[0] > 0);
  CHECK(times[2] < 20);
  CHECK(widest(cut_at({0, 0.25, 0.75, 1})) == segment_id{2, 0});
  CHECK(widest(cut_at({0, 1.0 / 3, 2.0 / 3, 1})) == segment_id{1, 0});
  CHECK(narrowest_pair(cut_at({0, 0.5, 0.75, 1})) ==
        std::vector<segment_id>{segment_id{2, 0}, segment_id{3, 0}});
  auto turned = cut_at({0, 0.25, 0.5, 0.75, 1});
  std::reverse(turned.begin(), turned.end());
  CHECK(narrowest_pair(turned) == std::vector<segment_id>{segment_id{1, 0}, segment_id{2, 0}});
  CHECK(narrowest_pair(cut_at({0, 1})).empty());
}

TEST_CASE("tool: the demo splits, then merges") {
  served_stream on;
  std::mutex mutex;
  strings told;
  demo_scaling scaling{on.pravega->streams(), on.name, {1, 1, 0.05}, [&](const auto& what) {
                         std::lock_guard lock{mutex};
                         told.push_back(what);
                       }};
  CHECK_FALSE(scaling.ended());
  scaling.start();
  REQUIRE(scaling.outcome());
  CHECK(scaling.ended());
  CHECK(scaling.splits() == 1);
  CHECK(scaling.merges() == 1);
  CHECK(told == strings{"split segment 0 into 2, 3", "merged segments 2, 3 into 4"});
  const auto seen = on.pravega->streams().lineage(on.name);
  REQUIRE(seen);
  CHECK(seen->epochs == 3);
  CHECK(write_lineage_svg("/does/not/exist/x.svg", *seen).error() == errc::io_error);
}

TEST_CASE("tool: a scale that fails, and one that is not wanted any more") {
  served_stream on;
  demo_scaling missing{on.pravega->streams(), {"demo", "other"}, {1, 0, 0}, [](const auto&) {}};
  missing.start();
  CHECK(missing.outcome().error() == errc::stream_not_found);
  CHECK(missing.ended());
  CHECK(missing.splits() == 0);
  demo_scaling later{on.pravega->streams(), on.name, {1, 0, 3600}, [](const auto&) {}};
  later.start();
  later.stop();
  CHECK(later.outcome());
  CHECK(later.splits() == 0);
  REQUIRE(on.pravega->streams().seal_stream(on.name));
  demo_scaling sealed{on.pravega->streams(), on.name, {0, 1, 0}, [](const auto&) {}};
  sealed.start();
  CHECK(sealed.outcome().error() == errc::stream_sealed);
}

TEST_CASE("tool: the supervision tree as lines") {
  const std::vector<actor_line> actors{
      {"client/writer-10", true, 0, ""},
      {"client/writer-1/segment:a/b/0.#epoch.0", false, 2, "was killed"},
      {"client/writer-1", true, 0, ""},
      {"client/reader-2/segments/segment:a/b/0.#epoch.0", true, 0, ""}};
  CHECK(actor_lines(actors) ==
        strings{"  ● client/reader-2/segments/segment:a/b/0.#epoch.0  running  restarts 0",
                "  ● client/writer-1                                  running  restarts 0",
                "  ○   segment:a/b/0.#epoch.0                         waiting  restarts 2"
                "   was killed",
                "  ● client/writer-10                                 running  restarts 0"});
  CHECK(actor_lines({}).empty());
}

TEST_CASE("tool: a writer's segments as lines") {
  writer_status seen;
  CHECK(segment_lines(seen).empty());
  seen.segments = {{"a/b/0.#epoch.0", true, "127.0.0.1:12345", 7, 2},
                   {"a/b/10.#epoch.1", false, "", 0, 0}};
  seen.last_failure = "reset by peer";
  CHECK(segment_lines(seen) ==
        strings{"  ● a/b/0.#epoch.0   127.0.0.1:12345        7 events pending, "
                "2 blocks in flight",
                "  ○ a/b/10.#epoch.1  not connected          0 events pending, "
                "0 blocks in flight",
                "  recovering from: reset by peer"});
}
