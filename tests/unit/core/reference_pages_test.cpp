#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "core/config_table.hpp"
#include "pravega_actor/config.hpp"
#include "support/catch.hpp"
#include "support/source_paths.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;

namespace {

// Compares a page with its file; PRAVEGA_ACTOR_REGENERATE=1 writes the file first.
void check_page(const std::string& file, const std::string& page) {
  const std::string path =
      std::string{pravega_actor::test::source_dir} + "/docs/generated/" + file;
  const char* regenerate = std::getenv("PRAVEGA_ACTOR_REGENERATE");
  if (regenerate != nullptr && std::string_view{regenerate} == "1")
    std::ofstream{path, std::ios::binary} << page;
  std::ifstream stored{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stored}, {}};
  INFO(path << " is out of date: run this test with PRAVEGA_ACTOR_REGENERATE=1");
  CHECK(text == page);
}

std::size_t table_rows(const std::string& page) {
  std::size_t rows = 0;
  for (auto at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1))
    ++rows;
  return rows;
}

}  // namespace

TEST_CASE("docs/generated/configuration.md is up to date") {
  check_page("configuration.md", config_reference_page());
}

TEST_CASE("docs/generated/errors.md is up to date") {
  check_page("errors.md", error_reference_page());
}

TEST_CASE("the configuration page has a row for each key") {
  const auto page = config_reference_page();
  CHECK(table_rows(page) == config_rows().size());
  CHECK_THAT(page,
             Contains("| `connect_timeout_ms` | `5000` | a whole number from 1 to 600000 |") &&
                 Contains("| `backoff_jitter` | `0.25` | a number from 0 to 1 |"));
}

TEST_CASE("the error page has a row for each code") {
  const auto page = error_reference_page();
  std::size_t codes = 0;
#define X(name, retriable, fatal, sentence, advice) ++codes;
  PRAVEGA_ACTOR_ERRORS(X)
#undef X
  CHECK(table_rows(page) == codes);
  CHECK_THAT(page,
             Contains("| `closed` | no | yes | the object is closed | open a new one |") &&
                 Contains("| `internal_error` | no | yes |"));
}
