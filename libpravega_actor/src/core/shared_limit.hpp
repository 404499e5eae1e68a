// A limit of bytes that several holders share.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace pravega_actor::internal {

/// Counts what all shares hold. Thread-safe.
class shared_limit {
 public:
  explicit shared_limit(std::size_t bytes_max) noexcept : bytes_max_{bytes_max} {}
  shared_limit(const shared_limit&) = delete;
  shared_limit& operator=(const shared_limit&) = delete;

  [[nodiscard]] std::size_t bytes_max() const noexcept { return bytes_max_; }
  [[nodiscard]] std::size_t held() const noexcept {
    return held_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool fits(std::size_t more) const noexcept {
    const auto now = held();
    return now <= bytes_max_ && more <= bytes_max_ - now;
  }
  void add(std::size_t bytes) noexcept { held_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(std::size_t bytes) noexcept { held_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> held_{0};
};

/// What one holder has of a shared limit. It is counted in steps, so that holders in different
/// threads rarely change the common counter. Shares that ask at the same time may exceed the
/// limit together by what each asks for. Not thread-safe.
class limit_share {
 public:
  static constexpr std::size_t step_bytes = 64u << 10;

  /// Without a limit everything fits.
  explicit limit_share(std::shared_ptr<shared_limit> of = nullptr) noexcept
      : of_{std::move(of)} {}
  ~limit_share() { hold(0); }
  limit_share(const limit_share&) = delete;
  limit_share& operator=(const limit_share&) = delete;

  /// Whether this holder may hold `bytes` in all.
  [[nodiscard]] bool fits(std::size_t bytes) const noexcept {
    if (!of_ || bytes <= counted_) return true;
    return of_->fits(in_steps(bytes) - counted_);
  }
  /// This holder holds `bytes` in all from now on.
  void hold(std::size_t bytes) noexcept {
    if (!of_) return;
    // Small changes around a step's border are not counted.
    const bool shrinks = bytes == 0 || bytes + 2 * step_bytes <= counted_;
    if (bytes <= counted_ && !shrinks) return;
    const auto now = in_steps(bytes);
    if (now > counted_)
      of_->add(now - counted_);
    else
      of_->remove(counted_ - now);
    counted_ = now;
  }

 private:
  [[nodiscard]] static std::size_t in_steps(std::size_t bytes) noexcept {
    return (bytes + step_bytes - 1) / step_bytes * step_bytes;
  }

  std::shared_ptr<shared_limit> of_;
  std::size_t counted_ = 0;
};

}  // namespace pravega_actor::internal
