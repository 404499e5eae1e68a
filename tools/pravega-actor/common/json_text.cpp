#include "common/json_text.hpp"

#include <charconv>
#include <cmath>

#include "common/safe_text.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

void append_control(std::string& to, char c) {
  constexpr char digits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(c);
  to += "\\u00";
  to += digits[value >> 4];
  to += digits[value & 0xF];
}

void append_ascii(std::string& to, char c) {
  switch (c) {
    case '"':
      to += "\\\"";
      break;
    case '\\':
      to += "\\\\";
      break;
    case '\n':
      to += "\\n";
      break;
    case '\r':
      to += "\\r";
      break;
    case '\t':
      to += "\\t";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        append_control(to, c);
      else
        to += c;
  }
}

}  // namespace

void append_json_string(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    const auto size = internal::character_bytes(text);
    if (size > 1)
      to.append(text.substr(0, size));
    else if (size == 1)
      append_ascii(to, text.front());
    else
      to += replacement;
    text.remove_prefix(size == 0 ? 1 : size);
  }
  to += '"';
}

void append_json_number(std::string& to, double value) {
  if (!std::isfinite(value)) {
    to += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view text{digits, static_cast<std::size_t>(end - digits)};
  to += text;
  if (text.find_first_of(".e") == std::string_view::npos) to += ".0";
}

json_array& json_array::add(const json_object& value) {
  separate();
  text_ += value.text();
  return *this;
}

json_array& json_array::add(std::string_view value) {
  separate();
  append_json_string(text_, value);
  return *this;
}

std::string& json_object::begin(std::string_view name) {
  if (!text_.empty()) text_ += ',';
  append_json_string(text_, name);
  text_ += ':';
  return text_;
}

json_object& json_object::add(const json_object& members) {
  if (!text_.empty() && !members.text_.empty()) text_ += ',';
  text_ += members.text_;
  return *this;
}

json_object& json_object::add(std::string_view name, const std::vector<std::string>& values) {
  json_array all;
  for (const auto& each : values)
    all.add(std::string_view{each});
  return add(name, all);
}

}  // namespace pravega_actor::tool
