// Fields of a group's binary form: what all updates share, and what was wrong with one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/versioned.hpp"
#include "group/group_types.hpp"
#include "pravega_actor/bytes.hpp"
#include "pravega_actor/error.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Where reading failed, and with which code.
struct field_fault {
  errc code = errc::invalid_argument;
  const char* field = "header";
};

/// A limit with the sentence that names it.
struct field_limit {
  std::size_t most;
  const char* reason;
};

inline constexpr field_limit segments_limit{limits::group_segments_max,
                                            "there are more than group_segments_max"};
inline constexpr field_limit readers_limit{limits::group_readers_max,
                                           "there are more than group_readers_max"};
inline constexpr field_limit checkpoints_limit{limits::group_checkpoints_max,
                                               "there are more than group_checkpoints_max"};
inline constexpr field_limit streams_limit{limits::group_streams_max,
                                           "there are more than group_streams_max"};

/// The version that each part of the format has.
inline constexpr std::uint8_t format_version = 0;

/// The fewest bytes of the elements of a list.
inline constexpr std::size_t text_bytes_least = 2;
inline constexpr std::size_t list_bytes_least = 1;
inline constexpr std::size_t offset_bytes = 8;
inline constexpr std::size_t range_bytes = 16;

/// Writes fields. What cannot be written makes `ok` false for good.
class field_writer {
 public:
  [[nodiscard]] binary_writer& out() noexcept { return out_; }
  void name(const segment& value);
  void range(const key_range& value);
  void flag(bool value) { out_.u8(value ? 1 : 0); }
  void count(std::size_t value);
  void buffer(byte_view value);
  void offsets(const segment_offsets& values);
  /// Whether everything could be written.
  [[nodiscard]] bool ok() const noexcept { return ok_ && out_.ok(); }
  void refuse() noexcept { ok_ = false; }
  /// The bytes, or invalid_argument whose detail begins with `what`.
  [[nodiscard]] result<std::vector<std::byte>> take(std::string_view what) &&;

 private:
  binary_writer out_;
  bool ok_ = true;
};

/// Reads fields of unknown origin from a reader that outlives it. After the first failure all
/// reads give nothing.
class field_reader {
 public:
  field_reader(binary_reader& from, field_fault& fault) noexcept : from_{from}, fault_{fault} {}

  [[nodiscard]] std::string text(const char* field);
  [[nodiscard]] std::int64_t i64(const char* field);
  [[nodiscard]] std::int32_t i32(const char* field);
  [[nodiscard]] std::int32_t compact_int(const char* field);
  [[nodiscard]] bool flag(const char* field);
  [[nodiscard]] segment name(const char* field);
  [[nodiscard]] key_range range(const char* field);
  /// A length and that many bytes, which are not copied.
  [[nodiscard]] byte_view buffer(const char* field);
  [[nodiscard]] segment_offsets offsets(const char* field);
  /// Calls `each()` for every element of a list, while all goes well. Checks the number of
  /// elements against the limit and against the bytes that are left.
  template <class F>
  void list(const char* field, const field_limit& limit, std::size_t bytes_least, F&& each) {
    const auto elements = count(field, limit, bytes_least);
    for (std::size_t i = 0; i < elements && ok(); ++i)
      each();
  }
  /// Unless something failed before: this field is wrong.
  void fail(const char* reason, errc code = errc::invalid_argument) noexcept;
  /// Fails because `added` is false: the key stands there twice.
  void once(bool added) noexcept {
    if (!added) fail("a key stands there twice");
  }
  /// Reads a buffer's value by `read(inner)`, whose failure becomes this reader's.
  template <class F>
  void within(const char* field, F&& read) {
    binary_reader inner{buffer(field)};
    if (!ok()) return;
    read(inner);
    if (!inner.ok()) from_.fail(inner.failure());
  }

  [[nodiscard]] bool ok() const noexcept { return from_.ok(); }
  [[nodiscard]] field_fault& fault() noexcept { return fault_; }

 private:
  void at(const char* field) noexcept;
  [[nodiscard]] std::size_t count(const char* field, const field_limit& limit,
                                  std::size_t bytes_least) noexcept;
  binary_reader& from_;
  field_fault& fault_;
};

/// Reads a header whose version must be `version`, then the revisions: each of `known` is
/// called with a field_reader, in order.
template <class... F>
void read_revisions(binary_reader& from, field_fault& fault, std::uint8_t version,
                    F&&... known) {
  field_reader head{from, fault};
  if (from.u8() != 0)
    head.fail("the serializer's version is not known", errc::unsupported_operation);
  if (from.u8() != version) head.fail("the version is not known", errc::unsupported_operation);
  const auto revisions = from.u8();
  if (revisions == 0) head.fail("there is no revision");
  from.revisions(revisions, [&known, &fault](binary_reader& data) {
    field_reader fields{data, fault};
    known(fields);
  }...);
}

void write_group_config(field_writer& to, const reader_group_config& config);
[[nodiscard]] reader_group_config read_group_config(binary_reader& from, field_fault& fault);
void write_checkpoint_state(field_writer& to, const checkpoint_state& state);
[[nodiscard]] checkpoint_state read_checkpoint_state(binary_reader& from, field_fault& fault);

/// Writes a value that `write(inner)` writes, with its length before it.
template <class F>
void write_buffer(field_writer& to, F&& write) {
  field_writer inner;
  write(inner);
  const auto bytes = std::move(inner).take("");
  if (!bytes) return to.refuse();
  to.buffer(*bytes);
}

}  // namespace pravega_actor::internal
