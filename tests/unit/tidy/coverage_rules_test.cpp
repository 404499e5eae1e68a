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
