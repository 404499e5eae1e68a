// pravega-actor bench read: every event from the head.
#include "bench/bench_source.hpp"
#include "common/owed.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t number_bytes = 8;

struct read_totals {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  /// Of the numbers of all events.
  std::uint64_t sum = 0;
  std::uint64_t slices = 0;
};

// Looks at every event; false if one has no number.
bool add_slice(const event_slice& slice, read_totals& totals) {
  std::uint64_t sum = 0;
  bool whole = true;
  for (const auto event : slice) {
    if (event.payload.size() < number_bytes) {
      whole = false;
      continue;
    }
    sum += number_of(event.payload);
  }
  totals.sum += sum;
  totals.events += slice.event_count();
  totals.bytes += slice.bytes().size();
  ++totals.slices;
  return whole;
}

error too_few(const scoped_stream& stream, std::uint64_t events) {
  return error{errc::invalid_argument,
               "the stream has only " + std::to_string(events) + " events; request fewer"}
      .with_subject(stream.to_string());
}

/// Reads `options.events` events after the warm-up.
class read_run {
 public:
  read_run(const common_options& common, bench_session& session, const bench_options& options,
           std::int64_t stream_bytes)
      : common_{common},
        session_{session},
        options_{options},
        stream_bytes_{static_cast<std::uint64_t>(stream_bytes)},
        progress_{common, session, options.events + options.warmup} {}

  result<measurement> run() {
    if (options_.warmup == 0) measured_.watch.start();
    const auto opened = clock_type::now();
    auto reader = open_source(common_, session_, options_);
    if (!reader) return reader.error();
    const auto open_ms = connect(opened, **reader);
    if (!open_ms) return open_ms.error();
    open_ms_ = *open_ms;
    auto last = clock_type::now();
    while (totals_.events < options_.warmup + options_.events) {
      const auto begin = clock_type::now();
      auto item = (*reader)->next(bench_patience);
      if (!item && item.error() == errc::end_of_segment)
        return too_few(session_.stream, totals_.events);
      if (!item) return item.error();
      if (stop_wanted()) return errc::cancelled;
      if (!*item && totals_.bytes >= stream_bytes_)
        return too_few(session_.stream, totals_.events);
      if (!*item) {
        if (begin - last > silence_max)
          progress_.show(owed_text((*reader)->status(), begin - last, 0));
        continue;
      }
      last = begin;
      if (auto taken = take(**item, clock_type::now() - begin); !taken) return taken.error();
      progress_.show(totals_.events);
    }
    measured_.watch.stop();
    progress_.end();
    measured_.events = totals_.events - measured_from_;
    if (measured_.events == 0)
      return error{errc::invalid_argument,
                   "warm-up and events came in one slice; request more events"}
          .with_subject(session_.stream.to_string());
    return std::move(measured_);
  }

  [[nodiscard]] const read_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] double open_ms() const noexcept { return open_ms_; }

 private:
  result<double> connect(time_point opened, const bench_source& reader) {
    return await_connected(
        opened, session_.in.settings().reader_recovery_timeout_ms,
        [&reader] { return reader.missing(); }, progress_);
  }

  result<void> take(const event_slice& slice, duration waited) {
    if (!add_slice(slice, totals_))
      return error{errc::invalid_argument,
                   "an event has no number; write events with `bench write`"}
          .with_subject(session_.stream.to_string());
    const bool was_warming = measured_.watch.begin() == time_point{};
    if (!was_warming) measured_.latencies.add(static_cast<std::uint64_t>(waited.count()));
    if (was_warming && totals_.events >= options_.warmup) {
      measured_from_ = totals_.events;
      measured_.watch.start();
    }
    return {};
  }

  const common_options& common_;
  bench_session& session_;
  const bench_options& options_;
  const std::uint64_t stream_bytes_;
  bench_progress progress_;
  measurement measured_;
  read_totals totals_;
  std::uint64_t measured_from_ = 0;
  double open_ms_ = 0;
};

result<std::int64_t> stored_bytes(const common_options& common, bench_session& session) {
  const blocking_wait wait{
      common, for_controller(session.in.settings(), "describe " + session.stream.to_string())};
  auto seen = session.in.streams().describe(session.stream);
  if (!seen) return seen.error();
  return bytes_of(*seen);
}

// Bytes in the stream; writes the events first if there are none.
result<std::int64_t> fill(const common_options& common, bench_session& session,
                          const bench_options& options) {
  auto bytes = stored_bytes(common, session);
  if (!bytes || *bytes > 0) return bytes;
  auto writer = create_bench_writer(session, options.size);
  if (!writer) return writer.error();
  bench_progress progress{common, session, options.warmup + options.events};
  auto written =
      write_unmeasured(*writer, options, {0, options.warmup + options.events}, progress);
  if (!written) return written.error();
  if (auto closed = writer->close(seconds{10}); !closed.outcome) return closed.outcome.error();
  return stored_bytes(common, session);
}

}  // namespace

result<exit_code> bench_read(const common_options& common, const bench_options& options) {
  auto session = open_session(common, options);
  if (!session) return session.error();
  auto stream_bytes = fill(common, *session, options);
  if (!stream_bytes) return stream_bytes.error();
  if (auto ready = ready_bench_group(common, *session, options); !ready) return ready.error();
  read_run run{common, *session, options, *stream_bytes};
  auto measured = run.run();
  if (!measured) return measured.error();
  const auto& totals = run.totals();
  const auto payload = totals.bytes - totals.events * limits::event_header_bytes;
  bench_figures figures;
  figures.measured = &*measured;
  figures.size = static_cast<double>(payload) / static_cast<double>(totals.events);
  // The sum is known when all of a stream's events were read, and they are numbered from 0.
  const auto sum_expected = totals.events * (totals.events - 1) / 2;
  const bool whole = totals.bytes == static_cast<std::uint64_t>(*stream_bytes);
  const char* check = !whole ? "partial" : totals.sum == sum_expected ? "ok" : "failed";
  figures.more.add("open_ms", run.open_ms())
      .add("slices", totals.slices)
      .add("number_sum", totals.sum)
      .add("whole_stream", whole)
      .add("check", check);
  figures.remark = !whole ? ""
                   : totals.sum == sum_expected
                       ? "; each number arrived"
                       : "; the check failed: the sum of the numbers is wrong";
  auto printed = print_figures(common, "read", *session, options, figures);
  if (!printed) return printed;
  return whole && totals.sum != sum_expected ? exit_code::check_failed : exit_code::ok;
}

}  // namespace pravega_actor::tool
