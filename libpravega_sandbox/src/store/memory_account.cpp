#include "store/memory_account.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "store/store_limits.hpp"

namespace pravega_sandbox {

memory_account::memory_account(std::size_t events_bytes_max) noexcept
    : events_bytes_max_{events_bytes_max},
      reserve_{std::max(store_limits::memory_reserve_bytes_min,
                        events_bytes_max / store_limits::memory_reserve_part)} {}

std::size_t memory_account::used() const noexcept {
  const auto all = std::accumulate(used_.begin(), used_.end(), std::size_t{0});
  return all - used(memory_use::replies);
}

std::size_t memory_account::events_max() const noexcept {
  const auto others = used() - used(memory_use::events);
  if (others <= reserve_) return events_bytes_max_;
  return events_bytes_max_ - std::min(events_bytes_max_, others - reserve_);
}

std::size_t memory_account::free() const noexcept {
  const auto taken = used();
  return taken < bytes_max() ? bytes_max() - taken : 0;
}

void memory_account::add(memory_use use, std::size_t bytes) noexcept {
  used_[static_cast<std::size_t>(use)] += bytes;
  highest_ = std::max(highest_, used());
}

void memory_account::give_back(memory_use use, std::size_t bytes) noexcept {
  used_[static_cast<std::size_t>(use)] -= bytes;
  if (!on_fall_ || highest_ - used() < fall_bytes_) return;
  highest_ = used();
  on_fall_();
}

void memory_account::on_fall(std::size_t bytes, std::function<void()> told) {
  fall_bytes_ = bytes;
  on_fall_ = std::move(told);
  highest_ = used();
}

void memory_share::set(std::size_t bytes) noexcept {
  if (bytes > bytes_) account_.add(use_, bytes - bytes_);
  if (bytes < bytes_) account_.give_back(use_, bytes_ - bytes);
  bytes_ = bytes;
}

}  // namespace pravega_sandbox
