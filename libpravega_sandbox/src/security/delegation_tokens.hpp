// Delegation tokens as a 0.13 controller signs them and a segment store checks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pravega_sandbox/access.hpp"
#include "security/permission.hpp"

namespace pravega_sandbox {

enum class token_state : std::uint8_t {
  good,
  /// Missing, not a token, signed with another key, for another stream, or grants too little.
  refused,
  expired,
  /// Blank, or with a permission that is none: a store ends the connection without a word.
  broken,
};

struct token_finding {
  token_state state = token_state::refused;
  /// When a good token ends, in the time of the question.
  std::optional<std::int64_t> ends_at_ms = std::nullopt;
};

/// Immutable: any thread may use it. Times are milliseconds; `clock_offset_ms` leads from the
/// times of its calls to those since 1970, which stand in tokens.
class delegation_tokens {
 public:
  explicit delegation_tokens(token_options options, std::int64_t clock_offset_ms = 0)
      : options_{std::move(options)}, clock_offset_ms_{clock_offset_ms} {}

  /// `resource`: "prn::/scope:s/stream:t".
  [[nodiscard]] std::string issue(std::string_view resource, permission granted,
                                  std::int64_t now_ms) const;
  /// The same with a signature of another key.
  [[nodiscard]] std::string issue_spoiled(std::string_view resource, permission granted,
                                          std::int64_t now_ms) const;
  /// Whether a token allows this with a segment. As a 0.13 store looks: the signature first
  /// (any of HMAC with SHA-2), then the times, then the claims.
  [[nodiscard]] token_finding check(std::string_view token, std::string_view segment,
                                    permission needed, std::int64_t now_ms) const;

 private:
  const token_options options_;
  const std::int64_t clock_offset_ms_;
};

}  // namespace pravega_sandbox
