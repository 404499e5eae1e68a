// How operations of the stream manager end when the client does, in real time; and callbacks
// that throw.
#include <atomic>
#include <future>
#include <stdexcept>

#include "pravega_actor/actors.hpp"
#include "support/catch.hpp"
#include "unit/client/live_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

const scoped_stream known{"scope", "stream"};
constexpr seconds soon{5};

/// Takes calls and does not answer.
class silent_controller final : public controller_port {
 public:
  void start(const controller::request&, duration, callback done) override {
    std::lock_guard lock{mutex_};
    open_.push_back(std::move(done));
  }
  void shut_down() override {
    std::vector<callback> left;
    {
      std::lock_guard lock{mutex_};
      left.swap(open_);
    }
    for (const auto& each : left)
      each(errc::cancelled);
  }
  std::string address() const override { return "controller:9090"; }
  std::size_t open() const {
    std::lock_guard lock{mutex_};
    return open_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<callback> open_;
};

struct silent_world {
  live_world live;
  std::shared_ptr<silent_controller> controller = std::make_shared<silent_controller>();
  time_point began = clock_type::now();
  client_ports ports() const {
    auto made = live.ports();
    made.controller = controller;
    return made;
  }
  duration elapsed() const { return clock_type::now() - began; }
};

template <class Condition>
bool reached(Condition condition) {
  const auto deadline = clock_type::now() + seconds{20};
  while (!condition() && clock_type::now() < deadline)
    std::this_thread::sleep_for(milliseconds{1});
  return condition();
}

}  // namespace

TEST_CASE("closing answers an open call at once, and the client goes", "[stream_manager]") {
  silent_world w;
  std::atomic<int> told{0};
  std::atomic<bool> as_closed{false};
  {
    auto user = client::create({}, w.ports());
    REQUIRE(user);
    user->streams().describe_async(known, [&](const result<stream_description>& got) {
      as_closed = !got && got.error() == errc::closed;
      ++told;
    });
    REQUIRE(reached([&] { return w.controller->open() == 1; }));
    const bool closes = GENERATE(true, false);
    if (closes) {
      CHECK(user->close().outcome);
      CHECK(told == 1);
    }
  }
  CHECK(told == 1);
  CHECK(as_closed);
  CHECK(w.elapsed() < soon);
}

TEST_CASE("nothing calls back any more once a client in another's system is closed",
          "[stream_manager]") {
  silent_world w;
  std::atomic<int> told{0};
  {
    caf::actor_system_config chosen;
    caf::actor_system system{chosen};
    {
      auto user = make_client(system, {}, w.ports());
      REQUIRE(user);
      for (int i = 0; i < 100; ++i)
        user->streams().describe_async(known,
                                       [&](const result<stream_description>&) { ++told; });
    }
    CHECK(told == 100);
    CHECK(w.elapsed() < soon);
  }
  CHECK(told == 100);
  CHECK(w.elapsed() < soon);
}

TEST_CASE("a call that waits ends with the client", "[stream_manager]") {
  silent_world w;
  auto user = client::create({}, w.ports());
  REQUIRE(user);
  const auto waiting = [&](auto call) { return std::async(std::launch::async, call); };
  auto operation = waiting([&] { return user->streams().describe(known).error().code(); });
  auto call = waiting([&] { return user->streams().list_scopes().error().code(); });
  REQUIRE(reached([&] { return w.controller->open() == 2; }));
  CHECK(user->close().outcome);
  CHECK(operation.get() == errc::closed);
  CHECK(call.get() == errc::closed);
  CHECK(w.elapsed() < soon);
}

TEST_CASE("a client that a callback closes ends behind the callback", "[stream_manager]") {
  const live_world live;
  auto user = client::create({}, live.ports());
  REQUIRE(user);
  const auto began = clock_type::now();
  std::promise<client_close_report> closed;
  user->streams().describe_async({"scope", "missing"}, [&](const result<stream_description>&) {
    closed.set_value(user->close());
  });
  CHECK(closed.get_future().get().outcome.error() == errc::would_block);
  CHECK(user->close().outcome);
  CHECK(clock_type::now() - began < soon);
}

TEST_CASE("a callback of the stream manager that throws is told and disturbs nobody",
          "[stream_manager]") {
  const live_world live;
  auto user = client::create({}, live.ports());
  REQUIRE(user);
  std::atomic<int> told{0};
  const auto number = user->subscribe([&](const library_event& event) {
    if (event.kind == event_kind::callback_threw && event.cause == "thrown by the test") ++told;
  });
  user->streams().describe_async({"scope", "missing"}, [](const result<stream_description>&) {
    throw std::runtime_error{"thrown by the test"};
  });
  CHECK(reached([&] { return told == 1; }));
  CHECK(user->streams().describe({"scope", "missing"}).error() == errc::stream_not_found);
  user->unsubscribe(number);
}

TEST_CASE("a callback that throws at the client's end is told, too", "[stream_manager]") {
  silent_world w;
  auto user = client::create({}, w.ports());
  REQUIRE(user);
  std::atomic<int> told{0};
  user->subscribe([&](const library_event& event) {
    if (event.kind == event_kind::callback_threw) ++told;
  });
  user->streams().describe_async(known, [](const result<stream_description>&) { throw 7; });
  REQUIRE(reached([&] { return w.controller->open() == 1; }));
  CHECK(user->close().outcome);
  CHECK(told == 1);
}

TEST_CASE("a page sink that throws ends the listing with an error", "[stream_manager]") {
  const live_world live{[](const controller::request&) -> result<controller::reply> {
    return controller::reply{controller::name_page{{"a", "b"}, "1"}};
  }};
  auto user = client::create({}, live.ports());
  REQUIRE(user);
  std::promise<result<void>> listed;
  user->streams().each_scope_async(
      [](const std::vector<std::string>&) -> bool {
        throw std::runtime_error{"thrown by the test"};
      },
      [&](const result<void>& outcome) { listed.set_value(outcome); });
  auto told = listed.get_future();
  REQUIRE(told.wait_for(seconds{20}) == std::future_status::ready);
  const auto outcome = told.get();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == errc::cancelled);
  CHECK(outcome.error().detail() == "the page sink threw: thrown by the test");
}
