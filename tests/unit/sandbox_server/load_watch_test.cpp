#include "server/load_watch.hpp"

#include "pravega_actor/bytes.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using std::chrono::milliseconds;

namespace {

struct watched_stream {
  asio::io_context io;
  store_model store;
  store_clock clock{store};
  controller_model controller{store, {{"h", 1}}};
  load_watch watch{io, controller, clock};
  const scoped_stream stream{"s", "t"};

  watched_stream() {
    stream_config config;
    config.scaling = {pravega_actor::scaling_policy::kind::by_events_per_s, 10, 2, 1};
    REQUIRE(controller.handle(controller::create_scope{"s"}));
    REQUIRE(controller.handle(controller::create_stream{stream, config}));
  }
  void write_events(std::int32_t count) {
    const std::vector data{pravega_actor::shared_bytes::copy_of(pravega_actor::as_bytes("x"))};
    const auto target = store.find("s/t/0.#epoch.0");
    REQUIRE(store.append(target, {{1, 1}, no_value, count, count, {}, data}) ==
            store_status::ok);
  }
};

}  // namespace

TEST_CASE("load watch: scales at the end of a window") {
  watched_stream w;
  w.write_events(100);
  w.watch.start(milliseconds{20});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (w.watch.scalings() == 0 && std::chrono::steady_clock::now() < deadline)
    w.io.run_one_for(milliseconds{100});
  CHECK(w.watch.scalings() == 1);
  CHECK(w.controller.find(w.stream)->active().size() == 2);
  w.watch.stop();
  w.io.restart();
  w.io.run_for(milliseconds{100});
  CHECK(w.watch.scalings() == 1);
}

TEST_CASE("load watch: without a window it never looks") {
  watched_stream w;
  w.write_events(100);
  w.watch.start(milliseconds{0});
  CHECK(w.io.run_for(milliseconds{50}) == 0);
  CHECK(w.watch.scalings() == 0);
}
