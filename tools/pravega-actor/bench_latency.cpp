// pravega-actor bench latency: one event in flight.
#include <atomic>
#include <future>
#include <nlohmann/json.hpp>

#include "bench.hpp"
#include "payload.hpp"
#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds patience{200};

std::uint64_t ns_between(time_point from, time_point to) {
  return static_cast<std::uint64_t>(duration{to - from}.count());
}

result<void> unless_success(const write_result& outcome) {
  return outcome.outcome;
}

/// A thread writes, sleeps until the acknowledgement is there, and writes the next event.
class waiting_run {
 public:
  waiting_run(event_writer& writer, const bench_options& options)
      : writer_{writer}, keys_{routing_keys(options.keys)}, payload_{options.size} {}

  result<void> run(number_range range, measurement* into) {
    for (auto number = range.first; number < range.first + range.count; ++number) {
      const auto begin = clock_type::now();
      if (auto written = one(number); !written) return written;
      if (into != nullptr) into->latencies.add(ns_between(begin, clock_type::now()));
      if (stop_wanted()) return errc::cancelled;
    }
    return {};
  }

 private:
  result<void> one(std::uint64_t number) {
    const auto key = static_cast<std::uint32_t>(number % keys_.size());
    acknowledged_.store(0, std::memory_order_relaxed);
    auto ticket = writer_.write(keys_[key], payload_.of(number, key), patience,
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
  const std::vector<std::string> keys_;
  numbered_payload payload_;
  std::atomic<std::uint32_t> acknowledged_{0};
  result<void> failure_;
};

/// The next event is written by the completion of the last one; no other thread takes part.
class reactive_run {
 public:
  reactive_run(event_writer& writer, const bench_options& options)
      : writer_{writer}, keys_{routing_keys(options.keys)}, payload_{options.size} {}

  result<void> run(number_range range, measurement* into) {
    next_ = range.first;
    end_ = range.first + range.count;
    into_ = into;
    done_ = {};
    auto ended = done_.get_future();
    write_next();
    return ended.get();
  }

 private:
  void write_next() {
    if (next_ == end_ || stop_wanted())
      return done_.set_value(next_ == end_ ? result<void>{} : result<void>{errc::cancelled});
    const auto number = next_++;
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
  const std::vector<std::string> keys_;
  numbered_payload payload_;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
  measurement* into_ = nullptr;
  time_point begin_{};
  std::promise<result<void>> done_;
};

template <class Run>
result<measurement> measure(event_writer& writer, const bench_options& options) {
  Run run{writer, options};
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
  auto writer = session->pravega.create_writer(session->stream);
  if (!writer) return writer.error();
  auto measured = options.reactive ? measure<reactive_run>(*writer, options)
                                   : measure<waiting_run>(*writer, options);
  if (!measured) return measured.error();
  auto values = figures("latency", *session, options, *measured);
  values["reactive"] = options.reactive;
  return print_figures(common, values);
}

}  // namespace pravega_actor::tool
