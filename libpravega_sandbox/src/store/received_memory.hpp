// The received memory that an append keeps alive when its data is not copied.
#pragma once

#include <algorithm>
#include <cstddef>

#include "pravega_actor/limits.hpp"
#include "wire/append_assembler.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox {

namespace wire = pravega_actor::internal::wire;

/// Told of the frames of one connection. A frame lies in a receive buffer, or in memory of its
/// own if it is larger.
class received_memory {
 public:
  void begin_block(const wire::frame& block) { block_bytes_ = bytes_around(block); }
  /// Of the last block.
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_bytes_; }
  /// `last` has completed the append.
  [[nodiscard]] std::size_t kept_by(const wire::assembled_append& append,
                                    const wire::frame& last) const {
    std::size_t bytes = 0;
    const void* counted = nullptr;
    for (const auto& part : append.parts()) {
      if (part.owner.get() == counted) continue;
      counted = part.owner.get();
      bytes += part.owner == last.owner ? bytes_around(last) : block_bytes_;
    }
    return bytes;
  }

 private:
  static std::size_t bytes_around(const wire::frame& received) {
    return std::max(wire::frame_reader::receive_buffer_bytes,
                    pravega_actor::limits::frame_header_bytes + received.payload.size());
  }

  std::size_t block_bytes_ = 0;
};

}  // namespace pravega_sandbox
