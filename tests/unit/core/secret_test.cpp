#include "pravega_actor/secret.hpp"

#include <sstream>
#include <string>
#include <type_traits>

#include "core/wipe.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

}  // namespace

TEST_CASE("a secret does not become a text by accident") {
  STATIC_REQUIRE(streamable<int>);
  STATIC_REQUIRE_FALSE(streamable<secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<secret, std::string>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<secret, std::string_view>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<const char*, secret>);
}

TEST_CASE("a secret gives its text when it is asked for") {
  const std::string text{"pass\0word", 9};
  const secret held{text};
  CHECK(held.reveal() == text);
  CHECK(held.size() == 9);
  CHECK_FALSE(held.empty());
  CHECK(secret{}.empty());
  CHECK(secret{""}.reveal().empty());
}

TEST_CASE("secrets are compared by their whole text") {
  const secret one{"letmein"};
  CHECK(one == secret{"letmein"});
  CHECK_FALSE(one == secret{"letmeim"});
  CHECK_FALSE(one == secret{"Letmein"});
  CHECK_FALSE(one == secret{"letmein "});
  CHECK_FALSE(one == secret{});
  CHECK(secret{} == secret{""});
}

TEST_CASE("copies share the memory of a secret") {
  const secret one{"letmein"};
  const secret copy = one;  // NOLINT: the copy is what is tested
  CHECK(copy.reveal().data() == one.reveal().data());
}

TEST_CASE("what is wiped is zero") {
  std::string text = "letmein, and a little more than a short text has";
  internal::wipe(text.data(), text.size());
  CHECK(text.find_first_not_of('\0') == std::string::npos);
  internal::wipe(nullptr, 0);
  internal::wiped_text held{64};
  held.get().append("letmein");
  CHECK(held.get() == "letmein");
}
