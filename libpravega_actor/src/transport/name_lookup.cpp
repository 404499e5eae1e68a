#include "transport/name_lookup.hpp"

#include <netdb.h>

#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "transport/quiet_thread.hpp"

namespace pravega_actor::detail {
namespace {

/// Names that may wait for their turn.
constexpr std::size_t lookups_waiting_max = 4096;

result<socket_addresses> look_up(const endpoint& of) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(of.host.c_str(), nullptr, &hints, &found);
  if (failure != 0) {
    return error{errc::segment_store_unreachable,
                 std::string{"name look-up failed: "} + ::gai_strerror(failure)};
  }
  socket_addresses all;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    asio::ip::tcp::endpoint address;
    if (each->ai_addrlen > address.capacity()) continue;
    std::memcpy(address.data(), each->ai_addr, each->ai_addrlen);
    address.resize(each->ai_addrlen);
    address.port(of.port);
    all.push_back(address);
  }
  ::freeaddrinfo(found);
  if (all.empty()) {
    return error{errc::segment_store_unreachable, "name look-up failed: no address"};
  }
  return all;
}

}  // namespace

socket_addresses numeric_address(const endpoint& of) {
  std::error_code not_numeric;
  asio::ip::address address = asio::ip::make_address(of.host, not_numeric);
  if (not_numeric) return {};
  if (address.is_unspecified()) {
    if (address.is_v4()) {
      address = asio::ip::address_v4::loopback();
    } else {
      address = asio::ip::address_v6::loopback();
    }
  }
  return {asio::ip::tcp::endpoint{address, of.port}};
}

struct name_lookup::state {
  struct job {
    endpoint of;
    callback done;
  };
  std::mutex mutex;
  std::deque<job> waiting;
  bool running = false;

  void work() {
    for (;;) {
      job next;
      {
        const std::lock_guard lock{mutex};
        if (waiting.empty()) {
          running = false;
          return;
        }
        next = std::move(waiting.front());
        waiting.pop_front();
      }
      next.done(look_up(next.of));
    }
  }
};

name_lookup::name_lookup() : state_{std::make_shared<state>()} {}

name_lookup::~name_lookup() {
  std::deque<state::job> dropped;
  const std::lock_guard lock{state_->mutex};
  dropped.swap(state_->waiting);
}

result<void> name_lookup::start(const endpoint& of, callback done) {
  const std::lock_guard lock{state_->mutex};
  if (state_->waiting.size() >= lookups_waiting_max) {
    return error{errc::limit_exceeded, "lookups_waiting_max"};
  }
  state_->waiting.push_back({of, std::move(done)});
  if (state_->running) return {};
  try {
    start_quiet_thread([shared = state_] { shared->work(); }).detach();
  } catch (const std::system_error& refused) {
    state_->waiting.pop_back();
    return error{errc::io_error,
                 std::string{"no thread for the name look-up: "} + refused.what()};
  }
  state_->running = true;
  return {};
}

}  // namespace pravega_actor::detail
