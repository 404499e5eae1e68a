// Closing a writer: drained, late, twice, from a completion, with the last handle in one.
#include "core/access.hpp"
#include "pravega_actor/event_writer.hpp"
#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct closing_rig : log_rig {
  using log_rig::log_rig;
  std::vector<close_report> reports;
  void close(duration timeout = seconds{7}) {
    log->start_close(timeout, [this](const close_report& r) { reports.push_back(r); });
  }
};

}  // namespace

TEST_CASE("a writer without events closes at once", "[write_log]") {
  closing_rig r;
  r.close();
  REQUIRE(r.reports.size() == 1);
  CHECK(r.reports[0].outcome);
  CHECK(r.reports[0].last_written == 0);
  CHECK(r.ended == 1);
  CHECK(r.log->status().state == "closed");
  const auto late = r.try_write(1);
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::closed);
}

TEST_CASE("closing waits for what was written and takes no more", "[write_log]") {
  closing_rig r;
  r.connect();
  r.write("1");
  r.write("2");
  r.close();
  CHECK(r.closings == std::vector<duration>{seconds{7}});
  CHECK(r.log->status().state == "closing");
  CHECK(r.try_write(1).error() == errc::closed);
  r.ack(1);
  CHECK(r.reports.empty());
  r.cut();
  r.connect(0, 1);
  r.ack(2);
  REQUIRE(r.reports.size() == 1);
  CHECK(r.reports[0].outcome);
  CHECK(r.reports[0].durable_through == 2);
  CHECK(r.outcomes.told == texts{"1 ok", "2 ok"});
  CHECK(r.ended == 1);
}

TEST_CASE("what a closing writer refuses with", "[write_log]") {
  closing_rig r;
  r.connect();
  r.write("1");
  r.log->refuse_with(error{errc::closed, "the transaction is being committed"});
  r.write("2");
  r.close();
  CHECK(r.try_write(1).error().detail() == "the transaction is being committed");
  r.ack(1);
  r.ack(2);
  REQUIRE(r.reports.size() == 1);
  CHECK(r.reports[0].outcome);
  r.log->refuse_with(errc::stream_sealed);
  CHECK(r.try_write(1).error() == errc::stream_sealed);
  CHECK_FALSE(r.log->failure());
}

TEST_CASE("closing twice: both are told, the first deadline counts", "[write_log]") {
  closing_rig r;
  r.connect();
  r.write("1");
  r.close(seconds{300});
  r.close(seconds{2});
  CHECK(r.closings == std::vector<duration>{seconds{300}, seconds{2}});
  // A handle that goes away waits for nothing and sets no deadline.
  r.log->start_close(seconds{1}, {});
  CHECK(r.closings.size() == 2);
  r.ack(1);
  CHECK(r.reports.size() == 2);
  CHECK(r.ended == 1);
  r.close();
  REQUIRE(r.reports.size() == 3);
  CHECK(r.reports[2].outcome);
  CHECK(r.reports[2].durable_through == 1);
  CHECK(r.closings.size() == 2);
  CHECK(r.ended == 1);
}

TEST_CASE("a deadline that passes lists what is not durable, and why", "[write_log]") {
  closing_rig r{2};
  r.connect(0);
  r.write("1", 0);
  r.write("2", 0);
  r.write("3", 1);
  r.close();
  r.log->on_trouble(error{errc::segment_store_unreachable, "refused"}
                        .with_segment_store("store:12345")
                        .with_controller("controller:9090"));
  r.log->close_deadline();
  REQUIRE(r.reports.size() == 1);
  const auto& report = r.reports[0];
  REQUIRE_FALSE(report.outcome);
  CHECK(report.outcome.error() == errc::deadline_exceeded);
  CHECK(report.outcome.error().at() == stage::close);
  CHECK(report.outcome.error().subject() == "scope/stream");
  CHECK(report.outcome.error().segment_store() == "store:12345");
  CHECK(report.outcome.error().controller() == "controller:9090");
  CHECK(report.outcome.error().detail().find("3 events are not durable yet") == 0);
  CHECK(report.outcome.error().detail().find("refused") != std::string::npos);
  CHECK(report.durable_through == 0);
  CHECK(report.last_written == 3);
  CHECK(report.undurable == std::vector<undurable_range>{{1, 1, true}, {2, 3, false}});
  CHECK(r.outcomes.told == texts{"1 outcome_unknown", "2 not_written", "3 not_written"});
  r.log->close_deadline();
  CHECK(r.reports.size() == 1);
  CHECK(r.ended == 1);
}

TEST_CASE("a deadline means nothing to a writer that is open or drained", "[write_log]") {
  closing_rig r;
  r.connect();
  r.write("1");
  r.log->close_deadline();
  CHECK(r.log->status().state == "open");
  r.ack(1);
  r.close();
  r.log->close_deadline();
  CHECK(r.log->status().state == "closed");
  CHECK(r.reports[0].outcome);
}

TEST_CASE("a writer that was never opened can be closed", "[write_log]") {
  closing_rig r{1, log_rig::small(), false};
  r.close();
  REQUIRE(r.reports.size() == 1);
  CHECK(r.reports[0].outcome);
  r.open();
  CHECK(r.log->status().state == "closed");
  CHECK_FALSE(r.try_write(1));
}

TEST_CASE("closing from within a completion", "[write_log]") {
  closing_rig r;
  r.connect();
  REQUIRE(r.log->add(std::nullopt, as_bytes("x"), [&](const write_result&) {
    r.close();
    CHECK(r.reports.empty());
  }));
  r.write("behind");
  r.ack(1);
  CHECK(r.reports.empty());
  r.ack(2);
  REQUIRE(r.reports.size() == 1);
  CHECK(r.reports[0].outcome);
  CHECK(r.reports[0].last_written == 2);
}

TEST_CASE("a failed writer reports its failure to every close", "[write_log]") {
  closing_rig r;
  r.connect();
  r.write("1");
  r.close();
  r.log->fail(errc::retries_exhausted);
  r.close();
  REQUIRE(r.reports.size() == 2);
  for (const auto& each : r.reports) {
    CHECK(each.outcome.error() == errc::retries_exhausted);
    CHECK(each.undurable == std::vector<undurable_range>{{1, 1, true}});
  }
}

TEST_CASE("the last handle in a completion closes the writer, without a deadlock",
          "[write_log]") {
  closing_rig r;
  r.connect();
  auto handle = access::make<event_writer>(r.log);
  int told = 0;
  SECTION("of an event") {
    REQUIRE(handle.try_write(as_bytes("x"), [handle, &told](const write_result&) { ++told; }));
    handle = {};
    r.ack(1);
  }
  SECTION("of a flush") {
    REQUIRE(handle.try_write(as_bytes("x")));
    handle.flush_async([handle, &told](const result<void>&) { ++told; });
    handle = {};
    r.ack(1);
  }
  SECTION("in a progress callback that is replaced") {
    REQUIRE(handle.try_write(as_bytes("x")));
    handle.on_progress([handle, &told](const writer_progress&) { ++told; });
    handle = {};
    r.ack(1);
    r.log->on_progress(nullptr);
  }
  CHECK(told == 1);
  CHECK(r.ended == 1);
  CHECK(r.log->status().state == "closed");
}

TEST_CASE("the last handle drains before it closes", "[write_log]") {
  closing_rig r;
  r.connect();
  {
    auto first = access::make<event_writer>(r.log);
    auto second = first;
    REQUIRE(second.try_write(as_bytes("x"), r.outcomes.sink()));
  }
  CHECK(r.log->status().state == "closing");
  CHECK(r.closings == std::vector<duration>{log_rig::small().close_timeout});
  r.ack(1);
  CHECK(r.log->status().state == "closed");
  CHECK(r.outcomes.told == texts{"1 ok"});
}
