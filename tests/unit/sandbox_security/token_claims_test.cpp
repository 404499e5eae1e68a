#include "security/token_claims.hpp"

#include "security/security_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("token claims: texts, numbers and other values, in their order") {
  const auto claims = read_claims(R"( {"a":"x\"\\\/\u00e4\ud83d\ude00", "exp" : 17.5e2,
                                      "list":[1,{"b":[]}],"t":true,"n":null} )");
  REQUIRE(claims);
  REQUIRE(claims->size() == 5);
  CHECK(*find_claim(*claims, "a")->text() == "x\"\\/\xc3\xa4\xf0\x9f\x98\x80");
  CHECK(*find_claim(*claims, "exp")->number() == 1750);
  CHECK(find_claim(*claims, "list")->text() == nullptr);
  CHECK(find_claim(*claims, "list")->number() == nullptr);
  CHECK(claims->back().name == "n");
  CHECK(find_claim(*claims, "gone") == nullptr);
  CHECK(read_claims("{}")->empty());
}

TEST_CASE("token claims: what is no object is nothing") {
  for (const auto* text :
       {"", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800x\"}", "{\"a\":\"\n\"}", "{\"a\":inf}",
        "{\"a\":1e999}", "{a:1}", "{\"a\":tru}", "{\"a\":[1}"}) {
    INFO(text);
    CHECK_FALSE(read_claims(text));
  }
}

TEST_CASE("token claims: numbers of claims and depth have limits") {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(read_claims(nested(security_limits::claim_depth_max)));
  CHECK_FALSE(read_claims(nested(security_limits::claim_depth_max + 1)));
  std::string many = "{\"a\":1";
  for (std::size_t i = 1; i < security_limits::claims_max; ++i)
    many += ",\"a\":1";
  CHECK(read_claims(many + "}"));
  CHECK_FALSE(read_claims(many + ",\"a\":1}"));
}

TEST_CASE("token claims: a text as JSON reads back") {
  const std::string text{"a\"b\\c\n\x01 \xc3\xa4"};
  const auto claims = read_claims("{" + json_text(text) + ":" + json_text(text) + "}");
  REQUIRE(claims);
  CHECK(claims->front().name == text);
  CHECK(*claims->front().text() == text);
}
