#include "wire/event_cursor.hpp"

#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"
#include "wire/hot.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using kind = wire::event_step::kind;

namespace {

std::vector<std::byte> event_of(std::size_t size, std::byte fill = std::byte{1}) {
  std::vector<std::byte> bytes(limits::event_header_bytes + size, fill);
  wire::encode_event_header(bytes.data(), size);
  return bytes;
}

}  // namespace

TEST_CASE("events one after the other") {
  splitmix random{1};
  std::vector<std::byte> bytes;
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 200; ++i) {
    sizes.push_back(static_cast<std::size_t>(random.magnitude(10)));
    const auto one = event_of(sizes.back(), static_cast<std::byte>(i));
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  wire::event_cursor cursor{bytes};
  std::size_t consumed = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto step = cursor.next();
    REQUIRE(step.what == kind::event);
    REQUIRE(step.payload.size() == sizes[i]);
    CHECK(equal(step.payload, std::vector<std::byte>(sizes[i], static_cast<std::byte>(i))));
    CHECK(step.payload.data() == bytes.data() + consumed + 8);
    consumed += 8 + sizes[i];
    CHECK(cursor.consumed() == consumed);
  }
  CHECK(cursor.remaining().empty());
  CHECK(cursor.next().what == kind::incomplete);
  CHECK(cursor.next().bytes_needed == limits::event_header_bytes);
}

TEST_CASE("an event that is not whole tells what it needs") {
  const auto whole = event_of(20);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(length));
    wire::event_cursor cursor{cut};
    for (int call = 0; call < 2; ++call) {
      const auto step = cursor.next();
      CHECK(step.what == kind::incomplete);
      CHECK(step.bytes_needed == (length < 8 ? 8 - length : whole.size() - length));
      CHECK(cursor.consumed() == 0);
      CHECK(cursor.remaining().size() == length);
    }
  }
}

TEST_CASE("bytes that are not an event") {
  for (const auto* hex : {"0000000100000000", "ffffffff00000000", "00000000ffffffff",
                          "0000000080000000", "0000000040000001", "000000007fffffff"}) {
    INFO(hex);
    const auto bytes = from_hex(hex);
    wire::event_cursor cursor{bytes};
    CHECK(cursor.next().what == kind::malformed);
    CHECK(cursor.next().what == kind::malformed);
    CHECK(cursor.consumed() == 0);
  }
}

TEST_CASE("the limit is the caller's") {
  const auto bytes = event_of(100);
  CHECK(wire::event_cursor(bytes, 100).next().what == kind::event);
  const auto refused = wire::event_cursor(bytes, 99).next();
  CHECK(refused.what == kind::too_large);
  CHECK(refused.bytes_needed == 100);
  const auto header_only = from_hex("0000000000800000");
  CHECK(wire::event_cursor(header_only).next().bytes_needed == 8388608);
  const auto larger = from_hex("0000000000800001");
  CHECK(wire::event_cursor(larger).next().what == kind::too_large);
  CHECK(wire::event_cursor(larger, 1u << 30).next().bytes_needed == 8388609);
  const auto largest = from_hex("0000000004000001");
  CHECK(wire::event_cursor(largest, 1u << 30).next().what == kind::incomplete);
}

TEST_CASE("events behind a whole one are found after it") {
  auto bytes = event_of(3);
  bytes.insert(bytes.end(), 8, std::byte{0xFF});
  wire::event_cursor cursor{bytes};
  CHECK(cursor.next().what == kind::event);
  CHECK(cursor.next().what == kind::malformed);
  CHECK(cursor.consumed() == 11);
}
