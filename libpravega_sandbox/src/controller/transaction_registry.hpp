// The transactions of a sandbox's streams: leases, states, order of commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "controller/stream_record.hpp"
#include "pravega_actor/transaction.hpp"

namespace pravega_sandbox {

using pravega_actor::transaction_id;
using pravega_actor::transaction_state;

/// A transaction of a stream.
struct stream_transaction {
  scoped_stream stream;
  transaction_id id;
  friend auto operator<=>(const stream_transaction&, const stream_transaction&) = default;
};

/// Knows no segments: the code that moves a transaction from one state to the next also
/// creates, merges and deletes its segments. No clock.
///
/// open -> committing -> committed, or open -> aborting -> aborted. A transaction is "live" up
/// to its end; those that ended are remembered for a while.
class transaction_registry {
 public:
  /// limit_exceeded if the stream has as many live transactions as it may have.
  [[nodiscard]] result<void> check_room(const scoped_stream& stream) const;
  /// A new open transaction. Its id is new in the sandbox.
  [[nodiscard]] transaction_id begin(const scoped_stream& stream, std::int32_t epoch,
                                     std::int64_t lease_ms, std::int64_t now_ms);
  /// Renews the lease of an open transaction, unless the answer says why not.
  [[nodiscard]] controller::ping_status ping(const stream_transaction& which,
                                             std::int64_t lease_ms, std::int64_t now_ms);
  /// Whether the transaction is now committing or committed.
  [[nodiscard]] bool commit(const stream_transaction& which);
  /// Whether the transaction is now aborting or aborted.
  [[nodiscard]] bool abort(const stream_transaction& which);
  /// Makes all open transactions of a stream abort.
  void abort_open(const scoped_stream& stream);
  /// Makes the open transactions abort whose leases have ended; returns how many.
  std::size_t expire(std::int64_t now_ms);
  /// Whether `expire` has something to do.
  [[nodiscard]] bool expires(std::int64_t now_ms) const {
    return !leases_.empty() && std::get<0>(*leases_.begin()) <= now_ms;
  }

  [[nodiscard]] transaction_state state_of(const stream_transaction& which) const;
  /// The last that ended, the newest first, at most `listed_transactions_max`.
  [[nodiscard]] std::vector<controller::completed_transaction> completed(
      const scoped_stream& stream) const;
  [[nodiscard]] std::vector<transaction_id> live(const scoped_stream& stream) const;
  /// Those that wait for their end, in any order.
  [[nodiscard]] const std::set<stream_transaction>& aborting() const noexcept {
    return aborting_;
  }
  [[nodiscard]] bool any_committing() const noexcept { return committing_ > 0; }
  /// Streams with committing transactions.
  [[nodiscard]] std::vector<scoped_stream> committing() const;
  /// The transactions to commit next, all of one epoch: of the lowest epoch, in the order of
  /// their commits, at most `commit_batch_max`.
  [[nodiscard]] std::vector<transaction_id> next_commits(const scoped_stream& stream) const;
  /// Ends a committing or an aborting transaction.
  void end(const stream_transaction& which, std::int64_t now_ms);
  /// Forgets what ended too long ago; looks once in `completed_tick_ms`.
  void forget_old(std::int64_t now_ms);
  /// Forgets a deleted stream.
  void forget(const scoped_stream& stream);

  /// What all of it takes: an estimate of what is allocated.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// What one transaction takes.
  [[nodiscard]] static std::size_t bytes_of(const scoped_stream& stream) noexcept;

 private:
  struct record {
    transaction_state state = transaction_state::open;
    std::int64_t lease_ends_ms = 0;
    std::int64_t execution_ends_ms = 0;
  };
  struct ended {
    transaction_id id;
    transaction_state state = transaction_state::unknown;
    std::int64_t at_ms = 0;
  };
  struct stream_transactions {
    std::map<transaction_id, record> live;
    /// In the order of their commits.
    std::vector<transaction_id> committing;
    /// The oldest first.
    std::deque<ended> completed;
    std::map<transaction_id, transaction_state> outcomes;
  };
  using lease = std::tuple<std::int64_t, stream_transaction>;

  [[nodiscard]] record* find(const stream_transaction& which);
  void leave_open(const stream_transaction& which, record& held, transaction_state next);
  void forget_oldest(const scoped_stream& stream, stream_transactions& of);

  std::map<scoped_stream, stream_transactions> streams_;
  std::set<lease> leases_;
  std::set<stream_transaction> aborting_;
  /// Of all streams.
  std::size_t committing_ = 0;
  std::uint64_t begun_ = 0;
  std::int64_t forget_at_ms_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pravega_sandbox
