// Names and ids of scopes, streams and segments.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/uuid.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A stream within its scope.
struct scoped_stream {
  std::string scope;
  std::string stream;
  friend auto operator<=>(const scoped_stream&, const scoped_stream&) = default;
  /// "scope/stream".
  [[nodiscard]] std::string to_string() const;
  /// Parses "scope/stream" and checks both names.
  [[nodiscard]] static result<scoped_stream> parse(std::string_view text);
};

/// A reader group within its scope.
struct scoped_group {
  std::string scope;
  std::string group;
  friend auto operator<=>(const scoped_group&, const scoped_group&) = default;
  /// "scope/group", also the group's name as a subscriber of streams.
  [[nodiscard]] std::string to_string() const;
};

/// The number of a segment, unique in its stream for ever, and the epoch of its creation.
struct segment_id {
  std::int32_t number = 0;
  std::int32_t epoch = 0;
  friend auto operator<=>(const segment_id&, const segment_id&) = default;
  /// `epoch << 32 | number`, as controller and stream cuts carry it.
  [[nodiscard]] std::int64_t value() const noexcept {
    return static_cast<std::int64_t>(
        static_cast<std::uint64_t>(static_cast<std::uint32_t>(epoch)) << 32 |
        static_cast<std::uint32_t>(number));
  }
  [[nodiscard]] static segment_id from_value(std::int64_t value) noexcept {
    return {static_cast<std::int32_t>(value & 0xFFFFFFFF),
            static_cast<std::int32_t>(value >> 32)};
  }
};

/// A segment of a stream.
struct segment {
  scoped_stream stream;
  segment_id id;
  friend auto operator<=>(const segment&, const segment&) = default;
  /// "scope/stream/number.#epoch.epoch", the name on the wire.
  [[nodiscard]] std::string to_string() const;
  /// Parses a name on the wire. Without ".#epoch." the epoch is 0. The segment of a transaction
  /// and a transient segment parse to their parent. Without a scope the scope is empty. Only
  /// '/' and '#' are checked. The error is invalid_argument.
  [[nodiscard]] static result<segment> parse(std::string_view text);
  /// The name of a transaction's part of this segment.
  [[nodiscard]] std::string transaction_name(const uuid& transaction) const;
  /// The name of a transient part of this segment.
  [[nodiscard]] std::string transient_name(const uuid& writer, const uuid& random) const;
};

/// A range of routing positions: `low` is inclusive, `high` exclusive except for 1.0. Both are
/// -1 if the range is not known (positions written by the Java client may lack it).
struct key_range {
  double low = 0.0;
  double high = 1.0;
  [[nodiscard]] bool known() const noexcept { return low >= 0.0 && high >= 0.0; }
  friend bool operator==(const key_range&, const key_range&) = default;
};

/// A segment and the routing keys that it takes.
struct segment_with_range {
  segment_id id;
  key_range range;
  friend bool operator==(const segment_with_range&, const segment_with_range&) = default;
};

/// Checks a name that a user chose: `[A-Za-z0-9.-]+`, 1 to 250 characters. The rule is the same
/// for scopes, streams, reader groups, readers and writers. The error is invalid_name.
[[nodiscard]] result<void> check_name(std::string_view name);
/// The same, but also allows a leading "_", as in the names of internal streams (up to 255
/// characters; "_MARK" may precede such a name).
[[nodiscard]] result<void> check_stream_name(std::string_view name);

/// Checks both names of a stream; the error names the stream.
[[nodiscard]] result<void> check_names(const scoped_stream& stream);
/// Checks both names of a reader group by the rule of `check_name`; the error names the group.
[[nodiscard]] result<void> check_names(const scoped_group& group);

/// Whether the stream is one of Pravega's own ("_RG...", "_MARK...").
[[nodiscard]] bool is_internal_stream(std::string_view stream) noexcept;
[[nodiscard]] std::string reader_group_stream(std::string_view group);
[[nodiscard]] std::string mark_stream(std::string_view stream);
/// "scope/kvt_kvtable/number.#epoch.epoch".
[[nodiscard]] std::string table_segment_name(const segment& in_table);

}  // namespace pravega_actor
