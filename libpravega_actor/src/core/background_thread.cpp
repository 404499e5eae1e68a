#include "core/background_thread.hpp"

#include <pthread.h>

#include <memory>
#include <new>
#include <utility>

#include "core/blocked_signals.hpp"
#include "core/rendezvous.hpp"

namespace pravega_actor::internal {
namespace {

void* run(void* held) {
  const std::unique_ptr<std::function<void()>> job{static_cast<std::function<void()>*>(held)};
  (*job)();
  return nullptr;
}

}  // namespace

bool start_in_background(std::function<void()> job) noexcept {
  std::unique_ptr<std::function<void()>> held{new (std::nothrow)
                                                  std::function<void()>{std::move(job)}};
  if (!held) return false;
  const blocked_signals inherited_by_the_thread;
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, run, held.get()) != 0) return false;
  (void)held.release();
  ::pthread_detach(thread);
  return true;
}

background_end run_in_background(std::function<void()> job, duration at_most) noexcept {
  try {
    const auto ended = std::make_shared<rendezvous<bool>>();
    const bool started = start_in_background([job = std::move(job), ended] {
      job();
      ended->set(true);
    });
    if (!started) return background_end::refused;
    const bool done = ended->wait_until(clock_type::now() + at_most).has_value();
    return done ? background_end::done : background_end::still_running;
  } catch (const std::bad_alloc&) {
    return background_end::refused;
  }
}

}  // namespace pravega_actor::internal
