// What the benchmarks share.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "common/command_line.hpp"
#include "common/histogram.hpp"
#include "common/json_text.hpp"
#include "common/terminal.hpp"

namespace pravega_actor::tool {

/// How long a call waits before a benchmark looks for a stop signal.
inline constexpr milliseconds bench_patience{200};

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
  /// Only for reading: through one reader of this group, which begins anew; "": without.
  std::string group;
  /// Only for transactions: events of each, and how many are open at a time.
  std::uint64_t per_transaction = 1000;
  std::uint32_t open = 1;
  /// Only for transactions: the controller's acceptance of a commit is enough.
  bool accepted = false;
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
  session in;
  scoped_stream stream;
};
[[nodiscard]] result<bench_session> open_session(const common_options& common,
                                                 const bench_options& options);

/// The client's defaults, with large events if one append cannot take events of this size.
[[nodiscard]] writer_options bench_writer_options(bench_session& session,
                                                  std::size_t event_bytes);
[[nodiscard]] result<event_writer> create_bench_writer(bench_session& session,
                                                       std::size_t event_bytes);

/// Draws how far a benchmark has come, if stderr is a terminal.
class bench_progress {
 public:
  bench_progress(const common_options& common, const bench_session& session,
                 std::uint64_t events)
      : live_{STDERR_FILENO, draws_live(common, session.in.settings())}, events_{events} {}
  /// Cheap when it is not time to draw; not for each event.
  void show(std::uint64_t done) {
    if (live_.due()) draw(done);
  }
  /// The same, with what is waited for in the place of the rate.
  void show(const std::string& waiting) {
    if (live_.due()) live_.draw_sentence(waiting);
  }
  void end() { live_.clear(); }

 private:
  void draw(std::uint64_t done);
  live_lines live_;
  const std::uint64_t events_;
  std::uint64_t done_ = 0;
  time_point at_ = clock_type::now();
};

/// What a benchmark reports: the members that all have, what comes on top, and what a person
/// reads of it.
struct bench_figures {
  const measurement* measured = nullptr;
  /// Payload bytes of an event.
  double size = 0;
  /// Members behind the common ones.
  json_object more;
  /// Behind the summary for people; may be empty.
  std::string remark;
};
/// Prints figures as JSON, or a line for people.
[[nodiscard]] result<exit_code> print_figures(const common_options& common, const char* verb,
                                              const bench_session& session,
                                              const bench_options& options,
                                              const bench_figures& figures);
/// "12,000,000 events, 2.26 M/s, 226 MB/s, 0.25 µs CPU per event, p50 1.2 ms, p99 4.0 ms".
[[nodiscard]] std::string summary_of(const bench_figures& figures);

/// How many segments are not connected yet, and why, if that is known.
using missing_segments = std::function<std::pair<std::size_t, std::string>()>;
/// A wait for acknowledgements that shows progress.
struct bench_wait {
  bench_progress& progress;
  /// More stop signals than these end the wait.
  int stops = 0;
};
/// Waits until every segment of a writer or reader is connected, for at most `timeout_ms`.
/// Returns how long that took from `begin`, in ms. `cancelled` after a stop signal.
[[nodiscard]] result<double> await_connected(time_point begin, std::int64_t timeout_ms,
                                             const missing_segments& missing,
                                             bench_progress& progress);
/// Waits until all that was written is durable, over interruptions of any length; `cancelled`
/// after more stop signals than the wait says.
[[nodiscard]] result<void> flush_all(event_writer& writer, bench_wait wait);

/// Writes the events `first` to `first + count - 1`.
struct number_range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
[[nodiscard]] result<void> write_unmeasured(event_writer& writer, const bench_options& options,
                                            number_range range, bench_progress& progress);

[[nodiscard]] result<exit_code> bench_write(const common_options& common,
                                            const bench_options& options);
[[nodiscard]] result<exit_code> bench_latency(const common_options& common,
                                              const bench_options& options);
[[nodiscard]] result<exit_code> bench_transactions(const common_options& common,
                                                   const bench_options& options);
[[nodiscard]] result<exit_code> bench_read(const common_options& common,
                                           const bench_options& options);

}  // namespace pravega_actor::tool
