// Frames to commands and back. A frame is an i32 type, an i32 payload length, and the payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"
#include "wire/commands.hpp"

namespace pravega_actor::internal::wire {

/// One of the command structs.
template <class T>
concept command_struct = requires {
  { T::code } -> std::convertible_to<std::int32_t>;
  { T::name } -> std::convertible_to<std::string_view>;
};

/// The whole frame. invalid_argument if a text is longer than limits::wire_text_bytes_max or
/// not UTF-8, or if a number of zeros is negative; frame_too_large if the frame would pass
/// limits::frame_bytes_max. The detail names command and field.
template <command_struct T>
[[nodiscard]] result<std::vector<std::byte>> encode(const T& value);
[[nodiscard]] result<std::vector<std::byte>> encode(const command& value);

/// The same, appended to `out`; on failure `out` stays as it was.
template <command_struct T>
[[nodiscard]] result<void> encode_to(std::vector<std::byte>& out, const T& value);

/// The command in a frame's payload. Missing optional fields get their defaults, bytes behind
/// the last field are skipped. malformed_frame with a detail that names command and field.
template <command_struct T>
[[nodiscard]] result<T> decode_as(byte_view payload);

/// The same by the frame's type; unknown_command if there is no such type.
[[nodiscard]] result<command> decode(std::int32_t type, byte_view payload);

/// The request id in a payload, without decoding the rest. Nothing if the type is unknown, has
/// no request id, or if the payload ends before it.
[[nodiscard]] std::optional<std::int64_t> peek_request_id(std::int32_t type,
                                                          byte_view payload) noexcept;

/// The name of a frame's type, for example "data_appended"; "unknown" if there is none.
[[nodiscard]] std::string_view type_name(std::int32_t type) noexcept;

/// One line for traces. Data stands as its length, and delegation tokens too.
template <command_struct T>
[[nodiscard]] std::string to_string(const T& value);
[[nodiscard]] std::string to_string(const command& value);

#define PRAVEGA_ACTOR_WIRE_DECLARE(name)                                        \
  extern template result<std::vector<std::byte>> encode(const name& value);     \
  extern template result<void> encode_to(std::vector<std::byte>&, const name&); \
  extern template result<name> decode_as(byte_view payload);                    \
  extern template std::string to_string(const name& value);
PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_DECLARE)
#undef PRAVEGA_ACTOR_WIRE_DECLARE

}  // namespace pravega_actor::internal::wire
