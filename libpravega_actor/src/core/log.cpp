#include "pravega_actor/log.hpp"

#include <array>

namespace pravega_actor {
namespace {

constexpr std::array<std::string_view, 5> names{"off", "error", "warning", "info", "debug"};

}  // namespace

std::string_view to_string(log_level level) noexcept {
  const auto index = static_cast<std::size_t>(level);
  return index < names.size() ? names[index] : names.front();
}

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
  for (std::size_t index = 0; index < names.size(); ++index)
    if (names[index] == name) return static_cast<log_level>(index);
  return std::nullopt;
}

}  // namespace pravega_actor
