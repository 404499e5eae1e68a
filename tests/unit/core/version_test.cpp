#include "pravega_actor/version.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "support/source_paths.hpp"

using namespace pravega_actor;

TEST_CASE("the version is the same in all places") {
  const std::string text = std::to_string(version_major) + "." + std::to_string(version_minor) +
                           "." + std::to_string(version_patch);
  CHECK(version() == text);
  std::ifstream file{std::string{test::source_dir} + "/CMakeLists.txt"};
  const std::string project{std::istreambuf_iterator<char>{file}, {}};
  CHECK_THAT(project, Catch::Contains("project(pravega_actor VERSION " + text + " "));
}
