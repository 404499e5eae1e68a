#include "group/group_types.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

segment numbered(std::int32_t number) {
  return {{"scope", "stream"}, {number, 0}};
}

}  // namespace

TEST_CASE("group segment: name and range together say which it is") {
  const group_segment whole{numbered(1), {0.0, 1.0}};
  const group_segment half{numbered(1), {0.0, 0.5}};
  const group_segment unknown{numbered(1)};
  CHECK_FALSE(whole == half);
  CHECK(half < whole);
  CHECK(unknown < half);
  CHECK(whole < group_segment{numbered(2), {0.0, 0.1}});
  CHECK_FALSE(whole < whole);
}

TEST_CASE("group segment: a range lies within 0 and 1 or is unknown") {
  CHECK(valid_group_range(unknown_range));
  CHECK(valid_group_range({0.0, 1.0}));
  CHECK(valid_group_range({0.5, 0.5}));
  CHECK_FALSE(valid_group_range({0.6, 0.5}));
  CHECK_FALSE(valid_group_range({0.0, 1.1}));
  CHECK_FALSE(valid_group_range({-0.5, 0.5}));
  CHECK_FALSE(valid_group_range({std::numeric_limits<double>::quiet_NaN(), 1.0}));
}

TEST_CASE("group segment: a name finds its entry under any range") {
  const group_segment unknown{numbered(1)};
  const group_segment half{numbered(3), {0.0, 0.5}};
  const group_offsets offsets{{unknown, 1}, {half, 2}};
  ordered_offsets ordered;
  ordered.add(half, 2);
  ordered.add(unknown, 1);
  for (const auto& wanted : {unknown, half}) {
    REQUIRE(find_segment(offsets, wanted.name) != nullptr);
    CHECK(*find_segment(offsets, wanted.name) == wanted);
    REQUIRE(find_segment(ordered, wanted.name) != nullptr);
    CHECK(*find_segment(ordered, wanted.name) == wanted);
  }
  for (const auto number : {0, 2, 4}) {
    CHECK(find_segment(offsets, numbered(number)) == nullptr);
    CHECK(find_segment(ordered, numbered(number)) == nullptr);
  }
}

TEST_CASE("checkpoints: the mark of a silent one may stand anywhere in its id") {
  CHECK(is_silent_checkpoint("abc=_SILENT_"));
  CHECK(is_silent_checkpoint("_SILENT_abc"));
  CHECK_FALSE(is_silent_checkpoint("c:SILENT"));
  CHECK_FALSE(is_silent_checkpoint(""));
}
