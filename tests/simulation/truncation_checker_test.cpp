// The checker of truncated streams, on readings with planted faults.
#include "simulation/truncation_checker.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace simulation_tests;

namespace {

const segment_id zero{0, 0}, one{1, 1};
using problems = std::vector<std::string>;

segment_gap gap(segment_id in, std::int64_t from, std::int64_t to) {
  return {{{"scope", "stream"}, in}, from, to};
}

/// Segment 0 held a, b, c, d at 0, 9, 18, 27, was truncated at 18 and is gone by now; 1 held e
/// and f and was truncated at 9. A reader got a, then a gap, d ... as the test says.
struct planted : truncation_checker {
  planted() {
    hold(zero, 0, {"a", "b", "c", "d"});
    truncate({{zero, 18}}, {});
    hold(one, 0, {"e"});
    hold(zero, 18, {"c", "d"});
    truncate({{one, 9}}, {zero});
    hold(one, 9, {"f"});
    read(zero, 0, "a");
  }
};

}  // namespace

TEST_CASE("checker of truncation: sound readings pass") {
  planted p;
  SECTION("a gap within a segment") {
    p.read(gap(zero, 9, 18));
    p.read(zero, 18, "c");
    p.read(zero, 27, "d");
    p.read(one, 0, "e");
    CHECK_FALSE(p.complete());
    p.read(one, 9, "f");
  }
  SECTION("a gap to the end, told twice") {
    p.read(gap(zero, 9, -1));
    p.read(gap(zero, 9, -1));
    p.read(gap(one, 0, 9));
    p.read(one, 9, "f");
    CHECK(p.missing() == 4);
  }
  CHECK(p.complete());
  CHECK(p.check() == problems{});
}

TEST_CASE("checker of truncation: a gap that is not told") {
  planted p;
  p.read(zero, 18, "c");
  p.read(zero, 27, "d");
  p.read(one, 0, "e");
  p.read(one, 9, "f");
  CHECK_FALSE(p.complete());
  CHECK(p.check() == problems{"segment 0, offset 9: neither read nor in a gap"});
}

TEST_CASE("checker of truncation: an event behind a gap that is left out") {
  planted p;
  p.read(gap(zero, 9, 18));
  p.read(zero, 27, "d");
  p.read(one, 0, "e");
  p.read(one, 9, "f");
  CHECK(p.check() == problems{"segment 0, offset 18: neither read nor in a gap"});
}

TEST_CASE("checker of truncation: gaps that are too large") {
  planted p;
  p.read(gap(zero, 0, -1));
  p.read(gap(one, 0, 18));
  CHECK(p.check() == problems{"segment 0, offset 0: missing, but it was read",
                              "segment 1, offset 0: a gap where nothing was truncated"});
}

TEST_CASE("checker of truncation: what is read in a gap, twice, out of order, or made up") {
  planted p;
  p.read(gap(zero, 9, -1));
  p.read(zero, 18, "c");
  p.read(zero, 9, "b");
  p.read(zero, 9, "b");
  p.read(one, 0, "e");
  p.read(one, 9, "g");
  CHECK(p.check() == problems{"segment 0, offset 18: read after its gap",
                              "segment 0, offset 9: read after what follows it",
                              "segment 0, offset 9: read after its gap",
                              "segment 0, offset 9: read twice",
                              "segment 0, offset 9: read after its gap",
                              "segment 1, offset 9: read what the segment does not hold"});
}
