#include "pravega_actor/transaction.hpp"

#include <set>

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("transaction: the id has the epoch in its first half") {
  CHECK(transaction_id{{(7ULL << 32) + 9, 1}}.epoch() == 7);
  CHECK(transaction_id{{9, 1}}.epoch() == 0);
  CHECK(transaction_id{{0x7fffffffULL << 32, 1}}.epoch() == 2'147'483'647);
  CHECK(transaction_id{{~0ULL, 1}}.epoch() == -1);
}

TEST_CASE("transaction: the id's text is that of Java, there and back") {
  const transaction_id id{{(1ULL << 32) + 2, 0xfedcba9876543210}};
  CHECK(id.to_string() == "00000001-0000-0002-fedc-ba9876543210");
  CHECK(transaction_id::parse(id.to_string()).value() == id);
  CHECK(transaction_id::parse("00000001-0000-0002-FEDC-BA9876543210").value() == id);
}

TEST_CASE("transaction: what is no id is refused with what it should be") {
  for (const auto* text :
       {"", "7", "00000001-0000-0002-fedc-ba987654321", "00000001-0000-0002-fedc-ba987654321g",
        "0000000100000002fedcba9876543210"}) {
    const auto parsed = transaction_id::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error() == errc::invalid_argument);
    CHECK(parsed.error().detail().starts_with("the id of a transaction: a UUID "));
  }
}

TEST_CASE("transaction: each state has a name") {
  std::set<std::string_view> names;
  for (auto at = transaction_state::unknown; at <= transaction_state::aborted;
       at = static_cast<transaction_state>(static_cast<int>(at) + 1))
    names.insert(to_string(at));
  CHECK(names.size() == 6);
  CHECK(to_string(transaction_state::committing) == "committing");
  CHECK(to_string(transaction_state::aborted) == "aborted");
  CHECK(to_string(static_cast<transaction_state>(99)) == "unknown");
}
