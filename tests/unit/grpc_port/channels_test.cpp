#include "grpc_port/channels.hpp"

#include <chrono>
#include <future>
#include <set>

#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace std::chrono_literals;
using internal::controller_channels;

namespace {

const std::string name = "controller.invalid";
const std::string other = "127.0.0.2";
const std::string well = "127.0.0.1";

/// Two controllers behind one name, on the same port.
struct two_addresses {
  scripted_controller first{0, well};
  scripted_controller second{first.port(), other};
  [[nodiscard]] endpoint where() const {
    return {name, static_cast<std::uint16_t>(first.port())};
  }
};

std::string host_of_next(controller_channels& from, time_point now = clock_type::now()) {
  return from.next(now)->at.host;
}

std::set<std::string> hosts_of(controller_channels& from, int turns,
                               time_point now = clock_type::now()) {
  std::set<std::string> all;
  for (int i = 0; i < turns; ++i)
    all.insert(host_of_next(from, now));
  return all;
}

controller_channels::target_pointer target_at(controller_channels& from,
                                              const std::string& host) {
  controller_channels::target_pointer found;
  REQUIRE(eventually([&] {
    found = from.next(clock_type::now());
    return found->at.host == host;
  }));
  return found;
}

using names = std::set<std::string>;

}  // namespace

TEST_CASE("of two addresses of a name the one that swallows calls is avoided") {
  const two_addresses both;
  REQUIRE(both.second.up());
  controller_channels channels{{both.where()}, false, 6s, [](const std::string&) {
                                 return std::vector{other, well};
                               }};
  // They take turns.
  REQUIRE(eventually([&] { return hosts_of(channels, 2) == names{other, well}; }));
  CHECK(channels.count() == 2);
  const auto silent = target_at(channels, other);
  CHECK(silent->where == both.where());
  const auto now = clock_type::now();
  channels.unanswered(*silent, "", now - 1s, now);
  CHECK(hosts_of(channels, 20, now) == names{well});
}

TEST_CASE("an address that swallowed a call before its name was looked up is avoided") {
  const two_addresses both;
  std::promise<void> asked;
  const auto answered = asked.get_future().share();
  controller_channels channels{{both.where()}, false, 6s, [answered](const std::string&) {
                                 answered.wait();
                                 return std::vector{other, well};
                               }};
  const auto by_name = channels.next(clock_type::now());
  CHECK(by_name->at == both.where());
  const auto now = clock_type::now();
  const auto peer = "ipv4:" + other + ":" + std::to_string(both.where().port);
  const bool looked_up_before = GENERATE(false, true);
  if (!looked_up_before) channels.unanswered(*by_name, peer, now - 1s, now);
  asked.set_value();
  REQUIRE(eventually([&] { return host_of_next(channels, now) != name; }));
  if (looked_up_before) channels.unanswered(*by_name, peer, now - 1s, now);
  // The time in which it is avoided does not pass.
  REQUIRE(eventually([&] { return host_of_next(channels, now) == well; }));
  CHECK(hosts_of(channels, 20, now) == names{well});
}

TEST_CASE("a name whose address is gone is looked up again") {
  const scripted_controller moved{0, well};
  const auto port = static_cast<std::uint16_t>(moved.port());
  const auto asked = std::make_shared<std::atomic<int>>(0);
  controller_channels channels{{{name, port}}, false, 6s, [asked](const std::string&) {
                                 return std::vector{(*asked)++ == 0 ? other : well};
                               }};
  REQUIRE(eventually([&] { return host_of_next(channels) == other; }));
  // Nobody listens there.
  auto now = clock_type::now();
  CHECK(eventually([&] {
    now += 1s;
    return channels.next(now)->at.host == well;
  }));
  CHECK(channels.count() == 1);
}

TEST_CASE("a name without an answer is left to gRPC") {
  const scripted_controller there{0, well};
  const auto port = static_cast<std::uint16_t>(there.port());
  const auto asked = std::make_shared<std::atomic<int>>(0);
  controller_channels channels{{{"localhost", port}}, false, 6s, [asked](const std::string&) {
                                 ++*asked;
                                 return std::vector<std::string>{};
                               }};
  REQUIRE(eventually([&] { return *asked > 0; }));
  const auto chosen = channels.next(clock_type::now());
  CHECK(chosen->at.host == "localhost");
  CHECK(chosen->channel->WaitForConnected(std::chrono::system_clock::now() + 20s));
  CHECK(channels.count() == 1);
}
