#include "core/background_thread.hpp"

#include <atomic>
#include <memory>

#include "core/rendezvous.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a job that ends in time is done", "[background_thread]") {
  std::atomic<bool> ran{false};
  CHECK(run_in_background([&] { ran = true; }, seconds{30}) == background_end::done);
  CHECK(ran);
}

TEST_CASE("nobody waits longer for a job than allowed", "[background_thread]") {
  const auto let_go = std::make_shared<rendezvous<bool>>();
  const auto ended = std::make_shared<rendezvous<bool>>();
  const auto job = [let_go, ended] {
    (void)let_go->wait_until(clock_type::now() + seconds{30});
    ended->set(true);
  };
  CHECK(run_in_background(job, milliseconds{10}) == background_end::still_running);
  let_go->set(true);
  CHECK(ended->wait_until(clock_type::now() + seconds{30}));
}

TEST_CASE("a job may run without anybody waiting", "[background_thread]") {
  const auto ended = std::make_shared<rendezvous<bool>>();
  REQUIRE(start_in_background([ended] { ended->set(true); }));
  CHECK(ended->wait_until(clock_type::now() + seconds{30}));
}
