// The rows of the configuration table as data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "pravega_actor/config.hpp"

namespace pravega_actor::internal {

struct config_row {
  std::string_view key;
  std::variant<config::text config::*, config::number config::*, config::ratio config::*,
               config::secret config::*>
      member;
  /// Without meaning for texts and secrets.
  std::int64_t min;
  std::int64_t max;
  std::string_view sentence;

  [[nodiscard]] bool is_secret() const noexcept {
    return std::holds_alternative<config::secret config::*>(member);
  }
};

/// All rows, in the order of the table.
[[nodiscard]] std::span<const config_row> config_rows() noexcept;
/// The row of that key, or null.
[[nodiscard]] const config_row* find_config_row(std::string_view key) noexcept;
/// The key of the table that differs least from `key`, if it is similar at all.
[[nodiscard]] std::optional<std::string_view> nearest_config_key(std::string_view key);

/// The value of a row's member as text; see `config_builder::entry` for that of a secret.
[[nodiscard]] std::string config_value(const config& values, const config_row& row);
/// What is allowed in this row, in words: "a number from 1 to 600000".
[[nodiscard]] std::string allowed_values(const config_row& row);
/// Sets a row's member from a text; false, and no change, if the text is not allowed.
[[nodiscard]] bool set_config_value(config& values, const config_row& row,
                                    std::string_view text);

}  // namespace pravega_actor::internal
