#include "server/controller_front.hpp"

#include "server/io_thread.hpp"
#include "server/server_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("controller front: certificates are shown one after the other, up to their limit") {
  store_model store;
  controller_model model{store, {{"127.0.0.1", 1}}};
  access_gate gate{model, store};
  io_thread thread;
  controller_front front{thread.io(), gate, [](const grpc_service::job&) {}, 1u << 20};
  const auto authority = certificate_authority::make();
  const auto shown = *authority->issue();
  REQUIRE(front.open({asio::ip::make_address("127.0.0.1"), 0}, &shown));
  CHECK(front.port() != 0);
  CHECK(front.calls() == 0);
  thread.start();
  const auto show = [&] { return thread.run([&] { return front.show(shown); }); };
  for (std::size_t i = 1; i < server_limits::certificates_max; ++i)
    REQUIRE(show());
  CHECK(show().error() == errc::limit_exceeded);
  thread.run([&] { front.stop_listening(); });
  CHECK(front.end());
}
