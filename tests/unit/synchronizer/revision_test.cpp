#include "pravega_actor/revision.hpp"

#include "support/catch.hpp"

using pravega_actor::revision;

TEST_CASE("revision: ordered by offset, then by the number in the entry") {
  CHECK(revision{10, 5} < revision{11, 0});
  CHECK(revision{10, 0} < revision{10, 1});
  CHECK(revision{10, 1} == revision{10, 1});
  CHECK(revision{10, 1}.to_string() == "10:1");
}
