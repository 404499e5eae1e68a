#include "core/versioned.hpp"

#include <bit>
#include <limits>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::uint8_t serializer_version = 0;

}  // namespace

void binary_writer::big_endian(std::uint64_t value, unsigned bytes) {
  for (unsigned shift = 8 * bytes; shift > 0; shift -= 8)
    out_.push_back(static_cast<std::byte>(value >> (shift - 8) & 0xFF));
}

void binary_writer::u8(std::uint8_t value) {
  big_endian(value, 1);
}
void binary_writer::u16(std::uint16_t value) {
  big_endian(value, 2);
}
void binary_writer::i32(std::int32_t value) {
  big_endian(static_cast<std::uint32_t>(value), 4);
}
void binary_writer::i64(std::int64_t value) {
  big_endian(static_cast<std::uint64_t>(value), 8);
}
void binary_writer::f64(double value) {
  big_endian(std::bit_cast<std::uint64_t>(value), 8);
}

void binary_writer::text(std::string_view value) {
  if (value.size() > limits::wire_text_bytes_max) {
    ok_ = false;
    return;
  }
  u16(static_cast<std::uint16_t>(value.size()));
  bytes(as_bytes(value));
}

void binary_writer::bytes(byte_view value) {
  out_.insert(out_.end(), value.begin(), value.end());
}

void binary_writer::compact_int(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value < 0 || value > compact_int_max) {
    ok_ = false;
  } else if (value <= 0x7F) {
    big_endian(bits, 1);
  } else if (value <= 0x3FFF) {
    big_endian(bits | 0x8000, 2);
  } else {
    big_endian(bits | 0xC0000000, 4);
  }
}

void binary_writer::compact_long(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value < 0 || value > compact_long_max) {
    ok_ = false;
  } else if (value <= 0x3F) {
    big_endian(bits, 1);
  } else if (value <= 0x3FFF) {
    big_endian(bits | 0x4000, 2);
  } else if (value <= 0x3FFFFFFF) {
    big_endian(bits | 0x80000000, 4);
  } else {
    big_endian(bits | 0xC000000000000000, 8);
  }
}

void binary_writer::compact_signed_long(std::int64_t value) {
  if (value < compact_signed_long_min || value > compact_signed_long_max) {
    ok_ = false;
    return;
  }
  const std::uint64_t sign = value < 0 ? 1 : 0;
  const auto bits = static_cast<std::uint64_t>(value < 0 ? -value - 1 : value);
  if (bits <= 0x1F) {
    big_endian(bits | sign << 7, 1);
  } else if (bits <= 0x1FFF) {
    big_endian(bits | sign << 15 | 0x2000, 2);
  } else if (bits <= 0x1FFFFFFF) {
    big_endian(bits | sign << 31 | 0x40000000, 4);
  } else {
    big_endian(bits | sign << 63 | 0x6000000000000000, 8);
  }
}

void binary_writer::header(std::uint8_t version, std::uint8_t revisions) {
  u8(serializer_version);
  u8(version);
  u8(revisions);
}

void binary_writer::end_revision(std::size_t start) {
  const std::size_t length = out_.size() - start - 4;
  if (length > std::numeric_limits<std::int32_t>::max()) {
    ok_ = false;
    return;
  }
  for (unsigned i = 0; i < 4; ++i)
    out_[start + i] = static_cast<std::byte>(length >> (24 - 8 * i) & 0xFF);
}

byte_view binary_reader::take(std::size_t bytes) noexcept {
  if (bytes > rest_.size()) fail("the bytes end too early");
  if (!ok()) return {};
  const auto front = rest_.first(bytes);
  rest_ = rest_.subspan(bytes);
  return front;
}

std::uint64_t binary_reader::big_endian(unsigned bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::byte b : take(bytes))
    value = value << 8 | static_cast<std::uint64_t>(b);
  return value;
}

std::uint8_t binary_reader::u8() noexcept {
  return static_cast<std::uint8_t>(big_endian(1));
}
std::uint16_t binary_reader::u16() noexcept {
  return static_cast<std::uint16_t>(big_endian(2));
}
std::int32_t binary_reader::i32() noexcept {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(big_endian(4)));
}
std::int64_t binary_reader::i64() noexcept {
  return static_cast<std::int64_t>(big_endian(8));
}
double binary_reader::f64() noexcept {
  return std::bit_cast<double>(big_endian(8));
}

std::string_view binary_reader::text() noexcept {
  const std::size_t length = u16();
  return as_text(take(length));
}

std::int32_t binary_reader::compact_int() noexcept {
  const std::uint64_t first = u8();
  if (first < 0x80) return static_cast<std::int32_t>(first);
  if (first < 0xC0) return static_cast<std::int32_t>((first & 0x3F) << 8 | big_endian(1));
  return static_cast<std::int32_t>((first & 0x3F) << 24 | big_endian(3));
}

std::int64_t binary_reader::compact_long() noexcept {
  const std::uint64_t first = u8();
  constexpr unsigned more[] = {0, 1, 3, 7};
  const unsigned bytes = more[first >> 6];
  return static_cast<std::int64_t>((first & 0x3F) << (8 * bytes) | big_endian(bytes));
}

std::int64_t binary_reader::compact_signed_long() noexcept {
  const std::uint64_t first = u8();
  constexpr unsigned more[] = {0, 1, 3, 7};
  const unsigned bytes = more[first >> 5 & 3];
  const auto value =
      static_cast<std::int64_t>((first & 0x1F) << (8 * bytes) | big_endian(bytes));
  if (!ok()) return 0;
  return (first & 0x80) != 0 ? -value - 1 : value;
}

std::size_t binary_reader::count(std::size_t element_bytes_min) noexcept {
  const auto elements = static_cast<std::size_t>(compact_int());
  if (!ok()) return 0;
  if (elements > limits::cut_entries_max) {
    fail("there are more entries than cut_entries_max");
  } else if (elements * element_bytes_min > rest_.size()) {
    fail("there are fewer bytes than entries need");
  }
  return ok() ? elements : 0;
}

std::uint8_t binary_reader::header(std::uint8_t& version) noexcept {
  if (u8() != serializer_version) fail("the serializer's version is not known");
  version = u8();
  return u8();
}

binary_reader binary_reader::revision(std::uint8_t number) noexcept {
  if (u8() != number) fail("a revision has the wrong number");
  const std::int32_t length = i32();
  if (length < 0) fail("a length is negative");
  return binary_reader{take(ok() ? static_cast<std::size_t>(length) : 0)};
}

void binary_reader::fail(const char* reason) noexcept {
  if (failure_ == nullptr) failure_ = reason;
}

void binary_reader::expect_end() noexcept {
  if (!rest_.empty()) fail("there are bytes after the end");
}

error binary_reader::to_error(std::string_view what) const {
  std::string detail{what};
  if (failure_ != nullptr) detail.append(": ").append(failure_);
  return {errc::invalid_argument, std::move(detail)};
}

}  // namespace pravega_actor::internal
