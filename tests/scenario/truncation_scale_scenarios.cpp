// Streams that are truncated over splits and merges, and cuts in the middle of them.
#include <algorithm>
#include <set>

#include "scenario/traffic.hpp"
#include "scenario/truncation_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

const segment_id zero{0, 0}, one{1, 0};
/// After a split of the only segment.
const segment_id left{1, 1}, right{2, 1};
/// After a scale of the only two.
const segment_id two{2, 1}, three{3, 1};

void split(truncation_world& t) {
  t.scale({zero}, {{0.0, 0.5}, {0.5, 1.0}});
}

std::string gap_text(segment_id in, std::int64_t from, std::int64_t to) {
  return std::to_string(in.number) + ": gap " + std::to_string(from) + " to " +
         std::to_string(to);
}

}  // namespace

TEST_CASE("truncation: over a split while a reader has the predecessor open") {
  truncation_world t;
  t.write_to(zero, 100);
  const bool fail = GENERATE(false, true);
  probe reader{t.w, t.from(read_from_head{}, fail ? truncation_policy::fail
                                                  : truncation_policy::report_and_go_on)};
  reader.read_events(10);
  split(t);
  t.write_to(left, 4);
  t.write_to(right, 3);
  t.truncate({{left, 2 * event_bytes}, {right, 0}});
  reader.read_rest();
  if (fail) {
    CHECK(reader.outcome() == "segment_not_found");
    CHECK(reader.over()->subject() == "scope/stream/0.#epoch.0");
    CHECK(reader.log().size() == 1);
    return;
  }
  const auto read = static_cast<std::int64_t>(reader.read().size()) - 5;
  const auto log = reader.log();
  REQUIRE(log.size() > 3);
  CHECK(log[1] == gap_text(zero, read * event_bytes, -1));
  CHECK(log[2] == "0: end");
  CHECK(reader.gaps().size() == 2);
  CHECK(reader.gaps().back() == segment_gap{{t.w.stream, left}, 0, 2 * event_bytes});
  CHECK(reader.position() == t.cut({{left, 4 * event_bytes}, {right, 3 * event_bytes}}));
  t.check(reader, {});
}

TEST_CASE("truncation: over a split while a reader is parked at the predecessor's tail") {
  truncation_world t;
  t.write_to(zero, 10);
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_rest();
  SECTION("which is told of the seal") {
    split(t);
    t.truncate({{left, 0}, {right, 0}});
    t.write_to(left, 2);
    reader.read_rest();
    CHECK(reader.log() == texts{"0: 10 events", "0: end", "1: 2 events"});
  }
  SECTION("which is not told of the seal") {
    t.w.network->refuses = true;
    t.w.world.cut_connections();
    // Until reader and writer know.
    t.w.world.run_for(milliseconds{20});
    split(t);
    t.truncate({{left, 0}, {right, 0}});
    t.w.network->refuses = false;
    t.write_to(left, 2);
    reader.read_rest();
    CHECK(reader.log() ==
          texts{"0: 10 events", gap_text(zero, 10 * event_bytes, -1), "0: end", "1: 2 events"});
  }
  t.check(reader, {});
}

TEST_CASE("truncation: over several generations that a reader has never seen") {
  truncation_world t;
  t.write_to(zero, 5);
  const auto start = t.cut({{zero, event_bytes}});
  split(t);
  t.write_to(left, 5);
  t.scale({left, right}, {{0.0, 1.0}});
  t.write_to({3, 2}, 5);
  t.scale({{3, 2}}, {{0.0, 0.5}, {0.5, 1.0}});
  t.write_to({4, 3}, 5);
  t.truncate({{{4, 3}, 3 * event_bytes}, {{5, 3}, 0}});
  SECTION("it is told of each segment") {
    probe reader{t.w, t.from(start)};
    reader.read_rest();
    CHECK(reader.log().back() == "4: 2 events");
    REQUIRE(reader.gaps().size() == 5);
    CHECK(reader.gaps()[0] == segment_gap{{t.w.stream, zero}, event_bytes, -1});
    CHECK(reader.gaps()[3] == segment_gap{{t.w.stream, {3, 2}}, 0, -1});
    CHECK(reader.gaps()[4] == segment_gap{{t.w.stream, {4, 3}}, 0, 3 * event_bytes});
    t.check(reader, start.offsets);
  }
  SECTION("or fails at the first") {
    probe reader{t.w, t.from(start, truncation_policy::fail)};
    reader.read_rest();
    CHECK(reader.outcome() == "segment_not_found");
    CHECK(reader.position() == start);
  }
}

TEST_CASE("truncation: over a merge while its other predecessor is not read") {
  truncation_world t{2};
  t.write_to(zero, 3);
  t.write_to(one, 100);
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_events(8);
  t.scale({zero, one}, {{0.0, 1.0}});
  t.write_to(two, 6);
  const std::int64_t to = GENERATE(0, 2 * event_bytes, 6 * event_bytes);
  // 0 is at its end by now and waits for 1.
  reader.read_events(20);
  t.truncate({{two, to}});
  reader.read_rest();
  const auto gaps = reader.gaps();
  REQUIRE(gaps.size() == (to == 0 ? 1 : 2));
  CHECK(gaps.front().in.id == one);
  CHECK(gaps.front().to == -1);
  if (to > 0) CHECK(gaps.back() == segment_gap{{t.w.stream, two}, 0, to});
  CHECK(reader.position() == t.cut({{two, 6 * event_bytes}}));
  t.check(reader, {});
}

TEST_CASE("truncation: at a cut through several epochs") {
  truncation_world t{2};
  t.write_to(zero, 5);
  t.write_to(one, 5);
  t.scale({zero}, {{0.0, 0.25}, {0.25, 0.5}});
  t.write_to(two, 5);
  t.write_to(three, 5);
  // 3 and 1 become 4.
  t.scale({three, one}, {{0.25, 1.0}});
  const segment_id four{4, 2};
  t.write_to(four, 5);
  SECTION("with a segment and one that is older") {
    t.truncate({{two, event_bytes}, {three, 0}, {one, 3 * event_bytes}});
    probe reader{t.w, t.from(read_from_head{})};
    reader.read_rest();
    CHECK(reader.gaps().empty());
    CHECK(reader.log().back() == "4: 5 events");
    t.check(reader, {{zero, 99 * event_bytes}, {two, event_bytes}, {one, 3 * event_bytes}});
  }
  SECTION("while a reader has the oldest") {
    t.truncate({{two, 4 * event_bytes}, {four, 4 * event_bytes}});
    probe reader{t.w, t.from(t.cut({{zero, 0}, {one, event_bytes}}))};
    reader.read_rest();
    CHECK(reader.gaps().size() == 5);
    CHECK(reader.read().size() == 2);
    CHECK(reader.position() == t.cut({{two, 5 * event_bytes}, {four, 5 * event_bytes}}));
    t.check(reader, {{one, event_bytes}});
  }
}

TEST_CASE("truncation: a cut in the middle of an uneven scale") {
  truncation_world t{2};
  t.write_to(zero, 5);
  t.write_to(one, 5);
  t.scale({zero, one}, {{0.0, 0.25}, {0.25, 1.0}});
  t.write_to(two, 5);
  t.write_to(three, 5);
  // As a reader group leaves it that has read 0: 2 follows 0 alone, 3 has to wait for 1.
  const auto mixed = t.cut({{two, event_bytes}, {one, 2 * event_bytes}});
  SECTION("is gone on from: 3 after 1, nothing twice") {
    probe reader{t.w, t.from(mixed)};
    reader.read_rest();
    const auto log = reader.log();
    const auto first_of_three = std::find_if(
        log.begin(), log.end(), [](const auto& each) { return each.starts_with("3: "); });
    CHECK(std::find(log.begin(), first_of_three, "1: end") != first_of_three);
    CHECK(reader.gaps().empty());
    CHECK(reader.position() == t.cut({{two, 5 * event_bytes}, {three, 5 * event_bytes}}));
    t.check(reader, {{zero, 99 * event_bytes}, {two, event_bytes}, {one, 2 * event_bytes}});
  }
  SECTION("from any position on the way, too") {
    for (std::size_t count = 1; count < 12; ++count) {
      probe reader{t.w, t.from(mixed)};
      reader.read_events(count);
      probe next{t.w, t.from(reader.position())};
      next.read_rest();
      CHECK(next.gaps().empty());
      auto both = reader.read();
      for (const auto& each : next.read())
        CHECK(both.insert(each).second);
      CHECK(both.size() == 4 + 3 + 5);
    }
  }
  SECTION("and over what was truncated away since") {
    t.truncate({{two, 2 * event_bytes}, {three, 3 * event_bytes}});
    probe reader{t.w, t.from(mixed)};
    reader.read_rest();
    CHECK(reader.gaps().size() == 3);
    CHECK(reader.read().size() == 5);
    t.check(reader, {{zero, 99 * event_bytes}, {two, event_bytes}, {one, 2 * event_bytes}});
  }
  SECTION("but not with a segment and its successor") {
    probe reader{t.w, t.from(t.cut({{zero, 0}, {one, 0}, {two, 0}}))};
    reader.read_rest();
    CHECK(reader.outcome() == "invalid_argument");
  }
  SECTION("nor with another stream's segments") {
    auto options = t.from(stream_cut{{"scope", "another"}, {{zero, 0}}});
    probe reader{t.w, options};
    CHECK(reader.outcome() == "invalid_argument");
  }
}

TEST_CASE("truncation: a cut in the middle of two uneven scales") {
  truncation_world t{2};
  t.scale({zero, one}, {{0.0, 0.25}, {0.25, 1.0}});
  t.scale({three}, {{0.25, 0.5}, {0.5, 1.0}});
  const segment_id four{4, 2}, five{5, 2}, six{6, 3};
  t.scale({two, four}, {{0.0, 0.5}});
  for (const auto id : {five, six})
    t.write_to(id, 5);
  // 6 follows 2, which is read at once, and 4, which comes after 3 and 1.
  probe reader{t.w, t.from(t.cut({{two, -1}, {one, 0}}))};
  reader.read_rest();
  const auto log = reader.log();
  const auto at = [&](const std::string& what) {
    return std::find(log.begin(), log.end(), what) - log.begin();
  };
  CHECK(at("2: end") < at("3: end"));
  CHECK(at("1: end") < at("3: end"));
  CHECK(at("3: end") < at("4: end"));
  CHECK(at("4: end") < at("6: 5 events"));
  CHECK(reader.position() == t.cut({{five, 5 * event_bytes}, {six, 5 * event_bytes}}));
  t.check(reader, {});
}

TEST_CASE("truncation: at the reader's position while events are written and segments scale") {
  fault_plan plan;
  const bool faults = GENERATE(false, true);
  if (faults) plan.cut = 0.02;
  plan.heal_after = seconds{3600};
  truncation_world t{2, plan};
  steady_writer writer{t.w, t.w.open(), milliseconds{10}};
  collecting_reader reader{t.w};
  for (int round = 0; round < 12; ++round) {
    t.w.world.run_for(milliseconds{200});
    const auto now = t.current();
    if (now.size() > 2)
      t.scale({now[0].id, now[1].id}, {{now[0].range.low, now[1].range.high}});
    else
      t.scale({now[0].id}, {{now[0].range.low, now[0].range.high / 2},
                            {now[0].range.high / 2, now[0].range.high}});
    // Until the writer knows what became of its events in the sealed segment.
    t.w.world.run_for(faults ? seconds{3} : milliseconds{300});
    REQUIRE(t.w.world.control(controller::truncate_stream{reader.handle().position()}));
  }
  writer.finish(seconds{60});
  REQUIRE(t.w.world.run_until([&] { return reader.events().size() >= writer.written().size(); },
                              seconds{60}));
  CHECK(reader.gaps().empty());
  CHECK_FALSE(reader.over());
  CHECK(writer.outcomes().errors.empty());
  check_exactly_once(writer.written(), reader.events());
}

TEST_CASE("truncation: at the tail while the seals of a scale are on their way") {
  truncation_world t;
  steady_writer writer{t.w, t.w.open(), milliseconds{1}};
  collecting_reader reader{t.w};
  t.w.world.run_for(milliseconds{500});
  split(t);
  const auto old = t.w.world.events_of(segment{t.w.stream, zero}.to_string());
  REQUIRE(t.w.world.control(controller::truncate_stream{t.cut({{left, 0}, {right, 0}})}));
  t.w.world.run_for(seconds{2});
  // What the writer had in flight nobody can tell.
  writer.finish(seconds{60});
  for (const auto& error : writer.outcomes().errors)
    CHECK((error == errc::outcome_unknown || error == errc::not_written));
  t.w.world.run_for(seconds{10});
  CHECK_FALSE(reader.over());
  // What is stored was read, or lies in the gap.
  const std::set<std::string> read{reader.events().begin(), reader.events().end()};
  CHECK(read.size() == reader.events().size());
  const auto fresh = t.w.stored();
  for (const auto& each : fresh)
    CHECK(read.count(each) == 1);
  const auto of_old = read.size() - fresh.size();
  REQUIRE(of_old <= old.size());
  for (std::size_t i = 0; i < of_old; ++i)
    CHECK(reader.events()[i] == old[i]);
  if (of_old < old.size()) {
    REQUIRE(reader.gaps().size() == 1);
    CHECK(reader.gaps().front().in.id == zero);
    CHECK(reader.gaps().front().to == -1);
  }
}
