#include "pravega_actor/one_of.hpp"

#include <string>

#include "pravega_actor/ports/controller_port.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("a request knows its type, and copies share it") {
  const controller::request made{controller::create_scope{"s"}};
  const auto copy = made;
  CHECK(copy.holds<controller::create_scope>());
  CHECK_FALSE(copy.holds<controller::delete_scope>());
  CHECK(copy.get_if<controller::delete_scope>() == nullptr);
  REQUIRE(copy.get_if<controller::create_scope>() == made.get_if<controller::create_scope>());
  CHECK(copy.get<controller::create_scope>().scope == "s");
  CHECK(controller::visit([](const auto& call) { return name_of(controller::request{call}); },
                          copy) == "createScope");
}
