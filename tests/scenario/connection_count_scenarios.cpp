// How many connections there are while segments come and go, and that none is left.
#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

struct counted_world : client_world {
  explicit counted_world(const config& settings, std::int32_t segments)
      : client_world{settings, segments} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(world.control(controller::update_stream{stream, any}));
  }
  std::vector<segment_with_range> current() {
    auto got = world.control(controller::get_current_segments{stream});
    REQUIRE(got);
    return got->get<controller::segment_ranges>().segments;
  }
  /// Replaces all segments by so many of equal ranges.
  void scale_to(std::size_t parts) {
    std::vector<segment_id> sealed;
    for (const auto& each : current())
      sealed.push_back(each.id);
    std::vector<key_range> ranges;
    for (std::size_t i = 0; i < parts; ++i)
      ranges.push_back(
          {static_cast<double>(i) / static_cast<double>(parts),
           i + 1 == parts ? 1.0 : static_cast<double>(i + 1) / static_cast<double>(parts)});
    REQUIRE(world.control(controller::scale_stream{stream, sealed, ranges, 0}));
  }
};

}  // namespace

TEST_CASE("connection count: over scales, as many as segments live and the pool allows") {
  config settings;
  settings.connections_per_store_max = GENERATE(1, 3, 500);
  const auto pool = static_cast<std::size_t>(settings.connections_per_store_max);
  counted_world w{settings, 1};
  constexpr std::size_t readers = 2;
  std::optional<collecting_reader> first, second;
  first.emplace(w);
  second.emplace(w);
  std::optional<steady_writer> work;
  // Every segment gets events.
  work.emplace(w, w.open(), milliseconds{5}, 200);
  std::size_t most = 0;
  for (const std::size_t segments : {3, 7, 2, 12, 1, 4}) {
    w.scale_to(segments);
    most = std::max(most, segments);
    const auto read = [&] { return std::min(first->events().size(), second->events().size()); };
    const auto before = work->written().size();
    REQUIRE(w.world.run_until([&] { return read() > before + 400; }, seconds{60}));
    w.world.run_for(seconds{3});
    CHECK(work->handle().status().segments.size() == segments);
    const auto shared = w.world.open_connections() - segments;
    INFO(segments << " segments, " << w.world.open_connections() << " connections");
    // One for each segment of the writer, and what readers share.
    CHECK(w.world.open_connections() > segments);
    CHECK(shared <= std::min(pool, readers * most));
  }
  work->finish(seconds{10});
  w.world.run_for(seconds{2});
  check_exactly_once(work->written(), first->events());
  check_exactly_once(work->written(), second->events());
  first.reset();
  second.reset();
  work.reset();
  w.finish();
}

TEST_CASE("connection count: a writer over a sealed stream keeps none") {
  counted_world w{{}, 3};
  std::optional<steady_writer> work;
  work.emplace(w, w.open(), milliseconds{5}, 50);
  REQUIRE(w.world.run_until([&] { return work->durable() > 100; }, seconds{10}));
  CHECK(w.world.open_connections() == 3);
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  REQUIRE(w.world.run_until([&] { return !work->outcomes().errors.empty(); }, seconds{10}));
  w.world.run_for(seconds{5});
  CHECK(w.world.open_connections() == 0);
  work.reset();
  w.finish();
}

TEST_CASE("connection count: readers that come and go share what is there") {
  counted_world w{{}, 4};
  for (int round = 0; round < 30; ++round) {
    collecting_reader reader{w};
    w.world.run_for(milliseconds{200});
    CHECK(w.world.open_connections() <= 4);
  }
  w.finish();
}
