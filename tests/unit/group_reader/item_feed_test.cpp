#include "group_reader/item_feed.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

time_point soon() {
  return clock_type::now() + seconds{30};
}

const segment one{{"scope", "stream"}, {1, 0}};

}  // namespace

TEST_CASE("item feed: items come out in their order, then the end") {
  item_feed feed;
  CHECK(feed.last_taken() == 0);
  CHECK_FALSE(*feed.take_until(clock_type::now()));
  feed.put({1, checkpoint_mark{"cp"}});
  feed.put({2, segment_end{one, 5, true}});
  feed.end(error{errc::end_of_segment});
  feed.end(error{errc::closed});
  const auto first = feed.take_until(soon());
  REQUIRE(first);
  CHECK((*first)->number == 1);
  CHECK(feed.last_taken() == 1);
  CHECK(std::holds_alternative<segment_end>((*feed.take_until(soon()))->item));
  const auto over = feed.take_until(soon());
  REQUIRE_FALSE(over);
  CHECK(over.error() == errc::end_of_segment);
  // Without a reader these have no effect.
  feed.release_through(2);
  feed.leave();
}

TEST_CASE("item feed: a waiting thread gets what another one puts in") {
  item_feed feed;
  std::thread other{[&feed] { feed.put({7, checkpoint_mark{"cp"}}); }};
  const auto got = feed.take_until(soon());
  other.join();
  REQUIRE(got);
  REQUIRE(*got);
  CHECK((*got)->number == 7);
}
