#include "core/configured_credentials.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;

namespace {

struct configured_fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                 ("configured_credentials_test." + std::to_string(::getpid()));
  std::string path = folder / "secret";
  config settings;
  configured_fixture() { std::filesystem::create_directories(folder); }
  configured_fixture(const configured_fixture&) = delete;
  ~configured_fixture() { std::filesystem::remove_all(folder); }
  void write(const std::string& text) const {
    std::ofstream{path + ".new", std::ios::binary} << text;
    std::filesystem::rename(path + ".new", path);
  }
  static std::string header_of(const std::shared_ptr<credentials>& from) {
    std::optional<result<secret>> got;
    from->get(seconds{1}, [&](const result<secret>& answer) { got = answer; });
    REQUIRE(got);
    REQUIRE(*got);
    return std::string{(*got)->reveal()};
  }
};

}  // namespace

TEST_CASE_METHOD(configured_fixture, "a configuration without credentials has none") {
  const auto made = configured_credentials(settings);
  REQUIRE(made);
  CHECK_FALSE(*made);
}

TEST_CASE_METHOD(configured_fixture, "a user's password comes from a file, and may change") {
  write("open sesame\n");
  settings.auth_user = "Aladdin";
  settings.auth_password_file = path;
  const auto made = configured_credentials(settings);
  REQUIRE(made);
  CHECK(header_of(*made) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  write("b");
  CHECK(header_of(*made) == "Basic QWxhZGRpbjpi");
}

TEST_CASE_METHOD(configured_fixture, "a token comes from a file, and nonsense replaces none") {
  write("one");
  settings.auth_token_file = path;
  const auto made = configured_credentials(settings);
  REQUIRE(made);
  CHECK(header_of(*made) == "Bearer one");
  write("t w o");
  CHECK(header_of(*made) == "Bearer one");
  write("three");
  CHECK(header_of(*made) == "Bearer three");
}

TEST_CASE_METHOD(configured_fixture, "method and token are sent as the Java client does") {
  settings.auth_method = "Basic";
  settings.auth_token = secret{"YTpi"};
  const auto made = configured_credentials(settings);
  REQUIRE(made);
  CHECK(header_of(*made) == "Basic YTpi");
}

TEST_CASE_METHOD(configured_fixture, "credentials that cannot be sent are found at once") {
  const auto refused = [this](std::string_view key) {
    const auto made = configured_credentials(settings);
    REQUIRE_FALSE(made);
    CHECK(made.error() == errc::invalid_configuration);
    CHECK_THAT(made.error().to_string(), Contains(std::string{key}) && !Contains("s3cr3t"));
  };
  settings.auth_token_file = path;
  refused("auth_token_file");
  write("s3cr3t s3cr3t");
  refused("auth_token_file");
  settings = {};
  settings.auth_method = "Basic";
  settings.auth_token = secret{"s3cr3t"};
  refused("auth_token");
}
