// A network address.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A host (name or address) and a port.
struct endpoint {
  std::string host;
  std::uint16_t port = 0;
  friend auto operator<=>(const endpoint&, const endpoint&) = default;
  /// "host:port"; an IPv6 address in brackets.
  [[nodiscard]] std::string to_string() const;
  /// Parses "host:port" or "[v6]:port" with a port from 1 to 65535. The error is
  /// invalid_argument.
  [[nodiscard]] static result<endpoint> parse(std::string_view text);
};

}  // namespace pravega_actor
