// How a writer ends, and what each event is told then.
#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

close_report report_of(log_rig& r) {
  close_report out;
  int called = 0;
  r.log->start_close(seconds{1}, [&](const close_report& report) {
    out = report;
    ++called;
  });
  CHECK(called == 1);
  return out;
}

}  // namespace

TEST_CASE("what was never sent is not written, what was sent is unknown", "[write_log]") {
  log_rig r;
  r.connect();
  for (int i = 0; i < 4; ++i)
    r.write(std::string(92, 'x'));  // blocks of two; the first one of the connection alone
  r.log->fail(error{errc::retries_exhausted, "the end"});
  CHECK(r.outcomes.told ==
        texts{"1 outcome_unknown", "2 not_written", "3 not_written", "4 not_written"});
  for (const auto& each : r.outcomes.results) {
    CHECK_FALSE(each.durable);
    CHECK(each.outcome.error().detail().find("the end") != std::string::npos);
  }
  CHECK(r.ended == 1);
  const auto report = report_of(r);
  CHECK(report.outcome.error() == errc::retries_exhausted);
  CHECK(report.durable_through == 0);
  CHECK(report.last_written == 4);
  CHECK(report.undurable == std::vector<undurable_range>{{1, 1, true}, {2, 4, false}});
  CHECK(r.log->status().outstanding_bytes == 0);
  CHECK(r.log->status().state == "failed");
}

TEST_CASE("what was sent stays unknown after the connection is gone", "[write_log]") {
  log_rig r;
  r.connect();
  r.write("sent");
  r.write("waiting");
  r.cut();
  SECTION("without a new connection") {}
  SECTION("with one that knows nothing of it") {
    r.connect(0, nothing_stored);
  }
  r.log->fail(errc::retries_exhausted);
  CHECK(r.outcomes.told == texts{"1 outcome_unknown", "2 not_written"});
}

TEST_CASE("a durable event behind one that is not: earlier_event_failed", "[write_log]") {
  log_rig r{3};
  r.connect_all();
  r.write("1", 0);
  r.write("2", 1);
  r.write("3", 0);
  r.write("4", 2);
  r.write("5", 1);
  r.ack(1, 1);
  r.ack(1, 2);
  r.log->fail(errc::retries_exhausted);
  CHECK(r.outcomes.told == texts{"1 outcome_unknown", "2 earlier_event_failed", "3 not_written",
                                 "4 earlier_event_failed", "5 outcome_unknown"});
  CHECK(r.outcomes.results[1].durable);
  CHECK(r.outcomes.results[3].durable);
  CHECK_FALSE(r.outcomes.results[0].durable);
  CHECK(report_of(r).undurable ==
        std::vector<undurable_range>{{1, 1, true}, {3, 3, false}, {5, 5, true}});
}

TEST_CASE("events that completed before the failure keep their success", "[write_log]") {
  log_rig r;
  r.connect();
  r.write("1");
  r.ack(1);
  r.write("2");
  r.log->fail(errc::retries_exhausted);
  CHECK(r.outcomes.told == texts{"1 ok", "2 outcome_unknown"});
  CHECK(report_of(r).durable_through == 1);
}

TEST_CASE("a sealed segment that was asked again: its events are certain", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  r.write("1", 0);
  r.write("2", 1);
  r.write("3", 0);
  r.give_up(0, errc::segment_sealed, true);
  CHECK(r.outcomes.told == texts{"1 not_written", "2 outcome_unknown", "3 not_written"});
  CHECK(r.ended == 1);
  CHECK(report_of(r).outcome.error() == errc::segment_sealed);
}

TEST_CASE("a segment that is gone: its events are unknown", "[write_log]") {
  log_rig r;
  r.connect();
  r.write("1");
  r.give_up(0, errc::segment_not_found, false);
  CHECK(r.outcomes.told == texts{"1 outcome_unknown"});
}

TEST_CASE("only the first failure counts", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  r.write("1", 0);
  r.log->fail(error{errc::retries_exhausted, "first"});
  r.log->fail(error{errc::internal_error, "second"});
  r.give_up(1, errc::segment_sealed, true);
  r.log->close_deadline();
  CHECK(r.outcomes.told == texts{"1 outcome_unknown"});
  CHECK(r.ended == 1);
  const auto late = r.try_write(1);
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::retries_exhausted);
  CHECK(late.error().detail() == "first");
  CHECK(late.error().subject() == "scope/stream");
}

TEST_CASE("acknowledgements after the failure change nothing", "[write_log]") {
  log_rig r;
  r.connect();
  r.write("1");
  r.log->fail(errc::retries_exhausted);
  r.ack(1);
  CHECK(r.outcomes.told.size() == 1);
  CHECK(r.log->progress().durable_through == 0);
  CHECK(r.log->status().outstanding_bytes == 0);
}

TEST_CASE("a failure wakes everybody who waits", "[write_log]") {
  log_rig r;
  r.connect();
  texts told;
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  r.log->when_writable(500, [&] { told.push_back("writable"); });
  r.log->when_writable(500, [&] { told.push_back("writable"); });
  r.log->flush([&](const result<void>& outcome) {
    told.push_back(std::string{to_string(outcome.error().code())});
  });
  r.log->start_close(seconds{1}, [&](const close_report& report) {
    told.push_back("closed " + std::string{to_string(report.outcome.error().code())});
  });
  CHECK(told.empty());
  r.log->fail(errc::retries_exhausted);
  CHECK(told == texts{"retries_exhausted", "writable", "writable", "closed retries_exhausted"});
  told.clear();
  r.log->flush([&](const result<void>& outcome) {
    told.push_back(std::string{to_string(outcome.error().code())});
  });
  r.log->when_writable(1, [&] { told.push_back("writable"); });
  CHECK(told == texts{"retries_exhausted", "writable"});
}

TEST_CASE("a failure without events is only an end", "[write_log]") {
  log_rig r;
  r.connect();
  r.write("1");
  r.ack(1);
  r.log->fail(errc::actor_terminated);
  CHECK(r.outcomes.told == texts{"1 ok"});
  const auto report = report_of(r);
  CHECK(report.outcome);
  CHECK(report.undurable.empty());
  CHECK_FALSE(r.try_write(1));
}

TEST_CASE("ranges of tickets are joined over segments", "[write_log]") {
  auto options = log_rig::small();
  options.outstanding_bytes_max = 1u << 20;
  options.outstanding_events_max = 1000;
  log_rig r{4, options};
  for (int i = 0; i < 100; ++i)
    r.write("x", static_cast<std::size_t>(i) % 4);
  r.log->fail(errc::retries_exhausted);
  CHECK(report_of(r).undurable == std::vector<undurable_range>{{1, 100, false}});
  REQUIRE(r.outcomes.told.size() == 100);
  CHECK(r.outcomes.told.front() == "1 not_written");
  CHECK(r.outcomes.told.back() == "100 not_written");
}

TEST_CASE("the completion of a failed event may ask and write: nothing hangs", "[write_log]") {
  log_rig r;
  r.connect();
  texts told;
  REQUIRE(r.log->add(std::nullopt, as_bytes("x"), [&](const write_result& outcome) {
    told.push_back(std::string{to_string(outcome.outcome.error().code())});
    const auto again = r.try_write(1);
    told.push_back(std::string{to_string(again.error().code())});
    r.log->fail(errc::internal_error);
    told.push_back(r.log->status().state);
  }));
  r.log->fail(errc::retries_exhausted);
  CHECK(told == texts{"outcome_unknown", "retries_exhausted", "failed"});
}

TEST_CASE("a hundred thousand pending events fail in order and soon", "[write_log]") {
  auto options = log_rig::small();
  options.outstanding_bytes_max = 64u << 20;
  options.outstanding_events_max = 1u << 20;
  options.block_bytes_max = 1u << 16;
  log_rig r{2, options};
  r.connect_all();
  event_ticket expected = 0;
  bool in_order = true;
  for (int i = 0; i < 100'000; ++i)
    REQUIRE(r.log->add(std::nullopt, as_bytes("x"), [&](const write_result& outcome) {
      in_order = in_order && outcome.ticket == ++expected && !outcome.outcome;
    }));
  r.log->fail(error{errc::retries_exhausted, std::string(500, 'y')});
  CHECK(expected == 100'000);
  CHECK(in_order);
}

TEST_CASE("a segment may be replaced while one of its blocks is handed over", "[write_log]") {
  log_rig r{2};
  r.connect(0);
  std::weak_ptr<append_channel> gone{r.channels[0]};
  r.peer.on_block = [&] {
    r.peer.on_block = nullptr;
    auto& sealed = *r.channels[0];
    REQUIRE(sealed.finalize(r.generations[0], nothing_stored));
    sealed.hand_over(r.generations[0], {{{{7, 1}, {0.0, 0.5}}, {{0, 0}}}}, "token");
    r.channels[0].reset();
  };
  REQUIRE(r.write("x", 0) == 1);
  CHECK(gone.expired());
  r.connect(2);
  r.ack(1, 2);
  CHECK(r.outcomes.told == texts{"1 ok"});
}

TEST_CASE("what a server names as its own successor ends the writer", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  REQUIRE(r.write("x", 0) == 1);
  REQUIRE(r.channels[0]->finalize(r.generations[0], nothing_stored));
  const segment_id next{0, GENERATE(0, -1)};
  r.channels[0]->hand_over(r.generations[0], {{{next, {0.0, 0.5}}, {{0, 0}}}}, "token");
  CHECK(r.outcomes.told == texts{"1 not_written"});
  CHECK(r.log->status().last_failure.find("cannot be a successor") != std::string::npos);
}

TEST_CASE("acknowledgements that come after the end mean nothing", "[write_log]") {
  log_rig r{2};
  int notices = 0;
  r.connect_all();
  r.generations[1] =
      r.channels[1]->attach([&](std::uint64_t, const channel_notice&) { ++notices; });
  r.connect(1);
  REQUIRE(r.write("x", 1) == 1);
  r.give_up(0, errc::retries_exhausted, true);
  CHECK(r.outcomes.told == texts{"1 outcome_unknown"});
  r.ack(1, 1);
  CHECK(notices == 0);
}
