#include "grpc_port/authorization_desk.hpp"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace std::chrono_literals;

namespace {

struct desk_fixture {
  credentials::callback kept;
  std::function<void(duration, const credentials::callback&)> behaviour =
      [this](duration, const credentials::callback& answer) { kept = answer; };
  authorization_desk desk{
      credentials_from([this](duration timeout, const credentials::callback& answer) {
        behaviour(timeout, answer);
      })};
  std::atomic<int> answers{0};
  std::thread::id answered_in;
  std::promise<result<secret>> answered;
  authorization_desk::question_pointer asked =
      std::make_shared<authorization_desk::question>([this](const result<secret>& got) {
        if (++answers > 1) return;
        answered_in = std::this_thread::get_id();
        answered.set_value(got);
      });

  void ask(duration timeout = 30s) { desk.ask(asked, timeout); }
  result<secret> answer() {
    auto future = answered.get_future();
    REQUIRE(future.wait_for(30s) == std::future_status::ready);
    return future.get();
  }
  errc failure() {
    const auto got = answer();
    REQUIRE_FALSE(got);
    return got.error().code();
  }
};

}  // namespace

TEST_CASE_METHOD(desk_fixture, "a header that is there at once comes at once") {
  behaviour = [](duration timeout, const credentials::callback& answer) {
    CHECK(timeout == 30s);
    answer(secret{"Own token"});
  };
  ask();
  REQUIRE(answers == 1);
  CHECK(answered_in == std::this_thread::get_id());
  CHECK(answer()->reveal() == "Own token");
}

TEST_CASE_METHOD(desk_fixture, "a header that comes later comes in the giver's thread") {
  ask();
  CHECK(answers == 0);
  std::thread{[this] { kept(secret{"Own token"}); }}.join();
  CHECK(answers == 1);
  CHECK(answer()->reveal() == "Own token");
}

TEST_CASE_METHOD(desk_fixture, "an error that is there at once comes in another thread") {
  behaviour = [](duration, const credentials::callback& answer) {
    answer(error{errc::io_error, "no token"});
  };
  ask();
  CHECK(failure() == errc::io_error);
  CHECK(answered_in != std::this_thread::get_id());
}

TEST_CASE_METHOD(desk_fixture, "credentials that never answer are late") {
  ask(20ms);
  CHECK(failure() == errc::deadline_exceeded);
  kept(secret{"Own token"});
  CHECK(answers == 1);
}

TEST_CASE_METHOD(desk_fixture, "credentials that answer twice have answered once") {
  ask();
  kept(secret{"Own token"});
  kept(secret{"Own other"});
  CHECK(answers == 1);
  CHECK(answer()->reveal() == "Own token");
}

TEST_CASE_METHOD(desk_fixture, "credentials that throw are refused") {
  behaviour = [](duration, const credentials::callback&) {
    throw std::runtime_error{"thrown by the test"};
  };
  ask();
  CHECK(failure() == errc::unauthenticated);
}

TEST_CASE_METHOD(desk_fixture, "a header that no controller understands is not sent") {
  const bool at_once = GENERATE(true, false);
  if (at_once)
    behaviour = [](duration, const credentials::callback& answer) {
      answer(secret{"Basic x"});
    };
  ask();
  if (!at_once) kept(secret{"Basic x"});
  CHECK(failure() == errc::unauthenticated);
}

TEST_CASE_METHOD(desk_fixture, "a question may be cancelled before, within and after it") {
  const int when = GENERATE(0, 1, 2);
  if (when == 0) desk.cancel(asked);
  if (when == 1)
    behaviour = [this](duration, const credentials::callback&) { desk.cancel(asked); };
  ask();
  if (when == 2) desk.cancel(asked);
  CHECK(failure() == errc::cancelled);
  CHECK(answered_in != std::this_thread::get_id());
}
