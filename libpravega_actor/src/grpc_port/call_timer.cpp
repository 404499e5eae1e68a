#include "grpc_port/call_timer.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "core/blocked_signals.hpp"
#include "core/library_thread.hpp"

namespace pravega_actor::internal {

struct call_timer::agenda {
  std::mutex mutex;
  std::condition_variable changed;
  std::multimap<time_point, std::function<void()>> due;
  bool ending = false;

  void run() {
    mark_library_thread();
    std::unique_lock lock{mutex};
    while (!ending || !due.empty()) {
      if (due.empty()) {
        changed.wait(lock);
        continue;
      }
      const auto first = due.begin();
      if (!ending && first->first > clock_type::now()) {
        // A copy: the entry may be gone when the wait is over.
        const auto until = first->first;
        changed.wait_until(lock, until);
        continue;
      }
      auto what = std::move(first->second);
      due.erase(first);
      lock.unlock();
      what();
      what = nullptr;
      lock.lock();
    }
  }
};

struct call_timer::worker {
  std::thread thread;
};

call_timer::call_timer()
    : agenda_{std::make_shared<agenda>()}, worker_{std::make_unique<worker>()} {
  const blocked_signals inherited_by_the_thread;
  worker_->thread = std::thread{[agenda = agenda_] { agenda->run(); }};
}

call_timer::~call_timer() {
  {
    const std::lock_guard lock{agenda_->mutex};
    agenda_->ending = true;
    agenda_->changed.notify_all();
  }
  if (worker_->thread.get_id() == std::this_thread::get_id())
    worker_->thread.detach();
  else
    worker_->thread.join();
}

void call_timer::at(time_point when, std::function<void()> what) {
  const std::lock_guard lock{agenda_->mutex};
  agenda_->due.emplace(when, std::move(what));
  agenda_->changed.notify_all();
}

}  // namespace pravega_actor::internal
