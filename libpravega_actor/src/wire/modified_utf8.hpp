// Texts on the wire: Java's modified UTF-8. It differs from UTF-8 in U+0000, which takes two
// bytes, and in characters beyond U+FFFF, which are two surrogates of three bytes each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"

namespace pravega_actor::internal::wire {

/// Bytes that `text` (UTF-8) takes on the wire; nothing if it is not UTF-8. A surrogate alone
/// in its three-byte form is accepted.
[[nodiscard]] std::optional<std::size_t> modified_utf8_size(std::string_view text) noexcept;

/// Appends `text`, which modified_utf8_size accepts.
void append_modified_utf8(std::vector<std::byte>& out, std::string_view text);

/// The text as UTF-8. A surrogate without its partner keeps its three-byte form, so it is
/// written back as it came. Nothing if the bytes are not modified UTF-8.
[[nodiscard]] std::optional<std::string> from_modified_utf8(byte_view encoded);

}  // namespace pravega_actor::internal::wire
