// Base64 with the standard alphabet and padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"

namespace pravega_actor::internal {

[[nodiscard]] std::string to_base64(byte_view bytes);

/// Nothing if the text is not exactly one that `to_base64` can give: no spaces, padding
/// present, unused bits zero.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace pravega_actor::internal
