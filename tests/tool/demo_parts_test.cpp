// The demo's parts: what kills actors, what scales the stream, what shows the status.
#include <fmt/format.h>

#include "common/status_view.hpp"
#include "demo/demo_environment.hpp"
#include "demo/demo_scaling.hpp"
#include "demo/demo_view.hpp"
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
  CHECK(places == strings{"before its action \"connect\"", "after its action \"resume\""});
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
  CHECK(told == strings{"splitting segment 0", "split segment 0 into 2, 3",
                        "merging segments 2, 3", "merged segments 2, 3 into 4"});
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

TEST_CASE("tool: the supervision tree as a table") {
  const std::vector<actor_line> actors{
      {"client/writer-10", true, 0, ""},
      {"client/writer-1/segment:a/b/0.#epoch.0", false, 2, "was killed"},
      {"client/writer-1/segment:a/b/10.#epoch.1", true, 0, ""},
      {"client/writer-1", true, 0, ""},
      {"client/reader-2", true, 0, ""},
      {"client/reader-2/segment:a/b/0.#epoch.0", true, 0, ""}};
  writer_status writer;
  writer.segments = {{"a/b/0.#epoch.0", false, "", 0, 0},
                     {"a/b/10.#epoch.1", true, "127.0.0.1:12345", 7, 2}};
  writer.last_failure = "reset by peer";
  strings lines;
  for (const auto& each : status_lines(actors, writer))
    lines.push_back(each.text());
  CHECK(lines == strings{"    supervision tree  state    restarts  connection       pending",
                         "  ● reader-2          running         0",
                         "  ●   segment 0.0     running         0",
                         "  ● writer-1          running         0",
                         "  ○   segment 0.0     waiting         2  not connected          0"
                         "  was killed",
                         "  ●   segment 10.1    running         0  127.0.0.1:12345        7",
                         "  ● writer-10         running         0",
                         "  the writer is recovering from: reset by peer"});
  CHECK(status_lines({}, writer).empty());
}

TEST_CASE("tool: the demo's story tells of segments together") {
  demo_story story;
  story.add_to(1.0, tone::good, "writer reconnected to", 10);
  story.add_to(1.1, tone::good, "reader reconnected to", 2);
  story.add_to(1.2, tone::good, "writer reconnected to", 9);
  story.add(1.2, tone::warning, "cut 3 connections");
  story.add_to(1.5, tone::good, "writer reconnected to", 9);
  strings lines;
  for (const auto& each : story.all())
    lines.push_back(each.text());
  CHECK(lines == strings{"writer reconnected to segments 9, 10",
                         "reader reconnected to segment 2", "cut 3 connections",
                         "writer reconnected to segment 9"});
  for (int i = 0; i < 1000; ++i)
    story.add(2.0 + i, tone::plain, "more");
  CHECK(story.all().size() == 64);
  CHECK(story.all().back().at_s == 1001);
}

namespace {

demo_progress progress_with(std::size_t segments, std::size_t happenings) {
  demo_progress now;
  now.seconds = 1234.5;
  now.lines = 1'000'000;
  now.written = now.durable = now.read = 999'999;
  now.cuts = now.splits = now.merges = now.killed = 10;
  now.reconnects = 100;
  for (std::size_t i = 0; i < segments; ++i)
    now.writer.segments.push_back(
        {fmt::format("demo/log-1/{}.#epoch.0", i), i % 2 == 0, "127.0.0.1:12345", i, 1});
  for (std::size_t i = 0; i < happenings; ++i)
    now.happenings.push_back({static_cast<double>(i), tone::active, "split", {}});
  return now;
}

}  // namespace

TEST_CASE("tool: the demo's view on a terminal of 80 columns and 24 lines") {
  const auto now = progress_with(6, 40);
  const auto lines = demo_view::lines_of(now, {80, 24});
  CHECK(lines.size() == 3 + 1 + 1 + 1 + 10);
  for (const auto& each : lines)
    CHECK(each.columns() < 80);
  CHECK(lines[0].text().ends_with(" 999,999   810 lines/s"));
  CHECK(lines[3].text() ==
        "  1234.5 s   cuts 10   reconnects 100   splits 10   merges 10   killed 10");
  CHECK(lines[4].text() ==
        "  segments   ● 0        ○ 1 +1     ● 2 +2     ○ 3 +3     ● 4 +4     ○ 5 +5  ");
  CHECK(lines.back().text() == "   39.00 s   split");
}

TEST_CASE("tool: the demo's view with a reader and a writer of six segments fits") {
  auto now = progress_with(6, 40);
  for (const auto* each : {"connections", "controller", "reader-2", "writer-1"})
    now.actors.push_back({fmt::format("client/{}", each), true, 0, ""});
  for (const auto* each : {"reader-2", "writer-1"})
    for (std::size_t i = 0; i < 6; ++i)
      now.actors.push_back({fmt::format("client/{}/segment:demo/log-1/{}.#epoch.0", each, i),
                            true, 1, "was killed"});
  const auto lines = demo_view::lines_of(now, {80, 24});
  CHECK(lines.size() == 24);
  for (const auto& each : lines) {
    CHECK(each.columns() < 80);
    CHECK(each.text().find(" more") == std::string::npos);
  }
  CHECK(lines.back().text() == "   39.00 s   split");
  now.actors.push_back({"client/writer-2", true, 0, ""});
  const auto more = demo_view::lines_of(now, {80, 24});
  CHECK(more.size() == 24);
  CHECK(more[20].text() == "  ... 2 more lines");
}
