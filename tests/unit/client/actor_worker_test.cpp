// What an application's actor may do with a client in its own system of one worker: were the
// worker to wait, nothing would go on.
#include <future>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::sandbox;

namespace {

const scoped_stream stream{"scope", "stream"};

struct own_system {
  std::unique_ptr<sandbox> server;
  caf::actor_system_config chosen;
  std::unique_ptr<caf::actor_system> system;

  own_system() {
    auto started = sandbox::start();
    REQUIRE(started);
    server = std::move(*started);
    chosen.set("scheduler.max-threads", std::size_t{1});
    system = std::make_unique<caf::actor_system>(chosen);
  }
  client open() {
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = make_client(*system, settings);
    REQUIRE(made);
    REQUIRE(made->streams().ensure_scope(stream.scope));
    REQUIRE(made->streams().ensure_stream(stream, fixed_segments(1)));
    return std::move(*made);
  }
  /// Runs `what` in an actor.
  template <class F>
  auto in_actor(F what) {
    auto done = std::make_shared<std::promise<decltype(what())>>();
    auto outcome = done->get_future();
    system->spawn([done, what = std::move(what)]() mutable { done->set_value(what()); });
    REQUIRE(outcome.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
    return outcome.get();
  }
};

}  // namespace

TEST_CASE("actor worker: a call that waits answers would_block at once", "[client]") {
  own_system s;
  auto user = s.open();
  const auto calls = s.server->counters().controller_calls;
  const auto codes = s.in_actor([&user] {
    return std::vector<errc>{user.streams().ensure_scope("other").error().code(),
                             user.create_writer(stream).error().code(),
                             user.status().error().code(), user.close().outcome.error().code()};
  });
  CHECK(codes == std::vector<errc>(4, errc::would_block));
  // Closing goes on behind the caller; the other calls have asked nothing.
  CHECK(s.server->counters().controller_calls == calls);
}

TEST_CASE("actor worker: the last handle may go in an actor, and what was sent is stored",
          "[client]") {
  own_system s;
  std::optional<client> user{s.open()};
  auto writer = user->create_writer(stream);
  REQUIRE(writer);
  for (int i = 0; i < 100; ++i)
    REQUIRE(writer->try_write("key", as_bytes(std::to_string(i)), {}));
  const bool gone = s.in_actor([&] {
    *writer = {};
    user.reset();
    return true;
  });
  CHECK(gone);
  // The worker is free: the client's actors use it to end.
  s.system->await_all_actors_done();
  CHECK(s.server->counters().events_appended == 100);
}
