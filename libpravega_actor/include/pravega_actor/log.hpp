// Log lines go to a sink of the application; without a sink the library is silent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Each level includes the ones before it.
enum class log_level : std::uint8_t { off, error, warning, info, debug };

/// "off", "error", "warning", "info" or "debug".
[[nodiscard]] std::string_view to_string(log_level level) noexcept;
/// The level of that exact name, or nothing.
[[nodiscard]] std::optional<log_level> parse_log_level(std::string_view name) noexcept;

/// Takes one line, without a line end; the text is valid during the call. Any thread of the
/// library may call it, and several threads at once. It must not block for long; its exceptions
/// are ignored.
using log_sink = std::function<void(log_level, std::string_view)>;

}  // namespace pravega_actor
