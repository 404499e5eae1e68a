// Calls to the controller about transactions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/call_replies.hpp"
#include "pravega_actor/transaction.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Begins a transaction. Without a ping, the controller aborts it `lease_ms` after the call.
/// Each repetition begins another transaction. stream_sealed if the stream takes no more
/// events, invalid_argument if the lease is outside of the server's range (see
/// limits::transaction_lease_min_ms).
struct create_transaction {
  using reply = created_transaction;
  scoped_stream stream;
  std::int64_t lease_ms = 0;
};
/// Renews a transaction's lease: from now on it is `lease_ms` again.
struct ping_transaction {
  using reply = transaction_pinged;
  scoped_stream stream;
  transaction_id id;
  std::int64_t lease_ms = 0;
};
/// Commits a transaction, whose events must be flushed. `done` says that it is being committed:
/// no abort can stop that any more. `check_transaction` shows when it is committed. A
/// repetition is harmless. precondition_failed if the transaction is aborting or aborted, or
/// not known to the controller.
struct commit_transaction {
  using reply = done;
  scoped_stream stream;
  transaction_id id;
  /// For watermarks, together with `time`; or empty.
  std::string writer;
  /// The writer's time, in the application's own unit.
  std::optional<std::int64_t> time;
};
/// Aborts a transaction. A repetition is harmless. precondition_failed if the transaction is
/// committing or committed, or not known to the controller.
struct abort_transaction {
  using reply = done;
  scoped_stream stream;
  transaction_id id;
};
/// Asks for the state of a transaction.
struct check_transaction {
  using reply = transaction_checked;
  scoped_stream stream;
  transaction_id id;
};
/// Asks which transactions have ended. A server keeps a limited number of them, for a limited
/// time (a 0.13 server: 500, a day).
struct list_completed_transactions {
  using reply = completed_transactions;
  scoped_stream stream;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_TRANSACTION_CALLS(X) \
  X(create_transaction, "createTransaction", CreateTxnRequest, CreateTxnResponse) \
  X(ping_transaction, "pingTransaction", PingTxnRequest, PingTxnStatus) \
  X(commit_transaction, "commitTransaction", TxnRequest, TxnStatus) \
  X(abort_transaction, "abortTransaction", TxnRequest, TxnStatus) \
  X(check_transaction, "checkTransactionState", TxnRequest, TxnState) \
  X(list_completed_transactions, "listCompletedTransactions", ListCompletedTxnRequest, ListCompletedTxnResponse)
// clang-format on
