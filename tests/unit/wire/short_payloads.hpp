// Payloads that lack their end, as older servers send them.
#pragma once

#include <string>

#include "wire/codec.hpp"

namespace pravega_actor::test {

using namespace internal;

/// Bytes of a text on the wire.
[[nodiscard]] inline std::size_t text_bytes(std::string_view text) {
  return 2 + text.size();
}

/// The command as it decodes when `bytes` at the end of its payload are not there.
template <wire::command_struct T>
[[nodiscard]] result<T> decode_without_end(const T& whole, std::size_t bytes) {
  const auto frame = wire::encode(whole).value();
  const auto payload = byte_view{frame}.subspan(8);
  return wire::decode_as<T>(payload.first(payload.size() - bytes));
}
template <wire::command_struct T>
[[nodiscard]] T without_end(const T& whole, std::size_t bytes) {
  return decode_without_end(whole, bytes).value();
}

/// Which field the error names when the payload is that much too short: "command.field".
template <wire::command_struct T>
[[nodiscard]] std::string missing_in(const T& whole, std::size_t bytes) {
  const auto got = decode_without_end(whole, bytes);
  if (got) return "nothing";
  const auto& detail = got.error().detail();
  return detail.substr(0, detail.find(':'));
}

}  // namespace pravega_actor::test
