// Latencies in a fixed amount of memory.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace pravega_actor::tool {

/// Counts of durations in nanoseconds; a quantile is exact to 1/128. Not thread-safe.
class histogram {
 public:
  void add(std::uint64_t ns, std::uint64_t count = 1) noexcept {
    counts_[index_of(ns)] += count;
    total_ += count;
    if (ns > max_) max_ = ns;
  }
  /// The duration that `part` (0 to 1) of all are at or below, rounded up; 0 if there is none.
  [[nodiscard]] std::uint64_t quantile(double part) const noexcept;
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  // Below 128 each value has a bucket; above, each power of two has 128.
  static constexpr unsigned bits = 7;
  static constexpr std::uint64_t sub = 1U << bits;
  [[nodiscard]] static std::size_t index_of(std::uint64_t ns) noexcept {
    if (ns < sub) return ns;
    const auto shift = static_cast<unsigned>(std::bit_width(ns)) - 1 - bits;
    return (shift + 1) * sub + ((ns >> shift) - sub);
  }
  [[nodiscard]] static std::uint64_t upper_bound_of(std::size_t index) noexcept;

  std::array<std::uint64_t, (64 - bits + 1) * sub> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace pravega_actor::tool
