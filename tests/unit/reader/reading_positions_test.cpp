#include "reader/reading_positions.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using offsets = reading_position::offsets;
using place = reading_position::place;

namespace {

const scoped_stream one{"scope", "one"};
const scoped_stream two{"scope", "two"};
constexpr segment_id first{0, 0};
constexpr segment_id second{1, 1};

}  // namespace

TEST_CASE("each stream has its own position", "[reading_positions]") {
  reading_positions p{{two, one}};
  CHECK(p.consumed() == std::vector<stream_cut>{{one, {}}, {two, {}}});
  p.in(one).begin(first, 10);
  p.in(two).begin(first, 20);
  p.in(one).mark(first) = 11;
  CHECK(p.reached({one, first}) == 11);
  CHECK(p.reached({two, first}) == 20);
  CHECK(p.consumed(one) == stream_cut{one, {{first, 10}}});
  CHECK(p.consumed(two) == stream_cut{two, {{first, 20}}});
}

TEST_CASE("a release is one for all streams", "[reading_positions]") {
  reading_positions p{{one, two}};
  p.in(one).begin(first, 10);
  p.in(two).begin(first, 20);
  p.in(one).mark(first) = 11;
  p.in(two).mark(first) = 21;
  p.release();
  CHECK(p.consumed() == std::vector<stream_cut>{{one, {{first, 11}}}, {two, {{first, 21}}}});
}

TEST_CASE("a stream's step does not wait for another stream", "[reading_positions]") {
  reading_positions p{{one, two}};
  p.in(one).begin(first, 10);
  p.in(two).begin(first, 20);
  p.in(two).mark(first) = 21;
  p.in(one).advance({first}, {second});
  CHECK(p.consumed(one).offsets == offsets{{second, 0}});
  CHECK(p.consumed(two).offsets == offsets{{first, 20}});
}

TEST_CASE("a segment is taken away from its own stream", "[reading_positions]") {
  reading_positions p{{one, two}};
  p.in(one).begin(first, 10);
  p.in(two).begin(first, 20);
  CHECK(p.take_away({two, first}) == place{20, 20});
  CHECK_FALSE(p.take_away({two, first}));
  CHECK_FALSE(p.take_away({{"scope", "another"}, first}));
  CHECK(p.consumed() == std::vector<stream_cut>{{one, {{first, 10}}}, {two, {}}});
}

TEST_CASE("a stream may join later", "[reading_positions]") {
  reading_positions p{{one}};
  CHECK(p.consumed(two) == stream_cut{two, {}});
  p.in(two).begin(first, 20);
  CHECK(p.consumed() == std::vector<stream_cut>{{one, {}}, {two, {{first, 20}}}});
}
