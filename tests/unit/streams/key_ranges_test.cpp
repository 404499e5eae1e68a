#include "streams/key_ranges.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

using ranges = std::vector<key_range>;

std::string refusal(const ranges& given) {
  const auto got = joined(given, "they");
  if (got) return "accepted";
  CHECK(got.error() == errc::invalid_argument);
  return got.error().detail();
}

}  // namespace

TEST_CASE("ranges that touch are joined, in any order", "[key_ranges]") {
  CHECK(*joined({{0.5, 1.0}, {0.0, 0.5}}, "they") == ranges{{0.0, 1.0}});
  CHECK(*joined({{0.75, 1.0}, {0.0, 0.25}, {0.25, 0.5}}, "they") ==
        ranges{{0.0, 0.5}, {0.75, 1.0}});
  CHECK(joined({}, "they")->empty());
  // Sums of fractions touch, too.
  ranges many;
  for (int i = 0; i < 49; ++i)
    many.push_back({i * (1.0 / 49), (i + 1) * (1.0 / 49)});
  CHECK(joined(many, "they")->size() == 1);
}

TEST_CASE("ranges that are none are refused by name", "[key_ranges]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal({{0.5, 0.5}}) == "they: [0.5, 0.5) is empty or not within [0, 1]");
  CHECK(refusal({{0.5, 0.25}}) == "they: [0.5, 0.25) is empty or not within [0, 1]");
  CHECK(refusal({{0.5, 1.5}}) == "they: [0.5, 1.5) is empty or not within [0, 1]");
  CHECK(refusal({{-0.5, 0.5}}) == "they: [-0.5, 0.5) is empty or not within [0, 1]");
  CHECK(refusal({{nan, 1.0}}) == "they: [nan, 1) is empty or not within [0, 1]");
  CHECK(refusal({{0.0, nan}}) == "they: [0, nan) is empty or not within [0, 1]");
  CHECK(refusal({{0.0, 0.5}, {0.25, 1.0}}) == "they overlap at [0.25, 0.5)");
  CHECK(refusal({{0.0, 1.0}, {0.0, 1.0}}) == "they overlap at [0, 1)");
}

TEST_CASE("a cover is compared place by place", "[key_ranges]") {
  const auto said = [](const ranges& what, const ranges& with) {
    const auto same = check_same_cover(what, with);
    return same ? std::string{"same"} : same.error().detail();
  };
  CHECK(said({{0.0, 0.5}}, {{0.0, 0.5}}) == "same");
  CHECK(said({{0.0, 0.5}}, {{0.0, 0.5 + 1e-12}}) == "same");
  CHECK(said({{0.0, 0.5}}, {}) == "the new ranges leave [0, 0.5) uncovered");
  CHECK(said({{0.0, 0.5}}, {{0.0, 0.5}, {0.75, 1.0}}) ==
        "the new ranges cover [0.75, 1), which no sealed segment has");
  CHECK(said({{0.0, 0.5}}, {{0.0, 0.4}}) ==
        "the new ranges cover [0, 0.4), the sealed segments [0, 0.5)");
}

TEST_CASE("a divided range keeps its outer bounds exactly", "[key_ranges]") {
  CHECK(divided({0.0, 1.0}, 2) == ranges{{0.0, 0.5}, {0.5, 1.0}});
  CHECK(divided({0.25, 0.75}, 1) == ranges{{0.25, 0.75}});
  for (const int parts : {3, 7, 49, 1000}) {
    const auto all = divided({0.1, 0.7}, parts);
    REQUIRE(all.size() == static_cast<std::size_t>(parts));
    CHECK(all.front().low == 0.1);
    CHECK(all.back().high == 0.7);
    CHECK(joined(all, "parts")->size() == 1);
  }
}

TEST_CASE("neighbours do not overlap", "[key_ranges]") {
  CHECK_FALSE(overlap({0.0, 0.5}, {0.5, 1.0}));
  CHECK_FALSE(overlap({0.0, 0.5 + 1e-12}, {0.5, 1.0}));
  CHECK(overlap({0.0, 0.6}, {0.5, 1.0}));
  CHECK(overlap({0.0, 1.0}, {0.25, 0.5}));
}
