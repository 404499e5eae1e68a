#include "core/freed_by.hpp"

#include <memory>

#include "support/catch.hpp"

using namespace pravega_actor::internal;

namespace {

int given_back = 0;
void give_back(int* what) {
  given_back = *what;
  delete what;
}

}  // namespace

TEST_CASE("freed by: the owner frees with the given function") {
  { const std::unique_ptr<int, freed_by<give_back>> owner{new int{7}}; }
  CHECK(given_back == 7);
}
