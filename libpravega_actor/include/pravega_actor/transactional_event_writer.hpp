// Writes transactions to a stream: events that appear in it all together, or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"
#include "pravega_actor/transaction.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How a transaction is begun or resumed.
struct transaction_options {
  /// The controller aborts the transaction this long after the last ping that it got; the
  /// library pings at least four times in a lease. Allowed are
  /// limits::transaction_lease_min_ms to limits::transaction_lease_max_ms. The transaction may
  /// be open for 1000 leases, at most a day.
  duration lease = seconds{90};
  /// True: when nobody has the transaction any more, it is left to its lease, and any process
  /// may resume it by its id. False: it is aborted.
  bool leave_open = false;
  /// How long before its end `transaction_expiring` comes; none: half of the lease.
  std::optional<duration> expiring_notice = std::nullopt;
  /// Limits of the transaction's events on their way; none: those of the transactional writer.
  std::optional<writer_options> writer = std::nullopt;
};

/// What a commit waits for.
enum class commit_wait : std::uint8_t {
  /// All events are in the stream.
  committed,
  /// The controller has accepted the commit: the events will be in the stream, whatever
  /// happens.
  accepted,
};
/// How a transaction is committed.
struct commit_options {
  commit_wait wait_for = commit_wait::committed;
};

/// What limits the life of a transaction.
enum class transaction_limit : std::uint8_t {
  /// Pings have failed, and the lease ends soon.
  lease,
  /// The longest time that a transaction may be open ends soon.
  execution_time,
};
/// The transaction ends soon unless it is committed before.
struct transaction_expiring {
  transaction_id id;
  transaction_limit what = transaction_limit::lease;
  duration left{0};
};

/// How a transaction ended, as far as this process knows.
enum class transaction_end : std::uint8_t {
  committed,
  aborted,
  /// Its lease or its longest execution time ended, and the controller aborted it.
  expired,
  /// A commit was sent, and it cannot be known what became of it.
  unknown,
  /// It was left open, for others to resume.
  left_open,
  /// It never began, is not known to the controller, or is out of reach.
  failed,
};
/// The enumerator's own name, for example "left_open".
[[nodiscard]] std::string_view to_string(transaction_end how) noexcept;
/// The transaction is over.
struct transaction_ended {
  transaction_id id;
  transaction_end how = transaction_end::failed;
  /// None: it was committed or aborted because this process asked for that.
  std::optional<error> why = std::nullopt;
};

/// What a transaction does at a moment.
struct transaction_status {
  transaction_id id;
  scoped_stream stream;
  /// "open", "flushing", "committing", "aborting", "committed" and so on: a phase of the table
  /// in docs/transactions.md.
  std::string state;
  /// The time that is left without another ping; none: not known yet.
  std::optional<duration> lease_left = std::nullopt;
  /// The time until the longest execution time ends; none: not known, for example after
  /// resuming.
  std::optional<duration> time_left = std::nullopt;
  /// Of the transaction's events.
  writer_status writer;
};

/// Limits of a transactional writer.
struct transactional_writer_options {
  /// Transactions that may be open at a time, those that are being committed included.
  std::size_t transactions_open_max = 256;
  /// Of each transaction, unless it has its own; none: the client's defaults.
  std::optional<writer_options> writer = std::nullopt;
};

/// What a transactional writer does at a moment.
struct transactional_writer_status {
  struct line {
    /// None: it is still being begun.
    std::optional<transaction_id> id;
    /// As in `transaction_status`.
    std::string state;
  };
  scoped_stream stream;
  /// "open" or "closing".
  std::string state;
  /// Those that are not over, in the order of their begin.
  std::vector<line> transactions;
  // Counts of those that are over.
  std::uint64_t committed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t otherwise = 0;
};

/// The outcome of closing a transactional writer.
struct transactional_close_report {
  scoped_stream stream;
  /// Success: everything ended within the time.
  result<void> outcome;
  /// The transactions that were not over when closing began, and what became of each.
  std::vector<transaction_ended> transactions;
};

namespace internal {
class access;
class transaction_core;
class transactional_writer_core;
}  // namespace internal

/// A handle on a transaction. Copies refer to the same transaction; any thread may call any
/// member. Its events are not in the stream before it is committed; then all of them are,
/// those of one routing key in order. When the last copy is gone, the transaction is aborted
/// (see `transaction_options::leave_open`); a commit that was asked for goes on.
class transaction {
 public:
  /// An empty handle: every call answers `closed`.
  transaction() = default;

  [[nodiscard]] transaction_id id() const;
  [[nodiscard]] const scoped_stream& stream() const;

  /// Writes an event, as `event_writer::write` does. After the end of the transaction the error
  /// says which end it was: transaction_committed, transaction_aborted or transaction_expired.
  result<event_ticket> write(byte_view event, duration timeout, write_completion done = {});
  result<event_ticket> write(std::string_view routing_key, byte_view event, duration timeout,
                             write_completion done = {});
  /// The same without waiting.
  result<event_ticket> try_write(byte_view event, write_completion done = {});
  result<event_ticket> try_write(std::string_view routing_key, byte_view event,
                                 write_completion done = {});
  /// The writer of the transaction's events, for batches, progress and room. To close it ends
  /// only the writing.
  [[nodiscard]] event_writer writer() const;
  /// Waits until everything written so far is durable in the transaction. A commit does so
  /// itself.
  result<void> flush(duration timeout);

  /// Commits everything that was written before. Errors:
  /// - transaction_aborted, transaction_expired: nothing is in the stream;
  /// - the failure of an event: nothing is in the stream, the transaction is aborted;
  /// - outcome_unknown: the outcome was not known in time. The library goes on to find out: the
  ///   next call of `commit` tells, and so does `state`, in any process that knows the id;
  /// - transaction_not_found, transaction_committed: somebody else ended it.
  ///
  /// Idempotent: a second commit has the outcome of the first.
  result<void> commit(duration timeout, const commit_options& options = {});
  void commit_async(duration timeout, const commit_options& options,
                    std::function<void(const result<void>&)> done);
  /// Aborts the transaction: none of its events will be in the stream. transaction_committed if
  /// it is committed, or being committed. Idempotent.
  result<void> abort(duration timeout);
  void abort_async(duration timeout, std::function<void(const result<void>&)> done);

  /// Asks the controller for the state.
  [[nodiscard]] result<transaction_state> state(duration timeout) const;
  [[nodiscard]] result<transaction_status> status(duration timeout = seconds{5}) const;
  /// Calls back when the transaction ends soon, in a thread of the library; it must not block.
  /// A new function replaces the earlier one.
  void on_expiring(std::function<void(const transaction_expiring&)> told);
  /// Calls back once when the transaction is over, at once if it is. As above.
  void on_ended(std::function<void(const transaction_ended&)> told);

  [[nodiscard]] bool valid() const noexcept { return core_ != nullptr; }

 private:
  friend class internal::access;
  explicit transaction(std::shared_ptr<internal::transaction_core> core);
  std::shared_ptr<internal::transaction_core> core_;
};

/// A handle on a writer of transactions, of which many may be open at a time. Copies refer to
/// the same writer; any thread may call any member. When the last copy and the last handle of a
/// transaction of it are gone, it closes by itself.
class transactional_event_writer {
 public:
  /// An empty handle: every call answers `closed`.
  transactional_event_writer() = default;

  /// Begins a transaction. Errors: invalid_argument for a lease out of range, stream_not_found,
  /// stream_sealed, limit_exceeded if `transactions_open_max` are open.
  [[nodiscard]] result<transaction> begin(duration timeout,
                                          const transaction_options& options = {});
  void begin_async(duration timeout, const transaction_options& options,
                   std::function<void(result<transaction>)> done);
  /// Takes over an open transaction of this stream that any process began, also after scales.
  /// Errors: transaction_not_found, transaction_committed, transaction_aborted, and those of
  /// `begin`. Only one process should write to it.
  [[nodiscard]] result<transaction> resume(transaction_id id, duration timeout,
                                           const transaction_options& options = {});
  void resume_async(transaction_id id, duration timeout, const transaction_options& options,
                    std::function<void(result<transaction>)> done);

  /// Empty names for an empty handle.
  [[nodiscard]] const scoped_stream& stream() const;
  [[nodiscard]] result<transactional_writer_status> status(duration timeout = seconds{5}) const;

  /// Begins no more transactions and waits for commits and aborts that are under way. Aborts
  /// the transactions that are open, or leaves them to their leases if their options say so.
  /// Idempotent.
  transactional_close_report close(duration timeout);
  void close_async(duration timeout,
                   std::function<void(const transactional_close_report&)> done);

  [[nodiscard]] bool valid() const noexcept { return core_ != nullptr; }

 private:
  friend class internal::access;
  explicit transactional_event_writer(
      std::shared_ptr<internal::transactional_writer_core> core);
  std::shared_ptr<internal::transactional_writer_core> core_;
};

}  // namespace pravega_actor
