// `find_splits` (stream_inspection.hpp).
#include "streams/stream_inspection.hpp"
#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
namespace c = pravega_actor::controller;

namespace {

using lines = std::vector<std::string>;

const auto& stream = script_stream;
const segment_id zero{0, 0}, one{1, 1}, two{2, 1};

segment in(segment_id id) {
  return {stream, id};
}

/// Segment 0 became 1 and 2. What is stored of each, and what is asked about the cuts.
struct splitting : stream_script<stream_splits> {
  std::map<segment_id, segment_info> stored{
      {zero, {true, 0, 100, 7}}, {one, {false, 0, 50, 7}}, {two, {false, 0, 0, 7}}};
  std::map<segment_id, std::int64_t> head{{zero, 20}};
  std::vector<c::get_segments_between> between;

  splitting() {
    on_call = [this](const c::request& call) -> result<c::reply> {
      if (call.holds<c::get_head_segments>()) return c::reply{c::segment_offsets{head, ""}};
      if (!call.holds<c::get_segments_between>()) return errc::unsupported_operation;
      between.push_back(call.get<c::get_segments_between>());
      return c::reply{c::segment_list{{zero, one, two}, "a token"}};
    };
    on_info = [this](const segment& of) -> result<segment_info> {
      const auto at = stored.find(of.id);
      if (at == stored.end()) return errc::segment_not_found;
      return at->second;
    };
  }
  const stream_splits& found(const stream_range& of) {
    CHECK(run(find_splits(stream, of, tell())));
    return outcome().value();
  }
  errc refusal(const stream_range& of) {
    CHECK(run(find_splits(stream, of, tell())));
    return outcome() ? errc::internal_error : outcome().error().code();
  }
};

using splits = std::vector<stream_split>;
using gaps = std::vector<segment_gap>;

}  // namespace

TEST_CASE("a whole stream is split into what its segments hold", "[stream_splits]") {
  splitting s;
  const auto& found = s.found({});
  CHECK(found.splits == splits{{in(zero), 20, 100}, {in(one), 0, 50}});
  CHECK(found.gaps.empty());
  CHECK(s.asked == lines{"getSegments", "getSegmentsBetween", "infos of 3"});
  CHECK(s.tokens == lines{"a token"});
  REQUIRE(s.between.size() == 1);
  CHECK(s.between[0].from == s.head);
  CHECK(s.between[0].to.empty());
}

TEST_CASE("cuts bound the splits of the segments that they name", "[stream_splits]") {
  splitting s;
  const stream_cut from{stream, {{zero, 30}}};
  const stream_cut to{stream, {{one, 10}, {two, 0}}};
  const auto& found = s.found({from, to});
  CHECK(found.splits == splits{{in(zero), 30, 100}, {in(one), 0, 10}});
  CHECK(s.asked == lines{"getSegmentsBetween", "infos of 3"});
  CHECK(s.between[0].from == from.offsets);
  CHECK(s.between[0].to == to.offsets);
}

TEST_CASE("an offset of -1 in a cut is the end of its segment", "[stream_splits]") {
  SECTION("where the range begins") {
    splitting s;
    CHECK(s.found({stream_cut{stream, {{zero, -1}}}, {}}).splits == splits{{in(one), 0, 50}});
    CHECK(s.asked.back() == "infos of 2");
  }
  SECTION("where it ends") {
    splitting s;
    CHECK(s.found({{}, stream_cut{stream, {{zero, -1}, {one, 0}, {two, 0}}}}).splits ==
          splits{{in(zero), 20, 100}});
  }
}

TEST_CASE("what was truncated away behind the start cut is a gap", "[stream_splits]") {
  splitting s;
  const stream_cut from{stream, {{zero, 10}}};
  SECTION("the beginning of a segment") {
    s.stored[zero].start_offset = 40;
    const auto& found = s.found({from, {}});
    CHECK(found.splits.front() == stream_split{in(zero), 40, 100});
    CHECK(found.gaps == gaps{{in(zero), 10, 40}});
  }
  SECTION("a segment of which no end is known") {
    s.stored.erase(zero);
    const auto& found = s.found({from, {}});
    CHECK(found.splits == splits{{in(one), 0, 50}});
    CHECK(found.gaps == gaps{{in(zero), 10, -1}});
  }
  SECTION("all of a segment up to the end cut") {
    s.stored.erase(one);
    const auto& found = s.found({from, stream_cut{stream, {{one, 30}, {two, 0}}}});
    CHECK(found.splits == splits{{in(zero), 10, 100}});
    CHECK(found.gaps == gaps{{in(one), 0, 30}});
  }
  SECTION("beyond the end cut") {
    s.stored[zero].start_offset = 90;
    const auto& found = s.found({from, stream_cut{stream, {{zero, 60}, {one, 0}, {two, 0}}}});
    CHECK(found.splits.empty());
    CHECK(found.gaps == gaps{{in(zero), 10, 60}});
  }
}

TEST_CASE("what is truncated away before the head is no gap", "[stream_splits]") {
  splitting s;
  s.stored.erase(zero);
  s.stored[one].start_offset = 10;
  const auto& found = s.found({});
  CHECK(found.splits == splits{{in(one), 10, 50}});
  CHECK(found.gaps.empty());
}

TEST_CASE("cuts that lie behind the end of a segment are refused", "[stream_splits]") {
  SECTION("the start") {
    splitting s;
    CHECK(s.refusal({stream_cut{stream, {{zero, 101}}}, {}}) == errc::invalid_argument);
    CHECK(s.outcome().error().subject() == "scope/stream/0.#epoch.0");
  }
  SECTION("the end") {
    splitting s;
    CHECK(s.refusal({{}, stream_cut{stream, {{one, 51}, {two, 0}}}}) == errc::invalid_argument);
  }
}

TEST_CASE("cuts of another stream are refused before anything is asked", "[stream_splits]") {
  const stream_cut other{{"scope", "other"}, {{zero, 0}}};
  const stream_cut empty{stream, {}};
  const stream_cut broken{stream, {{zero, -2}}};
  for (const auto& bad : {other, empty, broken}) {
    splitting s;
    CHECK(s.refusal({bad, {}}) == errc::invalid_argument);
    CHECK(s.asked.empty());
    splitting to;
    CHECK(to.refusal({{}, bad}) == errc::invalid_argument);
    CHECK(to.asked.empty());
  }
}

TEST_CASE("splits fail with whatever fails", "[stream_splits]") {
  const auto failing =
      GENERATE(as<std::string>{}, "getSegments", "getSegmentsBetween", "infos of 3");
  splitting s;
  s.on_call = [&, through = s.on_call](const c::request& call) -> result<c::reply> {
    if (name_of(call) == failing) return errc::controller_unreachable;
    return through(call);
  };
  if (failing == "infos of 3")
    s.on_info = [](const segment&) { return result<segment_info>{errc::deadline_exceeded}; };
  CHECK(s.refusal({}) ==
        (failing == "infos of 3" ? errc::deadline_exceeded : errc::controller_unreachable));
  CHECK(s.asked.back() == failing);
}
