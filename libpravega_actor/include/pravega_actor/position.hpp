// The position of a reader in the segments that it owns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A reader's position: the offset of the next unread byte for each segment it owns.
struct position {
  struct entry {
    key_range range;
    /// In bytes; -1: the segment is read to its end.
    std::int64_t offset = 0;
    friend bool operator==(const entry&, const entry&) = default;
  };
  std::map<segment, entry> segments;
  friend bool operator==(const position&, const position&) = default;

  /// Whether the position can be serialized: valid segments, offsets from -1 to 2^62 - 3,
  /// ranges in [0, 1] or unknown, at most limits::cut_entries_max entries.
  [[nodiscard]] result<void> check() const;
  /// Java's Position.toBytes(). Empty if `check` fails.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// Parses the form of `to_bytes`. Missing ranges become unknown. The error is
  /// invalid_argument.
  [[nodiscard]] static result<position> from_bytes(byte_view bytes);
  /// For people: "scope/stream/0.#epoch.0=10, scope/stream/1.#epoch.0=20".
  [[nodiscard]] std::string to_string() const;
};

}  // namespace pravega_actor
