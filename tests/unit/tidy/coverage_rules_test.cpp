#include "unit/tidy/coverage_rules.hpp"

#include <string>

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

TEST_CASE("headers that no test knows are caught, and exceptions that are not needed") {
  const std::vector<source_file> files{
      {"libpravega_actor/src/core/a.hpp", ""},
      {"libpravega_actor/src/core/b.hpp", "#include \"core/d.hpp\"\n"},
      {"libpravega_actor/src/core/c.hpp", "#include \"core/c.hpp\"\n"},
      {"libpravega_actor/src/core/c.cpp", ""},
      {"libpravega_actor/src/core/d.hpp", "#include \"core/b.hpp\"\n"},
      {"tests/unit/core/a_test.cpp", "#include \"core/b.hpp\"\n"},
  };
  CHECK(to_string(check_coverage(files, {})) ==
        "libpravega_actor/src/core/c.hpp:1: no test includes the header or bears its name\n");
  CHECK(check_coverage(files, {{"libpravega_actor/src/core/c.hpp", "why"}}).empty());
  CHECK_THAT(to_string(check_coverage(files, {{"libpravega_actor/src/core/c.hpp", "why"},
                                              {"libpravega_actor/src/core/a.hpp", "old"}})),
             Contains("core/a.hpp:1: this exception is not needed (old)"));
}

TEST_CASE("a machine must be known to a test itself") {
  std::vector<source_file> files{
      {"libpravega_actor/src/read/read_machine.hpp", ""},
      {"libpravega_actor/src/read/reader.hpp", "#include \"read/read_machine.hpp\"\n"},
      {"tests/scenario/a.cpp", "#include \"read/reader.hpp\"\n"},
  };
  CHECK_THAT(to_string(check_coverage(files, {})), Contains("read_machine.hpp:1: no test"));
  files.push_back({"tests/unit/read/read_machine_test.cpp", ""});
  CHECK(check_coverage(files, {}).empty());
}

namespace {

/// Headers h0.hpp ... in one folder, and tests of the first ones.
std::vector<source_file> tree_of(int headers, int tests) {
  std::vector<source_file> files;
  for (int i = 0; i < headers; ++i)
    files.push_back({"libpravega_actor/src/core/h" + std::to_string(i) + ".hpp", ""});
  for (int i = 0; i < tests; ++i)
    files.push_back({"tests/unit/core/h" + std::to_string(i) + "_test.cpp", ""});
  return files;
}

const std::vector<std::string> folders{"libpravega_actor/src/"};

}  // namespace

TEST_CASE("four of five headers have a test of their name") {
  CHECK(check_named_tests(tree_of(10, 8), folders, {}).empty());
  CHECK(to_string(check_named_tests(tree_of(10, 7), folders, {})) ==
        "libpravega_actor/src/:1: 7 of 10 headers have a test of their name; h7 h8 h9\n");
  CHECK(check_named_tests(tree_of(0, 0), folders, {}).empty());
}

TEST_CASE("what is named like a header elsewhere is no test of its name") {
  auto files = tree_of(1, 0);
  files.push_back({"tests/support/h0.hpp", ""});
  files.push_back({"tests/unit/core/h0_test_support.cpp", ""});
  files.push_back({"libpravega_actor/src/core/h0_test.cpp", ""});
  CHECK(count_named_tests(files, folders[0]).with_test == 0);
  files.push_back({"tests/unit/core/h0_test.cpp", ""});
  CHECK(count_named_tests(files, folders[0]).with_test == 1);
}

TEST_CASE("two headers of one name need two tests") {
  auto files = tree_of(1, 1);
  files.push_back({"libpravega_actor/include/pravega_actor/h0.hpp", ""});
  CHECK(count_named_tests(files, folders[0]).with_test == 0);
  files.push_back({"tests/unit/client/h0_test.cpp", ""});
  CHECK(count_named_tests(files, folders[0]).with_test == 1);
}

TEST_CASE("headers with nothing to test do not count, and are named for no other reason") {
  auto files = tree_of(10, 7);
  const std::string path = "libpravega_actor/src/core/h9.hpp";
  CHECK(count_named_tests(files, folders[0], {{path, "macros"}}).headers == 9);
  CHECK_FALSE(check_named_tests(files, folders, {{path, "macros"}}).empty());
  files = tree_of(10, 8);
  CHECK(check_named_tests(files, folders, {{path, "macros"}}).empty());
  files.push_back({"tests/unit/core/h9_test.cpp", ""});
  CHECK(to_string(check_named_tests(files, folders, {{path, "macros"}})) ==
        path + ":1: this exception is not needed (macros)\n");
  CHECK_FALSE(check_named_tests(files, folders, {{"gone.hpp", "macros"}}).empty());
}

TEST_CASE("a machine that the simulation's list of actions does not know is caught") {
  std::vector<source_file> files{
      {"libpravega_actor/src/read/read_machine.hpp", ""},
      {"libpravega_actor/src/read/reader.hpp", ""},
      {"tests/simulation/struck_places.cpp", "#include \"read/reader.hpp\"\n"},
  };
  CHECK_THAT(to_string(check_struck_machines(files)),
             Contains("read_machine.hpp:1: its actions"));
  files.push_back(
      {"tests/simulation/struck_places.cpp", "#include \"read/read_machine.hpp\"\n"});
  CHECK(check_struck_machines(files).empty());
}
