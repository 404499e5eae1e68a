#include "client/own_actor_system.hpp"

#include <caf/all.hpp>

#include "client/logger_scope.hpp"
#include "core/library_thread.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a client's own system runs actors in threads of the library", "[own_actor_system]") {
  const logger_scope here;
  auto made = make_own_actor_system();
  REQUIRE(made);
  caf::scoped_actor asking{*made->system};
  const auto asked = made->system->spawn([](caf::event_based_actor*) {
    return caf::behavior{[](int) { return on_library_thread(); }};
  });
  bool marked = false;
  asking->request(asked, std::chrono::seconds{30}, 1)
      .receive([&](bool answer) { marked = answer; }, [](const caf::error&) {});
  CHECK(marked);
}
