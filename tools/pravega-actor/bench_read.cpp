// pravega-actor bench read: every event from the head.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench.hpp"
#include "payload.hpp"
#include "report.hpp"
#include "signals.hpp"
#include "streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds patience{200};
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
               "the stream has only " + std::to_string(events) + " events; ask for fewer"}
      .with_subject(stream.to_string());
}

/// Reads `options.events` events after the warm-up.
class read_run {
 public:
  read_run(bench_session& session, const bench_options& options, std::int64_t stream_bytes)
      : session_{session},
        options_{options},
        stream_bytes_{static_cast<std::uint64_t>(stream_bytes)} {}

  result<measurement> run() {
    auto reading = session_.pravega.default_reader_options();
    reading.start = read_from_head{};
    if (options_.warmup == 0) measured_.watch.start();
    const auto opened = clock_type::now();
    auto reader = session_.pravega.create_reader(session_.stream, reading);
    if (!reader) return reader.error();
    const auto open_ms =
        await_connected(opened, session_.settings.reader_recovery_timeout_ms, [&reader] {
          const auto seen = reader->status();
          // One that was fetched to its end needs no connection any more.
          const auto missing = std::count_if(
              seen.segments.begin(), seen.segments.end(),
              [](const auto& each) { return !each.connected && each.slices_waiting == 0; });
          return std::pair{static_cast<std::size_t>(missing), seen.last_failure};
        });
    if (!open_ms) return open_ms.error();
    open_ms_ = *open_ms;
    while (totals_.events < options_.warmup + options_.events) {
      const auto begin = clock_type::now();
      auto item = reader->next(patience);
      if (!item && item.error() == errc::end_of_segment)
        return too_few(session_.stream, totals_.events);
      if (!item) return item.error();
      if (stop_wanted()) return errc::cancelled;
      if (!*item && totals_.bytes >= stream_bytes_)
        return too_few(session_.stream, totals_.events);
      if (!*item) continue;
      if (const auto* slice = std::get_if<event_slice>(&**item))
        if (auto taken = take(*slice, clock_type::now() - begin); !taken) return taken.error();
    }
    measured_.watch.stop();
    measured_.events = totals_.events - measured_from_;
    if (measured_.events == 0)
      return error{errc::invalid_argument,
                   "warm-up and events came in one slice; ask for more events"}
          .with_subject(session_.stream.to_string());
    return std::move(measured_);
  }

  [[nodiscard]] const read_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] double open_ms() const noexcept { return open_ms_; }

 private:
  result<void> take(const event_slice& slice, duration waited) {
    if (!add_slice(slice, totals_))
      return error{errc::invalid_argument, "an event has no number; `bench write` makes some"}
          .with_subject(session_.stream.to_string());
    const bool was_warming = measured_.watch.begin() == time_point{};
    if (!was_warming) measured_.latencies.add(static_cast<std::uint64_t>(waited.count()));
    if (was_warming && totals_.events >= options_.warmup) {
      measured_from_ = totals_.events;
      measured_.watch.start();
    }
    return {};
  }

  bench_session& session_;
  const bench_options& options_;
  const std::uint64_t stream_bytes_;
  measurement measured_;
  read_totals totals_;
  std::uint64_t measured_from_ = 0;
  double open_ms_ = 0;
};

// Bytes in the stream; writes the events first if there are none.
result<std::int64_t> fill(bench_session& session, const bench_options& options) {
  auto seen = session.pravega.streams().describe(session.stream);
  if (!seen) return seen.error();
  if (bytes_of(*seen) > 0) return bytes_of(*seen);
  auto writer = session.pravega.create_writer(session.stream);
  if (!writer) return writer.error();
  auto written = write_unmeasured(*writer, options, {0, options.warmup + options.events});
  if (!written) return written.error();
  if (auto closed = writer->close(seconds{10}); !closed.outcome) return closed.outcome.error();
  seen = session.pravega.streams().describe(session.stream);
  return seen ? result<std::int64_t>{bytes_of(*seen)} : result<std::int64_t>{seen.error()};
}

}  // namespace

result<exit_code> bench_read(const common_options& common, const bench_options& options) {
  auto session = open_session(common, options);
  if (!session) return session.error();
  auto stream_bytes = fill(*session, options);
  if (!stream_bytes) return stream_bytes.error();
  read_run run{*session, options, *stream_bytes};
  auto measured = run.run();
  if (!measured) return measured.error();
  auto values = figures("read", *session, options, *measured);
  const auto& totals = run.totals();
  const auto payload = totals.bytes - totals.events * limits::event_header_bytes;
  values["mb_per_s"] = values["events_per_s"].get<double>() * static_cast<double>(payload) /
                       static_cast<double>(totals.events) / 1e6;
  values["size"] = static_cast<double>(payload) / static_cast<double>(totals.events);
  values["open_ms"] = run.open_ms();
  values["slices"] = totals.slices;
  // The sum is known when all of a stream's events were read, and they are numbered from 0.
  const auto sum_expected = totals.events * (totals.events - 1) / 2;
  const bool whole = totals.bytes == static_cast<std::uint64_t>(*stream_bytes);
  values["number_sum"] = totals.sum;
  values["whole_stream"] = whole;
  values["check"] = !whole ? "partial" : totals.sum == sum_expected ? "ok" : "failed";
  auto printed = print_figures(common, values);
  if (!printed) return printed;
  return whole && totals.sum != sum_expected ? exit_code::check_failed : exit_code::ok;
}

}  // namespace pravega_actor::tool
