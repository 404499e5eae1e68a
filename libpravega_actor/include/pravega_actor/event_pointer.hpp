// A durable reference to one event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The place of one event: segment, offset, and length including the header of eight bytes.
struct event_pointer {
  segment in;
  std::int64_t offset = 0;
  std::int32_t length = 0;
  friend bool operator==(const event_pointer&, const event_pointer&) = default;

  /// Whether the pointer can be serialized: a valid segment, an offset from 0 to 2^62 - 2, a
  /// length from 0 to 2^30 - 2.
  [[nodiscard]] result<void> check() const;
  /// Java's EventPointer.toBytes(). Empty if `check` fails.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// The error is invalid_argument.
  [[nodiscard]] static result<event_pointer> from_bytes(byte_view bytes);
  /// "scope/stream/0.#epoch.0:offset-length", as Java prints it.
  [[nodiscard]] std::string to_string() const;
  /// Parses the form of `to_string`. The error is invalid_argument.
  [[nodiscard]] static result<event_pointer> parse(std::string_view text);
};

}  // namespace pravega_actor
