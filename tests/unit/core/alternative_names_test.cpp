#include "core/alternative_names.hpp"

#include "support/catch.hpp"

using namespace pravega_actor::internal;

namespace {

struct locate {};
struct machine {
  struct connect {};
  struct give_up {
    int code = 0;
  };
  using action = std::variant<connect, give_up>;
};

}  // namespace

TEST_CASE("a type's name has no namespace and no class", "[alternative_names]") {
  CHECK(short_type_name<locate>() == "locate");
  CHECK(short_type_name<machine::connect>() == "connect");
  CHECK(short_type_name<int>() == "int");
}

TEST_CASE("alternatives have their types' names", "[alternative_names]") {
  CHECK(alternatives_of<machine::action>::names ==
        std::array<std::string_view, 2>{"connect", "give_up"});
  CHECK(alternative_name(machine::action{machine::connect{}}) == "connect");
  CHECK(alternative_name(machine::action{machine::give_up{}}) == "give_up");
}
