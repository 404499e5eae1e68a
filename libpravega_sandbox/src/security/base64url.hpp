// Base64 as tokens have it: the URL's alphabet, without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pravega_sandbox {

[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing if the text is none that `to_base64url` can give.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace pravega_sandbox
