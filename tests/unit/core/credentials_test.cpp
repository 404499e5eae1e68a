#include "pravega_actor/credentials.hpp"

#include <optional>

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

result<secret> header_of(credentials& from) {
  std::optional<result<secret>> got;
  from.get(seconds{1}, [&](const result<secret>& answer) { got = answer; });
  REQUIRE(got);
  return *got;
}

}  // namespace

TEST_CASE("credentials: each kind makes its header") {
  const auto basic = basic_credentials("Aladdin", secret{"open sesame"});
  REQUIRE(basic);
  CHECK(header_of(**basic)->reveal() == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  const auto bearer = bearer_credentials(secret{"a.b.c"});
  REQUIRE(bearer);
  CHECK(header_of(**bearer)->reveal() == "Bearer a.b.c");
  const auto own = header_credentials("Own", secret{"t"});
  REQUIRE(own);
  CHECK(header_of(**own)->reveal() == "Own t");
}

TEST_CASE("credentials: what cannot be sent is refused at once") {
  CHECK(basic_credentials("", secret{"p"}).error() == errc::invalid_argument);
  CHECK(basic_credentials("a:b", secret{"p"}).error() == errc::invalid_argument);
  CHECK(basic_credentials("a", secret{std::string(10000, 'p')}).error() ==
        errc::invalid_argument);
  CHECK(basic_credentials("a", secret{}));
  CHECK(bearer_credentials(secret{}).error() == errc::invalid_argument);
  CHECK(bearer_credentials(secret{"a\r\nb: c"}).error() == errc::invalid_argument);
  CHECK(header_credentials("Basic", secret{"???"}).error() == errc::invalid_argument);
  CHECK(header_credentials("", secret{"t"}).error() == errc::invalid_argument);
}

TEST_CASE("credentials: the application's own are asked for each call") {
  int asked = 0;
  const auto own = credentials_from([&](duration timeout, const credentials::callback& answer) {
    CHECK(timeout == seconds{1});
    answer(secret{"Own " + std::to_string(++asked)});
  });
  CHECK(header_of(*own)->reveal() == "Own 1");
  CHECK(header_of(*own)->reveal() == "Own 2");
}
