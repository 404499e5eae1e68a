// pravega-actor bench latency: one event in flight.
#include <atomic>
#include <future>

#include "bench/bench.hpp"
#include "common/payload.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::uint64_t events_between_looks = 128;

std::uint64_t ns_between(time_point from, time_point to) {
  return static_cast<std::uint64_t>(duration{to - from}.count());
}

result<void> unless_success(const write_result& outcome) {
  return outcome.outcome;
}

/// A thread writes, sleeps until the acknowledgement is there, and writes the next event.
class waiting_run {
 public:
  waiting_run(event_writer& writer, const bench_options& options, bench_progress& progress)
      : writer_{writer},
        progress_{progress},
        keys_{routing_keys(options.keys)},
        payload_{options.size} {}

  result<void> run(number_range range, measurement* into) {
    for (auto number = range.first; number < range.first + range.count; ++number) {
      const auto begin = clock_type::now();
      if (auto written = one(number); !written) return written;
      if (into != nullptr) into->latencies.add(ns_between(begin, clock_type::now()));
      if (stop_wanted()) return errc::cancelled;
      if (into != nullptr && number % events_between_looks == 0)
        progress_.show(number - range.first);
    }
    return {};
  }

 private:
  result<void> one(std::uint64_t number) {
    const auto key = static_cast<std::uint32_t>(number % keys_.size());
    acknowledged_.store(0, std::memory_order_relaxed);
    auto ticket = writer_.write(keys_[key], payload_.of(number, key), bench_patience,
                                [this](const write_result& outcome) {
                                  if (!outcome.outcome) failure_ = outcome.outcome;
                                  acknowledged_.store(1, std::memory_order_release);
                                  acknowledged_.notify_one();
                                });
    if (!ticket) return ticket.error();
    acknowledged_.wait(0, std::memory_order_acquire);
    return failure_;
  }

  event_writer& writer_;
  bench_progress& progress_;
  const std::vector<std::string> keys_;
  numbered_payload payload_;
  std::atomic<std::uint32_t> acknowledged_{0};
  result<void> failure_;
};

/// The next event is written by the completion of the last one; no other thread takes part.
class reactive_run {
 public:
  reactive_run(event_writer& writer, const bench_options& options, bench_progress& progress)
      : writer_{writer},
        progress_{progress},
        keys_{routing_keys(options.keys)},
        payload_{options.size} {}

  result<void> run(number_range range, measurement* into) {
    next_.store(range.first, std::memory_order_relaxed);
    end_ = range.first + range.count;
    into_ = into;
    done_ = {};
    auto ended = done_.get_future();
    write_next();
    while (ended.wait_for(bench_patience) != std::future_status::ready) {
      if (into != nullptr) progress_.show(next_.load(std::memory_order_relaxed) - range.first);
    }
    return ended.get();
  }

 private:
  void write_next() {
    const auto number = next_.load(std::memory_order_relaxed);
    if (number == end_ || stop_wanted())
      return done_.set_value(number == end_ ? result<void>{} : result<void>{errc::cancelled});
    next_.store(number + 1, std::memory_order_relaxed);
    const auto key = static_cast<std::uint32_t>(number % keys_.size());
    begin_ = clock_type::now();
    auto ticket = writer_.try_write(keys_[key], payload_.of(number, key),
                                    [this](const write_result& outcome) { on_done(outcome); });
    if (!ticket) done_.set_value(ticket.error());
  }

  void on_done(const write_result& outcome) {
    if (into_ != nullptr) into_->latencies.add(ns_between(begin_, clock_type::now()));
    if (auto fine = unless_success(outcome); !fine) return done_.set_value(fine);
    write_next();
  }

  event_writer& writer_;
  bench_progress& progress_;
  const std::vector<std::string> keys_;
  numbered_payload payload_;
  /// Written by the completions' thread alone once it runs.
  std::atomic<std::uint64_t> next_{0};
  std::uint64_t end_ = 0;
  measurement* into_ = nullptr;
  time_point begin_{};
  std::promise<result<void>> done_;
};

template <class Run>
result<measurement> measure(event_writer& writer, const bench_options& options,
                            bench_progress& progress) {
  Run run{writer, options, progress};
  measurement measured;
  measured.events = options.events;
  if (auto warm = run.run({0, options.warmup}, nullptr); !warm) return warm.error();
  measured.watch.start();
  auto outcome = run.run({options.warmup, options.events}, &measured);
  measured.watch.stop();
  static_cast<void>(writer.close(seconds{10}));
  if (!outcome) return outcome.error();
  return measured;
}

}  // namespace

result<exit_code> bench_latency(const common_options& common, const bench_options& options) {
  auto session = open_session(common, options);
  if (!session) return session.error();
  result<event_writer> writer = errc::closed;
  {
    const blocking_wait wait{
        common, for_controller(session->in.settings(), "open " + session->stream.to_string())};
    writer = create_bench_writer(*session, options.size);
  }
  if (!writer) return writer.error();
  bench_progress progress{common, *session, options.events};
  // An acknowledgement is waited for in the thread that measures.
  auto measured = [&] {
    common_options quiet = common;
    quiet.quiet = true;
    quiet.timeout_s = 0;
    const blocking_wait wait{quiet, for_local("acknowledgements")};
    return options.reactive ? measure<reactive_run>(*writer, options, progress)
                            : measure<waiting_run>(*writer, options, progress);
  }();
  progress.end();
  if (!measured) return measured.error();
  bench_figures figures;
  figures.measured = &*measured;
  figures.size = options.size;
  figures.more.add("reactive", options.reactive);
  return print_figures(common, "latency", *session, options, figures);
}

}  // namespace pravega_actor::tool
