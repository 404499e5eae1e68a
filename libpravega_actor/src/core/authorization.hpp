// The value of the header `authorization`.
#pragma once

#include <string_view>

#include "pravega_actor/result.hpp"
#include "pravega_actor/secret.hpp"

namespace pravega_actor::internal {

/// "Basic " and the base64 of "user:password".
[[nodiscard]] secret basic_authorization(std::string_view user, std::string_view password);
/// The method, a space and the token.
[[nodiscard]] secret authorization_of(std::string_view method, std::string_view token);

/// Whether a controller can understand it: a method, one space, and a token of visible
/// characters, limits::authorization_bytes_max in all; for the method Basic, the base64 of a
/// text with a ':'. A 0.13 controller answers what it cannot understand with UNKNOWN, which
/// looks like a failure of its own. The error is `unauthenticated` and does not repeat the
/// text.
[[nodiscard]] result<void> check_authorization(std::string_view header);

/// Whether `header` has the method Basic; methods are compared as the controller does.
[[nodiscard]] bool is_basic(std::string_view header) noexcept;

}  // namespace pravega_actor::internal
