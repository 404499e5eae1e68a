// The keys of authentication.
#include <string>
#include <vector>

#include "pravega_actor/config.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using Catch::Contains;

namespace {

std::string words_of_refusal(const result<void>& outcome) {
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == errc::invalid_configuration);
  return outcome.error().to_string();
}

config_builder::entry entry_with(const config_builder& builder, std::string_view key) {
  for (const auto& entry : builder.dump())
    if (entry.key == key) return entry;
  FAIL("no such key in the dump");
  return {};
}

}  // namespace

TEST_CASE("secrets are taken, and never shown") {
  config_builder builder;
  REQUIRE(builder.add_environment(
      {"PRAVEGA_ACTOR_AUTH_METHOD=Bearer", "PRAVEGA_ACTOR_AUTH_TOKEN=s3cr3t"}));
  const auto built = builder.build();
  REQUIRE(built);
  CHECK(built->auth_token == secret{"s3cr3t"});
  const auto shown = entry_with(builder, "auth_token");
  CHECK(shown.value == "(set)");
  CHECK(shown.is_secret);
  CHECK(shown.source == "PRAVEGA_ACTOR_AUTH_TOKEN");
  CHECK(entry_with(config_builder{}, "auth_token").value.empty());
  CHECK_FALSE(entry_with(builder, "auth_method").is_secret);
  CHECK_THAT(words_of_refusal(builder.add_option("auth_token", "s3cr3t s3cr3t")),
             Contains("visible characters") && !Contains("s3cr3t"));
  config other = *built;
  CHECK(other == *built);
  other.auth_token = secret{"another"};
  CHECK_FALSE(other == *built);
}

TEST_CASE("a URI with a secret in it is refused") {
  config_builder builder;
  CHECK_THAT(
      words_of_refusal(builder.add_uri("tcp://h:1?auth_method=Bearer&auth_token=s3cr3t")),
      Contains("auth_token") && Contains("does not belong in a URI") && !Contains("s3cr3t"));
}

TEST_CASE("the Java client's variables count unless there are our own") {
  config_builder builder;
  REQUIRE(builder.add_environment({"PRAVEGA_ACTOR_AUTH_TOKEN=ours",
                                   "pravega_client_auth_method=Bearer",
                                   "pravega_client_auth_token=theirs"}));
  CHECK(builder.build()->auth_method == "Bearer");
  CHECK(builder.build()->auth_token == secret{"ours"});
  CHECK(entry_with(builder, "auth_method").source == "pravega_client_auth_method");
}

TEST_CASE("keys that belong together are set together") {
  const auto refused = [](const std::vector<std::pair<std::string, std::string>>& options) {
    config_builder builder;
    for (const auto& [key, value] : options)
      REQUIRE(builder.add_option(key, value));
    const auto built = builder.build();
    REQUIRE_FALSE(built);
    return built.error().detail();
  };
  CHECK_THAT(refused({{"auth_user", "u"}}), Contains("auth_password_file"));
  CHECK_THAT(refused({{"auth_password_file", "f"}}), Contains("auth_user"));
  CHECK_THAT(refused({{"auth_method", "Bearer"}}), Contains("auth_token"));
  CHECK_THAT(refused({{"auth_token", "t"}}), Contains("auth_method"));
  CHECK_THAT(refused({{"auth_token_file", "f"}, {"auth_method", "B"}, {"auth_token", "t"}}),
             Contains("exclude each other"));
}

TEST_CASE("of several ways to authenticate, the one from the strongest source counts") {
  config_builder builder;
  REQUIRE(builder.add_environment(
      {"pravega_client_auth_method=Bearer", "pravega_client_auth_token=t"}));
  REQUIRE(builder.add_option("auth_user", "u"));
  REQUIRE(builder.add_file_text("auth_password_file = p\nauth_token_file = f\n", "file"));
  const auto built = builder.build();
  REQUIRE(built);
  CHECK(built->auth_user == "u");
  CHECK(built->auth_password_file == "p");
  CHECK(built->auth_method.empty());
  CHECK(built->auth_token.empty());
  CHECK(built->auth_token_file.empty());
  CHECK(entry_with(builder, "auth_token").value.empty());
  CHECK(entry_with(builder, "auth_token").origin == config_origin::built_in);
}

TEST_CASE("a configuration that was filled by hand is checked as well") {
  config values;
  values.auth_user = "a:b";
  values.auth_password_file = "f";
  CHECK_FALSE(check(values));
  values.auth_user = "a";
  CHECK(check(values));
  values.auth_method = "Bearer";
  values.auth_token = secret{"s3cr3t\n"};
  const auto checked = check(values);
  REQUIRE_FALSE(checked);
  CHECK_THAT(checked.error().detail(), Contains("auth_token") && !Contains("s3cr3t"));
}
