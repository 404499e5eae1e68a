#include "pravega_actor/bytes.hpp"

#include <string>

#include "pravega_actor/time.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("bytes and texts are views of each other") {
  const std::string text{"a\0b", 3};
  CHECK(as_bytes(text).size() == 3);
  CHECK(as_bytes(text)[1] == std::byte{0});
  CHECK(as_text(as_bytes(text)) == text);
  CHECK(as_text(as_bytes(text)).data() == text.data());
}

TEST_CASE("views compare by content") {
  CHECK(equal(as_bytes("abc"), as_bytes(std::string{"abc"})));
  CHECK_FALSE(equal(as_bytes("abc"), as_bytes("abd")));
  CHECK_FALSE(equal(as_bytes("abc"), as_bytes("ab")));
  CHECK(equal({}, {}));
}

TEST_CASE("shared bytes keep what they show alive") {
  shared_bytes copy;
  CHECK(copy.empty());
  {
    std::string text{"some text that is long enough to live on the heap"};
    const auto first = shared_bytes::copy_of(as_bytes(text));
    copy = first;
    text.assign(text.size(), 'x');
    CHECK(copy.view.data() == first.view.data());
  }
  CHECK(as_text(copy.view) == "some text that is long enough to live on the heap");
  CHECK(copy.owner.use_count() == 1);
  const auto owner = std::make_shared<const std::string>("kept");
  const shared_bytes borrowed{owner, as_bytes(*owner)};
  CHECK(owner.use_count() == 2);
  CHECK(as_text(borrowed.view) == "kept");
}

TEST_CASE("durations become whole milliseconds") {
  CHECK(to_ms(microseconds{1999}) == 1);
  CHECK(to_ms(seconds{-2}) == -2000);
}
