#include "group_reader/released_board.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("released board: it holds what was written last") {
  const segment one{{"scope", "stream"}, {1, 0}};
  const segment two{{"scope", "stream"}, {2, 0}};
  released_board board;
  CHECK(board.get().empty());
  CHECK_FALSE(board.member());
  board.set_all({{one, 5}});
  board.set(one, 7);
  board.set(two, -1);
  CHECK(board.get() == segment_offsets{{one, 7}, {two, -1}});
  board.set_all({{two, 3}});
  CHECK(board.get() == segment_offsets{{two, 3}});
  board.set_member(true);
  CHECK(board.member());
}
