// pravega-actor bench transactions: one at a time, or many.
#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

/// Of the begin, and of the commit.
constexpr seconds step_patience{60};

/// Threads of which each begins a transaction, writes its events, commits it and begins the
/// next one. Transaction t has the events t * per_transaction and following.
class transaction_run {
 public:
  transaction_run(transactional_event_writer writer, const bench_options& options,
                  bench_progress& progress)
      : writer_{std::move(writer)},
        options_{options},
        progress_{progress},
        keys_{routing_keys(options.keys)} {}

  /// All events of the range, in transactions.
  result<void> run(number_range range, histogram* latencies);
  /// Waits until all are committed.
  result<void> close();
  [[nodiscard]] std::uint64_t committed() const noexcept { return committed_; }
  [[nodiscard]] std::uint64_t transactions() const noexcept { return transactions_; }

 private:
  void work();
  result<void> one(number_range range);
  result<void> write_all(transaction& into, number_range range);
  [[nodiscard]] number_range next_range();
  void on_done(const result<void>& outcome, std::uint64_t events, duration took);
  void watch();

  transactional_event_writer writer_;
  const bench_options& options_;
  bench_progress& progress_;
  const std::vector<std::string> keys_;

  std::mutex mutex_;
  std::condition_variable changed_;
  number_range left_;
  std::uint64_t committed_ = 0;
  std::uint64_t transactions_ = 0;
  std::size_t at_work_ = 0;
  histogram* latencies_ = nullptr;
  result<void> outcome_;
};

result<void> transaction_run::run(number_range range, histogram* latencies) {
  left_ = range;
  latencies_ = latencies;
  committed_ = transactions_ = 0;
  at_work_ = options_.open;
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < options_.open; ++i)
    workers.emplace_back([this] { work(); });
  watch();
  return outcome_;
}

result<void> transaction_run::close() {
  const auto report = writer_.close(step_patience);
  if (!report.outcome) return report.outcome;
  for (const auto& each : report.transactions)
    if (each.how != transaction_end::committed)
      return each.why.value_or(error{errc::outcome_unknown, each.id.to_string()});
  return {};
}

// Until all workers have ended.
void transaction_run::watch() {
  std::unique_lock lock{mutex_};
  while (at_work_ > 0) {
    changed_.wait_for(lock, bench_patience);
    if (latencies_ != nullptr)
      progress_.show(committed_);
    else
      progress_.show(fmt::format("warm-up: {} events committed", grouped(committed_)));
  }
}

// No events: there is nothing left to do.
number_range transaction_run::next_range() {
  std::lock_guard lock{mutex_};
  if (!outcome_ || stop_wanted()) return {};
  const number_range next{left_.first, std::min(left_.count, options_.per_transaction)};
  left_ = {left_.first + next.count, left_.count - next.count};
  return next;
}

void transaction_run::on_done(const result<void>& outcome, std::uint64_t events,
                              duration took) {
  std::lock_guard lock{mutex_};
  if (!outcome) {
    if (outcome_) outcome_ = outcome;
    return;
  }
  committed_ += events;
  ++transactions_;
  if (latencies_ != nullptr) latencies_->add(static_cast<std::uint64_t>(took.count()));
}

void transaction_run::work() {
  for (;;) {
    const auto range = next_range();
    if (range.count == 0) break;
    const auto begin = clock_type::now();
    const auto outcome = one(range);
    on_done(outcome, range.count, clock_type::now() - begin);
  }
  std::lock_guard lock{mutex_};
  --at_work_;
  changed_.notify_all();
}

result<void> transaction_run::write_all(transaction& into, number_range range) {
  numbered_payload payload{options_.size};
  for (auto number = range.first; number < range.first + range.count; ++number) {
    const auto key = static_cast<std::uint32_t>(number % options_.keys);
    for (;;) {
      auto ticket = into.write(keys_[key], payload.of(number, key), bench_patience);
      if (ticket) break;
      if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
      if (stop_wanted()) return errc::cancelled;
    }
  }
  return {};
}

// A transaction that is not committed is aborted when its handle is gone.
result<void> transaction_run::one(number_range range) {
  auto open = writer_.begin(step_patience);
  if (!open) return open.error();
  if (auto written = write_all(*open, range); !written) return written;
  commit_options how;
  if (options_.accepted) how.wait_for = commit_wait::accepted;
  return open->commit(step_patience, how);
}

result<measurement> measure(transaction_run& run, const bench_options& options) {
  measurement measured;
  if (auto warm = run.run({0, options.warmup}, nullptr); !warm) return warm.error();
  measured.watch.start();
  auto outcome = run.run({options.warmup, options.events}, &measured.latencies);
  // Those that are accepted only become committed meanwhile.
  const auto closed = run.close();
  measured.watch.stop();
  if (outcome && !closed) outcome = closed;
  if (!outcome) return outcome.error();
  if (run.committed() == 0) return errc::cancelled;
  measured.events = run.committed();
  return measured;
}

}  // namespace

result<exit_code> bench_transactions(const common_options& common,
                                     const bench_options& options) {
  auto session = open_session(common, options);
  if (!session) return session.error();
  transactional_writer_options of_writer;
  of_writer.writer = bench_writer_options(*session, options.size);
  auto writer = session->in.pravega().open_transactional_writer(session->stream, of_writer);
  if (!writer) return writer.error();
  bench_progress progress{common, *session, options.events};
  transaction_run run{std::move(*writer), options, progress};
  auto measured = [&] {
    // A stop signal ends the work behind the present transactions.
    common_options quiet = common;
    quiet.quiet = true;
    quiet.timeout_s = 0;
    const blocking_wait wait{
        quiet, finishing(for_controller(session->in.settings(), "commit transactions"))};
    return measure(run, options);
  }();
  progress.end();
  if (!measured) return measured.error();
  bench_figures figures;
  figures.measured = &*measured;
  figures.size = options.size;
  const auto per_s = static_cast<double>(run.transactions()) / measured->watch.seconds();
  figures.more.add("transactions", run.transactions())
      .add("transactions_per_s", per_s)
      .add("events_per_transaction", options.per_transaction)
      .add("open", options.open)
      .add("waits_for", options.accepted ? "accepted" : "committed");
  figures.remark = fmt::format("; {:.4g} transactions/s", per_s);
  if (stop_wanted()) figures.remark += "; stopped by a signal: no transaction is open";
  auto printed = print_figures(common, "transactions", *session, options, figures);
  return printed && stop_wanted() ? exit_code::interrupted : printed;
}

}  // namespace pravega_actor::tool
