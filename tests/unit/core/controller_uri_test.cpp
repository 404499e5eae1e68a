#include "pravega_actor/config.hpp"
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("controller URIs parse") {
  const auto one = parse_controller_uri("tcp://localhost:9090");
  REQUIRE(one);
  CHECK(one->scheme == "tcp");
  CHECK(one->endpoints == std::vector<endpoint>{{"localhost", 9090}});
  const auto many = parse_controller_uri("PRAVEGA://a:1,[::1]:2,c.d:3/");
  REQUIRE(many);
  CHECK(many->scheme == "pravega");
  CHECK(many->endpoints == std::vector<endpoint>{{"a", 1}, {"::1", 2}, {"c.d", 3}});
}

TEST_CASE("schemes say whether connections are over TLS, and whether to ask for controllers") {
  const auto [uri, secure, discovers] = GENERATE(table<std::string, bool, bool>({
      {"tcp://h:1", false, false},
      {"pravega://h:1", false, true},
      {"tls://h:1", true, false},
      {"TLS://h:1", true, false},
      {"ssl://h:1", true, false},
      {"pravegas://h:1", true, true},
  }));
  CAPTURE(uri);
  const auto parsed = parse_controller_uri(uri);
  REQUIRE(parsed);
  CHECK(parsed->secure == secure);
  CHECK(parsed->discovers == discovers);
}

TEST_CASE("what is not a controller URI is refused with the reason") {
  const auto [uri, reason] = GENERATE(table<std::string, std::string>({
      {"", "lacks a scheme"},
      {"localhost:9090", "lacks a scheme"},
      {"tcp:localhost:9090", "lacks a scheme"},
      {"http://h:1", "scheme is not known"},
      {"://h:1", "scheme is not known"},
      {"tcp://", "lacks a host"},
      {"tcp://h", "lacks a port"},
      {"tcp://h:1,", "lacks a host"},
      {"tcp://,h:1", "lacks a host"},
      {"tcp://h:1,,g:1", "lacks a host"},
      {"tcp://h:0", "needs a port"},
      {"tcp://h:1//", "needs a port"},
      {"tcp://h:1?x=1", "needs a port"},
      {"tcp://a:1,tcp://b:2", "colons"},
      {"tcp://user:word@h:1", "user information"},
      {"tcp://g:1,h", "address 2"},
  }));
  CAPTURE(uri);
  const auto parsed = parse_controller_uri(uri);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error() == errc::invalid_configuration);
  CHECK_THAT(parsed.error().detail(), Catch::Contains(reason));
}

TEST_CASE("the number of addresses has a limit") {
  std::string uri = "tcp://h:1";
  for (std::size_t i = 1; i < limits::controller_addresses_max; ++i)
    uri += ",h:1";
  CHECK(parse_controller_uri(uri)->endpoints.size() == limits::controller_addresses_max);
  CHECK_FALSE(parse_controller_uri(uri + ",h:1"));
}
