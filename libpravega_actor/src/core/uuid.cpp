#include "pravega_actor/uuid.hpp"

#include "core/numbers.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::size_t text_length = 36;

constexpr bool dash_at(std::size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

}  // namespace

std::string uuid::to_hex() const {
  std::string text;
  text.reserve(32);
  append_hex(text, msb);
  append_hex(text, lsb);
  return text;
}

std::string uuid::to_string() const {
  std::string text = to_hex();
  for (const std::size_t at : {20, 16, 12, 8})
    text.insert(at, 1, '-');
  return text;
}

result<uuid> uuid::parse(std::string_view text) {
  if (text.size() != text_length)
    return error{errc::invalid_argument, "a UUID has 36 characters"};
  uuid parsed;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (dash_at(at)) {
      if (text[at] != '-') return error{errc::invalid_argument, "a UUID lacks a dash"};
      continue;
    }
    const int digit = hex_digit(text[at]);
    if (digit < 0)
      return error{errc::invalid_argument, "a UUID has a character that is not a hex digit"};
    auto& half = digits++ < 16 ? parsed.msb : parsed.lsb;
    half = half << 4 | static_cast<std::uint64_t>(digit);
  }
  return parsed;
}

}  // namespace pravega_actor
