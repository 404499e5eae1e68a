#include "unit/tidy/doc_rules.hpp"

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

namespace {

std::string found(const std::string& text,
                  const char* path = "libpravega_actor/include/pravega_actor/a.hpp") {
  return to_string(check_documented({path, text}));
}

}  // namespace

TEST_CASE("a public type without a comment is found") {
  CHECK_THAT(found("\nstruct a {\n};\n"), Contains("a.hpp:2: a public type without a comment"));
  CHECK_THAT(found("\nclass a {\n};\n"), Contains("without a comment"));
  CHECK_THAT(found("\nenum class a : int { b };\n"), Contains("without a comment"));
  CHECK_THAT(found("\nusing a = int;\n"), Contains("without a comment"));
  CHECK_THAT(found("\ntemplate <class T>\nstruct a {\n};\n"), Contains("a.hpp:3"));
  CHECK_THAT(found("\nstruct a {};\n", "libpravega_sandbox/include/pravega_sandbox/a.hpp"),
             Contains("without a comment"));
}

TEST_CASE("a comment above a public type is enough") {
  CHECK(found("/// What it is.\nstruct a {\n};\n").empty());
  CHECK(found("/// What it is.\ntemplate <class T>\nusing a = b<T>;\n").empty());
}

TEST_CASE("what is not public, or says nothing new, needs no comment") {
  CHECK(found("\nstruct a {\n};\n", "libpravega_actor/src/core/a.hpp").empty());
  CHECK(found("\nclass a;\n").empty());
  CHECK(found("\ntemplate <>\nstruct a<int> {\n};\n").empty());
}

TEST_CASE("a scenario that is named in the documentation is there") {
  const std::set<std::string> paths{"tests/unit/core/names_test.cpp",
                                    "tests/scenario/seal_scenarios.cpp"};
  const auto named = [&](const std::string& row, const char* path = "docs/scenarios.md") {
    return to_string(check_named_scenarios({path, "\n" + row}, paths));
  };
  CHECK(named("| `AClass` | `core/names`, scenario: `seal` (again), `seal_2` |").empty());
  CHECK_THAT(named("| `AClass` | `core/name` |"),
             Contains("scenarios.md:2: there is no tests/unit/core/name_test.cpp"));
  CHECK_THAT(named("| `core/names` | scenario: `sea` |"),
             Contains("there is no tests/scenario/sea_scenarios.cpp"));
  CHECK(named("| a file of `tests/unit`, without `_test.cpp` |").empty());
  CHECK(named("see `core/name`").empty());
  CHECK(named("| `core/name` |", "docs/testing.md").empty());
}
