#include "writer/ticket_ledger.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using ranges = std::vector<undurable_range>;

namespace {

struct ledger_fixture {
  ticket_ledger ledger;
  std::vector<event_ticket> told;

  void book(event_ticket last) {
    REQUIRE(ledger.book(
        last, [this](const write_result& outcome) { told.push_back(outcome.ticket); }));
  }
  /// A block with events of these tickets is durable.
  std::size_t mark(const std::vector<event_ticket>& tickets) {
    buffer_pool pool;
    append_block block;
    for (const auto each : tickets)
      block.add(pool, {0.5, each, false}, {});
    return ledger.mark(block);
  }
  /// The tickets whose completions are called now.
  std::vector<event_ticket> deliver() {
    completion_queue::batch taken;
    ledger.take_known(taken);
    taken.succeed([](const char*) {});
    return std::exchange(told, {});
  }
};

}  // namespace

TEST_CASE("tickets count events, and complete in the order of writing", "[ticket_ledger]") {
  ledger_fixture f;
  CHECK(f.ledger.all_durable());
  f.book(1);
  f.book(2);
  // Two events with one completion.
  f.book(4);
  CHECK(f.ledger.last() == 4);
  CHECK(f.mark({2, 4}) == 0);
  CHECK(f.deliver().empty());
  CHECK(f.mark({1}) == 2);
  CHECK(f.ledger.through() == 2);
  CHECK(f.deliver() == std::vector<event_ticket>{1, 2});
  CHECK_FALSE(f.ledger.all_durable());
  CHECK(f.mark({3}) == 2);
  CHECK(f.ledger.all_durable());
  CHECK(f.deliver() == std::vector<event_ticket>{4});
}

TEST_CASE("an event needs no completion", "[ticket_ledger]") {
  ledger_fixture f;
  REQUIRE(f.ledger.book(1, {}));
  f.book(2);
  CHECK(f.mark({1, 2}) == 2);
  CHECK(f.deliver() == std::vector<event_ticket>{2});
}

TEST_CASE("a booking that is taken back leaves no trace", "[ticket_ledger]") {
  ledger_fixture f;
  f.book(1);
  const bool with_completion = GENERATE(true, false);
  write_completion done;
  if (with_completion) done = [&](const write_result&) { f.told.push_back(99); };
  const auto booked = f.ledger.book(5, std::move(done));
  REQUIRE(booked);
  CHECK(f.ledger.last() == 5);
  f.ledger.cancel(*booked);
  CHECK(f.ledger.last() == 1);
  f.book(2);
  CHECK(f.mark({1, 2}) == 2);
  CHECK(f.deliver() == std::vector<event_ticket>{1, 2});
}

TEST_CASE("what is not durable when a writer fails is not written or unknown",
          "[ticket_ledger]") {
  ledger_fixture f;
  for (event_ticket ticket = 1; ticket <= 8; ++ticket)
    f.book(ticket);
  (void)f.mark({1, 2, 5});
  f.ledger.fail(errc::retries_exhausted, {{4, 4, false}, {7, 8, false}});
  CHECK(*f.ledger.failure() == errc::retries_exhausted);
  const auto report = f.ledger.report();
  CHECK(report.durable_through == 2);
  CHECK(report.last_written == 8);
  CHECK(report.outcome.error() == errc::retries_exhausted);
  CHECK(report.undurable == ranges{{3, 3, true}, {4, 4, false}, {6, 6, true}, {7, 8, false}});
  CHECK(f.deliver().size() == 8);
  const auto [durable, first] = f.ledger.outcome_of(1, 8);
  CHECK(durable == 3);
  CHECK(first.error() == errc::outcome_unknown);
  CHECK(f.ledger.outcome_of(1, 2).second);
  CHECK(f.ledger.final_report().undurable == report.undurable);
}

TEST_CASE("without memory all that is not known to be durable is unknown", "[ticket_ledger]") {
  ledger_fixture f;
  for (event_ticket ticket = 1; ticket <= 4; ++ticket)
    f.book(ticket);
  (void)f.mark({1});
  f.ledger.fail_unknown(errc::out_of_memory);
  CHECK(f.ledger.report().undurable == ranges{{2, 4, true}});
}

TEST_CASE("a writer that fails when all is durable reports success", "[ticket_ledger]") {
  ledger_fixture f;
  f.book(1);
  (void)f.mark({1});
  f.ledger.fail(errc::retries_exhausted, {});
  CHECK(f.ledger.report().outcome);
  CHECK(f.ledger.outcome_of(1, 1).first == 1);
  CHECK(f.ledger.outcome_of(1, 1).second);
}

TEST_CASE("tickets that follow each other join in one range", "[ticket_ledger]") {
  ranges all;
  add_ticket(all, 1, false);
  add_ticket(all, 2, false);
  add_ticket(all, 3, true);
  add_ticket(all, 5, true);
  CHECK(all == ranges{{1, 2, false}, {3, 3, true}, {5, 5, true}});
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("only booking takes memory, and changes nothing without it", "[ticket_ledger]") {
  ledger_fixture f;
  f.book(1);
  buffer_pool pool;
  append_block block;
  block.add(pool, {0.5, 1, false}, {});
  write_completion done = [](const write_result&) {};
  test::fail_allocations_from(1);
  const auto refused = f.ledger.book(100000, std::move(done));
  const auto completed = f.ledger.mark(block);
  f.ledger.fail_unknown(errc::out_of_memory);
  test::fail_allocation(0);
  CHECK_FALSE(refused);
  CHECK(completed == 1);
  CHECK(f.ledger.last() == 1);
}
#endif
