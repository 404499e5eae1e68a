#include "transaction/transaction_machine.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

/// How often a transaction whose segments take no more events may be open, before it is
/// aborted.
constexpr std::uint32_t checks_of_sealed_max = 10;
/// Answers UNKNOWN in a row that count.
constexpr std::uint32_t unknown_answers_min = 2;
constexpr std::int64_t leases_of_execution = 1000;
constexpr duration execution_time_max = std::chrono::hours{24};

bool says_over(const error& of_writer) {
  return of_writer == errc::segment_sealed || of_writer == errc::segment_not_found;
}

bool has_no_stream(const error& why) {
  return why == errc::stream_not_found || why == errc::scope_not_found;
}

result<void> check_lease(duration lease) {
  constexpr auto low = milliseconds{limits::transaction_lease_min_ms};
  constexpr auto high = milliseconds{limits::transaction_lease_max_ms};
  if (lease >= low && lease <= high) return {};
  return error{errc::invalid_argument,
               "a lease of " + std::to_string(to_ms(lease)) + " ms; allowed are " +
                   std::to_string(limits::transaction_lease_min_ms) + " to " +
                   std::to_string(limits::transaction_lease_max_ms) + " ms"};
}

}  // namespace

transaction_machine::transaction_machine(transaction_setup what) : setup_{std::move(what)} {}

transaction_machine::actions transaction_machine::start(const caller& who, const moment& at) {
  if (phase_ != phase::idle) return {answer{who.number, end_reason()}};
  callers_.push_back({who, wants::begin});
  id_ = setup_.resumed;
  if (const auto allowed = check_lease(setup_.lease); !allowed) {
    fail(allowed.error());
    return take(at);
  }
  phase_ = id_ ? phase::resuming : phase::creating;
  go_on_with(id_ ? call::check : call::create, at);
  return take(at);
}

transaction_machine::actions transaction_machine::on_commit(const caller& who,
                                                            bool accepted_is_enough,
                                                            const moment& at) {
  const auto what = accepted_is_enough ? wants::accepted_commit : wants::commit;
  callers_.push_back({who, what});
  if (is_over() || phase_ == phase::idle)
    answer_all(what, outcome_of(what));
  else if (accepted_ && accepted_is_enough)
    answer_all(what, {});
  commit_wanted_ = true;
  if (phase_ == phase::open) begin_commit();
  return take(at);
}

transaction_machine::actions transaction_machine::on_abort(const caller& who,
                                                           const moment& at) {
  callers_.push_back({who, wants::abort});
  const error reason{errc::transaction_aborted, "this process has aborted it"};
  if (is_over() || phase_ == phase::idle)
    answer_all(wants::abort, outcome_of(wants::abort));
  else if (phase_ == phase::creating)
    unwanted_ = reason;
  else if (phase_ == phase::resuming || phase_ == phase::open || phase_ == phase::checking)
    begin_abort(reason, at);
  return take(at);
}

transaction_machine::actions transaction_machine::on_dropped(const moment& at) {
  const bool is_open = phase_ == phase::open || phase_ == phase::checking;
  if (phase_ == phase::creating)
    unwanted_ = error{errc::transaction_aborted, "nobody waited for it any more"};
  else if (phase_ == phase::resuming || (is_open && setup_.leave_open))
    conclude(phase::left, error{errc::closed, "the transaction was left to its lease"});
  else if (is_open)
    begin_abort({errc::transaction_aborted, "its last handle was dropped"}, at);
  return take(at);
}

transaction_machine::actions transaction_machine::on_stop(const error& reason,
                                                          const moment& at) {
  if (!is_over()) conclude(commit_sent_ || abort_sent_ ? phase::lost : phase::left, reason);
  return take(at);
}

transaction_machine::actions transaction_machine::on_created(
    const result<controller::created_transaction>& got, const moment& at) {
  if (!answered(call::create)) return {};
  if (got) {
    id_ = got->id;
    lease_until_ = called_at_ + setup_.lease;
    ends_at_ =
        called_at_ + std::min<duration>(setup_.lease * leases_of_execution, execution_time_max);
    ping_at_ = called_at_ + ping_interval();
    if (unwanted_)
      begin_abort(*unwanted_, at);
    else
      become_open(*got);
  } else if (got.error() == errc::actor_terminated && awaits(wants::begin)) {
    last_failure_ = got.error();
    again(call::create, at);
  } else {
    fail(got.error());
  }
  return take(at);
}

// The names of the transaction's segments carry its epoch, whatever the epoch of their
// creation.
transaction_machine::actions transaction_machine::on_looked_up(
    const result<controller::segment_ranges>& got, const moment& at) {
  if (!answered(call::look_up)) return {};
  if (phase_ != phase::resuming) return take(at);
  if (got) {
    found_ = controller::created_transaction{*id_, got->segments, got->delegation_token};
    for (auto& each : found_->segments)
      each.id.epoch = id_->epoch();
    pings_ = true;
    ping_at_ = at.now;
  } else if (got.error().retriable()) {
    last_failure_ = got.error();
    again(call::look_up, at);
  } else {
    fail(got.error());
  }
  return take(at);
}

transaction_machine::actions transaction_machine::on_commit_answer(
    const result<controller::done>& got, const moment& at) {
  if (!answered(call::commit)) return {};
  if (got) {
    accept();
    again(call::check, at);
  } else {
    last_failure_ = got.error();
    go_on_with(call::check, at);
  }
  return take(at);
}

transaction_machine::actions transaction_machine::on_abort_answer(
    const result<controller::done>& got, const moment& at) {
  if (!answered(call::abort)) return {};
  if (got) {
    conclude(phase::aborted, reason_);
  } else {
    last_failure_ = got.error();
    go_on_with(call::check, at);
  }
  return take(at);
}

transaction_machine::actions transaction_machine::on_checked(
    const result<controller::transaction_checked>& got, const moment& at) {
  if (!answered(call::check)) return {};
  if (!got) {
    on_no_state(got.error(), at);
    return take(at);
  }
  switch (got->state) {
    case transaction_state::unknown:
      on_unknown_state(at);
      break;
    case transaction_state::open:
      unknown_ = 0;
      on_open_state(at);
      break;
    case transaction_state::committing:
    case transaction_state::committed:
      unknown_ = 0;
      on_committed_state(got->state == transaction_state::committed, at);
      break;
    case transaction_state::aborting:
    case transaction_state::aborted:
      on_aborted_state(at);
      break;
  }
  return take(at);
}

transaction_machine::actions transaction_machine::on_flushed(const result<void>& outcome,
                                                             const moment& at) {
  if (phase_ != phase::flushing) return {};
  if (!outcome) return on_writer_failed(outcome.error(), at);
  phase_ = phase::committing;
  attempts_ = 0;
  end_the_writer({errc::transaction_committed, "the transaction is being committed"});
  // A question about the state that is under way comes first.
  if (calling_ == call::none) go_on_with(call::commit, at);
  return take(at);
}

transaction_machine::actions transaction_machine::on_writer_failed(const error& why,
                                                                   const moment& at) {
  if (phase_ != phase::open && phase_ != phase::flushing) return {};
  if (says_over(why)) {
    phase_ = phase::checking;
    reason_ = why;
    attempts_ = 0;
    if (calling_ == call::none) go_on_with(call::check, at);
  } else {
    abort_failed(why, at);
  }
  return take(at);
}

transaction_machine::actions transaction_machine::on_wake(const moment& at) {
  if (!armed_ || at.now < *armed_) return {};
  armed_.reset();
  return take(at);
}

// --- what the state means -------------------------------------------------------------------

void transaction_machine::on_open_state(const moment& at) {
  const bool go_on_pinging = !time_is_over_ && !pings_;
  switch (phase_) {
    case phase::resuming:
      go_on_with(call::look_up, at);
      return;
    case phase::checking:
      if (++open_though_sealed_ >= checks_of_sealed_max)
        abort_failed(*reason_, at);
      else
        again(call::check, at);
      return;
    case phase::committing:
      if (commit_sent_)
        again(call::commit, at);
      else
        go_on_with(call::commit, at);
      return;
    case phase::aborting:
      if (abort_sent_)
        again(call::abort, at);
      else
        go_on_with(call::abort, at);
      return;
    default:
      // A ping said that it is over. It is not.
      if (go_on_pinging) {
        pings_ = true;
        ping_at_ = at.now + setup_.ping_pauses.delay(++failed_pings_, at.random);
      }
      watch_state(at);
  }
}

void transaction_machine::on_committed_state(bool complete, const moment& at) {
  if (phase_ != phase::committing || !commit_sent_) {
    // Its process may be dead, and nobody else would send the commit again.
    if (phase_ == phase::resuming && !complete) todo_.emplace_back(commit{});
    conclude(phase::committed,
             error{errc::transaction_committed, "another process has committed it"});
    return;
  }
  accept();
  if (complete)
    conclude(phase::committed, {});
  else
    commit_again_or_check(at);
}

void transaction_machine::on_aborted_state(const moment& at) {
  if (phase_ == phase::aborting) {
    conclude(phase::aborted, reason_);
  } else if (phase_ == phase::resuming) {
    conclude(phase::aborted, error{errc::transaction_aborted,
                                   "it was aborted, or its lease ended before this process "
                                   "resumed it"});
  } else {
    auto why = aborted_by_others(at.now);
    const bool by_time = why == errc::transaction_expired;
    conclude(by_time ? phase::expired : phase::aborted, std::move(why));
  }
}

void transaction_machine::on_unknown_state(const moment& at) {
  if (++unknown_ < unknown_answers_min)
    again(call::check, at);
  else if (phase_ == phase::committing && commit_sent_)
    conclude(phase::lost,
             error{errc::transaction_not_found, "the controller has forgotten it"});
  else
    fail({errc::transaction_not_found, "the controller does not know it"});
}

void transaction_machine::on_no_state(const error& why, const moment& at) {
  last_failure_ = why;
  if (why.retriable())
    again(call::check, at);
  else if (phase_ == phase::committing && commit_sent_ && !has_no_stream(why))
    conclude(phase::lost, why);
  else
    fail(why);
}

}  // namespace pravega_actor::internal
