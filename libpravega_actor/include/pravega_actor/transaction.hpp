// Transactions: events that appear in a stream all together, or not at all.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/uuid.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The id of a transaction, unique in its stream for ever. The controller chooses it.
struct transaction_id {
  uuid value;
  friend auto operator<=>(const transaction_id&, const transaction_id&) = default;
  /// The epoch that the transaction's segments belong to: the stream's epoch at its begin, or
  /// an earlier one with the same segments.
  [[nodiscard]] std::int32_t epoch() const noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value.msb >> 32));
  }
  /// "00000001-0000-0000-0000-000000000007", the text that the Java client also prints.
  [[nodiscard]] std::string to_string() const;
  /// Parses the text of 36 characters, upper or lower case. The error is invalid_argument.
  [[nodiscard]] static result<transaction_id> parse(std::string_view text);
};

/// The states of a transaction at its controller.
enum class transaction_state : std::uint8_t {
  /// There is no such transaction, or its end was too long ago.
  unknown,
  /// Takes events.
  open,
  /// Takes no more events and will be committed; readers may see none or some of its events.
  committing,
  /// All its events are in the stream.
  committed,
  /// Takes no more events and will be aborted.
  aborting,
  /// None of its events is or will be in the stream.
  aborted,
};

/// The enumerator's own name, for example "committing".
[[nodiscard]] std::string_view to_string(transaction_state state) noexcept;

}  // namespace pravega_actor
