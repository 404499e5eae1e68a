// Received bytes to frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/buffer_pool.hpp"
#include "pravega_actor/bytes.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal::wire {

/// A frame without its header. `payload` holds for as long as `owner` does; a small frame
/// shares its owner with the others that were received around it.
struct frame {
  std::int32_t type = 0;
  byte_view payload;
  std::shared_ptr<const void> owner;
};

/// Cuts a stream of bytes into frames without copying them: receive into `prepare()`, pass the
/// number of bytes to `commit`, take frames from `next()` until there is none. Memory that a
/// frame refers to is never written again while the frame's owner lives. Not thread-safe.
class frame_reader {
 public:
  /// Small frames are received into buffers of this size, many at a time.
  static constexpr std::size_t receive_buffer_bytes = 64u << 10;
  /// With less room than this a new buffer is taken, if that gives more.
  static constexpr std::size_t receive_bytes_min = 4u << 10;

  /// Without a pool the reader has one of its own.
  explicit frame_reader(std::size_t frame_payload_bytes_max = limits::frame_payload_bytes_max,
                        std::shared_ptr<buffer_pool> pool = nullptr);

  /// Room for received bytes; never empty. The rest of a large frame of which the header is
  /// there gets memory of its own, of just its size.
  [[nodiscard]] std::span<std::byte> prepare();
  /// The first `count` bytes of the last `prepare()` are filled.
  void commit(std::size_t count);
  /// The next whole frame, or nothing yet. malformed_frame or frame_too_large if a header is
  /// not valid; every later call gives the same error. Types are not checked.
  [[nodiscard]] result<std::optional<frame>> next();

  /// Of the frame that is being received, header included: `prepare` takes memory for it all.
  /// 0 while the header is not there, or if it is not valid.
  [[nodiscard]] std::size_t bytes_of_first_frame() const noexcept;
  /// Bytes received and not handed out.
  [[nodiscard]] std::size_t buffered_bytes() const noexcept { return end_ - begin_; }

 private:
  struct header {
    std::int32_t type;
    std::int32_t length;
  };
  [[nodiscard]] header read_header() const noexcept;
  [[nodiscard]] bool valid(const header& found) const noexcept;
  void move_to_buffer_of(std::size_t at_least);
  [[nodiscard]] error fail(const header& found);

  std::size_t frame_payload_bytes_max_;
  std::shared_ptr<buffer_pool> pool_;
  std::shared_ptr<buffer> buffer_;
  std::size_t begin_ = 0;  // of what was not handed out
  std::size_t end_ = 0;    // of what was received
  std::size_t limit_ = 0;  // of what may be received into the buffer
  std::optional<error> failure_;
};

}  // namespace pravega_actor::internal::wire
