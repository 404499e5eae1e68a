// The items that a reader hands out: slices of events, ends of segments, gaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/event_pointer.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace internal {
class access;
}  // namespace internal

/// One event in a slice. It is valid as long as the slice or a copy of it. If only a copy of
/// the slice's `bytes()` is left, only the payload is valid.
struct event_view {
  byte_view payload;
  /// The offset of the event in its segment; its header of eight bytes comes first.
  std::int64_t offset = 0;
  /// The slice's segment.
  const segment* in = nullptr;

  /// A durable reference to the event.
  [[nodiscard]] event_pointer pointer() const {
    return {*in, offset,
            static_cast<std::int32_t>(limits::event_header_bytes + payload.size())};
  }
};

/// Successive whole events of one segment, iterated in the memory that received them. A value:
/// copies share the bytes, and any thread may read them. Keeping a slice keeps its memory (up
/// to the size of one read).
class event_slice {
 public:
  /// A forward iterator over `event_view`.
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = event_view;
    using difference_type = std::ptrdiff_t;
    using reference = event_view;
    using pointer = void;

    iterator() = default;
    [[nodiscard]] event_view operator*() const noexcept {
      return {{at_ + limits::event_header_bytes, payload_bytes()}, offset_, in_};
    }
    iterator& operator++() noexcept {
      const auto step = limits::event_header_bytes + payload_bytes();
      at_ += step;
      offset_ += static_cast<std::int64_t>(step);
      return *this;
    }
    iterator operator++(int) noexcept {
      auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.at_ == b.at_;
    }

   private:
    friend class event_slice;
    iterator(const std::byte* at, std::int64_t offset, const segment* in) noexcept
        : at_{at}, offset_{offset}, in_{in} {}
    [[nodiscard]] std::size_t payload_bytes() const noexcept {
      const auto byte = [this](int i) { return std::to_integer<std::uint32_t>(at_[i]); };
      return byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7);
    }
    const std::byte* at_ = nullptr;
    std::int64_t offset_ = 0;
    const segment* in_ = nullptr;
  };

  /// No events.
  event_slice() = default;
  /// Whole events that begin at `offset` of a segment and end at an offset below 2^63, with
  /// payloads of at most `event_payload_bytes_max` bytes. The error is invalid_argument.
  [[nodiscard]] static result<event_slice> make(
      std::shared_ptr<const segment> in, std::int64_t offset, shared_bytes bytes,
      std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max);

  [[nodiscard]] iterator begin() const noexcept {
    return {bytes_.view.data(), offset_, in_.get()};
  }
  [[nodiscard]] iterator end() const noexcept {
    return {bytes_.view.data() + bytes_.view.size(), next_offset(), in_.get()};
  }
  [[nodiscard]] std::size_t event_count() const noexcept { return event_count_; }
  [[nodiscard]] bool empty() const noexcept { return event_count_ == 0; }

  /// The segment. Not for a default-constructed slice.
  [[nodiscard]] const segment& in() const noexcept { return *in_; }
  /// The offset of the first event.
  [[nodiscard]] std::int64_t offset() const noexcept { return offset_; }
  /// The offset after the last event.
  [[nodiscard]] std::int64_t next_offset() const noexcept {
    return offset_ + static_cast<std::int64_t>(bytes_.size());
  }
  /// All bytes, headers included.
  [[nodiscard]] const shared_bytes& bytes() const noexcept { return bytes_; }
  /// True: the server had no data after this slice when it sent it. For information only: it
  /// may be false at the tail.
  [[nodiscard]] bool at_tail() const noexcept { return at_tail_; }
  /// Whether this is the last slice of its segment: the segment is sealed, or the reader's end
  /// cut is reached. The `segment_end` that follows says which.
  [[nodiscard]] bool end_of_segment() const noexcept { return end_of_segment_; }

 private:
  friend class internal::access;
  event_slice(std::shared_ptr<const segment> in, std::int64_t offset, shared_bytes bytes,
              std::size_t event_count) noexcept
      : in_{std::move(in)},
        offset_{offset},
        bytes_{std::move(bytes)},
        event_count_{event_count} {}

  std::shared_ptr<const segment> in_;
  std::int64_t offset_ = 0;
  shared_bytes bytes_;
  std::size_t event_count_ = 0;
  bool at_tail_ = false;
  bool end_of_segment_ = false;
};

/// The end of a segment: it has no more items.
struct segment_end {
  segment in;
  /// The offset at which reading ended.
  std::int64_t offset = 0;
  /// True: the segment is sealed (or deleted) and read to its end. False: the reader's end cut
  /// is reached.
  bool sealed = true;
  friend bool operator==(const segment_end&, const segment_end&) = default;
};

/// Events that were truncated away before they could be read.
struct segment_gap {
  segment in;
  /// The offset of the first missing byte.
  std::int64_t from = 0;
  /// The offset at which reading continues. -1: the whole rest of the segment is gone, and a
  /// `segment_end` follows.
  std::int64_t to = 0;
  friend bool operator==(const segment_gap&, const segment_gap&) = default;
};

/// One item of a reader.
using read_item = std::variant<event_slice, segment_end, segment_gap>;

}  // namespace pravega_actor
