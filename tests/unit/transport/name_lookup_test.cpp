// Look-ups against a resolver of this test's own, which replaces the C library's here.
#include "transport/name_lookup.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

/// Hosts that begin with "slow" wait until they are let go.
struct resolver {
  std::mutex mutex;
  std::condition_variable changed;
  bool let_go = false;
  int flags = 0;
  std::map<std::string, int> asked;

  void ask(const char* host, int hints) {
    std::unique_lock lock{mutex};
    ++asked[host];
    flags |= hints;
    changed.notify_all();
    if (std::string{host}.starts_with("slow"))
      changed.wait_for(lock, std::chrono::seconds{60}, [this] { return let_go; });
  }
  void set_free() {
    const std::lock_guard lock{mutex};
    let_go = true;
    changed.notify_all();
  }
  [[nodiscard]] bool wait_asked(std::size_t hosts) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, std::chrono::seconds{30},
                            [&] { return asked.size() >= hosts; });
  }
};

resolver* current = nullptr;

/// Counts answers.
class answers {
 public:
  name_lookup::callback next() {
    return [this](const result<socket_addresses>& found) {
      const std::lock_guard lock{mutex_};
      if (found)
        for (const auto& each : *found)
          ++ports_[each.port()];
      ++count_;
      changed_.notify_all();
    };
  }
  [[nodiscard]] bool wait(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return count_ >= count; });
  }
  [[nodiscard]] std::size_t ports() {
    const std::lock_guard lock{mutex_};
    return ports_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::map<int, int> ports_;
};

struct world {
  resolver names;
  answers slow;
  answers quick;
  name_lookup lookup;
  world() { current = &names; }
  ~world() { names.set_free(); }
};

}  // namespace

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static const auto real =
      reinterpret_cast<decltype(getaddrinfo)*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (current == nullptr) return real(host, service, hints, found);
  current->ask(host, hints->ai_flags);
  return real("127.0.0.1", service, hints, found);
}

TEST_CASE("hosts that are slow to look up hold up no others") {
  world w;
  for (int i = 1; i < static_cast<int>(name_lookup::lookups_at_once_max); ++i)
    REQUIRE(w.lookup.start({"slow-" + std::to_string(i), 1}, w.slow.next()));
  REQUIRE(w.lookup.start({"quick", 2}, w.quick.next()));
  CHECK(w.quick.wait(1));
  CHECK(w.slow.ports() == 0);
  w.names.set_free();
  CHECK(w.slow.wait(name_lookup::lookups_at_once_max - 1));
  current = nullptr;
}

TEST_CASE("all who ask for a name get its one answer, with their ports") {
  world w;
  for (std::uint16_t port = 1; port <= 10; ++port)
    REQUIRE(w.lookup.start({"slow", port}, w.slow.next()));
  REQUIRE(w.names.wait_asked(1));
  w.names.set_free();
  CHECK(w.slow.wait(10));
  CHECK(w.slow.ports() == 10);
  CHECK(w.names.asked == std::map<std::string, int>{{"slow", 1}});
  current = nullptr;
}

TEST_CASE("the number of threads has a limit, and what waits has its turn") {
  world w;
  constexpr auto most = name_lookup::lookups_at_once_max;
  for (std::size_t i = 0; i < most + 3; ++i)
    REQUIRE(w.lookup.start({"slow-" + std::to_string(i), 1}, w.slow.next()));
  REQUIRE(w.names.wait_asked(most));
  {
    const std::lock_guard lock{w.names.mutex};
    CHECK(w.names.asked.size() == most);
  }
  w.names.set_free();
  CHECK(w.slow.wait(most + 3));
  current = nullptr;
}

TEST_CASE("addresses of every family are asked for, whatever addresses this host has") {
  world w;
  REQUIRE(w.lookup.start({"quick", 2}, w.quick.next()));
  REQUIRE(w.quick.wait(1));
  CHECK((w.names.flags & AI_ADDRCONFIG) == 0);
  current = nullptr;
}
