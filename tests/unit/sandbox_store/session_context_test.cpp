#include "store/session_context.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

struct wrong_for_one final : store_faults {
  bool wrong_host(std::string_view segment) override { return segment == "moved"; }
};

}  // namespace

TEST_CASE("a store that is alone owns every segment", "[session_context]") {
  store_model store;
  store_faults none;
  const session_context first{store, none};
  CHECK(first.owns("any"));
  CHECK(first.serves("any"));
  const session_context second{store, none, 1};
  CHECK_FALSE(second.owns("any"));
  CHECK_FALSE(second.serves("any"));
}

TEST_CASE("a fault lets a store refuse what it owns", "[session_context]") {
  store_model store;
  wrong_for_one faults;
  const session_context context{store, faults};
  CHECK(context.owns("moved"));
  CHECK_FALSE(context.serves("moved"));
  CHECK(context.serves("other"));
}
