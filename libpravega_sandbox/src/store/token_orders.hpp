// Orders that a good token counts as another one, once.
#pragma once

#include <cstdint>
#include <optional>

#include "security/delegation_tokens.hpp"

namespace pravega_sandbox {

/// Counts the requests that need a token.
class token_orders {
 public:
  /// At the n-th request from now the token counts as expired; 0 cancels the order.
  void expire_at(std::uint64_t n) { expire_left_ = n; }
  /// The same for refused.
  void refuse_at(std::uint64_t n) { refuse_left_ = n; }
  /// What the token of the next request counts as; nothing: what it is.
  [[nodiscard]] std::optional<token_state> next() {
    const bool expired = expire_left_ > 0 && --expire_left_ == 0;
    const bool refused = refuse_left_ > 0 && --refuse_left_ == 0;
    if (refused) return token_state::refused;
    if (expired) return token_state::expired;
    return std::nullopt;
  }

 private:
  std::uint64_t expire_left_ = 0;
  std::uint64_t refuse_left_ = 0;
};

}  // namespace pravega_sandbox
