// Log lines go to a sink that the user gives; without one the library is silent.
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

/// Takes one line without its end. Called from any of the library's threads, also from several
/// at once; must not block for long. What it throws is ignored. The text is valid during the
/// call.
using log_sink = std::function<void(log_level, std::string_view)>;

}  // namespace pravega_actor
