#include "supervision/event_bus.hpp"

#include <condition_variable>
#include <utility>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

namespace {

/// The calls of sinks that this thread is in.
struct running_call {
  const void* of;
  const running_call* outer;
};
thread_local const running_call* innermost = nullptr;

bool runs_here(const void* which) noexcept {
  for (const auto* each = innermost; each != nullptr; each = each->outer)
    if (each->of == which) return true;
  return false;
}

}  // namespace

class event_bus::subscription {
 public:
  explicit subscription(sink to) : to_{std::move(to)} {}

  void call(const library_event& event) {
    {
      std::lock_guard lock{mutex_};
      if (ended_) return;
      ++running_;
    }
    const running_call here{this, innermost};
    innermost = &here;
    call_unheard(to_, event);
    innermost = here.outer;
    leave();
  }

  void end() {
    std::unique_lock lock{mutex_};
    ended_ = true;
    if (runs_here(this)) return;
    changed_.wait(lock, [this] { return running_ == 0; });
    drop(lock);
  }

 private:
  void leave() {
    std::unique_lock lock{mutex_};
    if (ended_ && running_ == 1) drop(lock);
    --running_;
    changed_.notify_all();
  }
  // Outside of the lock: what the sink holds may do anything when it goes.
  void drop(std::unique_lock<std::mutex>& lock) {
    auto gone = std::exchange(to_, nullptr);
    lock.unlock();
    gone = nullptr;
    lock.lock();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  sink to_;
  std::size_t running_ = 0;
  bool ended_ = false;
};

std::uint64_t event_bus::subscribe(sink to) {
  const auto added = std::make_shared<subscription>(std::move(to));
  std::uint64_t number = 0;
  std::optional<library_event> standing;
  {
    std::lock_guard lock{mutex_};
    auto changed = std::make_shared<sink_map>(*sinks_);
    changed->emplace(next_, added);
    sinks_ = std::move(changed);
    number = next_++;
    standing = standing_;
  }
  if (standing) added->call(*standing);
  return number;
}

void event_bus::set_standing(library_event event) {
  std::lock_guard lock{mutex_};
  standing_ = std::move(event);
}

void event_bus::unsubscribe(std::uint64_t number) {
  std::shared_ptr<subscription> ended;
  {
    std::lock_guard lock{mutex_};
    const auto found = sinks_->find(number);
    if (found == sinks_->end()) return;
    ended = found->second;
    auto changed = std::make_shared<sink_map>(*sinks_);
    changed->erase(number);
    sinks_ = std::move(changed);
  }
  ended->end();
}

void event_bus::publish(const library_event& event) const {
  std::shared_ptr<const sink_map> current;
  {
    std::lock_guard lock{mutex_};
    current = sinks_;
  }
  if (current->empty()) return;
  const auto whole = with_places(event);
  for (const auto& [number, to] : *current)
    to->call(whole);
}

}  // namespace pravega_actor::internal
