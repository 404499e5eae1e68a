// The handle over real sockets, in threads.
#include "pravega_actor/state_synchronizer.hpp"

#include <thread>

#include "pravega_sandbox/sandbox.hpp"
#include "support/catch.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using pravega_sandbox::sandbox;
using test::text_model;
using words = text_model::state_type;
using synchronizer = state_synchronizer<text_model>;

namespace {

constexpr seconds limit{30};

struct open_sandbox {
  const scoped_stream stream{"scope", "state"};
  std::unique_ptr<sandbox> server;
  std::optional<client> user;

  open_sandbox() {
    auto started = sandbox::start();
    REQUIRE(started);
    server = std::move(*started);
    user = connect();
    REQUIRE(user->streams().ensure_scope(stream.scope));
    REQUIRE(user->streams().ensure_stream(stream, fixed_segments(1)));
  }
  client connect() {
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = client::create(settings);
    REQUIRE(made);
    return std::move(*made);
  }
  synchronizer open(const client& with) {
    auto opened = open_synchronizer<text_model>(with, stream);
    REQUIRE(opened);
    return std::move(*opened);
  }
};

}  // namespace

TEST_CASE("state synchronizer: calls that wait", "[client]") {
  open_sandbox s;
  const auto one = s.open(*s.user);
  const auto two = s.open(*s.user);
  CHECK(one.current(limit)->state == nullptr);
  CHECK(one.update([](const words&) { return words{"x"}; }, limit).error() ==
        errc::precondition_failed);
  CHECK(*one.initialize({"first"}, limit)->state == words{"first"});
  const auto behind =
      one.update([](const words& now) { return words{now.back() + "+"}; }, limit);
  REQUIRE(behind);
  CHECK(*behind->state == words{"first", "first+"});
  CHECK(one.update([](const words&) { return words{}; }, limit)->at == behind->at);
  CHECK(one.update([](const words&) -> result<words> { return errc::cancelled; }, limit)
            .error() == errc::cancelled);
  CHECK(two.current(limit)->state == nullptr);
  CHECK(two.update_unconditionally({"blind"}, limit));
  CHECK(*two.fetch(limit)->state == words{"first", "first+", "blind"});
  CHECK_FALSE(one.propose(behind->at, {"late"}, limit)->accepted);
  CHECK(one.compact(limit));
  CHECK_FALSE(one.compact(limit)->not_dropped);
  const auto reset = two.reset(two.fetch(limit)->at, {"new"}, limit);
  CHECK(reset->accepted);
  CHECK(*one.fetch(limit)->state == words{"new"});
}

TEST_CASE("state synchronizer: threads of several clients count together", "[client]") {
  open_sandbox s;
  REQUIRE(s.open(*s.user).initialize({}, limit));
  const auto other = s.connect();
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, mine = s.open(i % 2 == 0 ? *s.user : other)] {
      for (int n = 0; n < 25; ++n) {
        const auto added = mine.update(
            [](const words& now) { return words{std::to_string(now.size())}; }, limit);
        if (!added) ++failures;
      }
    });
  for (auto& each : threads)
    each.join();
  CHECK(failures == 0);
  const auto last = s.open(*s.user).fetch(limit);
  REQUIRE(last);
  words expected;
  for (int n = 0; n < 100; ++n)
    expected.push_back(std::to_string(n));
  CHECK(*last->state == expected);
}

TEST_CASE("state synchronizer: what does not fit a state is refused at once", "[client]") {
  open_sandbox s;
  const auto missing = open_synchronizer<text_model>(*s.user, {"scope", "missing"});
  CHECK(missing.error() == errc::stream_not_found);
  const auto unnamed = open_synchronizer<text_model>(*s.user, {"scope", "a/b"});
  CHECK(unnamed.error() == errc::invalid_name);
  CHECK(synchronizer{}.fetch(limit).error() == errc::closed);
  CHECK_FALSE(synchronizer{}.valid());
}

TEST_CASE("state synchronizer: a handle outlives its client", "[client]") {
  open_sandbox s;
  const auto one = s.open(*s.user);
  REQUIRE(one.initialize({}, limit));
  s.user->close();
  CHECK(one.fetch(limit).error() == errc::actor_terminated);
  s.user.reset();
  CHECK(one.fetch(limit).error() == errc::actor_terminated);
  one.close();
}

TEST_CASE("state synchronizer: a closed one refuses", "[client]") {
  open_sandbox s;
  const auto one = s.open(*s.user);
  one.close();
  const auto answer = one.fetch(limit);
  REQUIRE_FALSE(answer);
  CHECK((answer.error() == errc::closed || answer.error() == errc::actor_terminated));
}
