// What handles on a two-phase sink refer to.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "pravega_actor/two_phase_sink.hpp"

namespace pravega_actor::internal {

/// Thread-safe. It calls no code of others under its lock. Its end aborts the transaction that
/// is not prepared.
class two_phase_sink_core final : public std::enable_shared_from_this<two_phase_sink_core> {
 public:
  using transaction_done = std::function<void(const result<transaction>&)>;
  using prepared_done = std::function<void(const result<prepared_transaction>&)>;
  using outcome_done = std::function<void(const result<void>&)>;

  two_phase_sink_core(transactional_event_writer writer, transaction_options options);
  ~two_phase_sink_core();
  two_phase_sink_core(const two_phase_sink_core&) = delete;
  two_phase_sink_core& operator=(const two_phase_sink_core&) = delete;

  /// What takes events now; perhaps not valid.
  [[nodiscard]] transaction known() const;
  // Each calls `done` once, perhaps before it returns.
  void current(duration timeout, transaction_done done);
  void pre_commit(duration timeout, prepared_done done);
  void commit(const prepared_transaction& what, duration timeout, outcome_done done);
  void abort(const prepared_transaction& what, duration timeout, outcome_done done);
  void discard(duration timeout, outcome_done done);
  [[nodiscard]] std::vector<prepared_transaction> prepared() const;

 private:
  using end_call = std::function<void(transaction&, outcome_done)>;

  void on_begun(const result<transaction>& begun);
  [[nodiscard]] transaction take_current();
  /// Ends a prepared transaction by `call`; resumes it first if this sink does not hold it. The
  /// error `fulfilled` means that it has ended in this way already.
  void end(const prepared_transaction& what, errc fulfilled, duration timeout,
           const end_call& call, outcome_done done);
  void hold(const transaction& prepared);
  [[nodiscard]] transaction held(const transaction_id& id) const;
  void let_go(const transaction_id& id);

  const transaction_options options_;
  mutable std::mutex mutex_;
  transactional_event_writer writer_;
  /// Takes events; not valid before the first one.
  transaction current_;
  /// Calls that wait for the begin of `current_`.
  std::vector<transaction_done> waiting_;
  std::list<transaction> prepared_;
};

}  // namespace pravega_actor::internal
