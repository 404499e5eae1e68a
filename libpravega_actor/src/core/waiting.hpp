// What all calls share that wait for an answer of the library's other threads.
#pragma once

#include <memory>
#include <utility>

#include "core/bounded_timeout.hpp"
#include "core/library_thread.hpp"
#include "core/rendezvous.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Who answers has a deadline of its own; the one who waits gives it this time on top.
inline constexpr seconds answer_margin{5};

/// Waits for what `start(callback)` starts, not much longer than `limit`; then the outcome is
/// `late`. Where nobody may wait it answers would_block at once, and starts nothing.
template <class T, class F>
[[nodiscard]] result<T> wait_for(duration limit, const error& late, F start) {
  if (auto allowed = check_may_wait(late.at()); !allowed) return allowed.error();
  auto answered = std::make_shared<rendezvous<result<T>>>();
  start([answered](const result<T>& outcome) { answered->set(outcome); });
  const auto deadline = clock_type::now() + bounded_timeout(limit) + answer_margin;
  if (auto outcome = answered->wait_until(deadline)) return std::move(*outcome);
  return late;
}

}  // namespace pravega_actor::internal
