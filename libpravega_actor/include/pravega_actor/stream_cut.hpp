// A consistent place in a stream: one offset for each of a set of segments.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A stream cut. Offsets are bytes; -1 means that the segment is read to its end.
struct stream_cut {
  scoped_stream stream;
  std::map<segment_id, std::int64_t> offsets;
  friend bool operator==(const stream_cut&, const stream_cut&) = default;

  /// Whether the cut can be serialized: valid names, ids from 0 to 2^62 - 2, offsets from -1 to
  /// 2^61 - 2, at most limits::cut_entries_max entries.
  [[nodiscard]] result<void> check() const;
  /// Java's StreamCut.asText(): base64 of gzip of the compact text. Empty if `check` fails.
  [[nodiscard]] std::string to_text() const;
  /// Parses the form of `to_text`, also as the Java client writes it. The error is
  /// invalid_argument, or limit_exceeded above limits::cut_text_bytes_max.
  [[nodiscard]] static result<stream_cut> from_text(std::string_view text);
  /// Java's StreamCut.toBytes(). Empty if `check` fails.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// Parses the form of `to_bytes`, including its version 0. The error is invalid_argument.
  [[nodiscard]] static result<stream_cut> from_bytes(byte_view bytes);
  /// For people: "scope/stream:0=10, 1=20".
  [[nodiscard]] std::string to_string() const;
};

}  // namespace pravega_actor
