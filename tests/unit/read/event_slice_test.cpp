#include "pravega_actor/event_slice.hpp"

#include <algorithm>
#include <limits>

#include "support/catch.hpp"
#include "support/mini_store.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

const auto in = std::make_shared<const segment>(test_segment());

event_slice slice_of(const std::vector<std::string>& payloads, std::int64_t offset = 0) {
  return event_slice::make(in, offset, shared_bytes{events(payloads)}).value();
}

}  // namespace

TEST_CASE("a slice can be made of bytes and is checked", "[event_slice]") {
  const auto bytes = events({"one", "two"});
  const auto slice = event_slice::make(in, 5, shared_bytes{byte_vector{bytes}});
  REQUIRE(slice);
  CHECK(payloads_of(*slice) == std::vector<std::string>{"one", "two"});
  CHECK(slice->in() == *in);
  auto copy = *slice;
  CHECK(copy.bytes().view.data() == slice->bytes().view.data());
  CHECK(event_slice::make(in, 0, shared_bytes{})->empty());
  const auto short_bytes = shared_bytes{byte_vector(bytes.begin(), bytes.end() - 1)};
  CHECK(event_slice::make(in, 0, short_bytes).error().code() == errc::invalid_argument);
  CHECK_FALSE(event_slice::make(in, -1, shared_bytes{}));
  CHECK_FALSE(event_slice::make(nullptr, 0, shared_bytes{}));
  CHECK_FALSE(event_slice::make(in, 0, shared_bytes{byte_vector{bytes}}, 2));
  const event_slice nothing;
  CHECK(nothing.begin() == nothing.end());
}

TEST_CASE("a slice ends at the largest offset or before", "[event_slice]") {
  constexpr auto offset_max = std::numeric_limits<std::int64_t>::max();
  const auto bytes = events({"one"});
  const auto size = static_cast<std::int64_t>(bytes.size());
  const auto last = event_slice::make(in, offset_max - size, shared_bytes{byte_vector{bytes}});
  REQUIRE(last);
  CHECK(last->next_offset() == offset_max);
  const auto behind =
      event_slice::make(in, offset_max - size + 1, shared_bytes{byte_vector{bytes}});
  CHECK(behind.error() == errc::invalid_argument);
}

TEST_CASE("each event of a slice knows its place", "[event_slice]") {
  const auto slice = slice_of({"one", "", "three"}, 100);
  CHECK(slice.event_count() == 3);
  CHECK(slice.offset() == 100);
  CHECK(slice.next_offset() == 100 + 3 * 8 + 3 + 5);
  std::vector<event_pointer> places;
  for (const auto& each : slice)
    places.push_back(each.pointer());
  CHECK(places ==
        std::vector<event_pointer>{{*in, 100, 8 + 3}, {*in, 111, 8}, {*in, 119, 8 + 5}});
}

TEST_CASE("an iterator goes forward, and may be kept", "[event_slice]") {
  const auto slice = slice_of({"one", "two", "three"});
  auto at = slice.begin();
  const auto first = at++;
  CHECK(as_text((*first).payload) == "one");
  CHECK(as_text((*at).payload) == "two");
  CHECK(++at != slice.end());
  CHECK(++at == slice.end());
  CHECK(std::distance(slice.begin(), slice.end()) == 3);
}

TEST_CASE("a payload whose length has all four bytes is read whole", "[event_slice]") {
  // Larger than a frame: as large events stand in a segment.
  constexpr std::uint32_t large = 0x01020304;
  byte_vector bytes(limits::event_header_bytes + large);
  wire::store_big_endian(bytes.data() + 4, large);
  append_event(bytes, "next");
  const auto slice = event_slice::make(in, 0, shared_bytes{std::move(bytes)}).value();
  CHECK(slice.event_count() == 2);
  CHECK((*slice.begin()).payload.size() == large);
  CHECK(as_text((*++slice.begin()).payload) == "next");
}

TEST_CASE("bytes that are no events are refused where they begin", "[event_slice]") {
  auto bytes = events({"one"});
  const auto whole = bytes.size();
  const auto refused = [&](std::byte value, std::size_t at) {
    auto wrong = bytes;
    append_event(wrong, "two");
    wrong[whole + at] = value;
    const auto got = event_slice::make(in, 0, shared_bytes{std::move(wrong)});
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::invalid_argument);
    CHECK(got.error().detail() == "no whole event at byte 11 of the slice");
  };
  refused(std::byte{1}, 3);     // another type
  refused(std::byte{0xFF}, 4);  // a negative length
  refused(std::byte{4}, 7);     // a length behind the end
}

TEST_CASE("a slice keeps its bytes and its segment alive", "[event_slice]") {
  event_slice kept;
  std::weak_ptr<const segment> watched;
  {
    const auto mine = std::make_shared<const segment>(test_segment(3));
    watched = mine;
    kept = *event_slice::make(mine, 0, shared_bytes{events({"one"})});
  }
  CHECK(payloads_of(kept) == std::vector<std::string>{"one"});
  CHECK(kept.in().id.number == 3);
  kept = {};
  CHECK(watched.expired());
}

TEST_CASE("ends and gaps are equal field by field", "[event_slice]") {
  const segment_end end{test_segment(), 5, true};
  CHECK(end == segment_end{test_segment(), 5, true});
  CHECK_FALSE(end == segment_end{test_segment(), 5, false});
  const segment_gap gap{test_segment(), 5, -1};
  CHECK_FALSE(gap == segment_gap{test_segment(), 5, 9});
  CHECK_FALSE(gap == segment_gap{test_segment(1), 5, -1});
}
