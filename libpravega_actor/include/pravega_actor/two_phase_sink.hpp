// Publishes what a job computes exactly once: in transactions that follow the job's
// checkpoints.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/transactional_event_writer.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A transaction whose events are durable, and whose commit or abort is still to come. A job
/// stores it with its checkpoint.
struct prepared_transaction {
  scoped_stream stream;
  /// None: nothing was written. To commit or abort that succeeds at once.
  std::optional<transaction_id> id;
  /// "scope/stream/00000001-0000-0000-0000-000000000007", or "scope/stream/none".
  [[nodiscard]] std::string to_text() const;
  /// Parses the form of `to_text`. The error is invalid_argument or invalid_name.
  [[nodiscard]] static result<prepared_transaction> from_text(std::string_view text);
  friend bool operator==(const prepared_transaction&, const prepared_transaction&) = default;
};

namespace internal {
class two_phase_sink_core;
}  // namespace internal

/// How a sink begins its transactions.
struct two_phase_sink_options {
  /// The lease must be longer than a restart of the job takes: what is prepared waits for it.
  /// `leave_open` does not count.
  transaction_options transaction = {milliseconds{limits::transaction_lease_max_ms}};
};

/// A handle on a sink. Copies refer to the same sink; any thread may call any member. A sink is
/// a transactional writer and the rules of a two-phase commit, which a job follows at each of
/// its checkpoints:
///
/// 1. `write` the results. The first one begins a transaction.
/// 2. `pre_commit` before the checkpoint: all of them are durable, but nobody can read them.
/// 3. Store the checkpoint and the prepared transaction together, durably and in one step.
/// 4. `commit` the prepared transaction: readers see the results.
///
/// After a crash the job takes its last checkpoint, calls `commit` with the prepared
/// transaction that it finds there, and goes on behind the checkpoint. docs/transactions.md has
/// the steps for each outcome.
///
/// When the last copy is gone, results that are not prepared are aborted. What is prepared is
/// left to its lease, for a `commit` in this process or another.
class two_phase_sink {
 public:
  /// An empty handle: every call answers `closed`.
  two_phase_sink() = default;
  /// The sink uses `writer` and does not close it. Other users of it do no harm.
  explicit two_phase_sink(transactional_event_writer writer,
                          const two_phase_sink_options& options = {});

  /// Writes an event, as `transaction::write` does, and begins a transaction if there is none.
  /// After an error of the transaction go back to the last checkpoint, and `discard`.
  result<event_ticket> write(byte_view event, duration timeout, write_completion done = {});
  result<event_ticket> write(std::string_view routing_key, byte_view event, duration timeout,
                             write_completion done = {});
  /// The transaction that takes the events before the next `pre_commit`; begun if there is
  /// none. For batches, for writing without waiting, and to learn when it expires. Do not
  /// commit or abort it.
  [[nodiscard]] result<transaction> current(duration timeout);
  void current_async(duration timeout, std::function<void(const result<transaction>&)> done);

  /// Makes everything durable that was written before. The transaction takes no more events;
  /// later events go to the next one. The library pings for it until it is committed or
  /// aborted. If this fails, the transaction is aborted: go back to the last checkpoint.
  /// Errors: those of the events, transaction_expired, transaction_aborted, deadline_exceeded.
  [[nodiscard]] result<prepared_transaction> pre_commit(duration timeout);
  void pre_commit_async(duration timeout,
                        std::function<void(const result<prepared_transaction>&)> done);

  /// Commits a prepared transaction of this stream, whichever process has prepared it; success
  /// also if it is committed already. Idempotent. `timeout` holds for each of its two steps, to
  /// resume and to commit. Errors:
  /// - transaction_expired, transaction_aborted: nothing of it is or will be in the stream. Go
  ///   back to the checkpoint before, and write it anew.
  /// - transaction_not_found: it ended so long ago that the controller has forgotten how.
  /// - outcome_unknown and retriable errors: call again.
  result<void> commit(const prepared_transaction& what, duration timeout);
  void commit_async(const prepared_transaction& what, duration timeout,
                    std::function<void(const result<void>&)> done);
  /// Aborts it, for a checkpoint that failed; success also if it is aborted already. Errors:
  /// transaction_committed, and those of `commit`.
  result<void> abort(const prepared_transaction& what, duration timeout);
  void abort_async(const prepared_transaction& what, duration timeout,
                   std::function<void(const result<void>&)> done);
  /// Aborts what was written since the last `pre_commit`; success if there is nothing.
  result<void> discard(duration timeout);
  void discard_async(duration timeout, std::function<void(const result<void>&)> done);

  /// What this sink has prepared and neither committed nor aborted, oldest first.
  [[nodiscard]] std::vector<prepared_transaction> prepared() const;
  [[nodiscard]] bool valid() const noexcept { return core_ != nullptr; }

 private:
  std::shared_ptr<internal::two_phase_sink_core> core_;
};

}  // namespace pravega_actor
