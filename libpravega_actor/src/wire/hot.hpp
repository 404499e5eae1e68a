// Commands of the hot paths, decoded and encoded in place: no allocation, no copy of data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"
#include "wire/big_endian.hpp"
#include "wire/commands_append.hpp"

namespace pravega_actor::internal::wire {

// The views hold for as long as the payload does. They fail with malformed_frame, as decode_as.

/// A segment_read. `segment` stands as on the wire; modified UTF-8 is UTF-8 for the names that
/// Pravega allows.
struct segment_read_view {
  std::string_view segment;
  std::int64_t offset = 0;
  bool at_tail = false;
  bool end_of_segment = false;
  byte_view data;
  std::int64_t request_id = -1;
};
[[nodiscard]] result<segment_read_view> view_segment_read(byte_view payload);

/// data_appended holds no data, so it is its own view.
[[nodiscard]] result<data_appended> view_data_appended(byte_view payload);

struct append_block_view {
  uuid writer_id;
  byte_view data;
};
[[nodiscard]] result<append_block_view> view_append_block(byte_view payload);

struct append_block_end_view {
  uuid writer_id;
  std::int32_t size_of_whole_events = 0;
  byte_view data;
  std::int32_t num_events = 0;
  std::int64_t last_event_number = 0;
  std::int64_t request_id = -1;
};
[[nodiscard]] result<append_block_end_view> view_append_block_end(byte_view payload);

/// A conditional_append, whose `data` is the event with its header, or a conditional_block_end.
struct conditional_view {
  uuid writer_id;
  std::int64_t event_number = 0;
  std::int64_t expected_offset = 0;
  byte_view data;
  std::int64_t request_id = -1;
};
[[nodiscard]] result<conditional_view> view_conditional_append(byte_view payload);
[[nodiscard]] result<conditional_view> view_conditional_block_end(byte_view payload);

// An append_block_end without a block is sent in three parts: prefix, data, suffix.

inline constexpr std::size_t append_block_prefix_bytes = 8 + 16 + 4 + 4;
inline constexpr std::size_t append_block_suffix_bytes = 4 + 8 + 8;
/// Most data that fits in one frame.
inline constexpr std::size_t append_block_data_bytes_max =
    limits::frame_bytes_max - append_block_prefix_bytes - append_block_suffix_bytes;

/// Writes append_block_prefix_bytes. `data_bytes` is at most append_block_data_bytes_max.
inline void encode_append_block_end_prefix(std::byte* out, const uuid& writer_id,
                                           std::size_t data_bytes) noexcept {
  const auto size = static_cast<std::int32_t>(data_bytes);
  const auto other_bytes =
      append_block_prefix_bytes + append_block_suffix_bytes - limits::frame_header_bytes;
  out = store_big_endian(out, append_block_end::code);
  out = store_big_endian(out, static_cast<std::int32_t>(other_bytes) + size);
  out = store_uuid(out, writer_id);
  out = store_big_endian(out, size);
  store_big_endian(out, size);
}

/// Writes append_block_suffix_bytes.
inline void encode_append_block_end_suffix(std::byte* out, std::int32_t num_events,
                                           std::int64_t last_event_number,
                                           std::int64_t request_id) noexcept {
  out = store_big_endian(out, num_events);
  out = store_big_endian(out, last_event_number);
  store_big_endian(out, request_id);
}

// A conditional_block_end is sent in three parts, too.

inline constexpr std::size_t conditional_block_prefix_bytes = 8 + 16 + 8 + 8 + 4;
inline constexpr std::size_t conditional_block_suffix_bytes = 8;

/// Writes conditional_block_prefix_bytes. `data_bytes` is such that the frame is not too large.
inline void encode_conditional_block_end_prefix(std::byte* out, const uuid& writer_id,
                                                std::int64_t event_number,
                                                std::int64_t expected_offset,
                                                std::size_t data_bytes) noexcept {
  const auto size = static_cast<std::int32_t>(data_bytes);
  const auto other_bytes = conditional_block_prefix_bytes + conditional_block_suffix_bytes -
                           limits::frame_header_bytes;
  out = store_big_endian(out, conditional_block_end::code);
  out = store_big_endian(out, static_cast<std::int32_t>(other_bytes) + size);
  out = store_uuid(out, writer_id);
  out = store_big_endian(out, event_number);
  out = store_big_endian(out, expected_offset);
  store_big_endian(out, size);
}

/// Writes conditional_block_suffix_bytes.
inline void encode_conditional_block_end_suffix(std::byte* out,
                                                std::int64_t request_id) noexcept {
  store_big_endian(out, request_id);
}

/// Writes limits::event_header_bytes: what stands before each event's payload.
inline void encode_event_header(std::byte* out, std::size_t payload_bytes) noexcept {
  out = store_big_endian(out, event::code);
  store_big_endian(out, static_cast<std::int32_t>(payload_bytes));
}

}  // namespace pravega_actor::internal::wire
