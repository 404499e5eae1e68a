#include "core/user_code.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("what the user's code throws is told and goes no further", "[user_code]") {
  std::string heard;
  const auto hear = [&](const char* what) { heard = what; };
  int sum = 0;
  call_user(
      hear, [&](int a, int b) { sum = a + b; }, 2, 3);
  CHECK(sum == 5);
  CHECK(heard.empty());
  call_user(hear, [] { throw std::runtime_error{"on purpose"}; });
  CHECK(heard == "on purpose");
  call_user(hear, [] { throw 7; });
  CHECK(heard == "something that is no std::exception");
}

TEST_CASE("what cannot be told is dropped", "[user_code]") {
  int heard = 0;
  const auto hear = [&](const char*) {
    ++heard;
    throw std::bad_alloc{};
  };
  call_user(hear, [] { throw std::runtime_error{"on purpose"}; });
  call_user(hear, [] { throw 7; });
  CHECK(heard == 2);
}
