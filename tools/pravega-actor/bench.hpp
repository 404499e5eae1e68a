// What the three benchmarks share.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>

#include "command_line.hpp"
#include "histogram.hpp"

namespace pravega_actor::tool {

struct bench_options {
  std::string stream;
  std::int32_t segments = 1;
  std::uint32_t size = 100;
  std::uint64_t events = 1'000'000;
  std::uint32_t keys = 100;
  /// Events per second; 0: as many as possible.
  double rate = 0;
  std::uint64_t warmup = 0;
  /// Only for latency: the next event leaves from the completion of the last one.
  bool reactive = false;
};

/// Time and CPU time of the process from `start` to `stop`.
class stopwatch {
 public:
  void start();
  void stop();
  /// Stops at a time that has been already.
  void stop_at(time_point end);
  [[nodiscard]] time_point begin() const noexcept { return begin_; }
  [[nodiscard]] double seconds() const noexcept { return seconds_; }
  [[nodiscard]] double cpu_us() const noexcept { return cpu_us_; }

 private:
  time_point begin_{};
  double cpu_begin_us_ = 0;
  double seconds_ = 0;
  double cpu_us_ = 0;
};

/// What was measured over `events` events.
struct measurement {
  std::uint64_t events = 0;
  stopwatch watch;
  histogram latencies;
};

/// A client, and the stream made ready.
struct bench_session {
  client pravega;
  scoped_stream stream;
  config settings;
};
[[nodiscard]] result<bench_session> open_session(const common_options& common,
                                                 const bench_options& options);

/// The fields that every benchmark reports.
[[nodiscard]] nlohmann::ordered_json figures(const char* verb, const bench_session& session,
                                             const bench_options& options,
                                             const measurement& measured);
/// Prints figures as JSON or for people.
[[nodiscard]] result<exit_code> print_figures(const common_options& common,
                                              const nlohmann::ordered_json& values);

/// How many segments are not connected yet, and why, if that is known.
using missing_segments = std::function<std::pair<std::size_t, std::string>()>;
/// Waits until every segment of a writer or reader is connected, `timeout_ms` at most; tells
/// how long that took from `begin`, in ms. `cancelled` after a stop signal.
[[nodiscard]] result<double> await_connected(time_point begin, std::int64_t timeout_ms,
                                             const missing_segments& missing);
/// Waits until all that was written is durable, over interruptions of any length; `cancelled`
/// after more than `stops` stop signals.
[[nodiscard]] result<void> flush_all(event_writer& writer, int stops = 0);

/// Writes the events `first` to `first + count - 1`.
struct number_range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
[[nodiscard]] result<void> write_unmeasured(event_writer& writer, const bench_options& options,
                                            number_range range);

[[nodiscard]] result<exit_code> bench_write(const common_options& common,
                                            const bench_options& options);
[[nodiscard]] result<exit_code> bench_latency(const common_options& common,
                                              const bench_options& options);
[[nodiscard]] result<exit_code> bench_read(const common_options& common,
                                           const bench_options& options);

}  // namespace pravega_actor::tool
