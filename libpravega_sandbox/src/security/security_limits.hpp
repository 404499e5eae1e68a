// Limits of authentication and tokens, by name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_sandbox::security_limits {

/// Bytes of a delegation token; a controller's has 300.
inline constexpr std::size_t token_bytes_max = 64u << 10;
/// Claims of a token, and how deep its values may be nested.
inline constexpr std::size_t claims_max = 256;
inline constexpr std::size_t claim_depth_max = 8;
/// Bytes of an `authorization` header.
inline constexpr std::size_t authorization_bytes_max = 64u << 10;
/// Bytes of a password file, its accounts, and the permissions of one.
inline constexpr std::size_t accounts_bytes_max = 16u << 20;
inline constexpr std::size_t accounts_max = 100000;
inline constexpr std::size_t permissions_max = 10000;
/// Rounds and bytes of a password's hash; Pravega makes 5000 and 64.
inline constexpr std::uint32_t hash_rounds_max = 1'000'000;
inline constexpr std::size_t hash_bytes_max = 512;
/// Headers that are remembered as good, so that not each call costs all rounds.
inline constexpr std::size_t remembered_headers_max = 10000;

}  // namespace pravega_sandbox::security_limits
