// Where a state stands in its log.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The place of an update in the log of a replicated state. A state has the revision of the
/// last update that it contains. Revisions of one log are ordered, and each update has its own.
struct revision {
  /// The segment's offset behind the entry that holds the update, in bytes.
  std::int64_t offset = 0;
  /// The number of the update in its entry, from 0; 0 for a whole state.
  std::int32_t index = 0;
  friend auto operator<=>(const revision&, const revision&) = default;
  /// "offset:index".
  [[nodiscard]] std::string to_string() const {
    return std::to_string(offset) + ':' + std::to_string(index);
  }
};

}  // namespace pravega_actor
