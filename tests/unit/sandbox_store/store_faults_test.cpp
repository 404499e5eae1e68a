#include "store/store_faults.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("without a plan nothing fails", "[store_faults]") {
  store_faults none;
  const append_info append{"s", {1, 2}, 7, 1, 100};
  CHECK_FALSE(none.close_before(append));
  CHECK_FALSE(none.close_instead(append));
  CHECK_FALSE(none.fail_condition(append));
  CHECK_FALSE(none.wrong_host("s"));
  const auto after = none.after(append);
  CHECK_FALSE(after.close);
  CHECK(after.delay_ms == 0);
  CHECK_FALSE(after.close_after);
  CHECK(none.read_bytes("s", 5, 100) == 100);
}
