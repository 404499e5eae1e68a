#include "bench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "payload.hpp"
#include "pravega_actor/version.hpp"
#include "report.hpp"
#include "signals.hpp"
#include "streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds patience{200};

double cpu_us_now() {
  rusage used = {};
  ::getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

// The most memory that the process has had; 0 if the kernel does not tell.
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
  auto settings = configuration_of(common);
  if (!settings) return settings.error();
  auto pravega = open_client(*settings);
  if (!pravega) return pravega.error();
  auto made = ensure(pravega->streams(), *stream, fixed_segments(options.segments));
  if (!made) return made.error();
  return bench_session{std::move(*pravega), std::move(*stream), std::move(*settings)};
}

nlohmann::ordered_json figures(const char* verb, const bench_session& session,
                               const bench_options& options, const measurement& measured) {
  const auto count = static_cast<double>(measured.events);
  const auto seconds = measured.watch.seconds();
  const auto peak = peak_memory_bytes();
  return {{"verb", verb},
          {"stream", session.stream.to_string()},
          {"controller", session.settings.controller_uri},
          {"events", measured.events},
          {"size", options.size},
          {"segments", options.segments},
          {"keys", options.keys},
          {"rate", options.rate},
          {"warmup", options.warmup},
          {"seconds", seconds},
          {"events_per_s", count / seconds},
          {"mb_per_s", count * options.size / seconds / 1e6},
          {"cpu_us_per_event", measured.watch.cpu_us() / count},
          {"p50_us", us_of(measured.latencies.quantile(0.50))},
          {"p99_us", us_of(measured.latencies.quantile(0.99))},
          {"max_us", us_of(measured.latencies.max())},
          {"peak_memory_bytes", peak},
          {"peak_rss_mb", static_cast<double>(peak) / 1e6},
          {"version", version()}};
}

result<exit_code> print_figures(const common_options& common,
                                const nlohmann::ordered_json& values) {
  if (common.json) {
    print_json(values);
  } else {
    std::string text;
    for (const auto& [name, value] : values.items())
      text += fmt::format("{:<20} {}\n", name,
                          value.is_number_float() ? fmt::format("{:.3f}", value.get<double>())
                          : value.is_string()     ? value.get<std::string>()
                                                  : value.dump());
    print(text);
  }
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

result<double> await_connected(time_point begin, std::int64_t timeout_ms,
                               const missing_segments& missing) {
  constexpr milliseconds pause{1};
  for (;;) {
    const auto [count, why] = missing();
    const auto passed = clock_type::now() - begin;
    if (count == 0) return std::chrono::duration<double, std::milli>{passed}.count();
    if (stop_wanted()) return errc::cancelled;
    if (passed > milliseconds{timeout_ms})
      return error{errc::retries_exhausted,
                   std::to_string(count) + " segments are not connected; " + why}
          .with_stage(stage::connect);
    std::this_thread::sleep_for(pause);
  }
}

result<void> flush_all(event_writer& writer, int stops) {
  for (;;) {
    auto flushed = writer.flush(patience);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    if (stop_signals() > stops) return errc::cancelled;
  }
}

result<void> write_unmeasured(event_writer& writer, const bench_options& options,
                              number_range range) {
  numbered_payload payload{options.size};
  const auto keys = routing_keys(options.keys);
  for (auto number = range.first; number < range.first + range.count; ++number) {
    const auto key = static_cast<std::uint32_t>(number % options.keys);
    for (;;) {
      auto ticket = writer.write(keys[key], payload.of(number, key), patience);
      if (ticket) break;
      if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
      if (stop_wanted()) return errc::cancelled;
    }
  }
  return flush_all(writer);
}

}  // namespace pravega_actor::tool
