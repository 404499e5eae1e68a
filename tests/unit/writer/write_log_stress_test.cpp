// Real threads: some write, one is the store and acknowledges, one keeps the connections.
#include <set>

#include "core/access.hpp"
#include "pravega_actor/event_writer.hpp"
#include "support/catch.hpp"
#include "unit/writer/stress_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr int threads_count = 4;
constexpr int events_per_thread = 4000;

writer_options stress_options() {
  writer_options options;
  options.outstanding_bytes_max = 60'000;
  options.outstanding_events_max = 1500;
  options.block_bytes_max = 2000;
  options.blocks_in_flight_max = 4;
  return options;
}

std::string payload(int thread, int number) {
  return std::to_string(thread) + "|" + std::to_string(number) + "|" +
         std::string(static_cast<std::size_t>(number % 90), 'x');
}

// One thread's part. Catch's assertions are not for threads: it returns what went wrong.
std::string write_all(event_writer writer, int thread, const write_completion& done) {
  for (int i = 0; i < events_per_thread; ++i) {
    const auto text = payload(thread, i);
    const auto key = "key-" + std::to_string(thread);
    const auto added = i % 4 == 3 ? writer.write(as_bytes(text), seconds{60}, done)
                                  : writer.write(key, as_bytes(text), seconds{60}, done);
    if (!added) return added.error().to_string();
    if (i % 1000 == 999)
      if (const auto flushed = writer.flush(seconds{60}); !flushed)
        return flushed.error().to_string();
  }
  return {};
}

// What the store holds, as one list of numbers for each thread and segment.
void check_content(const stress_store& store) {
  std::set<std::string> all;
  for (const auto& [writer, held] : store.content()) {
    std::map<std::string, int> last;
    for (const auto& event : held.events) {
      REQUIRE(all.insert(event).second);
      const auto bar = event.find('|');
      const auto number = std::stoi(event.substr(bar + 1));
      auto& before = last.try_emplace(event.substr(0, bar), -1).first->second;
      REQUIRE(before < number);
      before = number;
    }
  }
  CHECK(all.size() == threads_count * events_per_thread);
}

}  // namespace

TEST_CASE("four threads write over cuts: exactly once, in order", "[write_log][stress]") {
  stress_rig r{GENERATE(1u, 2u), 3, stress_options(), 25};
  // Without a lock: the log promises one delivering thread at a time.
  std::vector<event_ticket> told;
  std::size_t failures = 0;
  const auto done = [&](const write_result& outcome) {
    told.push_back(outcome.ticket);
    if (!outcome.outcome) ++failures;
  };
  std::vector<std::string> trouble(threads_count);
  auto writer = access::make<event_writer>(r.log);
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t)
    threads.emplace_back(
        [&, t] { trouble[static_cast<std::size_t>(t)] = write_all(writer, t, done); });
  std::atomic<bool> watching{true};
  std::size_t most_outstanding = 0;
  std::thread watcher{[&] {
    while (watching) {
      most_outstanding = std::max(most_outstanding, r.log->status().outstanding_bytes);
      (void)r.log->progress();
    }
  }};
  for (auto& each : threads)
    each.join();
  watching = false;
  watcher.join();
  r.store.heal();
  const auto report = writer.close(seconds{60});
  r.stop();
  CHECK(trouble == std::vector<std::string>(threads_count));
  CHECK(report.outcome);
  CHECK(failures == 0);
  CHECK(most_outstanding <= stress_options().outstanding_bytes_max);
  REQUIRE(told.size() == threads_count * events_per_thread);
  for (std::size_t i = 0; i < told.size(); ++i)
    REQUIRE(told[i] == i + 1);
  check_content(r.store);
  CHECK(r.violations == 0);
  CHECK(r.store.counted().cuts > 10);
  CHECK(r.store.counted().late_blocks > 0);
}

TEST_CASE("a writer that fails while four threads write tells each event once",
          "[write_log][stress]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    stress_rig r{seed, 2, stress_options(), 50};
    std::vector<write_result> told;
    std::atomic<std::size_t> accepted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < threads_count; ++t)
      threads.emplace_back([&, t] {
        const auto key = "key-" + std::to_string(t);
        for (int i = 0;; ++i) {
          const auto text = payload(t, i);
          const auto added = r.log->add(key, as_bytes(text), [&](const write_result& outcome) {
            told.push_back(outcome);
          });
          if (added)
            ++accepted;
          else if (added.error() == errc::would_block)
            std::this_thread::yield();
          else
            return;
        }
      });
    while (r.log->progress().durable_through < 500 * seed)
      std::this_thread::yield();
    r.log->fail(error{errc::retries_exhausted, "by the test"});
    for (auto& each : threads)
      each.join();
    std::vector<close_report> reports;
    r.log->start_close(seconds{1},
                       [&](const close_report& report) { reports.push_back(report); });
    r.stop();
    REQUIRE(told.size() == accepted);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].last_written == accepted);
    for (std::size_t i = 0; i < told.size(); ++i) {
      REQUIRE(told[i].ticket == i + 1);
      REQUIRE(told[i].outcome.has_value() == (told[i].ticket <= reports[0].durable_through));
    }
  }
}

TEST_CASE("handles come, write, wait and go in many threads", "[write_log][stress]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    stress_rig r{seed, 2, stress_options(), 1000};
    std::atomic<int> completed{0};
    std::atomic<int> ready{0};
    {
      auto writer = access::make<event_writer>(r.log);
      std::vector<std::thread> threads;
      for (int t = 0; t < threads_count; ++t)
        threads.emplace_back([&, writer]() mutable {
          for (int i = 0; i < 300; ++i) {
            (void)writer.try_write(as_bytes("x"), [&](const write_result& outcome) {
              if (outcome.outcome) ++completed;
            });
            if (i % 50 == 0) writer.when_writable(100, [&] { ++ready; });
            if (i % 100 == 0) writer.on_progress([writer](const writer_progress&) {});
          }
          writer.on_progress(nullptr);
          writer = {};
        });
      for (auto& each : threads)
        each.join();
    }
    const auto written = r.log->progress().last_written;
    while (r.log->status().state != "closed")
      std::this_thread::yield();
    r.stop();
    CHECK(static_cast<event_ticket>(completed) == written);
    CHECK(ready == threads_count * 6);
  }
}
