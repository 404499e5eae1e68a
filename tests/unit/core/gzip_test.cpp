#include "core/gzip.hpp"

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

std::vector<std::byte> packed(std::string_view text) {
  auto bytes = gzip(as_bytes(text));
  REQUIRE(bytes);
  return *bytes;
}

}  // namespace

TEST_CASE("gzip: texts of all sizes survive a round trip") {
  test::splitmix random{8};
  for (const std::size_t size : {0u, 1u, 100u, 16383u, 16384u, 16385u, 300000u}) {
    std::string text;
    while (text.size() < size)
      text += static_cast<char>('a' + random.below(20));
    const auto back = gunzip(packed(text), 1u << 20);
    REQUIRE(back);
    CHECK(*back == text);
  }
}

TEST_CASE("gzip: the header is Java's") {
  const auto bytes = packed("x");
  const std::string head{as_text(byte_view{bytes}.first(10))};
  CHECK(head == std::string{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10});
}

TEST_CASE("gzip: more than the limit is refused, exactly the limit is not") {
  const std::string text(50000, 'z');
  const auto bytes = packed(text);
  CHECK(bytes.size() < 1000);
  CHECK(gunzip(bytes, 50000));
  const auto refused = gunzip(bytes, 49999);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::limit_exceeded);
  CHECK(gunzip(packed(""), 0));
  CHECK(gunzip(packed("a"), 0).error() == errc::limit_exceeded);
}

TEST_CASE("gzip: every truncation and every flipped byte of the body is noticed") {
  const auto bytes = packed("0:scope/stream:0,1:0,0:10,20");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    const auto refused = gunzip(byte_view{bytes}.first(size), 1000);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error() == errc::invalid_argument);
  }
  for (std::size_t at = 10; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] ^= std::byte{0x10};
    REQUIRE_FALSE(gunzip(damaged, 1000));
  }
}

TEST_CASE("gzip: bytes after the data and plain text are refused") {
  auto bytes = packed("text");
  bytes.push_back(std::byte{0});
  CHECK(gunzip(bytes, 1000).error() == errc::invalid_argument);
  CHECK(gunzip(as_bytes("no gzip at all"), 1000).error() == errc::invalid_argument);
}
