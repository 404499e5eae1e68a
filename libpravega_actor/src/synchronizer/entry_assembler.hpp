// Cuts entries out of the bytes of a log, which come in pieces of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Pure. Holds at most the bytes of one entry and of one piece.
class entry_assembler {
 public:
  struct entry {
    /// Offsets of the entry in the segment, header included.
    std::int64_t begin = 0;
    std::int64_t end = 0;
    /// Valid until the next `feed`.
    byte_view payload;
  };

  explicit entry_assembler(std::int64_t offset = 0) noexcept : begin_{offset} {}

  /// The bytes that follow.
  void feed(byte_view data);
  /// The next whole entry; nothing until more bytes come. The error is malformed_frame for what
  /// is no event, or limit_exceeded for a larger one than limits::synchronizer_entry_bytes_max;
  /// it names the offset.
  [[nodiscard]] result<std::optional<entry>> next();

  /// Where the next entry begins.
  [[nodiscard]] std::int64_t entry_offset() const noexcept { return begin_; }
  /// Where the next bytes belong.
  [[nodiscard]] std::int64_t bytes_offset() const noexcept {
    return begin_ + static_cast<std::int64_t>(held_.size() - taken_);
  }

 private:
  std::vector<std::byte> held_;
  /// Bytes of `held_` that entries have taken.
  std::size_t taken_ = 0;
  std::int64_t begin_ = 0;
};

}  // namespace pravega_actor::internal
