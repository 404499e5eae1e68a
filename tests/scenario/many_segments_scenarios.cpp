// Streams of very many segments, of very many epochs, and of mostly idle segments.
#include <algorithm>

#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

struct wide_world : client_world {
  explicit wide_world(std::int32_t segments) : client_world{{}, segments} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(world.control(controller::update_stream{stream, any}));
  }
  std::vector<segment_with_range> current() {
    auto got = world.control(controller::get_current_segments{stream});
    REQUIRE(got);
    return got->get<controller::segment_ranges>().segments;
  }
  void scale(const std::vector<segment_id>& sealed, const std::vector<key_range>& ranges) {
    REQUIRE(world.control(controller::scale_stream{stream, sealed, ranges, 0}));
  }
  /// Each segment is replaced by one of the same range.
  void replace_all() {
    std::vector<segment_id> sealed;
    std::vector<key_range> ranges;
    for (const auto& each : current()) {
      sealed.push_back(each.id);
      ranges.push_back(each.range);
    }
    scale(sealed, ranges);
  }
  /// Splits one segment, or merges two neighbours.
  void change_one(std::size_t at, bool split) {
    const auto all = current();
    if (split) {
      const auto& range = all.at(at).range;
      const auto middle = (range.low + range.high) / 2;
      return scale({all[at].id}, {{range.low, middle}, {middle, range.high}});
    }
    scale({all.at(at).id, all.at(at + 1).id}, {{all[at].range.low, all[at + 1].range.high}});
  }
};

}  // namespace

TEST_CASE("many segments: a thousand are written, read, and all replaced, twice") {
  constexpr std::size_t segments = 1000;
  constexpr int generations = 2;
  wide_world w{static_cast<std::int32_t>(segments)};
  collecting_reader reader{w};
  auto writer = w.open();
  outcome_list outcomes;
  texts written;
  const auto write_round = [&] {
    for (std::size_t i = 0; i < 3 * segments; ++i) {
      const auto key = std::to_string(i);
      written.push_back(key + "-" + std::to_string(written.size()));
      REQUIRE(writer.try_write(key, as_bytes(written.back()), outcomes.sink()));
    }
    REQUIRE(w.world.run_until([&] { return outcomes.told.size() == written.size(); },
                              seconds{300}));
  };
  write_round();
  for (int generation = 0; generation < generations; ++generation) {
    w.replace_all();
    write_round();
  }
  CHECK(outcomes.errors.empty());
  REQUIRE(w.world.run_until([&] { return reader.events().size() >= written.size(); },
                            seconds{300}));
  check_exactly_once(written, reader.events());
  // Who begins now goes through all generations.
  collecting_reader later{w};
  REQUIRE(
      w.world.run_until([&] { return later.events().size() >= written.size(); }, seconds{300}));
  check_exactly_once(written, later.events());
  reader.close();
  later.close();
  writer = {};
  w.finish();
}

TEST_CASE("many segments: three hundred epochs pass under a writer and a reader") {
  constexpr int scales = 300;
  constexpr std::size_t segments = 10;
  wide_world w{segments};
  std::optional<collecting_reader> reader, later;
  std::optional<steady_writer> work;
  reader.emplace(w);
  work.emplace(w, w.open(), milliseconds{5}, 100);
  for (int i = 0; i < scales; ++i) {
    const auto count = w.current().size();
    const bool split = count < segments + 3 && (count <= segments - 3 || w.world.chance(0.5));
    w.change_one(w.world.random() % (split ? count : count - 1), split);
    w.world.run_for(milliseconds{20});
  }
  work->finish(seconds{60});
  CHECK(work->outcomes().errors.empty());
  const auto& written = work->written();
  CHECK(written.size() > scales);
  REQUIRE(w.world.run_until([&] { return reader->events().size() >= written.size(); },
                            seconds{60}));
  check_exactly_once(written, reader->events());
  later.emplace(w);
  REQUIRE(w.world.run_until([&] { return later->events().size() >= written.size(); },
                            seconds{120}));
  check_exactly_once(written, later->events());
  CHECK(later->ends().size() >= scales);
  reader.reset();
  later.reset();
  work.reset();
  w.finish();
}

TEST_CASE("many segments: nineteen idle ones do not hold the busy one up") {
  wide_world w{20};
  const bool small_slices = GENERATE(false, true);
  auto options = w.user->default_reader_options();
  if (small_slices) options.request_bytes = 64;
  collecting_reader reader{w, w.stream, options};
  auto writer = w.open();
  outcome_list outcomes;
  // Each event is there a moment after it was written, however long the others wait already.
  for (std::size_t i = 0; i < 200; ++i) {
    const auto event = "key-" + std::to_string(i);
    REQUIRE(writer.try_write("key", as_bytes(event), outcomes.sink()));
    REQUIRE(
        w.world.run_until([&] { return reader.events().size() == i + 1; }, milliseconds{500}));
    CHECK(reader.events().back() == event);
    if (i % 50 == 0) w.world.run_for(seconds{60});
  }
  // Many at once, by as many reads as it takes.
  const auto before = reader.events().size();
  for (std::size_t i = before; i < before + 2000; ++i)
    REQUIRE(writer.try_write("key", as_bytes("key-" + std::to_string(i)), outcomes.sink()));
  REQUIRE(
      w.world.run_until([&] { return reader.events().size() == before + 2000; }, seconds{30}));
  CHECK(reader.ends().empty());
  reader.close();
  writer = {};
  w.finish();
}
