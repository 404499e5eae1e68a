// Ranges of the key space: whether they cover one another, and how to divide and join them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/names.hpp"

namespace pravega_actor::internal {

/// The server adds fractions up: bounds that differ by less are the same.
inline constexpr double key_tolerance = 1e-9;

/// "[0.25, 0.5)".
[[nodiscard]] std::string to_text(const key_range& range);

[[nodiscard]] bool overlap(const key_range& a, const key_range& b) noexcept;

/// Sorts ranges and joins neighbours. invalid_argument names a range that is empty or not
/// within [0, 1], or two that overlap; `what` says whose ranges they are.
[[nodiscard]] result<std::vector<key_range>> joined(std::vector<key_range> ranges,
                                                    std::string_view what);

/// Whether two lists of joined ranges cover the same; invalid_argument names the first place
/// where `with` covers more or less than `what`.
[[nodiscard]] result<void> check_same_cover(const std::vector<key_range>& what,
                                            const std::vector<key_range>& with);

/// Equal parts; the outer bounds are exactly those of the whole.
[[nodiscard]] std::vector<key_range> divided(const key_range& whole, std::int32_t parts);

}  // namespace pravega_actor::internal
