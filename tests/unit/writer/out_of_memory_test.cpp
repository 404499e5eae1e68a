// Memory that runs out: what was accepted is told all the same, and never better than it is.
// Not under AddressSanitizer, which has an allocator of its own.
#ifndef __SANITIZE_ADDRESS__
#include "core/access.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

writer_options roomy() {
  writer_options options;
  options.outstanding_bytes_max = 8u << 20;
  options.outstanding_events_max = 1u << 20;
  options.block_bytes_max = 1u << 20;
  return options;
}

/// Keeps outcomes without taking memory.
struct poor_rig : log_rig {
  std::vector<write_result> told;
  explicit poor_rig(std::size_t segments = 1, const writer_options& options = small())
      : log_rig{segments, options} {
    told.reserve(10'000);
  }
  void add(const std::string& payload, std::size_t at = 0) {
    const auto chosen = key(at);
    REQUIRE(log->add(chosen, as_bytes(payload),
                     [this](const write_result& outcome) { told.push_back(outcome); }));
  }
  std::size_t durable() const {
    return static_cast<std::size_t>(
        std::count_if(told.begin(), told.end(), [](const auto& each) { return each.durable; }));
  }
  close_report report() {
    close_report out;
    log->start_close(seconds{1}, [&](const close_report& told_now) { out = told_now; });
    return out;
  }
};

using step = std::function<void()>;

// The first `at` - 1 allocations succeed, and all later ones if it is for once.
bool throws(std::size_t at, bool once, const step& what) {
  return once ? fails(at, what) : fails_from(at, what);
}

}  // namespace

TEST_CASE("a hand-over without memory ends the writer and loses no event", "[write_log]") {
  const bool once = GENERATE(true, false);
  const std::vector<controller::successor> successors{{{{7, 1}, {0.0, 0.25}}, {{0, 0}}},
                                                      {{{8, 1}, {0.25, 0.5}}, {{0, 0}}}};
  std::size_t failures = 0;
  bool succeeded = false;
  for (std::size_t at = 1; !succeeded; ++at) {
    INFO("allocation " << at << (once ? " once" : " and all that follow"));
    REQUIRE(at < 1000);
    poor_rig r{2};
    r.connect_all();
    r.add("1", 0);
    r.add("2", 1);
    for (int i = 3; i <= 12; ++i)
      r.add(std::string(60, 'x'), 0);
    REQUIRE(r.channels[0]->finalize(r.generations[0], nothing_stored));
    CHECK_FALSE(throws(
        at, once, [&] { r.channels[0]->hand_over(r.generations[0], successors, "token"); }));
    succeeded = r.log->status().state == "open";
    if (succeeded) continue;
    ++failures;
    REQUIRE(r.told.size() == 12);
    CHECK(r.durable() == 0);
    for (const auto& each : r.told) {
      const bool sent = each.ticket == 2;
      const auto code = each.outcome.error().code();
      if (once) CHECK(code == (sent ? errc::outcome_unknown : errc::not_written));
      if (sent) CHECK(code == errc::outcome_unknown);
    }
    CHECK(r.ended == 1);
    const auto report = r.report();
    CHECK(report.outcome.error() == errc::out_of_memory);
    CHECK(report.undurable.front().first == 1);
    CHECK(report.undurable.back().last == 12);
    bool flushed = false;
    r.log->flush([&](const result<void>& outcome) { flushed = !outcome; });
    CHECK(flushed);
  }
  CHECK(failures > 20);
}

TEST_CASE("acknowledgements and what they complete need no memory", "[write_log]") {
  poor_rig r{2, roomy()};
  r.add("1", 0);
  for (int i = 2; i <= 6000; ++i)
    r.add("x", 1);
  r.connect_all();
  int called = 0;
  r.log->flush([&](const result<void>& outcome) { called += outcome ? 1 : 0; });
  r.log->on_progress([&](const writer_progress& now) {
    CHECK(now.durable_through == 6000);
    ++called;
  });
  r.log->when_writable(8u << 20, [&] { ++called; });
  r.log->start_close(seconds{1}, [&](const close_report& told) {
    called += told.outcome && told.durable_through == 6000 ? 1 : 0;
  });
  const auto later = r.channels[1]->log().acknowledge(5999);
  const auto sooner = r.channels[0]->log().acknowledge(1);
  REQUIRE(later);
  REQUIRE(sooner);
  CHECK_FALSE(fails_from(1, [&] {
    {
      std::lock_guard lock{r.log->mutex()};
      r.log->on_durable(*later);
    }
    r.log->deliver();
    std::lock_guard lock{r.log->mutex()};
    r.log->on_durable(*sooner);
  }));
  CHECK(r.told.empty());
  CHECK_FALSE(fails_from(1, [&] { r.log->deliver(); }));
  REQUIRE(r.told.size() == 6000);
  CHECK(r.durable() == 6000);
  CHECK(r.told.back().ticket == 6000);
  CHECK(called == 4);
  CHECK(r.ended == 1);
}

TEST_CASE("part of what waits is told without memory too", "[write_log]") {
  poor_rig r{1, roomy()};
  for (int i = 1; i <= 100; ++i)
    r.add("x");
  r.connect();
  r.add("y");
  const auto durable = r.channels[0]->log().acknowledge(100);
  REQUIRE(durable);
  CHECK_FALSE(fails_from(1, [&] {
    {
      std::lock_guard lock{r.log->mutex()};
      r.log->on_durable(*durable);
    }
    r.log->deliver();
  }));
  CHECK(r.durable() == 100);
}

TEST_CASE("a failure without memory is told to every event", "[write_log]") {
  bool listed = false;
  for (std::size_t at = 1; !listed; ++at) {
    INFO("allocation " << at);
    REQUIRE(at < 1000);
    poor_rig r{2, roomy()};
    r.connect_all();
    for (int i = 1; i <= 600; ++i)
      r.add("x", static_cast<std::size_t>(i) % 2);
    CHECK_FALSE(fails_from(at, [&] { r.log->fail(errc::retries_exhausted); }));
    REQUIRE(r.told.size() == 600);
    CHECK(r.durable() == 0);
    CHECK(r.told.front().outcome.error() == errc::outcome_unknown);
    const auto report = r.report();
    CHECK(report.outcome.error() == errc::retries_exhausted);
    listed = report.undurable == std::vector<undurable_range>{{1, 2, true}, {3, 600, false}};
    CHECK((listed || report.undurable == std::vector<undurable_range>{{1, 600, true}}));
    CHECK(r.told.back().outcome.error() ==
          (listed ? errc::not_written : errc::outcome_unknown));
    CHECK((at > 1 || !listed));
  }
}

TEST_CASE("events for which there is no memory are refused and leave no trace", "[write_log]") {
  const bool batch = GENERATE(true, false);
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 6; ++at) {
    poor_rig r{1, roomy()};
    const std::string large(100'000, 'x');
    const std::vector<byte_view> events{as_bytes(large), as_bytes(large)};
    const auto done = [&r](const write_result& outcome) { r.told.push_back(outcome); };
    result<event_ticket> added{errc::closed};
    CHECK_FALSE(fails_from(at, [&] {
      added = batch ? r.log->add_batch("k", events, done)
                    : r.log->add(std::nullopt, as_bytes(large), done);
    }));
    if (!added) {
      ++failures;
      CHECK(added.error() == errc::out_of_memory);
      CHECK(r.log->progress().last_written == 0);
    }
    r.add("y");
    r.connect();
    r.ack(added && batch ? 3 : added ? 2 : 1);
    CHECK(r.told.size() == (added ? 2U : 1U));
    CHECK(r.durable() == r.told.size());
  }
  CHECK(failures >= 3);
}

TEST_CASE("a call that would wait and has no memory for that says so", "[event_writer]") {
  poor_rig r;
  auto writer = access::make<event_writer>(r.log);
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  for (std::size_t at = 1; at <= 4; ++at) {
    INFO("allocation " << at);
    const auto expected = at < 4 ? errc::out_of_memory : errc::deadline_exceeded;
    result<event_ticket> added{errc::closed};
    CHECK_FALSE(fails_from(at, [&] { added = writer.write(as_bytes("y"), milliseconds{1}); }));
    CHECK(added.error() == expected);
    result<void> flushed;
    CHECK_FALSE(fails_from(at, [&] { flushed = writer.flush(milliseconds{1}); }));
    CHECK(flushed.error() == expected);
  }
  bool told = false;
  CHECK_FALSE(fails_from(1, [&] {
    writer.flush_async(
        [&](const result<void>& outcome) { told = outcome.error() == errc::out_of_memory; });
  }));
  CHECK(told);
  for (std::size_t at = 1; at <= 3; ++at) {
    close_report report;
    CHECK_FALSE(fails_from(at, [&] { report = writer.close(milliseconds{1}); }));
    CHECK(report.outcome.error() == errc::out_of_memory);
    CHECK(report.last_written == 5);
    CHECK(writer.status().state == "closing");
  }
  r.log->fail(errc::cancelled);
}

TEST_CASE("a table that cannot be changed for lack of memory stays as it is",
          "[channel_table]") {
  std::shared_ptr<append_channel> first;
  const std::vector<controller::successor> successors{{{{1, 1}, {0.0, 0.5}}, {{0, 0}}},
                                                      {{{2, 1}, {0.5, 1.0}}, {{0, 0}}}};
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 100; ++at) {
    auto table = channel_table::make({{{0, 0}, {0.0, 1.0}}}, [&](segment_id which) {
      auto made = std::make_shared<append_channel>(
          std::weak_ptr<append_owner>{}, segment{{"scope", "stream"}, which},
          append_log{uuid{1, 2}, 1, std::make_shared<buffer_pool>(), append_limits{}});
      if (which == segment_id{0, 0}) first = made;
      return made;
    });
    REQUIRE(table);
    const bool failed = fails(at, [&] { (void)table->replace(*first, successors); });
    failures += failed ? 1 : 0;
    CHECK(table->channels().size() == (failed ? 1 : 2));
    CHECK(table->channels().contains({0, 0}) == failed);
    CHECK((&table->at(0.2) == first.get()) == failed);
    CHECK(table->remembered() == 0);
  }
  CHECK(failures > 10);
}
#endif
