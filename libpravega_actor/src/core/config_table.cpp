#include "core/config_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/numbers.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/log.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::array rows{
#define X(name, type, default_value, min, max, sentence) \
  config_row{#name, &config::name, min, max, sentence},
    PRAVEGA_ACTOR_CONFIG(X)
#undef X
};

constexpr std::size_t key_characters_max = 100;

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> costs(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    costs[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = costs[0];
    costs[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = costs[j + 1];
      costs[j + 1] = std::min({changed, costs[j] + 1, diagonal + 1});
    }
  }
  return costs.back();
}

std::string ratio_text(config::ratio value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

/// What a text of the table stands for.
enum class text_kind : std::uint8_t {
  uri,
  level,
  file,
  user,
  method,
  toggle,
  toggle_or_scheme
};

text_kind kind_of(std::string_view key) {
  if (key == "controller_uri") return text_kind::uri;
  if (key == "log_level") return text_kind::level;
  if (key == "auth_user") return text_kind::user;
  if (key == "auth_method") return text_kind::method;
  if (key.ends_with("_file")) return text_kind::file;
  return key.starts_with("tls_to_") ? text_kind::toggle_or_scheme : text_kind::toggle;
}

bool is_line(std::string_view text, std::size_t characters_max) {
  return text.size() <= characters_max &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

bool is_visible_text(std::string_view text, std::size_t characters_max) {
  return text.size() <= characters_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool valid_text(const config_row& row, const std::string& text) {
  const bool toggle = text == "on" || text == "off";
  switch (kind_of(row.key)) {
    case text_kind::uri:
      return parse_controller_uri(text).has_value();
    case text_kind::level:
      return parse_log_level(text).has_value();
    case text_kind::file:
      return is_line(text, limits::path_bytes_max);
    case text_kind::user:
      return is_line(text, limits::user_bytes_max) && text.find(':') == std::string::npos;
    case text_kind::method:
      return is_visible_text(text, limits::user_bytes_max);
    case text_kind::toggle:
      return toggle;
    case text_kind::toggle_or_scheme:
      return toggle || text == "scheme";
  }
  return false;
}

std::string allowed_text(std::string_view key) {
  switch (kind_of(key)) {
    case text_kind::uri:
      return "tcp://host:port[,host:port]";
    case text_kind::level:
      return "off, error, warning, info or debug";
    case text_kind::file:
      return "the path of a file";
    case text_kind::user:
      return "a name without ':'";
    case text_kind::method:
      return "a word";
    case text_kind::toggle:
      return "on or off";
    case text_kind::toggle_or_scheme:
      return "scheme, on or off";
  }
  return {};
}

}  // namespace

std::span<const config_row> config_rows() noexcept {
  return rows;
}

const config_row* find_config_row(std::string_view key) noexcept {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [key](const config_row& row) { return row.key == key; });
  return found == rows.end() ? nullptr : &*found;
}

std::optional<std::string_view> nearest_config_key(std::string_view key) {
  if (key.size() > key_characters_max) return std::nullopt;
  const config_row* nearest = nullptr;
  std::size_t least = key.size() / 2 + 1;
  for (const auto& row : rows) {
    const std::size_t here = distance(key, row.key);
    if (here >= least) continue;
    least = here;
    nearest = &row;
  }
  if (nearest == nullptr) return std::nullopt;
  return nearest->key;
}

std::string config_value(const config& values, const config_row& row) {
  if (const auto* text = std::get_if<config::text config::*>(&row.member))
    return values.*(*text);
  if (const auto* number = std::get_if<config::number config::*>(&row.member))
    return std::to_string(values.*(*number));
  if (const auto* hidden = std::get_if<config::secret config::*>(&row.member))
    return (values.*(*hidden)).empty() ? "" : "(set)";
  return ratio_text(values.*std::get<config::ratio config::*>(row.member));
}

std::string allowed_values(const config_row& row) {
  if (std::holds_alternative<config::text config::*>(row.member)) return allowed_text(row.key);
  if (row.is_secret()) return "visible characters";
  const bool whole = std::holds_alternative<config::number config::*>(row.member);
  return std::string{whole ? "a whole number from " : "a number from "}
      .append(std::to_string(row.min))
      .append(" to ")
      .append(std::to_string(row.max));
}

bool set_config_value(config& values, const config_row& row, std::string_view text) {
  if (const auto* member = std::get_if<config::text config::*>(&row.member)) {
    std::string value{text};
    if (!valid_text(row, value)) return false;
    values.*(*member) = std::move(value);
    return true;
  }
  if (const auto* member = std::get_if<config::secret config::*>(&row.member)) {
    if (!is_visible_text(text, limits::authorization_bytes_max)) return false;
    values.*(*member) = secret{text};
    return true;
  }
  if (const auto* member = std::get_if<config::number config::*>(&row.member)) {
    const auto value = parse_number<config::number>(text);
    if (!value || *value < row.min || *value > row.max) return false;
    values.*(*member) = *value;
    return true;
  }
  const auto value = parse_number<config::ratio>(text);
  // Written so that "nan" fails too.
  if (!value || !(*value >= static_cast<config::ratio>(row.min) &&
                  *value <= static_cast<config::ratio>(row.max)))
    return false;
  values.*std::get<config::ratio config::*>(row.member) = *value;
  return true;
}

}  // namespace pravega_actor::internal
