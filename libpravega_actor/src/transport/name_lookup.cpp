#include "transport/name_lookup.hpp"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <list>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "core/user_code.hpp"
#include "pravega_actor/limits.hpp"
#include "transport/quiet_thread.hpp"

namespace pravega_actor::internal {
namespace {

// Without AI_ADDRCONFIG, which does not count loopback addresses: where the host has no other
// address of a family, it would hide half of what "localhost" means. To try an address that
// leads nowhere costs nothing.
result<socket_addresses> ask(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
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
    all.push_back(address);
  }
  ::freeaddrinfo(found);
  if (all.empty()) {
    return error{errc::segment_store_unreachable, "name look-up failed: no address"};
  }
  return all;
}

result<socket_addresses> look_up(const std::string& host) {
  try {
    return ask(host);
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

result<socket_addresses> with_port(result<socket_addresses> found, std::uint16_t port) {
  if (found)
    for (auto& each : *found)
      each.port(port);
  return found;
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
    std::uint16_t port;
    callback done;
  };
  /// All who ask for one name get one answer.
  struct question {
    std::string host;
    bool asked = false;
    std::vector<job> jobs;
  };

  std::mutex mutex;
  /// In the order of their first jobs.
  std::list<question> questions;
  std::size_t waiting = 0;
  std::size_t threads = 0;

  question& about(const std::string& host) {
    const auto at = std::find_if(questions.begin(), questions.end(),
                                 [&host](const auto& each) { return each.host == host; });
    if (at != questions.end()) return *at;
    return questions.emplace_back(question{host, false, {}});
  }
  [[nodiscard]] std::list<question>::iterator next() {
    return std::find_if(questions.begin(), questions.end(),
                        [](const auto& each) { return !each.asked; });
  }

  void work() {
    std::unique_lock lock{mutex};
    for (auto mine = next(); mine != questions.end(); mine = next()) {
      mine->asked = true;
      lock.unlock();
      // The name does not change, and nobody else takes out what is asked.
      const auto found = look_up(mine->host);
      lock.lock();
      const auto jobs = std::exchange(mine->jobs, {});
      questions.erase(mine);
      waiting -= jobs.size();
      lock.unlock();
      for (const auto& each : jobs)
        call_unheard([&] { each.done(with_port(found, each.port)); });
      lock.lock();
    }
    --threads;
  }
};

name_lookup::name_lookup() : state_{std::make_shared<state>()} {}

name_lookup::~name_lookup() {
  std::vector<state::job> dropped;
  const std::lock_guard lock{state_->mutex};
  for (auto& each : state_->questions)
    std::move(each.jobs.begin(), each.jobs.end(), std::back_inserter(dropped));
  for (auto& each : state_->questions)
    each.jobs.clear();
  state_->questions.remove_if([](const auto& each) { return !each.asked; });
  state_->waiting = 0;
}

result<void> name_lookup::start(const endpoint& of, callback done) {
  const std::lock_guard lock{state_->mutex};
  if (state_->waiting >= limits::lookups_waiting_max) {
    return error{errc::limit_exceeded, "lookups_waiting_max"};
  }
  auto& question = state_->about(of.host);
  question.jobs.push_back({of.port, std::move(done)});
  ++state_->waiting;
  if (question.asked || state_->threads == lookups_at_once_max) return {};
  try {
    start_quiet_thread([shared = state_] { shared->work(); }).detach();
    ++state_->threads;
  } catch (const std::system_error& refused) {
    // A running thread will take the question; without one it would wait for ever.
    if (state_->threads > 0) return {};
    const auto reason = std::string{"no thread for the name look-up: "} + refused.what();
    question.jobs.pop_back();
    --state_->waiting;
    if (question.jobs.empty()) state_->questions.pop_back();
    return error{errc::io_error, reason};
  }
  return {};
}

}  // namespace pravega_actor::internal
