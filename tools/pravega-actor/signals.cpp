#include "signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace pravega_actor::tool {

namespace {

std::atomic<int> stops{0};
std::atomic<int> event_descriptor{-1};

void on_stop(int) {
  stops.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  const auto written = ::write(event_descriptor.load(), &one, sizeof one);
  static_cast<void>(written);
}

}  // namespace

void install_signal_handlers() {
  event_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = on_stop;
  ::sigemptyset(&action.sa_mask);
  // No SA_RESTART: a read that waits for input ends.
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int stop_signals() noexcept {
  return stops.load(std::memory_order_relaxed);
}

int stop_descriptor() noexcept {
  return event_descriptor.load();
}

void wait_for_stop(duration timeout) {
  pollfd wanted{stop_descriptor(), POLLIN, 0};
  const auto end = clock_type::now() + timeout;
  while (!stop_wanted()) {
    const auto left = to_ms(end - clock_type::now());
    if (left <= 0) return;
    ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
}

}  // namespace pravega_actor::tool
