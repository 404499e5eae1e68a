#include "transaction/two_phase_sink_core.hpp"

#include <algorithm>
#include <utility>

namespace pravega_actor::internal {

namespace {

transaction_options left_open(transaction_options options) {
  options.leave_open = true;
  return options;
}

// The segments of a transaction take no more events when the controller has ended it.
error failure_of(const close_report& report) {
  const auto& why = report.outcome.error();
  if (why != errc::segment_sealed && why != errc::segment_not_found) return why;
  return error{errc::transaction_aborted, "the controller has ended it: " + why.summary()}
      .with_stage(stage::append)
      .with_subject(why.subject());
}

}  // namespace

two_phase_sink_core::two_phase_sink_core(transactional_event_writer writer,
                                         transaction_options options)
    : options_{left_open(std::move(options))}, writer_{std::move(writer)} {}

two_phase_sink_core::~two_phase_sink_core() {
  if (current_.valid()) current_.abort_async(options_.lease, [](const result<void>&) {});
}

transaction two_phase_sink_core::known() const {
  std::lock_guard lock{mutex_};
  return current_;
}

void two_phase_sink_core::current(duration timeout, transaction_done done) {
  transaction known;
  {
    std::lock_guard lock{mutex_};
    known = current_;
    if (!known.valid()) {
      waiting_.push_back(std::move(done));
      if (waiting_.size() > 1) return;
    }
  }
  if (known.valid()) return done(known);
  writer_.begin_async(timeout, options_, [me = shared_from_this()](result<transaction> begun) {
    me->on_begun(begun);
  });
}

void two_phase_sink_core::on_begun(const result<transaction>& begun) {
  std::vector<transaction_done> waiting;
  {
    std::lock_guard lock{mutex_};
    waiting.swap(waiting_);
    if (begun) current_ = *begun;
  }
  for (const auto& done : waiting)
    done(begun);
}

transaction two_phase_sink_core::take_current() {
  std::lock_guard lock{mutex_};
  return std::exchange(current_, {});
}

// A closed writer takes no more events, so what comes too late cannot join the transaction.
void two_phase_sink_core::pre_commit(duration timeout, prepared_done done) {
  auto mine = take_current();
  if (!mine.valid()) return done(prepared_transaction{writer_.stream(), std::nullopt});
  auto closed = [me = shared_from_this(), mine, timeout,
                 done = std::move(done)](const close_report& report) mutable {
    if (report.outcome) {
      me->hold(mine);
      return done(prepared_transaction{mine.stream(), mine.id()});
    }
    mine.abort_async(timeout, [done = std::move(done),
                               why = failure_of(report)](const result<void>&) { done(why); });
  };
  mine.writer().close_async(timeout, std::move(closed));
}

void two_phase_sink_core::commit(const prepared_transaction& what, duration timeout,
                                 outcome_done done) {
  const auto call = [timeout](transaction& which, outcome_done ended) {
    which.commit_async(timeout, {}, std::move(ended));
  };
  end(what, errc::transaction_committed, timeout, call, std::move(done));
}

void two_phase_sink_core::abort(const prepared_transaction& what, duration timeout,
                                outcome_done done) {
  const auto call = [timeout](transaction& which, outcome_done ended) {
    which.abort_async(timeout, std::move(ended));
  };
  end(what, errc::transaction_aborted, timeout, call, std::move(done));
}

// Whatever the outcome, the next call resumes the transaction: the controller knows best.
void two_phase_sink_core::end(const prepared_transaction& what, errc fulfilled,
                              duration timeout, const end_call& call, outcome_done done) {
  if (what.stream != writer_.stream())
    return done(error{errc::invalid_argument, "the sink writes to another stream"}.with_subject(
        what.stream.to_string()));
  if (!what.id) return done({});
  auto ended = [me = shared_from_this(), id = *what.id, fulfilled,
                done = std::move(done)](const result<void>& outcome) {
    me->let_go(id);
    done(!outcome && outcome.error() == fulfilled ? result<void>{} : outcome);
  };
  if (auto mine = held(*what.id); mine.valid()) return call(mine, std::move(ended));
  writer_.resume_async(*what.id, timeout, options_,
                       [call, ended = std::move(ended)](result<transaction> resumed) {
                         if (!resumed) return ended(resumed.error());
                         call(*resumed, ended);
                       });
}

void two_phase_sink_core::discard(duration timeout, outcome_done done) {
  auto mine = take_current();
  if (!mine.valid()) return done({});
  mine.abort_async(timeout, std::move(done));
}

void two_phase_sink_core::hold(const transaction& prepared) {
  std::lock_guard lock{mutex_};
  prepared_.push_back(prepared);
}

transaction two_phase_sink_core::held(const transaction_id& id) const {
  std::lock_guard lock{mutex_};
  const auto at = std::find_if(prepared_.begin(), prepared_.end(),
                               [&](const auto& each) { return each.id() == id; });
  return at == prepared_.end() ? transaction{} : *at;
}

void two_phase_sink_core::let_go(const transaction_id& id) {
  std::list<transaction> gone;
  std::lock_guard lock{mutex_};
  for (auto at = prepared_.begin(); at != prepared_.end();) {
    const auto next = std::next(at);
    if (at->id() == id) gone.splice(gone.end(), prepared_, at);
    at = next;
  }
}

std::vector<prepared_transaction> two_phase_sink_core::prepared() const {
  std::lock_guard lock{mutex_};
  std::vector<prepared_transaction> out;
  for (const auto& each : prepared_)
    out.push_back({each.stream(), each.id()});
  return out;
}

}  // namespace pravega_actor::internal
