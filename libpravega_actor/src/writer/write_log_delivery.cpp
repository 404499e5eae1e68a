// How a write log delivers outcomes: in order, by one thread at a time, without the lock.
#include <new>
#include <utility>

#include "core/library_thread.hpp"
#include "writer/event_outcomes.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor::internal {

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
  const callback_scope callbacks_;
};

}  // namespace

/// What one round of delivery carries out. Collected without taking memory.
struct write_log::delivery {
  explicit delivery(completion_queue::batch& taken) : completions{taken} {}

  completion_queue::batch& completions;
  /// Those of the writer, once it has ended.
  const error* failure = nullptr;
  const close_report* report = nullptr;
  std::shared_ptr<const std::function<void(const writer_progress&)>> progress;
  writer_progress reached;
  std::list<flush_waiter> flushed;
  std::list<waiter> ready;
  std::vector<std::function<void(const close_report&)>> closers;
  std::function<void()> ended;

  std::shared_ptr<const std::function<void(const char*)>> threw;

  [[nodiscard]] bool empty() const noexcept {
    return completions.empty() && !progress && flushed.empty() && ready.empty() &&
           closers.empty() && !ended;
  }

  void run() {
    const auto tell = [this](const char* what) {
      if (threw) (*threw)(what);
    };
    complete(tell);
    if (progress) call_user(tell, *progress, std::as_const(reached));
    for (auto& each : flushed) {
      const bool done = each.through <= reached.durable_through;
      call_user(tell, each.done, done ? result<void>{} : result<void>{*failure});
    }
    for (auto& each : ready)
      call_user(tell, each.ready);
    for (auto& each : closers)
      call_user(tell, each, *report);
    if (ended) call_user(tell, ended);
    // What the functions hold, perhaps the last handle, goes without the lock.
    completions.clear();
  }

  template <class Tell>
  void complete(const Tell& tell) const {
    if (completions.empty()) return;
    if (!failure) return completions.succeed(tell);
    event_outcomes outcomes{*failure, *report};
    completions.tell(
        [&](event_ticket ticket) -> const write_result& { return outcomes.of(ticket); }, tell);
  }
};

std::pair<std::uint64_t, result<void>> write_log::outcome_of(event_ticket first,
                                                             event_ticket last) const {
  checked_lock lock{lock_of_all()};
  return ledger_.outcome_of(first, last);
}

bool write_log::inside_completion() noexcept {
  return delivering_here;
}

void write_log::deliver() {
  // A completion may let go of the last handle.
  const auto keep = shared_from_this();
  for (bool mine = false;;) {
    // What was called goes without the lock, too.
    const delivering_scope here;
    delivery round{taken_};
    {
      checked_lock lock{lock_of_all()};
      if (delivering_ && !mine) return;
      mine = delivering_ = collect(round);
      if (!mine) return;
    }
    round.run();
  }
}

// Takes the outcomes that can be delivered now. False: there are none.
bool write_log::collect(delivery& out) {
  const auto through = ledger_.through();
  room_.give_back({0, std::exchange(found_stored_, 0)});
  out.reached = {through, ledger_.last()};
  if (progress_ && progress_told_ != through) {
    progress_told_ = through;
    out.progress = progress_;
  }
  if (state_ == state::closing && ledger_.all_durable()) state_ = state::closed;
  if (state_ == state::failed) out.failure = &*ledger_.failure();
  ledger_.take_known(out.completions);
  collect_waiters(out);
  collect_end(out);
  if (out.empty()) return false;
  out.threw = hooks_.threw;
  return true;
}

void write_log::collect_waiters(delivery& out) {
  const bool over = state_ == state::failed || state_ == state::closed;
  while (!flushes_.empty() && (flushes_.front().through <= out.reached.durable_through || over))
    out.flushed.splice(out.flushed.end(), flushes_, flushes_.begin());
  if (over)
    room_.dismiss(out.ready);
  else
    room_.serve(out.ready);
}

void write_log::collect_end(delivery& out) {
  if (state_ != state::failed && state_ != state::closed) return;
  out.report = &ledger_.final_report();
  out.closers.swap(closers_);
  if (!std::exchange(ended_told_, true)) out.ended = std::move(hooks_.ended);
}

}  // namespace pravega_actor::internal
