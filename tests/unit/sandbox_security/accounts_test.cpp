#include "security/accounts.hpp"

#include "pravega_sandbox/access.hpp"
#include "support/catch.hpp"
#include "unit/sandbox_security/vectors.hpp"

using namespace pravega_sandbox;
using Catch::Contains;

TEST_CASE("accounts: the real server's line knows its password") {
  const auto all = accounts::parse(test::vector_of("account") + "\n");
  REQUIRE(all.size() == 1);
  CHECK(all.knows("admin", "1111_aaaa"));
  CHECK_FALSE(all.knows("admin", "1111_aaab"));
  CHECK_FALSE(all.knows("Admin", "1111_aaaa"));
  REQUIRE(all.permissions_of("admin") != nullptr);
  CHECK(all.permissions_of("admin")->of("prn::/scope:s") == permission::read_update);
  CHECK(all.permissions_of("nobody") == nullptr);
  CHECK(basic_authorization("admin", "1111_aaaa") == test::vector_of("authorization"));
}

TEST_CASE("accounts: a line of our own, with a new salt each time") {
  const auto line = password_line("u", "p:w", "prn::/,READ");
  CHECK(line != password_line("u", "p:w", "prn::/,READ"));
  const auto all = accounts::parse(line);
  CHECK(all.knows("u", "p:w"));
  CHECK(all.permissions_of("u")->of("prn::/") == permission::read);
}

TEST_CASE("accounts: comments, and the end at the first empty line") {
  const auto one = password_line("one", "1", "");
  const auto two = password_line("two", "2", "");
  const auto three = password_line("three", "3", "");
  const auto all =
      accounts::parse("# comment\n" + one + "\r\nnonsense\n" + two + "\n \n" + three);
  CHECK(all.size() == 2);
  CHECK(all.knows("one", "1"));
  CHECK(all.knows("two", "2"));
  CHECK_FALSE(all.knows("three", "3"));
  CHECK(accounts::parse("\n" + one).size() == 0);
}

TEST_CASE("accounts: a hash that is none knows no password") {
  for (const auto* hash : {"zz", "3530", "313a30303a", "303a30303a3030", "2d313a30303a3030",
                           "393939393939393939393a30303a3030", "313a3a"}) {
    INFO(hash);
    const auto all = accounts::parse("u:" + std::string{hash} + ":");
    CHECK(all.size() == 1);
    CHECK_FALSE(all.knows("u", ""));
  }
}

TEST_CASE("accounts: stars and dots of a pattern") {
  CHECK(fits("prn::/scope:s", "prn::/scope:s"));
  CHECK(fits("prn::/scope:s", "*"));
  CHECK(fits("", "*"));
  CHECK(fits("prn::/scope:s/stream:t", "prn::/scope:s*"));
  CHECK(fits("prn::/scope:s/stream:t", "prn::/scope:*/stream:t"));
  CHECK(fits("prn::/scope:sxt", "prn::/scope:s.t"));
  CHECK(fits("aXbXc", "a*X*c"));
  CHECK_FALSE(fits("prn::/scope:s/stream:t", "prn::/scope:s"));
  CHECK_FALSE(fits("prn::/scope:s", "prn::/scope:s/*"));
  CHECK_FALSE(fits("prn::/scope:s", "prn::/scope:s."));
  CHECK_FALSE(fits("ab", "b"));
  CHECK_FALSE(fits("a", ""));
}

TEST_CASE("accounts: the first entry that fits decides") {
  const auto list = permission_list::parse(
      "prn::/scope:s/stream:t,READ;prn::/scope:s/*,READ_UPDATE; prn::/ , READ ");
  CHECK(list.of("prn::/scope:s/stream:t") == permission::read);
  CHECK(list.of("prn::/scope:s/stream:u") == permission::read_update);
  CHECK(list.of("prn::/") == permission::read);
  CHECK(list.of("prn::/scope:s") == permission::none);
}

TEST_CASE("accounts: an entry of another form does not count") {
  const auto list =
      permission_list::parse("prn::/a,WRITE;prn::/b;,READ;prn::/c,read;prn::/d,READ,READ;;");
  CHECK(list.size() == 0);
  CHECK(list.of("prn::/a") == permission::none);
}
