#include "supervision/status_board.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("the board shows every supervisor's children, parents first", "[status_board]") {
  status_board board;
  CHECK(board.lines().empty());
  board.set({"client/writer-1", 1}, {"segment:s/t/0.#epoch.0", 2, 1, true, "was killed"});
  board.set({"client", 1}, {"controller", 1, 0, true, ""});
  board.set({"client", 1}, {"writer-1", 1, 0, true, ""});
  const auto lines = board.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].path == "client/controller");
  CHECK(lines[1].path == "client/writer-1");
  CHECK(lines[2].path == "client/writer-1/segment:s/t/0.#epoch.0");
  CHECK(lines[2].child.restarts == 1);
  CHECK(lines[2].child.last_cause == "was killed");
  board.forget({"client/writer-1", 1});
  CHECK(board.lines().size() == 2);
  board.forget({"client", 1}, "controller");
  board.forget({"client", 1}, "writer-1");
  CHECK(board.lines().empty());
}

TEST_CASE("a child keeps its place when its state changes", "[status_board]") {
  status_board board;
  board.set({"client", 1}, {"z", 1, 0, true, ""});
  board.set({"client", 1}, {"a", 1, 0, true, ""});
  board.set({"client", 1}, {"z", 2, 1, false, "was killed"});
  const auto lines = board.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].path == "client/z");
  CHECK_FALSE(lines[0].child.running);
  CHECK(lines[1].path == "client/a");
  board.forget({"client", 1}, "unknown");
  board.forget({"unknown", 1}, "z");
  CHECK(board.lines().size() == 2);
}

TEST_CASE("two supervisors of one path do not forget each other's children", "[status_board]") {
  status_board board;
  board.set({"shop/writer", 1}, {"segment:s/t/0.#epoch.0", 1, 0, true, ""});
  board.set({"shop/writer", 2}, {"segment:s/t/0.#epoch.0", 1, 0, true, ""});
  CHECK(board.lines().size() == 2);
  board.forget({"shop/writer", 1});
  const auto lines = board.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].path == "shop/writer/segment:s/t/0.#epoch.0");
}
