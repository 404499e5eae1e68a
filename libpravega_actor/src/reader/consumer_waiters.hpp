// The consumers that wait until there is an item.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "read/read_owner.hpp"

namespace pravega_actor::internal {

/// Pure: it calls nobody. Each consumer has a number, by which it can be forgotten.
class consumer_waiters {
 public:
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
  /// Returns the consumer's number: 1 or more. After an exception it does not wait.
  std::uint64_t add(std::function<void()>&& ready) {
    waiting_.emplace(last_ + 1, std::move(ready));
    return ++last_;
  }
  /// Returns the function of a consumer that waits no more; the caller destroys it without the
  /// lock, since it may hold the last handle. Empty: there is no such consumer.
  [[nodiscard]] std::function<void()> forget(std::uint64_t number) noexcept {
    const auto at = waiting_.find(number);
    if (at == waiting_.end()) return {};
    auto out = std::move(at->second);
    waiting_.erase(at);
    return out;
  }
  /// Moves all of them to `to`, in the order in which they came.
  void move_to(waiting_consumers& to) noexcept { to.merge(waiting_); }

 private:
  std::uint64_t last_ = 0;
  waiting_consumers waiting_;
};

}  // namespace pravega_actor::internal
