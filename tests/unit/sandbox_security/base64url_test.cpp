#include "security/base64url.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("base64url: the URL's alphabet without padding, both ways") {
  const std::string bytes{"\xfb\xff\xfe\x00z", 5};
  CHECK(to_base64url(bytes) == "-__-AHo");
  CHECK(from_base64url("-__-AHo") == bytes);
  CHECK(to_base64url("") == "");
  CHECK(from_base64url("") == "");
}

TEST_CASE("base64url: nothing else is read") {
  for (const auto* text : {"+__-AHo", "-__-AHo=", "a", "a b", "-__-AHp!"}) {
    INFO(text);
    CHECK_FALSE(from_base64url(text));
  }
}
