#include "transaction/transaction_board.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("what the actor of a transaction leaves behind", "[transaction_board]") {
  transaction_board board;
  CHECK_FALSE(board.id());
  CHECK_FALSE(board.complete());
  CHECK(board.phase() == "creating");
  board.set_id(transaction_id{uuid{1, 2}});
  board.set_phase("open");
  CHECK(board.id() == transaction_id{uuid{1, 2}});
  CHECK(board.phase() == "open");
  CHECK_FALSE(board.complete());
  board.set_complete();
  CHECK(board.complete());
  CHECK_FALSE(board.last());
  board.set_last({errc::transaction_aborted, {}});
  CHECK(board.last()->to_commit.error() == errc::transaction_aborted);
  CHECK(board.last()->to_abort);
}
