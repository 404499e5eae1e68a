// Events in the bytes of a segment: each is an i32 type 0, an i32 length, and the payload.
#pragma once

#include <cstdint>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/large_event.hpp"
#include "pravega_actor/limits.hpp"
#include "wire/big_endian.hpp"
#include "wire/commands_append.hpp"

namespace pravega_actor::internal::wire {

/// What stands at the front of some bytes of a segment.
struct event_step {
  enum class kind : std::uint8_t {
    /// `payload` is a whole event.
    event,
    /// `bytes_needed` more bytes are needed to know more: the event's header or its rest.
    incomplete,
    /// An event over the caller's limit: `bytes_needed` is the size of its payload.
    too_large,
    /// Not an event: another type, a negative length, or a length over every limit.
    malformed,
  };
  kind what = kind::incomplete;
  byte_view payload;
  std::size_t bytes_needed = 0;
};

/// Walks over events without copying. It stays where it is once an event is not whole.
class event_cursor {
 public:
  /// An event that was written in parts may be larger than limits::event_payload_bytes_max, so
  /// the limit is the caller's.
  explicit event_cursor(byte_view data, std::size_t event_payload_bytes_max =
                                            limits::event_payload_bytes_max) noexcept
      : data_{data}, event_payload_bytes_max_{event_payload_bytes_max} {}

  [[nodiscard]] event_step next() noexcept {
    using kind = event_step::kind;
    const auto left = data_.subspan(consumed_);
    if (left.size() < limits::event_header_bytes) {
      return {kind::incomplete, {}, limits::event_header_bytes - left.size()};
    }
    const auto type = load_big_endian<std::int32_t>(left.data());
    const auto length = load_big_endian<std::int32_t>(left.data() + 4);
    if (type != event::code || length < 0) return {kind::malformed, {}, 0};
    const auto payload_bytes = static_cast<std::size_t>(length);
    if (payload_bytes > event_payload_bytes_max_) {
      const bool possible = payload_bytes <= limits::large_event_bytes_max;
      return {possible ? kind::too_large : kind::malformed, {}, possible ? payload_bytes : 0};
    }
    const auto behind_header = left.subspan(limits::event_header_bytes);
    if (behind_header.size() < payload_bytes) {
      return {kind::incomplete, {}, payload_bytes - behind_header.size()};
    }
    consumed_ += limits::event_header_bytes + payload_bytes;
    return {kind::event, behind_header.first(payload_bytes), 0};
  }

  /// Bytes of the events that next() returned, headers included.
  [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }
  /// What follows them.
  [[nodiscard]] byte_view remaining() const noexcept { return data_.subspan(consumed_); }

 private:
  byte_view data_;
  std::size_t event_payload_bytes_max_;
  std::size_t consumed_ = 0;
};

}  // namespace pravega_actor::internal::wire
