#include "bench/bench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "common/owed.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "pravega_actor/version.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds silence_when_stopped{1};

double cpu_us_now() {
  rusage used = {};
  ::getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

// The most memory that the process has had; 0 if the kernel does not report it.
std::uint64_t peak_memory_bytes() {
  std::ifstream status{"/proc/self/status"};
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) << 10;
  return 0;
}

double us_of(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

}  // namespace

void stopwatch::start() {
  cpu_begin_us_ = cpu_us_now();
  begin_ = clock_type::now();
}

void stopwatch::stop() {
  stop_at(clock_type::now());
}

void stopwatch::stop_at(time_point end) {
  cpu_us_ = cpu_us_now() - cpu_begin_us_;
  seconds_ = std::chrono::duration<double>{end - begin_}.count();
}

result<bench_session> open_session(const common_options& common, const bench_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto in = session::open(common);
  if (!in) return in.error();
  const blocking_wait wait{common,
                           for_controller(in->settings(), "create " + stream->to_string(),
                                          "it is unknown whether it was created")};
  auto made = ensure(in->streams(), *stream, fixed_segments(options.segments));
  if (!made) return made.error();
  return bench_session{std::move(*in), std::move(*stream)};
}

writer_options bench_writer_options(bench_session& session, std::size_t event_bytes) {
  auto options = session.in.pravega().default_writer_options();
  if (event_bytes > limits::event_payload_bytes_max) options.large_events.emplace();
  return options;
}

result<event_writer> create_bench_writer(bench_session& session, std::size_t event_bytes) {
  return session.in.pravega().create_writer(session.stream,
                                            bench_writer_options(session, event_bytes));
}

void bench_progress::draw(std::uint64_t done) {
  constexpr std::size_t bar_width = 30;
  const auto now = clock_type::now();
  const std::chrono::duration<double> passed = now - at_;
  const auto rate = static_cast<double>(done - std::min(done, done_)) / passed.count();
  live_.draw({bar(static_cast<double>(done) / static_cast<double>(events_), bar_width)
                  .add(fmt::format(" {} of {} events, {}/s", grouped(done), grouped(events_),
                                   rounded(rate)))});
  done_ = done;
  at_ = now;
}

std::string summary_of(const bench_figures& figures) {
  const auto& measured = *figures.measured;
  const auto count = static_cast<double>(measured.events);
  const auto seconds = measured.watch.seconds();
  const auto bytes = rounded(count * figures.size / seconds);
  return fmt::format("{} events, {}/s, {}B/s, {:.2f} µs CPU per event, p50 {}, p99 {}{}",
                     grouped(measured.events), rounded(count / seconds),
                     bytes.find(' ') == std::string::npos ? bytes + " " : bytes,
                     measured.watch.cpu_us() / count,
                     duration_text(us_of(measured.latencies.quantile(0.50))),
                     duration_text(us_of(measured.latencies.quantile(0.99))), figures.remark);
}

namespace {

json_object members(const char* verb, const bench_session& session,
                    const bench_options& options, const bench_figures& figures) {
  const auto& measured = *figures.measured;
  const auto count = static_cast<double>(measured.events);
  const auto seconds = measured.watch.seconds();
  const auto peak = peak_memory_bytes();
  json_object all;
  all.add("verb", verb)
      .add("stream", session.stream.to_string())
      .add("controller", session.in.controller())
      .add("events", measured.events)
      .add("size", figures.size)
      .add("segments", options.segments)
      .add("keys", options.keys)
      .add("rate", options.rate)
      .add("warmup", options.warmup)
      .add("group", options.group)
      .add("seconds", seconds)
      .add("events_per_s", count / seconds)
      .add("mb_per_s", count * figures.size / seconds / 1e6)
      .add("cpu_us_per_event", measured.watch.cpu_us() / count)
      .add("p50_us", us_of(measured.latencies.quantile(0.50)))
      .add("p99_us", us_of(measured.latencies.quantile(0.99)))
      .add("max_us", us_of(measured.latencies.max()))
      .add("peak_memory_bytes", peak)
      .add("peak_rss_mb", static_cast<double>(peak) / 1e6)
      .add("version", version())
      .add(figures.more);
  return all;
}

}  // namespace

result<exit_code> print_figures(const common_options& common, const char* verb,
                                const bench_session& session, const bench_options& options,
                                const bench_figures& figures) {
  if (common.json)
    print_json(members(verb, session, options, figures));
  else
    print_sentence(summary_of(figures));
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

result<double> await_connected(time_point begin, std::int64_t timeout_ms,
                               const missing_segments& missing, bench_progress& progress) {
  constexpr milliseconds pause{1};
  for (;;) {
    const auto [count, why] = missing();
    const auto passed = clock_type::now() - begin;
    if (count == 0) {
      progress.end();
      return std::chrono::duration<double, std::milli>{passed}.count();
    }
    if (stop_wanted()) return errc::cancelled;
    if (passed > milliseconds{timeout_ms})
      return error{errc::retries_exhausted,
                   std::to_string(count) + " segments are not connected; " + why}
          .with_stage(stage::connect);
    if (passed > silence_max)
      progress.show(fmt::format("{} segments are not connected, at most {} more; {}", count,
                                seconds_text(timeout_ms - to_ms(passed)), why));
    std::this_thread::sleep_for(pause);
  }
}

result<void> flush_all(event_writer& writer, bench_wait wait) {
  auto seen = writer.progress().durable_through;
  auto moved = clock_type::now();
  for (;;) {
    auto flushed = writer.flush(bench_patience);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    if (stop_signals() > wait.stops) return errc::cancelled;
    const auto now = writer.progress().durable_through;
    if (now != seen) moved = clock_type::now();
    seen = now;
    const auto silent = clock_type::now() - moved;
    if (wait.stops > 0 && silent > silence_when_stopped)
      return error{errc::cancelled, fmt::format("stopped by a signal; durable: {} of {} events",
                                                now, writer.progress().last_written)};
    if (silent > silence_max)
      wait.progress.show(owed_text(writer.status(), silent, 0));
    else
      wait.progress.show(now);
  }
}

result<void> write_unmeasured(event_writer& writer, const bench_options& options,
                              number_range range, bench_progress& progress) {
  constexpr std::uint64_t events_between_looks = 1024;
  numbered_payload payload{options.size};
  const auto keys = routing_keys(options.keys);
  for (auto number = range.first; number < range.first + range.count; ++number) {
    const auto key = static_cast<std::uint32_t>(number % options.keys);
    for (;;) {
      auto ticket = writer.write(keys[key], payload.of(number, key), bench_patience);
      if (ticket) break;
      if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
      if (stop_wanted()) return errc::cancelled;
      progress.show("warm-up: waiting for acknowledgements");
    }
    if (number % events_between_looks == 0)
      progress.show(fmt::format("warm-up: {} of {} events written",
                                grouped(number - range.first), grouped(range.count)));
  }
  return flush_all(writer, {progress, 0});
}

}  // namespace pravega_actor::tool
