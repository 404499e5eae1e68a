#include "group_reader/event_book.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const segment one{{"scope", "stream"}, {1, 0}};

}  // namespace

TEST_CASE("event book: only slices use up demand, and every item has a cost") {
  const event_item slice = event_slice{};
  const event_item mark = checkpoint_mark{"cp"};
  CHECK(event_item_rules::uses_demand(slice));
  CHECK_FALSE(event_item_rules::uses_demand(mark));
  CHECK_FALSE(event_item_rules::uses_demand(segment_end{one, 3, true}));
  CHECK(event_item_rules::cost_of(mark) == limits::reader_unreleased_item_bytes_least);
}

TEST_CASE("event book: items of a queue become items of a group's reader") {
  CHECK(std::get<segment_end>(to_event_item(segment_end{one, 3, true})) ==
        segment_end{one, 3, true});
  CHECK(std::get<segment_gap>(to_event_item(segment_gap{one, 3, 5})) == segment_gap{one, 3, 5});
}

TEST_CASE("event book: an item names its segment, a checkpoint none") {
  const event_item end = segment_end{one, 3, true};
  const event_item gap = segment_gap{one, 3, 5};
  const event_item mark = checkpoint_mark{"cp"};
  REQUIRE(segment_of(end) != nullptr);
  CHECK(*segment_of(end) == one);
  CHECK(*segment_of(gap) == one);
  CHECK(segment_of(mark) == nullptr);
}
