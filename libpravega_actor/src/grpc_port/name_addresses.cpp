#include "grpc_port/name_addresses.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "core/background_thread.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

// Without AI_ADDRCONFIG, as for segment stores: see transport/name_lookup.cpp.
std::vector<std::string> look_up_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> held{found, ::freeaddrinfo};
  std::vector<std::string> all;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    std::string address{text.data()};
    if (std::find(all.begin(), all.end(), address) == all.end())
      all.push_back(std::move(address));
    if (all.size() == limits::controller_addresses_max) break;
  }
  return all;
}

struct name_addresses::state {
  struct entry {
    std::vector<std::string> addresses;
    std::optional<time_point> asked;
    duration gap = gap_min;
    bool asking = false;
  };
  explicit state(look_up_function f) : how{std::move(f)} {}
  const look_up_function how;
  std::mutex mutex;
  std::map<std::string, entry> names;
  std::uint64_t version = 0;

  std::vector<std::string> look_up(const std::string& host) const noexcept {
    try {
      return how(host);
    } catch (const std::bad_alloc&) {
      return {};
    }
  }
  void answer(const std::string& host) {
    auto found = look_up(host);
    const std::lock_guard lock{mutex};
    auto& about = names.at(host);
    about.asking = false;
    // Name servers change the order from answer to answer.
    const bool same = std::is_permutation(found.begin(), found.end(), about.addresses.begin(),
                                          about.addresses.end());
    about.gap = same || found.empty() ? std::min(2 * about.gap, gap_max) : gap_min;
    if (same || found.empty()) return;
    about.addresses = std::move(found);
    ++version;
  }
};

name_addresses::name_addresses(look_up_function how)
    : state_{std::make_shared<state>(std::move(how))} {}

void name_addresses::ask(const std::string& host, time_point now) {
  {
    const std::lock_guard lock{state_->mutex};
    auto& about = state_->names[host];
    if (about.asking || (about.asked && now - *about.asked < about.gap)) return;
    about.asked = now;
    about.asking = true;
  }
  if (start_in_background([held = state_, host] { held->answer(host); })) return;
  const std::lock_guard lock{state_->mutex};
  state_->names[host].asking = false;
}

std::vector<std::string> name_addresses::of(const std::string& host) const {
  const std::lock_guard lock{state_->mutex};
  const auto at = state_->names.find(host);
  return at == state_->names.end() ? std::vector<std::string>{} : at->second.addresses;
}

std::uint64_t name_addresses::version() const {
  const std::lock_guard lock{state_->mutex};
  return state_->version;
}

}  // namespace pravega_actor::internal
