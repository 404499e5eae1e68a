#include "wire/modified_utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace pravega_actor::internal::wire {
namespace {

constexpr std::uint32_t surrogate_high = 0xD800;
constexpr std::uint32_t surrogate_low = 0xDC00;
constexpr std::uint32_t surrogate_end = 0xE000;
constexpr std::uint32_t beyond_bmp = 0x10000;
constexpr std::uint32_t code_point_end = 0x110000;

struct decoded {
  std::uint32_t value;
  std::size_t length;  // 0: not valid
};

std::uint32_t unit_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

bool continues(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (text.size() - at <= count) return false;
  for (std::size_t i = 1; i <= count; ++i) {
    if ((unit_at(text, at + i) & 0xC0) != 0x80) return false;
  }
  return true;
}

// Up to three bytes, in any of the two encodings; overlong forms are for the caller to judge.
decoded short_form(std::string_view text, std::size_t at) noexcept {
  const auto first = unit_at(text, at);
  if (first < 0x80) return {first, 1};
  if ((first & 0xE0) == 0xC0 && continues(text, at, 1)) {
    return {(first & 0x1F) << 6 | (unit_at(text, at + 1) & 0x3F), 2};
  }
  if ((first & 0xF0) == 0xE0 && continues(text, at, 2)) {
    return {(first & 0x0F) << 12 | (unit_at(text, at + 1) & 0x3F) << 6 |
                (unit_at(text, at + 2) & 0x3F),
            3};
  }
  return {0, 0};
}

decoded utf8_at(std::string_view text, std::size_t at) noexcept {
  const auto first = unit_at(text, at);
  if ((first & 0xF8) == 0xF0) {
    if (!continues(text, at, 3)) return {0, 0};
    const auto value = (first & 0x07) << 18 | (unit_at(text, at + 1) & 0x3F) << 12 |
                       (unit_at(text, at + 2) & 0x3F) << 6 | (unit_at(text, at + 3) & 0x3F);
    const bool valid = value >= beyond_bmp && value < code_point_end;
    return {value, valid ? 4u : 0u};
  }
  const auto found = short_form(text, at);
  const bool overlong =
      (found.length == 2 && found.value < 0x80) || (found.length == 3 && found.value < 0x800);
  return overlong ? decoded{0, 0} : found;
}

std::size_t ascii_prefix(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(),
                                               [](char c) {
                                                 // NUL, or not ASCII; char may be unsigned.
                                                 return static_cast<signed char>(c) <= 0;
                                               }) -
                                  text.begin());
}

template <class Sink>
void put_three(Sink& out, std::uint32_t value) {
  using unit = typename Sink::value_type;
  out.push_back(static_cast<unit>(0xE0 | value >> 12));
  out.push_back(static_cast<unit>(0x80 | (value >> 6 & 0x3F)));
  out.push_back(static_cast<unit>(0x80 | (value & 0x3F)));
}

void put_utf8(std::string& out, std::uint32_t value) {
  if (value < 0x80) {
    out.push_back(static_cast<char>(value));
  } else if (value < 0x800) {
    out.push_back(static_cast<char>(0xC0 | value >> 6));
    out.push_back(static_cast<char>(0x80 | (value & 0x3F)));
  } else if (value < beyond_bmp) {
    put_three(out, value);
  } else {
    out.push_back(static_cast<char>(0xF0 | value >> 18));
    out.push_back(static_cast<char>(0x80 | (value >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (value >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (value & 0x3F)));
  }
}

}  // namespace

std::optional<std::size_t> modified_utf8_size(std::string_view text) noexcept {
  std::size_t at = ascii_prefix(text);
  std::size_t size = at;
  while (at < text.size()) {
    const auto found = utf8_at(text, at);
    if (found.length == 0) return std::nullopt;
    if (found.length == 4) {
      size += 6;
    } else {
      size += found.value == 0 ? 2 : found.length;
    }
    at += found.length;
  }
  return size;
}

void append_modified_utf8(std::vector<std::byte>& out, std::string_view text) {
  std::size_t at = ascii_prefix(text);
  const auto ascii = as_bytes(text.substr(0, at));
  out.insert(out.end(), ascii.begin(), ascii.end());
  while (at < text.size()) {
    const auto found = utf8_at(text, at);
    if (found.length == 0) return;
    if (found.length == 4) {
      const auto above = found.value - beyond_bmp;
      put_three(out, surrogate_high + (above >> 10));
      put_three(out, surrogate_low + (above & 0x3FF));
    } else if (found.value == 0) {
      out.push_back(std::byte{0xC0});
      out.push_back(std::byte{0x80});
    } else {
      const auto unchanged = as_bytes(text.substr(at, found.length));
      out.insert(out.end(), unchanged.begin(), unchanged.end());
    }
    at += found.length;
  }
}

std::optional<std::string> from_modified_utf8(byte_view encoded) {
  const auto text = as_text(encoded);
  std::size_t at = ascii_prefix(text);
  std::string out{text.substr(0, at)};
  std::uint32_t pending_high = 0;
  while (at < text.size()) {
    const auto found = short_form(text, at);
    if (found.length == 0) return std::nullopt;
    at += found.length;
    const bool is_low = found.value >= surrogate_low && found.value < surrogate_end;
    if (pending_high != 0 && is_low) {
      out.resize(out.size() - 3);
      put_utf8(out, beyond_bmp + ((pending_high - surrogate_high) << 10) +
                        (found.value - surrogate_low));
      pending_high = 0;
      continue;
    }
    put_utf8(out, found.value);
    const bool is_high = found.value >= surrogate_high && found.value < surrogate_low;
    pending_high = is_high ? found.value : 0;
  }
  return out;
}

}  // namespace pravega_actor::internal::wire
