#include "common/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace pravega_actor::tool {

namespace {

std::atomic<int> stops{0};
std::atomic<int> first_signal{0};
std::atomic<int> event_descriptor{-1};
std::atomic<int> each_descriptor{-1};

void on_stop(int number) {
  int none = 0;
  first_signal.compare_exchange_strong(none, number);
  stops.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  for (const int descriptor : {event_descriptor.load(), each_descriptor.load()}) {
    const auto written = ::write(descriptor, &one, sizeof one);
    static_cast<void>(written);
  }
}

}  // namespace

void install_signal_handlers() {
  event_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  each_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = on_stop;
  ::sigemptyset(&action.sa_mask);
  // No SA_RESTART: a read that waits for input ends.
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup = {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int stop_signals() noexcept {
  return stops.load(std::memory_order_relaxed);
}

int first_stop_signal() noexcept {
  return first_signal.load();
}

int stop_descriptor() noexcept {
  return event_descriptor.load();
}

int each_stop_descriptor() noexcept {
  return each_descriptor.load();
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
