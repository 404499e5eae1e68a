#include "core/wipe.hpp"

#include <cstring>
#include <memory>
#include <new>

#include "support/catch.hpp"

using namespace pravega_actor::internal;

TEST_CASE("a text for a moment leaves nothing in its memory") {
  // In memory that is still ours when the text has ended: a short text lies in the object.
  alignas(wiped_text) std::byte room[sizeof(wiped_text)]{};
  auto* const held = ::new (room) wiped_text{std::size_t{8}};
  held->get().append("letmein");
  REQUIRE(held->get().capacity() < sizeof(std::string));
  const auto* const where = reinterpret_cast<const std::byte*>(held->get().data());
  REQUIRE(where >= room);
  const auto at = static_cast<std::size_t>(where - room);
  std::destroy_at(held);
  std::byte* volatile after = room;
  CHECK(std::memcmp(after + at, "letmein", 7) != 0);
}
