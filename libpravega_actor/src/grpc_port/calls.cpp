#include "grpc_port/calls.hpp"

#include <utility>
#include <vector>

#include "core/finally.hpp"

namespace pravega_actor::internal {
namespace {

/// Whose callback this thread is running: it cannot wait for its own end.
thread_local const calls_under_way* answering = nullptr;

}  // namespace

std::uint64_t calls_under_way::add(std::function<void()> cancel) {
  std::uint64_t id = 0;
  bool too_late = false;
  {
    const std::lock_guard lock{mutex_};
    id = next_id_++;
    calls_.emplace(id, cancel);
    too_late = cancelled_;
  }
  if (too_late) cancel();
  return id;
}

void calls_under_way::answer(std::uint64_t id, const std::function<void()>& callback) {
  const finally forget{[this, id, outer = std::exchange(answering, this)] {
    answering = outer;
    std::unique_lock lock{mutex_};
    const auto found = calls_.find(id);
    {
      const auto freed_here = std::exchange(found->second, nullptr);
      lock.unlock();
    }
    lock.lock();
    calls_.erase(found);
    changed_.notify_all();
  }};
  callback();
}

bool calls_under_way::cancel_all(duration at_most) {
  std::vector<std::function<void()>> all;
  {
    const std::lock_guard lock{mutex_};
    cancelled_ = true;
    for (const auto& [id, cancel] : calls_)
      if (cancel != nullptr) all.push_back(cancel);
  }
  // Without the lock: cancelling may run whatever the transport has ready.
  for (const auto& cancel : all)
    cancel();
  all.clear();
  std::unique_lock lock{mutex_};
  if (in_callback()) {
    ++callbacks_waiting_;
    changed_.notify_all();
  }
  const bool all_ended =
      changed_.wait_for(lock, at_most, [this] { return calls_.size() <= callbacks_waiting_; });
  if (in_callback()) --callbacks_waiting_;
  return all_ended;
}

bool calls_under_way::in_callback() const noexcept {
  return answering == this;
}

bool calls_under_way::cancelled() const {
  const std::lock_guard lock{mutex_};
  return cancelled_;
}

}  // namespace pravega_actor::internal
