// What a store's refusal means to the machine of a segment.
#pragma once

#include <cstdint>

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

enum class refusal_kind : std::uint8_t {
  /// The segment is sealed.
  sealed,
  /// It is not there.
  missing,
  /// No other attempt will help.
  violation,
  /// Another attempt may help.
  failure
};

[[nodiscard]] constexpr refusal_kind kind_of_refusal(errc code) noexcept {
  switch (code) {
    case errc::segment_sealed:
      return refusal_kind::sealed;
    case errc::segment_not_found:
      return refusal_kind::missing;
    case errc::protocol_violation:
    case errc::invalid_argument:
    case errc::limit_exceeded:
    case errc::token_rejected:
    case errc::unsupported_operation:
    case errc::writer_fenced:
      return refusal_kind::violation;
    default:
      return refusal_kind::failure;
  }
}

}  // namespace pravega_actor::internal
