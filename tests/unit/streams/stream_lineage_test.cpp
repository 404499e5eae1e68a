#include "pravega_actor/stream_lineage.hpp"

#include <map>

#include "pravega_actor/limits.hpp"
#include "streams/stream_inspection.hpp"
#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
namespace c = pravega_actor::controller;

namespace {

using ranges = std::vector<segment_with_range>;
using ids = std::vector<segment_id>;

/// A stream with the given epochs.
struct history : stream_script<stream_lineage> {
  std::map<std::int32_t, ranges> epochs;
  bool sealed = false;

  history() {
    on_call = [this](const c::request& call) -> result<c::reply> {
      if (call.holds<c::get_current_segments>())
        return c::reply{
            c::segment_ranges{sealed ? ranges{} : epochs.rbegin()->second, "token"}};
      const auto at = epochs.find(call.get<c::get_epoch_segments>().epoch);
      if (at == epochs.end()) return errc::stream_not_found;
      return c::reply{c::segment_ranges{at->second, ""}};
    };
  }
  const stream_lineage& trace() {
    REQUIRE(run(trace_lineage(script_stream, tell())));
    INFO((outcome() ? std::string{} : outcome().error().to_string()));
    REQUIRE(outcome());
    return *outcome();
  }
  error failure() {
    REQUIRE(run(trace_lineage(script_stream, tell())));
    REQUIRE_FALSE(outcome());
    return outcome().error();
  }
};

constexpr segment_id first{0, 0};
constexpr segment_id left{1, 1};
constexpr segment_id right{2, 1};
constexpr segment_id whole{3, 2};

/// One segment, its two halves, and the whole again.
std::map<std::int32_t, ranges> split_and_merged() {
  return {{0, {{first, {0.0, 1.0}}}},
          {1, {{left, {0.0, 0.5}}, {right, {0.5, 1.0}}}},
          {2, {{whole, {0.0, 1.0}}}}};
}

}  // namespace

TEST_CASE("a lineage has every segment with its epochs and relatives", "[stream_lineage]") {
  history h;
  h.epochs = split_and_merged();
  const auto& found = h.trace();
  CHECK(found.epochs == 3);
  CHECK_FALSE(found.sealed);
  REQUIRE(found.segments.size() == 4);
  CHECK(found.segments[0].id == first);
  CHECK(found.segments[0].opened == 0);
  CHECK(found.segments[0].closed == 1);
  CHECK(found.segments[0].successors == ids{left, right});
  CHECK(found.segments[1].predecessors == ids{first});
  CHECK(found.segments[2].successors == ids{whole});
  CHECK(found.segments[3].predecessors == ids{left, right});
  CHECK(found.segments[3].live());
  CHECK_FALSE(found.segments[2].live());
}

TEST_CASE("a segment that stays over a scale is one segment", "[stream_lineage]") {
  history h;
  h.epochs = {{0, {{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}},
              {1, {{{0, 0}, {0.0, 0.5}}, {{2, 1}, {0.5, 0.7}}, {{3, 1}, {0.7, 1.0}}}}};
  const auto& found = h.trace();
  REQUIRE(found.segments.size() == 4);
  CHECK(found.segments[0].live());
  CHECK(found.segments[0].successors.empty());
  CHECK(found.segments[1].successors == ids{{2, 1}, {3, 1}});
}

TEST_CASE("the last segments of a sealed stream close behind the last epoch",
          "[stream_lineage]") {
  history h;
  h.epochs = split_and_merged();
  h.sealed = true;
  const auto& found = h.trace();
  CHECK(found.sealed);
  CHECK(found.epochs == 3);
  CHECK(found.segments[3].closed == 3);
  CHECK_FALSE(found.segments[3].live());
}

TEST_CASE("what was truncated away is not stored", "[stream_lineage]") {
  history h;
  h.epochs = split_and_merged();
  h.on_info = [](const segment& of) -> result<segment_info> {
    if (of.id == first) return errc::segment_not_found;
    return segment_info{true, 10, 40, 99};
  };
  const auto& found = h.trace();
  CHECK_FALSE(found.segments[0].stored);
  REQUIRE(found.segments[1].stored);
  CHECK(found.segments[1].stored->bytes() == 30);
  CHECK(found.segments[1].stored->last_modified_ms == 99);
}

TEST_CASE("a lineage fails with whatever fails", "[stream_lineage]") {
  history h;
  h.epochs = split_and_merged();
  SECTION("a segment store") {
    h.on_info = [](const segment&) -> result<segment_info> { return errc::wrong_host; };
    CHECK(h.failure() == errc::wrong_host);
  }
  SECTION("an epoch in the middle") {
    h.epochs.erase(1);
    CHECK(h.failure() == errc::stream_not_found);
  }
  SECTION("the stream") {
    h.epochs.clear();
    h.sealed = true;
    CHECK(h.failure() == errc::stream_not_found);
  }
}

TEST_CASE("a stream of too many epochs is refused before they are asked for",
          "[stream_lineage]") {
  const auto epoch = GENERATE(as<std::int32_t>{}, limits::lineage_epochs_max, 2'147'483'647);
  history h;
  h.epochs[epoch] = {{{7, epoch}, {0.0, 1.0}}};
  CHECK(h.failure() == errc::limit_exceeded);
  CHECK(h.outcome().error().subject() == "scope/stream");
  CHECK(h.asked == std::vector<std::string>{"getCurrentSegments"});
}

TEST_CASE("as many epochs as allowed are traced", "[stream_lineage]") {
  history h;
  for (std::int32_t epoch = 0; epoch < limits::lineage_epochs_max; ++epoch)
    h.epochs[epoch] = {{{epoch, epoch}, {0.0, 1.0}}};
  CHECK(h.trace().epochs == limits::lineage_epochs_max);
}

TEST_CASE("a sealed stream of too many epochs is refused, too", "[stream_lineage]") {
  history h;
  h.sealed = true;
  for (std::int32_t epoch = 0; epoch <= limits::lineage_epochs_max; ++epoch)
    h.epochs[epoch] = {{{epoch, epoch}, {0.0, 1.0}}};
  CHECK(h.failure() == errc::limit_exceeded);
}
