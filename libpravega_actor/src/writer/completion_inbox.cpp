#include "writer/completion_inbox.hpp"

namespace pravega_actor::internal {

void completion_inbox::put(pending_request& what, const write_result& outcome) noexcept {
  bool sleeping = false;
  bool closed = false;
  {
    std::lock_guard lock{mutex_};
    closed = closed_;
    if (!closed) {
      what.outcome_ = outcome;
      (last_ == nullptr ? first_ : last_->behind_) = &what;
      last_ = &what;
      filled_.store(true, std::memory_order_release);
      sleeping = !std::exchange(awake_, true);
    }
  }
  // Only the last one to let go deletes it, and the actor has not yet.
  what.let_go();
  if (sleeping) wake_up();
}

void completion_inbox::signal() noexcept {
  {
    std::lock_guard lock{mutex_};
    if (closed_) return;
    filled_.store(true, std::memory_order_release);
    if (std::exchange(awake_, true)) return;
  }
  wake_up();
}

void completion_inbox::wake_up() noexcept {
  try {
    wake_();
  } catch (...) {
    std::lock_guard lock{mutex_};
    awake_ = false;
  }
}

pending_request* completion_inbox::take() noexcept {
  if (taken_ == nullptr) {
    std::lock_guard lock{mutex_};
    taken_ = std::exchange(first_, nullptr);
    last_ = nullptr;
    if (taken_ == nullptr) {
      awake_ = false;
      filled_.store(false, std::memory_order_release);
      return nullptr;
    }
  }
  auto* const oldest = taken_;
  taken_ = std::exchange(oldest->behind_, nullptr);
  return oldest;
}

void completion_inbox::put_back(pending_request& what) noexcept {
  what.behind_ = std::exchange(taken_, &what);
  std::lock_guard lock{mutex_};
  awake_ = false;
}

void completion_inbox::close() noexcept {
  std::lock_guard lock{mutex_};
  closed_ = true;
}

}  // namespace pravega_actor::internal
