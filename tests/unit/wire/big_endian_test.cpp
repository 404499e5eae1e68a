#include "wire/big_endian.hpp"

#include <array>
#include <limits>

#include "support/catch.hpp"
#include "support/json_data.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::internal::wire;

namespace {

template <class T>
std::string hex_of(T value) {
  std::array<std::byte, sizeof(T)> bytes{};
  CHECK(store_big_endian(bytes.data(), value) == bytes.data() + sizeof(T));
  CHECK(load_big_endian<T>(bytes.data()) == value);
  return test::to_hex({bytes.begin(), bytes.end()});
}

}  // namespace

TEST_CASE("big endian: the highest byte comes first, whatever the size and sign") {
  CHECK(hex_of(std::uint8_t{0xAB}) == "ab");
  CHECK(hex_of(std::int8_t{-1}) == "ff");
  CHECK(hex_of(std::uint16_t{0x0102}) == "0102");
  CHECK(hex_of(std::int32_t{-2}) == "fffffffe");
  CHECK(hex_of(std::uint32_t{0x01020304}) == "01020304");
  CHECK(hex_of(std::uint64_t{0x0102030405060708}) == "0102030405060708");
  CHECK(hex_of(std::numeric_limits<std::int64_t>::min()) == "8000000000000000");
  CHECK(hex_of(std::numeric_limits<std::int64_t>::max()) == "7fffffffffffffff");
}

TEST_CASE("big endian: places need not be aligned, and neighbours stay") {
  std::array<std::byte, 11> bytes{};
  bytes.fill(std::byte{0x55});
  store_big_endian(bytes.data() + 1, std::uint64_t{1});
  CHECK(test::to_hex({bytes.begin(), bytes.end()}) == "5500000000000000015555");
  CHECK(load_big_endian<std::uint16_t>(bytes.data() + 8) == 0x0155);
}

TEST_CASE("big endian: an id is its upper and then its lower half") {
  std::array<std::byte, uuid_bytes> bytes{};
  const uuid id{0x0123456789abcdef, 0xfedcba9876543210};
  CHECK(store_uuid(bytes.data(), id) == bytes.data() + uuid_bytes);
  CHECK(test::to_hex({bytes.begin(), bytes.end()}) == "0123456789abcdeffedcba9876543210");
  CHECK(load_uuid(bytes.data()) == id);
}
