// How a write log tells outcomes: in order, by one thread at a time, without the lock.
#include <utility>

#include "core/finally.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor {

namespace {

thread_local bool delivering_here = false;

// A completion of one writer may bring about one of another.
class delivering_scope {
 public:
  delivering_scope() : before_{std::exchange(delivering_here, true)} {}
  ~delivering_scope() { delivering_here = before_; }
  delivering_scope(const delivering_scope&) = delete;
  delivering_scope& operator=(const delivering_scope&) = delete;

 private:
  const bool before_;
};

}  // namespace

/// What one round of delivery carries out.
struct write_log::delivery {
  completion_queue::batch completions;
  std::vector<std::pair<write_completion, write_result>> failures;
  std::vector<std::function<void()>> ready;
  std::vector<std::pair<std::function<void(const result<void>&)>, result<void>>> flushed;
  std::shared_ptr<const std::function<void(const writer_progress&)>> progress;
  writer_progress reached;
  std::vector<std::function<void(const close_report&)>> closers;
  close_report report;
  std::function<void()> ended;

  std::shared_ptr<const std::function<void(const char*)>> threw;

  void run() {
    const auto tell = [this](const char* what) {
      if (threw) (*threw)(what);
    };
    completions.succeed(tell);
    for (auto& [done, outcome] : failures)
      call_user(tell, done, std::as_const(outcome));
    if (progress) call_user(tell, *progress, std::as_const(reached));
    for (auto& [done, outcome] : flushed)
      call_user(tell, done, std::as_const(outcome));
    for (auto& each : ready)
      call_user(tell, each);
    for (auto& each : closers)
      call_user(tell, each, std::as_const(report));
    if (ended) ended();
  }
};

bool write_log::inside_completion() noexcept {
  return delivering_here;
}

void write_log::settle() {
  // A completion may let go of the last handle.
  const auto keep = shared_from_this();
  std::unique_lock lock{mutex_};
  if (delivering_) return;
  delivering_ = true;
  // Also without memory for a round: the next one will find the rest.
  const finally over{[&] {
    if (!lock.owns_lock()) lock.lock();
    delivering_ = false;
  }};
  for (;;) {
    {
      const delivering_scope here;
      delivery round;
      if (!collect(round)) break;
      lock.unlock();
      round.run();
    }  // What the functions hold, perhaps the last handle, goes without the lock.
    lock.lock();
  }
}

// Takes what can be told now. False: nothing.
bool write_log::collect(delivery& out) {
  const auto through = tracker_.through();
  completions_.take_through(through, out.completions);
  if (progress_ && progress_told_ != through) {
    progress_told_ = through;
    out.progress = progress_;
    out.reached = {through, last_ticket_};
  }
  if (state_ == state::closing && through == last_ticket_) state_ = state::closed;
  if (state_ == state::failed) collect_failed(out);
  collect_waiters(out);
  collect_end(out);
  const bool any = !out.completions.empty() || !out.failures.empty() || out.progress ||
                   !out.flushed.empty() || !out.ready.empty() || !out.closers.empty() ||
                   out.ended;
  if (any) out.threw = hooks_.threw;
  return any;
}

void write_log::collect_failed(delivery& out) {
  if (completions_.empty()) return;
  // Made once: copies of an error share its context.
  const auto because = [&why = *failure_](errc code) {
    return error{code, why.to_string()}
        .with_stage(why.at())
        .with_subject(why.subject())
        .with_segment_store(why.segment_store())
        .with_controller(why.controller());
  };
  const auto not_written = because(errc::not_written);
  const auto unknown = because(errc::outcome_unknown);
  const auto earlier = because(errc::earlier_event_failed);
  auto at = undurable_.begin();
  completions_.take_all([&](event_ticket ticket, write_completion&& done) {
    while (at != undurable_.end() && at->last < ticket)
      ++at;
    write_result outcome{ticket, true, {}};
    const bool undurable = at != undurable_.end() && at->first <= ticket;
    if (undurable) outcome = {ticket, false, at->unknown ? unknown : not_written};
    if (!undurable && ticket > tracker_.through()) outcome.outcome = earlier;
    out.failures.emplace_back(std::move(done), std::move(outcome));
  });
}

void write_log::collect_waiters(delivery& out) {
  const auto through = tracker_.through();
  const bool over = state_ == state::failed || state_ == state::closed;
  while (!flushes_.empty() && (flushes_.front().through <= through || over)) {
    result<void> outcome;
    if (flushes_.front().through > through) outcome = *failure_;
    out.flushed.emplace_back(std::move(flushes_.front().done), std::move(outcome));
    flushes_.pop_front();
  }
  // Waiters are woken when a quarter of the room is free, not for every block.
  const auto low = options_.outstanding_bytes_max - options_.outstanding_bytes_max / 4;
  const bool roomy = outstanding_bytes_ <= low;
  // One in a round: the next one's room depends on what this one writes.
  while (!waiters_.empty() &&
         (over || (roomy && has_room(waiters_.front().cost, waiters_.front().events)))) {
    out.ready.push_back(std::move(waiters_.front().ready));
    waiters_.pop_front();
    if (!over) break;
  }
}

void write_log::collect_end(delivery& out) {
  if (state_ != state::failed && state_ != state::closed) return;
  out.closers.swap(closers_);
  if (!out.closers.empty()) out.report = report();
  if (ended_told_) return;
  ended_told_ = true;
  out.ended = hooks_.ended;
}

}  // namespace pravega_actor
