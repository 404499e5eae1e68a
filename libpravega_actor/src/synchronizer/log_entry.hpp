// The payload of an entry in the log of a replicated state, as Java's StateSynchronizer has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// What an entry holds; the views refer to its payload.
struct log_entry {
  enum class kind : std::int32_t { initial = 1, updates = 2 };
  kind is = kind::updates;
  /// An `initial` entry has one part, with whatever follows the state; the other kind has a
  /// part for each update.
  std::vector<byte_view> parts;
};

/// The payload that carries a whole state. limit_exceeded names the limit.
[[nodiscard]] result<std::vector<std::byte>> encode_initial_entry(byte_view initial);
/// The payload that carries updates, in their order. limit_exceeded names the limit.
[[nodiscard]] result<std::vector<std::byte>> encode_update_entry(
    const std::vector<shared_bytes>& updates);
/// Takes a payload apart. The error is invalid_argument for what is no entry, and
/// limit_exceeded for too many updates.
[[nodiscard]] result<log_entry> decode_log_entry(byte_view payload);

}  // namespace pravega_actor::internal
