#include "security/openssl_owner.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

int freed_by_owner = 0;
void free_counted(int* what) {
  ++freed_by_owner;
  delete what;
}

}  // namespace

TEST_CASE("openssl owner: frees once, and not what is moved away") {
  freed_by_owner = 0;
  {
    openssl_owner<int, free_counted> one{new int{1}};
    const auto two = std::move(one);
    CHECK(*two == 1);
  }
  CHECK(freed_by_owner == 1);
}
