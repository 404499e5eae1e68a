#include "core/secret_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;

namespace {

struct secret_file_fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                 ("secret_file_test." + std::to_string(::getpid()));
  std::string path = folder / "secret";
  secret_file file{path, "auth_token_file"};
  secret_file_fixture() { std::filesystem::create_directories(folder); }
  secret_file_fixture(const secret_file_fixture&) = delete;
  ~secret_file_fixture() { std::filesystem::remove_all(folder); }
  // As programs that renew a token do.
  void replace(const std::string& text) const {
    std::ofstream{path + ".new", std::ios::binary} << text;
    std::filesystem::rename(path + ".new", path);
  }
  std::string text() { return std::string{file.get()->text.reveal()}; }
};

}  // namespace

TEST_CASE_METHOD(secret_file_fixture, "a secret's file is its first line") {
  const auto [written, read] =
      GENERATE(table<std::string, std::string>({{"s3cr3t", "s3cr3t"},
                                                {"s3cr3t\n", "s3cr3t"},
                                                {"s3cr3t\r\n", "s3cr3t"},
                                                {" a b ", " a b "}}));
  replace(written);
  CHECK(text() == read);
}

TEST_CASE_METHOD(secret_file_fixture, "a secret's file is read again when it was replaced") {
  replace("one");
  CHECK(text() == "one");
  CHECK(file.get()->version == 1);
  replace("two");
  CHECK(text() == "two");
  CHECK(file.get()->version == 2);
  std::ofstream{path, std::ios::binary} << "three";
  CHECK(text() == "three");
}

TEST_CASE_METHOD(secret_file_fixture, "what was read counts while a secret's file is no good") {
  replace("one");
  CHECK(text() == "one");
  std::filesystem::remove(path);
  CHECK(text() == "one");
  replace("");
  CHECK(text() == "one");
  replace("two");
  CHECK(text() == "two");
}

TEST_CASE_METHOD(secret_file_fixture, "a secret's file that is no good at first is an error") {
  const auto refused = [&](const std::string& why) {
    const auto got = file.get();
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::invalid_configuration);
    CHECK_THAT(got.error().detail(), Contains(why) && Contains(path) &&
                                         Contains("auth_token_file") && !Contains("s3cr3t"));
  };
  refused("cannot be opened");
  replace("");
  refused("empty");
  replace("\n");
  refused("empty");
  replace("s3cr3t\ns3cr3t\n");
  refused("more than one line");
  replace("s3cr3t" + std::string(limits::authorization_bytes_max, 'a'));
  refused("authorization_bytes_max");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  refused("no regular file");
}
