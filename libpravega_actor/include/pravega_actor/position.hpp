// How far a reader has come in the segments it owns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/names.hpp"

namespace pravega_actor {

/// A reader's position: the offset of the next unread byte for each segment it owns.
struct position {
  struct entry {
    key_range range;
    /// Bytes; -1: read to the end.
    std::int64_t offset = 0;
    friend bool operator==(const entry&, const entry&) = default;
  };
  std::map<segment, entry> segments;
  friend bool operator==(const position&, const position&) = default;

  /// Java's Position.toBytes().
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  [[nodiscard]] static result<position> from_bytes(byte_view bytes);
  [[nodiscard]] std::string to_string() const;
};

}  // namespace pravega_actor
