// The life of one transaction: begun or resumed, kept alive, committed or aborted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/error.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/time.hpp"
#include "pravega_actor/transaction.hpp"

namespace pravega_actor::internal {

struct transaction_setup {
  scoped_stream stream;
  /// None: begin a new transaction.
  std::optional<transaction_id> resumed = {};
  duration lease = seconds{90};
  /// How long before the end of the transaction `notify_expiring` comes; none: half of the
  /// lease.
  std::optional<duration> expiring_notice = {};
  /// `leave` does not abort the transaction.
  bool leave_open = false;
  /// Between questions about the state.
  retry_policy check_pauses{milliseconds{2}, 1.5, milliseconds{200}, 0.25};
  /// A commit that is still not complete is sent again so long after the last time: a
  /// controller that has died since may have lost what remained to be done.
  duration commit_repeat = seconds{5};
  /// After a ping that failed, or a begin whose controller client died.
  retry_policy ping_pauses{milliseconds{100}, 2.0, seconds{1}, 0.25};
};

/// A pure machine. It has one line of calls to the controller (create, check, look_up, commit,
/// abort), one at a time, and its pings beside that line. Each call is answered once, and an
/// answer that no longer matters is ignored. After a failure the machine does not guess: it
/// asks the controller for the state, until it knows.
///
/// Events are written in the phase `open` only: see `refusal`.
class transaction_machine {
 public:
  /// Time and random bits of one event.
  struct moment {
    time_point now{};
    std::uint64_t random = 0;
  };
  /// One who waits for a begin, a commit or an abort. Each number is used once.
  struct caller {
    std::uint64_t number = 0;
    time_point deadline{};
  };

  // Calls to the controller, each answered once. Where there is no `timeout`, it is the
  // controller client's own. If that actor dies, the answer is actor_terminated.
  /// Answered by `on_created`.
  struct create {
    duration timeout;
  };
  /// Only of a resumed transaction: the segments of the epoch `id().epoch()`. Answered by
  /// `on_looked_up`.
  struct look_up {};
  /// Answered by `on_pinged` with the serial.
  struct ping {
    std::uint64_t serial;
    duration timeout;
  };
  /// Answered by `on_commit_answer`.
  struct commit {};
  /// Answered by `on_abort_answer`.
  struct abort {};
  /// Ask for the state. Answered by `on_checked`.
  struct check {};

  // To the writer.
  /// The transaction is open: its segments take events.
  struct open_writer {
    controller::created_transaction in;
  };
  /// Everything that was written so far. Answered by `on_flushed`.
  struct flush {};
  /// No more events. What is not durable fails with the reason; after a flush that succeeded,
  /// there is nothing. Never before `open_writer`, and once at most.
  struct end_writer {
    error reason;
  };

  // To everybody else.
  /// Call `on_wake` at this time. A machine that was woken in vain does nothing.
  struct wake {
    time_point at{};
  };
  /// What ends soon.
  enum class limit : std::uint8_t { lease, execution_time };
  /// The lease ends so soon because pings fail, or the longest execution time does. Once for
  /// each lapse of the lease, and once for the execution time.
  struct notify_expiring {
    limit what;
    duration left;
  };
  /// The transaction is over, and `at` is its last phase. Once, before the answers. `why`:
  /// unless it was committed or aborted because this process asked for that.
  struct notify_ended {
    std::optional<error> why;
  };
  /// To one caller, exactly once.
  struct answer {
    std::uint64_t to;
    result<void> outcome;
  };
  using action = std::variant<create, look_up, ping, commit, abort, check, open_writer, flush,
                              end_writer, wake, notify_expiring, notify_ended, answer>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "transaction";

  explicit transaction_machine(transaction_setup what);

  /// Begins or resumes. The answer comes when the transaction is open. If the deadline comes
  /// before, a new transaction is aborted as soon as it exists; a resumed one is left alone.
  [[nodiscard]] actions start(const caller& who, const moment& at);
  /// Flushes and commits. The answer comes when the state is COMMITTED or, if
  /// `accepted_is_enough`, when the controller has accepted the commit. At the deadline the
  /// answer is outcome_unknown, and the machine goes on. A commit that waits for another, or
  /// comes after it, has the same outcome. Errors: transaction_committed (by another process),
  /// transaction_aborted, transaction_expired, transaction_not_found, outcome_unknown, or that
  /// of the writer, whose flush failed.
  [[nodiscard]] actions on_commit(const caller& who, bool accepted_is_enough, const moment& at);
  /// The answer comes when the state is ABORTING or ABORTED. During a commit it waits for the
  /// outcome. Errors: transaction_committed, transaction_not_found, outcome_unknown.
  [[nodiscard]] actions on_abort(const caller& who, const moment& at);
  /// Nobody has the transaction any more: abort it if it is open, unless `leave_open`. What was
  /// asked for before goes on.
  [[nodiscard]] actions on_dropped(const moment& at);
  /// There is no more time. Whoever waits gets an answer, and nothing more happens.
  [[nodiscard]] actions on_stop(const error& reason, const moment& at);

  [[nodiscard]] actions on_created(const result<controller::created_transaction>& got,
                                   const moment& at);
  [[nodiscard]] actions on_looked_up(const result<controller::segment_ranges>& got,
                                     const moment& at);
  [[nodiscard]] actions on_pinged(std::uint64_t serial,
                                  const result<controller::transaction_pinged>& got,
                                  const moment& at);
  [[nodiscard]] actions on_commit_answer(const result<controller::done>& got, const moment& at);
  [[nodiscard]] actions on_abort_answer(const result<controller::done>& got, const moment& at);
  [[nodiscard]] actions on_checked(const result<controller::transaction_checked>& got,
                                   const moment& at);
  [[nodiscard]] actions on_flushed(const result<void>& outcome, const moment& at);
  /// The writer has failed. segment_sealed and segment_not_found say that the transaction may
  /// be over: the state decides. After any other failure it is aborted.
  [[nodiscard]] actions on_writer_failed(const error& why, const moment& at);
  [[nodiscard]] actions on_wake(const moment& at);

  enum class phase : std::uint8_t {
    idle,
    creating,
    resuming,
    open,
    /// A segment takes no more events; the state will tell why.
    checking,
    flushing,
    committing,
    aborting,
    // The last phases.
    committed,
    aborted,
    /// Aborted because its lease or its longest execution time ended.
    expired,
    /// Its outcome is not known.
    lost,
    /// Left to its lease.
    left,
    /// Never begun, not found, or out of reach.
    failed,
  };
  [[nodiscard]] phase at() const noexcept { return phase_; }
  [[nodiscard]] bool is_over() const noexcept { return phase_ >= phase::committed; }
  /// Known once it is created.
  [[nodiscard]] const std::optional<transaction_id>& id() const noexcept { return id_; }
  /// Why no event may be written; none while the transaction is open.
  [[nodiscard]] std::optional<error> refusal() const;
  /// The refusal once a commit was asked for.
  [[nodiscard]] error commit_refusal() const;
  /// What a commit gets, and what an abort gets, once the transaction is over.
  [[nodiscard]] result<void> outcome_of_commit() const { return outcome_of(wants::commit); }
  [[nodiscard]] result<void> outcome_of_abort() const { return outcome_of(wants::abort); }
  /// The lease lasts at least until then, as far as pings have succeeded. None before the first
  /// of a resumed transaction.
  [[nodiscard]] std::optional<time_point> lease_until() const noexcept { return lease_until_; }
  /// When the longest execution time ends; not known of a resumed transaction.
  [[nodiscard]] std::optional<time_point> ends_at() const noexcept { return ends_at_; }
  /// The time between two pings.
  [[nodiscard]] duration ping_interval() const noexcept;

 private:
  enum class call : std::uint8_t { none, create, look_up, commit, abort, check };
  enum class wants : std::uint8_t { begin, commit, accepted_commit, abort };
  struct waiting_caller {
    caller who;
    wants what;
  };
  struct sent_ping {
    std::uint64_t serial;
    time_point at;
  };

  [[nodiscard]] actions take(const moment& at);
  // The line of calls.
  void go_on_with(call next, const moment& at);
  void again(call next, const moment& at);
  void commit_again_or_check(const moment& at);
  [[nodiscard]] bool answered(call what);
  void call_next(const moment& at);
  [[nodiscard]] duration time_of_begin(const moment& at) const;
  void watch_state(const moment& at);
  // Answers about the state.
  void on_open_state(const moment& at);
  void on_committed_state(bool complete, const moment& at);
  void on_aborted_state(const moment& at);
  void on_unknown_state(const moment& at);
  void on_no_state(const error& why, const moment& at);
  // Pings and limits.
  [[nodiscard]] bool pings_now() const;
  void send_pings(const moment& at);
  void on_ping_status(controller::ping_status status, time_point sent_at, const moment& at);
  void on_ping_failed(const error& why, const moment& at);
  void doubt_state(const moment& at);
  [[nodiscard]] bool is_kept() const;
  [[nodiscard]] std::optional<time_point> lease_notice_at() const;
  [[nodiscard]] std::optional<time_point> time_notice_at() const;
  void watch_limits(const moment& at);
  [[nodiscard]] bool has_expired(time_point now) const;
  void arm();
  // Phases.
  void become_open(controller::created_transaction in);
  void begin_commit();
  void accept();
  void begin_abort(const error& reason, const moment& at);
  void abort_failed(const error& why, const moment& at);
  void end_the_writer(const error& reason);
  void fail(const error& why);
  void conclude(phase last, std::optional<error> why);
  // Answers to callers.
  [[nodiscard]] bool awaits(wants what) const;
  void answer_all(wants what, const result<void>& outcome);
  void answer_late(const moment& at);
  [[nodiscard]] result<void> outcome_of(wants what) const;
  [[nodiscard]] error too_late(wants what) const;
  [[nodiscard]] error end_reason() const;
  [[nodiscard]] error aborted_by_others(time_point now) const;
  [[nodiscard]] error in_context(const error& why, wants what) const;

  transaction_setup setup_;
  phase phase_ = phase::idle;
  std::optional<transaction_id> id_;
  std::vector<waiting_caller> callers_;

  /// What is under way, and what comes next and when.
  call calling_ = call::none;
  call next_ = call::none;
  time_point next_at_{};
  time_point called_at_{};
  time_point committed_at_{};
  std::uint32_t attempts_ = 0;
  /// Answers UNKNOWN in a row: a controller that lags behind may give one.
  std::uint32_t unknown_ = 0;
  std::uint32_t open_though_sealed_ = 0;

  bool pings_ = false;
  time_point ping_at_{};
  std::uint64_t serial_ = 0;
  std::uint32_t failed_pings_ = 0;
  std::vector<sent_ping> sent_pings_;
  /// Of a resumed transaction, until the first ping succeeds.
  std::optional<controller::created_transaction> found_;

  std::optional<time_point> lease_until_;
  std::optional<time_point> ends_at_;
  bool said_lease_ends_ = false;
  bool said_time_ends_ = false;
  /// The controller said so.
  bool time_is_over_ = false;

  /// Why a transaction that is being begun will be aborted.
  std::optional<error> unwanted_;
  bool writer_open_ = false;
  bool commit_wanted_ = false;
  bool commit_sent_ = false;
  bool accepted_ = false;
  bool abort_sent_ = false;
  /// Why it takes no more events; none after a commit of this process.
  std::optional<error> reason_;
  std::optional<error> last_failure_;
  std::optional<time_point> armed_;
  actions todo_;
};

/// "idle", "creating", ...
[[nodiscard]] std::string_view to_string(transaction_machine::phase at) noexcept;

}  // namespace pravega_actor::internal
