#include "core/printable_text.hpp"

#include <cstdint>

namespace pravega_actor::internal {

namespace {

// Least value of a sequence of so many bytes: what is below has a shorter form.
constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

struct character {
  /// 0: not well-formed.
  std::size_t bytes = 0;
  std::uint32_t value = 0;
};

character first_of(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {1, first};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    value = value << 6 | (next & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[bytes] || value > 0x10FFFF || surrogate) return {};
  return {bytes, value};
}

bool acts_on_a_terminal(std::uint32_t value) noexcept {
  const bool control = value < 0x20 || (value >= 0x7F && value < 0xA0);
  const bool line_end = value == 0x2028 || value == 0x2029;
  const bool turns = value == 0x200E || value == 0x200F || value == 0x061C ||
                     (value >= 0x202A && value <= 0x202E) ||
                     (value >= 0x2066 && value <= 0x2069);
  return control || line_end || turns;
}

void append_escaped(std::string& to, std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const char each : bytes) {
    if (each == '\n' || each == '\r' || each == '\t') {
      to += each == '\n' ? "\\n" : each == '\r' ? "\\r" : "\\t";
      continue;
    }
    const auto value = static_cast<unsigned char>(each);
    to += "\\x";
    to += digits[value >> 4];
    to += digits[value & 0xF];
  }
}

std::string escaped(std::string_view text, bool keep_lines) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto next = first_of(text);
    const auto bytes = next.bytes == 0 ? 1 : next.bytes;
    const auto whole = text.substr(0, bytes);
    if (keep_lines && next.value == '\n' && next.bytes == 1)
      safe += '\n';
    else if (next.bytes == 0 || acts_on_a_terminal(next.value))
      append_escaped(safe, whole);
    else
      safe += whole;
    text.remove_prefix(bytes);
  }
  return safe;
}

}  // namespace

std::size_t character_bytes(std::string_view text) noexcept {
  return text.empty() ? 0 : first_of(text).bytes;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string printable_line(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return escaped(text, false);
  auto kept = bytes_max;
  while (kept > 0 && (static_cast<unsigned char>(text[kept]) & 0xC0) == 0x80)
    --kept;
  return escaped(text.substr(0, kept), false) + " ... (" + std::to_string(text.size() - kept) +
         " bytes more)";
}

std::string printable_lines(std::string_view text) {
  return escaped(text, true);
}

}  // namespace pravega_actor::internal
