#include "pravega_actor/endpoint.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("addresses parse and print the same") {
  const auto text = GENERATE(as<std::string>{}, "localhost:9090", "127.0.0.1:1",
                             "store-1.pravega_net.example:65535", "[::1]:9090",
                             "[fe80::1%eth0]:12345", "0.0.0.0:6000");
  const auto parsed = endpoint::parse(text);
  REQUIRE(parsed);
  CHECK(parsed->to_string() == text);
}

TEST_CASE("host and port are told apart") {
  CHECK(*endpoint::parse("a:80") == endpoint{"a", 80});
  CHECK(*endpoint::parse("[::1]:80") == endpoint{"::1", 80});
}

TEST_CASE("what is not an address is refused with the reason") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "lacks a host"},
      {"host", "lacks a port"},
      {":9090", "lacks a host"},
      {"host:", "needs a port"},
      {"host:0", "needs a port"},
      {"host:65536", "needs a port"},
      {"host:-1", "needs a port"},
      {"host:+1", "needs a port"},
      {"host:80 ", "needs a port"},
      {"host:8o", "needs a port"},
      {"::1:9090", "several colons"},
      {"a:1,b:2", "several colons"},
      {"ho st:80", "a character that a host cannot have"},
      {"user@host:80", "a character that a host cannot have"},
      {"tcp//host:80", "a character that a host cannot have"},
      {"[::1:80", "lacks a ']'"},
      {"[::1]", "lacks a port"},
      {"[::1]80", "lacks a port"},
      {"[]:80", "brackets"},
      {"[host]:80", "brackets"},
      {"[::1/64]:80", "IPv6 address cannot have"},
  }));
  CAPTURE(text);
  const auto parsed = endpoint::parse(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error() == errc::invalid_argument);
  CHECK_THAT(parsed.error().detail(), Catch::Contains(reason));
}

TEST_CASE("a host has at most 255 characters and errors stay short") {
  CHECK(endpoint::parse(std::string(255, 'a') + ":1"));
  CHECK_FALSE(endpoint::parse(std::string(256, 'a') + ":1"));
  CHECK(endpoint::parse(std::string(100000, 'a')).error().detail().size() < 200);
}
