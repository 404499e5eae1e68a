#include "writer/event_outcomes.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const error why{errc::retries_exhausted, "no store"};

errc code_of(event_outcomes& of, event_ticket ticket) {
  const auto& got = of.of(ticket);
  CHECK(got.ticket == ticket);
  return got.outcome ? errc{} : got.outcome.error().code();
}

}  // namespace

TEST_CASE("each event of a failed writer has one of four outcomes", "[event_outcomes]") {
  close_report report;
  report.durable_through = 2;
  report.last_written = 8;
  report.undurable = {{3, 4, true}, {6, 6, false}};
  event_outcomes outcomes{why, report};
  CHECK(outcomes.of(2).outcome);
  CHECK(outcomes.of(2).durable);
  CHECK(code_of(outcomes, 3) == errc::outcome_unknown);
  CHECK(code_of(outcomes, 4) == errc::outcome_unknown);
  CHECK(code_of(outcomes, 5) == errc::earlier_event_failed);
  CHECK(outcomes.of(5).durable);
  CHECK(code_of(outcomes, 6) == errc::not_written);
  CHECK_FALSE(outcomes.of(6).durable);
  CHECK(code_of(outcomes, 8) == errc::earlier_event_failed);
}

TEST_CASE("an outcome says why the writer failed", "[event_outcomes]") {
  close_report report;
  report.last_written = 1;
  report.undurable = {{1, 1, false}};
  event_outcomes outcomes{why.with_subject("scope/stream").with_segment_store("store:1"),
                          report};
  const auto& got = outcomes.of(1).outcome.error();
  CHECK(got.detail().find("no store") != std::string::npos);
  CHECK(got.subject() == "scope/stream");
  CHECK(got.segment_store() == "store:1");
}
