#include "group_manager/group_resetter.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("group resetter: it does not keep a client, and says so", "[group_resetter]") {
  const auto reset = resetter_of({});
  std::optional<error> why;
  reset({"scope", "group"}, 0, {"scope", "stream"},
        [&](const result<reader_group_config>& got) { why = got.error(); });
  REQUIRE(why);
  CHECK(*why == errc::closed);
}
