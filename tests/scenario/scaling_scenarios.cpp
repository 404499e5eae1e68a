// Segments that split, merge and are sealed under a writer and a reader.
#include <algorithm>

#include "scenario/scenario_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

// Small blocks, several in flight.
writer_options small_blocks(const client& user) {
  auto options = user.default_writer_options();
  options.block_bytes_max = 64;
  options.blocks_in_flight_max = 4;
  return options;
}

struct scaled_world {
  client_world w;
  outcome_list outcomes;
  event_writer writer;
  texts written;

  explicit scaled_world(std::int32_t segments = 1, const fault_plan& plan = {})
      : w{{}, segments, plan} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(w.world.control(controller::update_stream{w.stream, any}));
    writer = w.open(small_blocks(*w.user));
  }
  ~scaled_world() {
    writer = {};
    w.finish();
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      written.push_back("event-" + std::to_string(written.size()));
      REQUIRE(writer.try_write("key-" + std::to_string(written.size() % 5),
                               as_bytes(written.back()), outcomes.sink()));
    }
  }
  std::vector<segment_with_range> current() {
    auto answer = w.world.control(controller::get_current_segments{w.stream});
    REQUIRE(answer);
    return answer->get<controller::segment_ranges>().segments;
  }
  void split(std::size_t at = 0) {
    const auto old = current().at(at);
    const double middle = (old.range.low + old.range.high) / 2;
    scale({old.id}, {{old.range.low, middle}, {middle, old.range.high}});
  }
  void merge(std::size_t at = 0) {
    const auto low = current().at(at), high = current().at(at + 1);
    scale({low.id, high.id}, {{low.range.low, high.range.high}});
  }
  void scale(std::vector<segment_id> sealed, std::vector<key_range> ranges) {
    REQUIRE(w.world.control(
        controller::scale_stream{w.stream, std::move(sealed), std::move(ranges), 0}));
  }
  /// Everything is durable, stored once, and in order for each key.
  void check_all() {
    const auto all = [this] { return outcomes.told.size() == written.size(); };
    REQUIRE(w.world.run_until(all, seconds{120}));
    for (std::size_t i = 0; i < written.size(); ++i)
      CHECK(outcomes.told[i] == std::to_string(i + 1) + " ok");
    auto stored = w.stored();
    auto wanted = written;
    std::sort(stored.begin(), stored.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(stored == wanted);
  }
  /// What a reader from the head gets, in its order.
  texts read_all() {
    texts out;
    std::optional<stream_reader> reader;
    w.user->create_reader_async(w.stream, w.user->default_reader_options(),
                                [&](result<stream_reader> opened) {
                                  REQUIRE(opened);
                                  reader = std::move(*opened);
                                });
    REQUIRE(w.world.run_until(
        [&] {
          while (reader) {
            auto item = reader->try_next();
            REQUIRE(item);
            if (!*item) break;
            if (const auto* slice = std::get_if<event_slice>(&**item))
              for (const auto& each : *slice)
                out.emplace_back(as_text(each.payload));
          }
          return out.size() >= written.size();
        },
        seconds{60}));
    reader->close();
    return out;
  }
  void check_key_order(const texts& read) const {
    std::map<std::size_t, std::size_t> last;
    for (const auto& payload : read) {
      const auto at = static_cast<std::size_t>(std::stoul(payload.substr(6))) + 1;
      CHECK(at > last[at % 5]);
      last[at % 5] = at;
    }
    CHECK(read.size() == written.size());
  }
};

}  // namespace

TEST_CASE("scaling: a segment splits while blocks are in flight") {
  scaled_world s;
  s.write(60);
  s.w.world.run_until([&] { return s.outcomes.told.size() > 10; }, seconds{10});
  s.split();
  s.write(40);
  s.check_all();
  CHECK(s.w.count(event_kind::split, "writer") == 1);
  CHECK(s.writer.status().segments.size() == 2);
  s.check_key_order(s.read_all());
}

TEST_CASE("scaling: two segments merge while blocks are in flight") {
  scaled_world s{2};
  s.write(60);
  s.w.world.run_until([&] { return s.outcomes.told.size() > 10; }, seconds{10});
  s.merge();
  s.write(40);
  s.check_all();
  CHECK(s.w.count(event_kind::merged, "writer") == 2);
  CHECK(s.writer.status().segments.size() == 1);
  s.check_key_order(s.read_all());
}

TEST_CASE("scaling: late blocks of a lost connection land before the seal: none is doubled") {
  fault_plan late;
  late.late_delivery = 1;
  const bool part = GENERATE(false, true);
  late.partial_late = part ? 1 : 0;
  late.heal_after = seconds{3600};
  scaled_world s{1, late};
  for (int round = 0; round < 10; ++round) {
    s.write(20);
    s.w.world.run_for(milliseconds{static_cast<std::int64_t>(s.w.world.random() % 4)});
    s.w.world.cut_connections();
    s.w.world.run_for(milliseconds{static_cast<std::int64_t>(s.w.world.random() % 200)});
    if (s.current().size() > 3)
      s.merge(1);
    else
      s.split(s.w.world.random() % s.current().size());
  }
  s.check_all();
  s.check_key_order(s.read_all());
}

TEST_CASE("scaling: late blocks land between the naming of successors and the seal") {
  fault_plan late;
  late.late_delivery = 1;
  late.late_max = seconds{1};
  late.seal_delay = 1;
  late.heal_after = seconds{3600};
  scaled_world s{1, late};
  for (int round = 0; round < 12; ++round) {
    s.write(15);
    s.split(s.w.world.random() % s.current().size());
    // Several connections end in vain: the controller is asked, and names successors.
    const auto in_flight = [&s] {
      const auto seen = s.writer.status().segments;
      return std::any_of(seen.begin(), seen.end(),
                         [](const auto& each) { return each.blocks_in_flight > 0; });
    };
    for (int cut = 0; cut < 4; ++cut) {
      s.w.world.run_until(in_flight, seconds{1});
      s.w.world.cut_connections();
      s.w.world.run_until([&] { return !in_flight(); }, seconds{1});
    }
    s.w.world.run_for(milliseconds{static_cast<std::int64_t>(s.w.world.random() % 1500)});
    if (s.current().size() > 3) s.merge(1);
  }
  s.check_all();
  s.check_key_order(s.read_all());
  CHECK(s.w.world.counters().seal_delays > 10);
}

TEST_CASE("scaling: several generations pass while the writer is cut off") {
  scaled_world s{2};
  s.write(30);
  s.w.world.run_until([&] { return s.outcomes.told.size() > 5; }, seconds{10});
  s.w.network->refuses = true;
  s.w.world.cut_connections();
  s.split(0);
  s.merge(1);
  s.split(1);
  s.merge(0);
  s.split(0);
  s.write(30);
  s.w.world.run_for(seconds{5});
  s.w.network->refuses = false;
  s.check_all();
  s.check_key_order(s.read_all());
}

TEST_CASE("scaling: an idle writer finds out with its next event") {
  scaled_world s;
  s.write(1);
  s.check_all();
  s.split();
  s.w.world.run_for(seconds{30});
  CHECK(s.w.count(event_kind::sealed, "writer") == 0);
  s.write(20);
  s.check_all();
  CHECK(s.w.count(event_kind::sealed, "writer") == 1);
}

TEST_CASE("scaling: the sealed segment is gone before an idle writer asks it") {
  scaled_world s;
  s.write(5);
  s.check_all();
  s.split();
  stream_cut tail{s.w.stream, {}};
  for (const auto& each : s.current())
    tail.offsets[each.id] = 0;
  REQUIRE(s.w.world.control(controller::truncate_stream{tail}));
  s.written.clear();
  s.outcomes.told.clear();
  REQUIRE(s.writer.try_write("key", as_bytes("behind"), s.outcomes.sink()));
  REQUIRE(s.w.world.run_until([&] { return s.outcomes.told.size() == 1; }, seconds{60}));
  CHECK(s.outcomes.told.front().ends_with(" ok"));
  CHECK(s.w.stored() == texts{"behind"});
}

TEST_CASE("scaling: a controller that is away when the segment is sealed delays, no more") {
  scaled_world s;
  s.write(30);
  s.w.world.run_until([&] { return s.outcomes.told.size() > 5; }, seconds{10});
  s.split();
  s.w.controller->now = switched_controller::mode::away;
  s.w.world.run_for(seconds{20});
  s.w.controller->now = switched_controller::mode::through;
  s.check_all();
}

TEST_CASE("scaling: a batch stays whole over splits, merges and cut connections") {
  fault_plan plan;
  plan.cut = 0.02;
  plan.heal_after = seconds{30};
  scaled_world s{2, plan};
  const auto batch_of = [](int number) {
    texts batch;
    for (int i = 0; i < 2 + number % 7; ++i)
      batch.push_back("batch-" + std::to_string(number) + "-" + std::to_string(i));
    return batch;
  };
  constexpr int batches = 60;
  for (int number = 0; number < batches; ++number) {
    const auto batch = batch_of(number);
    std::vector<byte_view> views;
    for (const auto& each : batch)
      views.push_back(as_bytes(each));
    REQUIRE(s.writer.try_write_batch("key-" + std::to_string(number % 5), views,
                                     s.outcomes.sink()));
    if (number % 15 == 7) s.split(static_cast<std::size_t>(number / 15) % 2);
    if (number % 15 == 14) s.merge();
    s.w.world.run_for(milliseconds{number % 4});
  }
  const auto all = [&] { return s.outcomes.told.size() == batches; };
  REQUIRE(s.w.world.run_until(all, seconds{120}));
  std::size_t stored = 0;
  std::map<int, std::size_t> found;
  for (const auto& segment : s.w.world.segments_of(s.w.stream)) {
    const auto events = s.w.world.events_of(segment);
    stored += events.size();
    for (int number = 0; number < batches; ++number) {
      const auto batch = batch_of(number);
      const auto at = std::search(events.begin(), events.end(), batch.begin(), batch.end());
      if (at != events.end()) ++found[number];
    }
  }
  std::size_t written = 0;
  for (int number = 0; number < batches; ++number) {
    CHECK(found[number] == 1);
    written += batch_of(number).size();
  }
  CHECK(stored == written);
}
