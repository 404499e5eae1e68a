// pravega-actor bench write: as many events as possible, or as many per second as asked.
#include <algorithm>
#include <cmath>
#include <thread>

#include "bench/bench.hpp"
#include "common/descriptors.hpp"
#include "common/owed.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

/// A paced run sends what is due this often.
constexpr double batches_per_s = 1000;

std::uint64_t ns_between(time_point from, time_point to) {
  return static_cast<std::uint64_t>(duration{to - from}.count());
}

/// Writes numbered events and takes an acknowledgement for each.
///
/// The clock is read once for each group of events before the first of them is written, and
/// once for each round of acknowledgements after the last of them was taken: latencies are
/// never shown too short. When the rate is given, an event begins when it was due.
class write_run {
 public:
  write_run(event_writer& writer, const bench_options& options, bench_progress& progress)
      : writer_{writer},
        progress_{progress},
        options_{options},
        keys_{routing_keys(options.keys)},
        payload_{options.size},
        batch_{options.rate > 0 ? std::max<std::uint64_t>(1, static_cast<std::uint64_t>(
                                                                 options.rate / batches_per_s))
                                : unpaced_batch},
        begins_((options.events + batch_ - 1) / batch_) {}

  /// What was written until a stop signal, if one came; `cancelled` if that is nothing.
  result<measurement> run();
  /// The longest time between two acknowledgements while something was outstanding.
  [[nodiscard]] double longest_gap_ms() const noexcept {
    return static_cast<double>(longest_gap_ns_) / 1e6;
  }

 private:
  static constexpr std::uint64_t unpaced_batch = 16;
  static constexpr std::uint64_t batches_between_looks = 512;
  result<void> write_all();
  result<void> write_batch(std::uint64_t batch);
  result<void> write_one(std::uint64_t number);
  void show_progress();
  result<void> check_acknowledged() const;
  void pace(std::uint64_t batch);
  void on_acknowledged(const write_result& outcome) noexcept;
  void on_round(const writer_progress& progress);

  event_writer& writer_;
  bench_progress& progress_;
  const bench_options& options_;
  const std::vector<std::string> keys_;
  numbered_payload payload_;
  const std::uint64_t batch_;
  std::uint32_t key_ = 0;
  std::uint64_t written_ = 0;
  event_ticket first_ticket_ = 0;
  event_ticket durable_seen_ = 0;
  time_point moved_ = clock_type::now();
  measurement measured_;
  /// When each batch began, in ns from the start.
  std::vector<std::uint64_t> begins_;

  // Written by the thread that delivers, read after everything is flushed.
  std::uint64_t acknowledged_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t timed_ = 0;
  /// When anything became outstanding, or the last acknowledgements came since: ns from start.
  std::uint64_t waiting_since_ = 0;
  std::uint64_t longest_gap_ns_ = 0;
};

void write_run::on_acknowledged(const write_result& outcome) noexcept {
  ++acknowledged_;
  if (!outcome.outcome) ++failed_;
}

void write_run::on_round(const writer_progress& progress) {
  if (progress.durable_through < first_ticket_) return;
  const auto now = ns_between(measured_.watch.begin(), clock_type::now());
  const auto through = progress.durable_through - first_ticket_ + 1;
  if (through > timed_) {
    // What was written after the last acknowledgement is outstanding since it was written.
    const auto since = std::max(waiting_since_, begins_[timed_ / batch_]);
    if (now > since) longest_gap_ns_ = std::max(longest_gap_ns_, now - since);
    waiting_since_ = now;
  }
  while (timed_ < through) {
    const auto batch = timed_ / batch_;
    const auto end = std::min(through, (batch + 1) * batch_);
    const auto begin = begins_[batch];
    measured_.latencies.add(now > begin ? now - begin : 0, end - timed_);
    timed_ = end;
  }
}

void write_run::pace(std::uint64_t batch) {
  const std::chrono::duration<double> due{static_cast<double>(batch * batch_) / options_.rate};
  const auto at = std::chrono::duration_cast<duration>(due);
  begins_[batch] = static_cast<std::uint64_t>(at.count());
  std::this_thread::sleep_until(measured_.watch.begin() + at);
}

result<void> write_run::write_one(std::uint64_t number) {
  const auto event = payload_.of(number, key_);
  const auto& key = keys_[key_];
  key_ = key_ + 1 == options_.keys ? 0 : key_ + 1;
  for (;;) {
    auto ticket =
        writer_.write(key, event, bench_patience,
                      [this](const write_result& outcome) { on_acknowledged(outcome); });
    if (ticket) return {};
    if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
    if (stop_wanted()) return errc::cancelled;
    show_progress();
  }
}

// Says what is owed where no acknowledgement came for some time.
void write_run::show_progress() {
  const auto durable = writer_.progress().durable_through;
  const auto now = clock_type::now();
  if (durable != durable_seen_) moved_ = now;
  durable_seen_ = durable;
  if (now - moved_ > silence_max)
    progress_.show(owed_text(writer_.status(), now - moved_, 0));
  else
    progress_.show(durable < first_ticket_ ? 0 : durable - first_ticket_ + 1);
}

result<void> write_run::write_batch(std::uint64_t batch) {
  if (options_.rate > 0)
    pace(batch);
  else
    begins_[batch] = ns_between(measured_.watch.begin(), clock_type::now());
  const auto end = std::min(options_.events, (batch + 1) * batch_);
  for (auto i = batch * batch_; i < end; ++i, ++written_)
    if (auto written = write_one(options_.warmup + i); !written) return written;
  return {};
}

result<void> write_run::write_all() {
  for (std::uint64_t batch = 0; batch < begins_.size(); ++batch) {
    if (auto written = write_batch(batch); !written) return written;
    if (stop_wanted()) return errc::cancelled;
    if (batch % batches_between_looks == 0) show_progress();
  }
  return flush_all(writer_, {progress_, 0});
}

result<void> write_run::check_acknowledged() const {
  if (acknowledged_ == written_ && failed_ == 0 && timed_ == written_) return {};
  return error{errc::internal_error, std::to_string(acknowledged_) + " acknowledgements, " +
                                         std::to_string(failed_) + " of failures, for " +
                                         std::to_string(written_) + " events"};
}

result<measurement> write_run::run() {
  if (options_.warmup > 0)
    if (auto warm = write_unmeasured(writer_, options_, {0, options_.warmup}, progress_); !warm)
      return warm.error();
  key_ = static_cast<std::uint32_t>(options_.warmup % options_.keys);
  first_ticket_ = writer_.progress().last_written + 1;
  measured_.watch.start();
  writer_.on_progress([this](const writer_progress& progress) { on_round(progress); });
  const auto outcome = write_all();
  const bool stopped = !outcome && outcome.error() == errc::cancelled && written_ > 0;
  // It takes as long as the servers need, or until the next signal.
  const auto drained =
      stopped ? flush_all(writer_, {progress_, stop_signals()}) : result<void>{};
  measured_.watch.stop();
  // No callback may come once this object is gone.
  progress_.end();
  const auto report = writer_.close(drained ? duration{seconds{10}} : duration{bench_patience});
  if (!outcome && !stopped) return outcome.error();
  if (stopped && !drained) return drained.error();
  if (!report.outcome) return report.outcome.error();
  if (auto checked = check_acknowledged(); !checked) return checked.error();
  measured_.events = written_;
  return std::move(measured_);
}

}  // namespace

namespace {

result<event_writer> open_writer(const common_options& common, bench_session& session,
                                 const bench_options& options) {
  const blocking_wait wait{
      common, for_controller(session.in.settings(), "open " + session.stream.to_string())};
  auto writer = create_bench_writer(session, options.size);
  if (!writer) return writer;
  if (auto enough = check_descriptors(writer->status().segments.size()); !enough)
    return enough.error();
  return writer;
}

bench_figures figures_of(const measurement& measured, const bench_options& options,
                         const config& settings, std::uint64_t blocks) {
  bench_figures figures;
  figures.measured = &measured;
  figures.size = options.size;
  figures.more.add("blocks", blocks)
      .add("events_per_block",
           static_cast<double>(measured.events + options.warmup) / static_cast<double>(blocks))
      .add("block_bytes_max", settings.writer_block_bytes_max)
      .add("blocks_in_flight_max", settings.writer_blocks_in_flight_max)
      .add("outstanding_bytes_max", settings.writer_outstanding_bytes_max);
  return figures;
}

}  // namespace

result<exit_code> bench_write(const common_options& common, const bench_options& options) {
  auto session = open_session(common, options);
  if (!session) return session.error();
  bench_progress progress{common, *session, options.events};
  const auto begin = clock_type::now();
  auto writer = open_writer(common, *session, options);
  if (!writer) return writer.error();
  const auto& settings = session->in.settings();
  const auto open_ms = await_connected(
      begin, settings.writer_recovery_timeout_ms,
      [&writer] {
        const auto seen = writer->status();
        const auto missing = std::count_if(seen.segments.begin(), seen.segments.end(),
                                           [](const auto& each) { return !each.connected; });
        return std::pair{static_cast<std::size_t>(missing), seen.last_failure};
      },
      progress);
  if (!open_ms) return open_ms.error();
  auto run = std::make_unique<write_run>(*writer, options, progress);
  auto measured = run->run();
  progress.end();
  if (!measured) {
    static_cast<void>(session->in.pravega().close(milliseconds{200}));
    return measured.error();
  }
  auto figures = figures_of(*measured, options, settings, writer->status().blocks_acknowledged);
  figures.more.add("open_ms", *open_ms).add("longest_gap_ms", run->longest_gap_ms());
  if (stop_wanted()) figures.remark = "; stopped by a signal: all written events are durable";
  auto printed = print_figures(common, "write", *session, options, figures);
  return printed && stop_wanted() ? exit_code::interrupted : printed;
}

}  // namespace pravega_actor::tool
