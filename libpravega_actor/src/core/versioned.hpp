// The binary form of Pravega's versioned serializer: big-endian numbers, compact numbers, texts
// and revisions with a length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// Largest values that the compact numbers can hold.
inline constexpr std::int32_t compact_int_max = (1 << 30) - 2;
inline constexpr std::int64_t compact_long_max = (std::int64_t{1} << 62) - 2;
inline constexpr std::int64_t compact_signed_long_max = (std::int64_t{1} << 61) - 2;
inline constexpr std::int64_t compact_signed_long_min = 1 - (std::int64_t{1} << 61);

/// Appends to bytes. A value that cannot be written makes `ok` false for good.
class binary_writer {
 public:
  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void i32(std::int32_t value);
  void i64(std::int64_t value);
  void f64(double value);
  /// Length in 16 bits, then the bytes.
  void text(std::string_view value);
  /// The bytes alone, without their number.
  void bytes(byte_view value);
  void compact_int(std::int64_t value);
  void compact_long(std::int64_t value);
  void compact_signed_long(std::int64_t value);

  /// Serializer version, the type's version, number of revisions.
  void header(std::uint8_t version, std::uint8_t revisions);
  /// `body()` writes the revision's data.
  template <class F>
  void revision(std::uint8_t number, F&& body) {
    u8(number);
    const std::size_t start = out_.size();
    i32(0);
    body();
    end_revision(start);
  }

  /// For values that have bytes but no meaning.
  void fail() noexcept { ok_ = false; }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// The bytes; none unless `ok`.
  [[nodiscard]] std::vector<std::byte> take() && {
    return ok_ ? std::move(out_) : std::vector<std::byte>{};
  }

 private:
  void big_endian(std::uint64_t value, unsigned bytes);
  void end_revision(std::size_t start);
  std::vector<std::byte> out_;
  bool ok_ = true;
};

/// Reads from bytes of unknown origin. After the first failure all reads give zero, and
/// `failure` says what was wrong.
class binary_reader {
 public:
  explicit binary_reader(byte_view bytes) noexcept : rest_{bytes} {}

  [[nodiscard]] std::uint8_t u8() noexcept;
  [[nodiscard]] std::uint16_t u16() noexcept;
  [[nodiscard]] std::int32_t i32() noexcept;
  [[nodiscard]] std::int64_t i64() noexcept;
  [[nodiscard]] double f64() noexcept;
  /// Valid as long as the bytes.
  [[nodiscard]] std::string_view text() noexcept;
  /// The next `count` bytes; valid as long as all of them.
  [[nodiscard]] byte_view bytes(std::size_t count) noexcept { return take(count); }
  [[nodiscard]] std::int32_t compact_int() noexcept;
  [[nodiscard]] std::int64_t compact_long() noexcept;
  [[nodiscard]] std::int64_t compact_signed_long() noexcept;
  /// The number of elements of a collection. Fails above limits::cut_entries_max, and if the
  /// rest is too short for that many elements of `element_bytes_min` bytes.
  [[nodiscard]] std::size_t count(std::size_t element_bytes_min) noexcept;

  /// Reads the header; `version` becomes the type's version. Gives the number of revisions.
  [[nodiscard]] std::uint8_t header(std::uint8_t& version) noexcept;
  /// Reads a revision's number and length and gives its data.
  [[nodiscard]] binary_reader revision(std::uint8_t number) noexcept;

  /// Reads `revisions` revisions: the first ones by `known`, in order; the others are skipped.
  template <class... F>
  void revisions(std::uint8_t revisions, F&&... known) {
    std::uint8_t number = 0;
    const auto apply = [&](auto&& read) {
      if (number >= revisions || !ok()) return;
      binary_reader data = revision(number++);
      if (!ok()) return;
      read(data);
      if (!data.ok()) fail(data.failure());
    };
    (apply(known), ...);
    while (number < revisions && ok())
      (void)revision(number++);
  }

  void fail(const char* reason) noexcept;
  /// Fails unless everything was read.
  void expect_end() noexcept;
  [[nodiscard]] bool ok() const noexcept { return failure_ == nullptr; }
  /// What was wrong, or null.
  [[nodiscard]] const char* failure() const noexcept { return failure_; }
  /// The failure as an error (invalid_argument) whose detail begins with `what`.
  [[nodiscard]] error to_error(std::string_view what) const;
  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }

 private:
  [[nodiscard]] byte_view take(std::size_t bytes) noexcept;
  [[nodiscard]] std::uint64_t big_endian(unsigned bytes) noexcept;
  byte_view rest_;
  const char* failure_ = nullptr;
};

}  // namespace pravega_actor::internal
