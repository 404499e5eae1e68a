// Buffers for received bytes, kept for reuse.
#pragma once

#include <cstddef>
#include <memory>

namespace pravega_actor::internal {

/// Writable memory.
class buffer {
 public:
  buffer(std::byte* data, std::size_t capacity) noexcept : data_{data}, capacity_{capacity} {}
  buffer(const buffer&) = delete;
  buffer& operator=(const buffer&) = delete;
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  std::byte* data_;
  std::size_t capacity_;
};

/// Hands out buffers; one that nobody holds any more comes back by itself, from any thread.
/// Sizes are the powers of two from 4 KiB to 16 MiB; a larger buffer is made for the purpose
/// and freed afterwards. Buffers may outlive the pool: they are freed then. Thread-safe.
class buffer_pool {
 public:
  /// Every buffer is so much larger than its power of two: a frame of 2 MiB of data and its few
  /// other fields need not take 4 MiB.
  static constexpr std::size_t slack_bytes = 4096;
  static constexpr std::size_t smallest_bytes = 4096;
  static constexpr std::size_t largest_bytes = 16u << 20;
  /// Enough for the reads of some segments at once.
  static constexpr std::size_t retained_bytes_default = 32u << 20;

  /// Keeps unused buffers up to `retained_bytes_max` bytes.
  explicit buffer_pool(std::size_t retained_bytes_max = retained_bytes_default);
  ~buffer_pool();
  buffer_pool(const buffer_pool&) = delete;
  buffer_pool& operator=(const buffer_pool&) = delete;

  /// A buffer of at least `at_least` bytes, with any content.
  [[nodiscard]] std::shared_ptr<buffer> take(std::size_t at_least);

  /// Bytes of the unused buffers that are kept.
  [[nodiscard]] std::size_t retained_bytes() const;
  /// Bytes of the buffers that somebody holds.
  [[nodiscard]] std::size_t outstanding_bytes() const;

 private:
  class core;
  std::shared_ptr<core> core_;
};

}  // namespace pravega_actor::internal
