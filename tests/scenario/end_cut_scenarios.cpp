// Readers that stop at a cut: with gaps, and where the stream's head has passed it.
#include "scenario/truncation_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

const segment_id zero{0, 0}, one{1, 0}, two{2, 1}, three{3, 1};

reader_options up_to(const truncation_world& t, const stream_cut& end) {
  auto options = t.from(read_from_head{});
  options.end = end;
  return options;
}

// 2 follows 0 only, 3 follows 0 and 1.
void scale_unevenly(truncation_world& t) {
  t.scale({zero, one}, {{0.0, 0.25}, {0.25, 1.0}});
}

}  // namespace

TEST_CASE("end cut: in the middle of an uneven scale") {
  truncation_world t{2};
  t.write_to(zero, 5);
  t.write_to(one, 5);
  scale_unevenly(t);
  t.write_to(two, 5);
  t.write_to(three, 5);
  // As a reader group leaves it that has read 0.
  const auto end = t.cut({{two, 3 * event_bytes}, {one, 2 * event_bytes}});
  probe reader{t.w, up_to(t, end)};
  reader.read_rest();
  CHECK(reader.outcome() == "end_of_segment");
  CHECK(reader.read().size() == 5 + 3 + 2);
  CHECK(reader.gaps().empty());
  CHECK(reader.position() == end);
  probe rest{t.w, t.from(reader.position())};
  rest.read_rest();
  CHECK(rest.read().size() == 2 + 3 + 5);
}

TEST_CASE("end cut: before the head by now") {
  truncation_world t{2};
  t.write_to(zero, 5);
  t.write_to(one, 5);
  const auto end = t.cut({{zero, 5 * event_bytes}, {one, 5 * event_bytes}});
  SECTION("in a part of the stream") {
    // 0 becomes 2 and 3, which become 4.
    t.scale({zero}, {{0.0, 0.25}, {0.25, 0.5}});
    t.scale({two, three}, {{0.0, 0.5}});
    const segment_id four{4, 2};
    t.write_to(four, 5);
    t.truncate({{four, event_bytes}, {one, 2 * event_bytes}});
    probe reader{t.w, up_to(t, end)};
    reader.read_rest();
    CHECK(reader.outcome() == "end_of_segment");
    CHECK(reader.log() == texts{"4: own end", "1: 3 events", "1: own end"});
    CHECK(reader.position() == t.cut({{four, event_bytes}, {one, 5 * event_bytes}}));
  }
  SECTION("in all of it") {
    scale_unevenly(t);
    t.write_to(two, 5);
    t.truncate({{two, 0}, {three, 0}});
    probe reader{t.w, up_to(t, end)};
    reader.read_rest();
    CHECK(reader.outcome() == "end_of_segment");
    CHECK(reader.log() == texts{"2: own end", "3: own end"});
  }
}
