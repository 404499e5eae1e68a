#include "core/base64.hpp"

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("base64: known texts encode and decode") {
  const auto [plain, text] =
      GENERATE(table<std::string, std::string>({{"", ""},
                                                {"f", "Zg=="},
                                                {"fo", "Zm8="},
                                                {"foo", "Zm9v"},
                                                {"foob", "Zm9vYg=="},
                                                {"\xFB\xFF\xFE", "+//+"}}));
  CHECK(to_base64(as_bytes(plain)) == text);
  const auto bytes = from_base64(text);
  REQUIRE(bytes);
  CHECK(as_text(*bytes) == plain);
}

TEST_CASE("base64: random bytes survive a round trip") {
  test::splitmix random{7};
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::byte> bytes(random.below(50));
    for (auto& b : bytes)
      b = static_cast<std::byte>(random());
    const auto back = from_base64(to_base64(bytes));
    REQUIRE(back);
    REQUIRE(*back == bytes);
  }
}

TEST_CASE("base64: what the encoder cannot give is refused") {
  for (const auto* text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v=", "Zm=v",
                           "Zg==Zg==", "Zm9\n", " Zm9", "Zm9-", "Zm9_", "Zh==", "Zm9="}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}
