// Begin, commit and abort, call by call.
#include "transaction/transaction_machine.hpp"

#include "unit/transaction/transaction_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using phase = transaction_machine::phase;
using state = transaction_state;

namespace {

// A transaction whose commit was sent.
transaction_fixture committing() {
  transaction_fixture f;
  f.lead_to(phase::committing);
  return f;
}

}  // namespace

TEST_CASE("a transaction is begun, and its begin answered", "[transaction_machine]") {
  transaction_fixture f;
  CHECK(f.start() == lines{"create"});
  CHECK(f.machine.refusal().value() == errc::closed);
  CHECK(f.creates() == lines{"open_writer 4.2 1.2", "answer 1 success"});
  CHECK(f.machine.at() == phase::open);
  CHECK(f.machine.id() == transaction_fixture::id());
  CHECK_FALSE(f.machine.refusal().has_value());
  CHECK(f.machine.lease_until() == f.now + seconds{20});
}

TEST_CASE("a lease out of range is refused before the call", "[transaction_machine]") {
  auto setup = transaction_fixture::setup_of(false);
  setup.lease = seconds{9};
  transaction_fixture f{setup};
  CHECK(f.start() == lines{"notify_ended invalid_argument", "answer 1 invalid_argument"});
  const auto& why = std::get<transaction_machine::answer>(f.last.back()).outcome.error();
  CHECK(why.detail().find("10000 to 600000 ms") != std::string::npos);
  CHECK(why.at() == stage::begin_transaction);
  CHECK(f.machine.at() == phase::failed);
}

TEST_CASE("a begin fails as the controller says", "[transaction_machine]") {
  transaction_fixture f;
  (void)f.start();
  CHECK(f.fails_to_create(errc::stream_not_found) ==
        lines{"notify_ended stream_not_found", "answer 1 stream_not_found"});
  CHECK(f.commit(2) == lines{"answer 2 stream_not_found"});
  CHECK(f.machine.refusal().value() == errc::stream_not_found);
}

TEST_CASE("a begin whose controller client died is repeated", "[transaction_machine]") {
  transaction_fixture f;
  (void)f.start();
  CHECK(f.fails_to_create(errc::actor_terminated).empty());
  CHECK(f.after(milliseconds{100}) == lines{"create"});
  CHECK(f.creates() == lines{"open_writer 4.2 1.2", "answer 1 success"});
}

TEST_CASE("a transaction that comes after the deadline of its begin is aborted",
          "[transaction_machine]") {
  transaction_fixture f;
  (void)f.start();
  CHECK(f.after(seconds{60}) == lines{"answer 1 deadline_exceeded"});
  CHECK(f.creates() == lines{"abort"});
  CHECK(f.aborted() == lines{"notify_ended transaction_aborted"});
}

TEST_CASE("a commit flushes, commits, and waits for the state", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::open);
  CHECK(f.commit(2) == lines{"flush"});
  CHECK(f.machine.refusal().value() == errc::transaction_committed);
  CHECK(f.flushed() == lines{"end_writer transaction_committed", "commit"});
  CHECK(f.committed().empty());
  CHECK(f.after(milliseconds{2}) == lines{"check"});
  CHECK(f.checked(state::committing).empty());
  CHECK(f.after(milliseconds{2}).empty());
  CHECK(f.after(milliseconds{1}) == lines{"check"});
  CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 2 success"});
  CHECK(f.machine.at() == phase::committed);
  CHECK(f.commit(3) == lines{"answer 3 success"});
  CHECK(f.commit_until_accepted(4) == lines{"answer 4 success"});
  CHECK(f.abort(5) == lines{"answer 5 transaction_committed"});
}

TEST_CASE("the pauses between checks grow to 200 ms", "[transaction_machine]") {
  auto f = committing();
  (void)f.committed();
  duration pause{0};
  for (int i = 0; i < 30; ++i) {
    const auto due = f.armed();
    REQUIRE(due.has_value());
    CHECK(*due - f.now >= pause);
    pause = std::min<duration>(*due - f.now, milliseconds{190});
    f.now = *due;
    REQUIRE(f.wake() == lines{"check"});
    (void)f.checked(state::committing);
  }
  CHECK(pause == milliseconds{190});
}

TEST_CASE("a commit that is not complete is sent again every 5 s", "[transaction_machine]") {
  auto f = committing();
  (void)f.committed();
  std::vector<duration> sent;
  const auto began = f.now;
  while (sent.size() < 3) {
    f.now = f.armed().value();
    REQUIRE(f.now - began < seconds{20});
    for (const auto& each : f.wake()) {
      REQUIRE(each == "check");
      if (f.checked(state::committing) != lines{"commit"}) continue;
      sent.push_back(f.now - began);
      // Whether it is accepted again or not, the state decides.
      if (sent.size() == 2)
        CHECK(f.commit_fails(errc::controller_unreachable) == lines{"check"});
      else
        CHECK(f.committed().empty());
      if (sent.size() == 2) (void)f.checked(state::committing);
    }
  }
  for (std::size_t i = 0; i < sent.size(); ++i) {
    CHECK(sent[i] >= seconds{5} * (i + 1));
    CHECK(sent[i] <= (seconds{5} + milliseconds{200}) * (i + 1));
  }
}

TEST_CASE("an accepted commit may be enough, and its state is still found out",
          "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::open);
  CHECK(f.commit_until_accepted(2) == lines{"flush"});
  CHECK(f.flushed() == lines{"end_writer transaction_committed", "commit"});
  CHECK(f.committed() == lines{"answer 2 success"});
  CHECK(f.commit_until_accepted(3) == lines{"answer 3 success"});
  // Nobody waits: there is no hurry.
  CHECK(f.after(milliseconds{199}).empty());
  CHECK(f.after(milliseconds{1}) == lines{"check"});
  CHECK(f.commit(4).empty());
  CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 4 success"});
}

TEST_CASE("commits share one outcome", "[transaction_machine]") {
  auto f = committing();
  CHECK(f.commit(3).empty());
  (void)f.committed();
  (void)f.after(milliseconds{2});
  CHECK(f.checked(state::committed) ==
        lines{"notify_ended", "answer 2 success", "answer 3 success"});
}

TEST_CASE("an uncertain commit is decided by the state", "[transaction_machine]") {
  const auto lost = GENERATE(as<errc>{}, errc::precondition_failed, errc::deadline_exceeded,
                             errc::controller_failure, errc::actor_terminated);
  auto f = committing();
  CHECK(f.commit_fails(lost) == lines{"check"});
  SECTION("open: again") {
    CHECK(f.checked(state::open).empty());
    CHECK(f.after(milliseconds{2}) == lines{"commit"});
    CHECK(f.committed().empty());
  }
  SECTION("committing: it goes on") {
    CHECK(f.checked(state::committing).empty());
    CHECK(f.after(milliseconds{2}) == lines{"check"});
    CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 2 success"});
  }
  SECTION("committed") {
    CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 2 success"});
  }
  SECTION("aborted by somebody") {
    CHECK(f.checked(state::aborting) ==
          lines{"notify_ended transaction_aborted", "answer 2 transaction_aborted"});
    CHECK(f.machine.at() == phase::aborted);
  }
  SECTION("aborted because its lease ended") {
    f.now += seconds{20};
    CHECK(f.checked(state::aborted) ==
          lines{"notify_ended transaction_expired", "answer 2 transaction_expired"});
    CHECK(f.machine.at() == phase::expired);
  }
  SECTION("forgotten") {
    CHECK(f.checked(state::unknown).empty());
    CHECK(f.after(milliseconds{2}) == lines{"check"});
    CHECK(f.checked(state::unknown) ==
          lines{"notify_ended outcome_unknown", "answer 2 outcome_unknown"});
    CHECK(f.commit(3) == lines{"answer 3 outcome_unknown"});
  }
  SECTION("one answer that it is unknown is not enough") {
    (void)f.checked(state::unknown);
    (void)f.after(milliseconds{2});
    CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 2 success"});
  }
  SECTION("no state: it asks again") {
    CHECK(f.check_fails(errc::controller_unreachable).empty());
    CHECK(f.after(milliseconds{2}) == lines{"check"});
  }
  SECTION("the stream is gone") {
    CHECK(f.check_fails(errc::stream_not_found) ==
          lines{"notify_ended stream_not_found", "answer 2 stream_not_found"});
  }
  SECTION("no state is to be had") {
    CHECK(f.check_fails(errc::permission_denied) ==
          lines{"notify_ended outcome_unknown", "answer 2 outcome_unknown"});
  }
}

TEST_CASE("a commit that was accepted is not aborted any more", "[transaction_machine]") {
  auto f = committing();
  (void)f.committed();
  // An answer that is older than the commit.
  (void)f.after(milliseconds{2});
  CHECK(f.checked(state::open).empty());
  CHECK(f.after(milliseconds{3}) == lines{"commit"});
  CHECK(f.committed().empty());
}

TEST_CASE("the deadline of a commit makes its outcome unknown, and the commit goes on",
          "[transaction_machine]") {
  auto f = committing();
  REQUIRE(f.after(seconds{60}).front() == "answer 2 outcome_unknown");
  const auto late = std::get<transaction_machine::answer>(f.last.front()).outcome;
  CHECK(late.error().at() == stage::commit_transaction);
  CHECK(late.error().detail().find("00000002-0000-0000-0000-000000000007") !=
        std::string::npos);
  CHECK(f.commit(3).empty());
  (void)f.committed();
  (void)f.after(milliseconds{200});
  CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 3 success"});
}

TEST_CASE("a flush that fails leads to an abort", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::flushing);
  CHECK(f.flush_fails(errc::retries_exhausted) ==
        lines{"answer 2 retries_exhausted", "end_writer transaction_aborted", "abort"});
  CHECK(f.commit(3).empty());
  CHECK(f.aborted() ==
        lines{"notify_ended transaction_aborted", "answer 3 transaction_aborted"});
}

TEST_CASE("a transaction is aborted", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::open);
  CHECK(f.abort(2) == lines{"end_writer transaction_aborted", "abort"});
  CHECK(f.machine.refusal().value() == errc::transaction_aborted);
  CHECK(f.abort(3).empty());
  CHECK(f.commit(4).empty());
  CHECK(f.aborted() == lines{"notify_ended transaction_aborted", "answer 4 transaction_aborted",
                             "answer 2 success", "answer 3 success"});
  CHECK(f.abort(5) == lines{"answer 5 success"});
  CHECK(f.commit(6) == lines{"answer 6 transaction_aborted"});
}

TEST_CASE("an uncertain abort is decided by the state", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::aborting);
  CHECK(f.abort_fails(errc::precondition_failed) == lines{"check"});
  SECTION("open: again") {
    CHECK(f.checked(state::open).empty());
    CHECK(f.after(milliseconds{2}) == lines{"abort"});
  }
  SECTION("aborting") {
    CHECK(f.checked(state::aborting) ==
          lines{"notify_ended transaction_aborted", "answer 2 success"});
  }
  SECTION("committed by another process") {
    CHECK(f.checked(state::committing) ==
          lines{"notify_ended transaction_committed", "answer 2 transaction_committed"});
    CHECK(f.commit(3) == lines{"answer 3 transaction_committed"});
  }
  SECTION("forgotten") {
    (void)f.checked(state::unknown);
    (void)f.after(milliseconds{2});
    CHECK(f.checked(state::unknown) ==
          lines{"notify_ended transaction_not_found", "answer 2 transaction_not_found"});
  }
}

TEST_CASE("an abort during a commit waits for its outcome", "[transaction_machine]") {
  auto f = committing();
  CHECK(f.abort(3).empty());
  (void)f.committed();
  (void)f.after(milliseconds{2});
  CHECK(f.checked(state::committed) ==
        lines{"notify_ended", "answer 2 success", "answer 3 transaction_committed"});
}

TEST_CASE("a transaction that nobody has any more is aborted", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::open);
  CHECK(f.dropped() == lines{"end_writer transaction_aborted", "abort"});
  CHECK(f.aborted() == lines{"notify_ended transaction_aborted"});
}

TEST_CASE("a transaction may be left to its lease", "[transaction_machine]") {
  auto setup = transaction_fixture::setup_of(false);
  setup.leave_open = true;
  transaction_fixture f{setup};
  f.lead_to(phase::open);
  CHECK(f.dropped() == lines{"end_writer closed", "notify_ended closed"});
  CHECK(f.machine.at() == phase::left);
  CHECK(f.after(seconds{100}).empty());
}

TEST_CASE("a commit goes on without a handle", "[transaction_machine]") {
  auto f = committing();
  CHECK(f.dropped().empty());
  (void)f.committed();
  (void)f.after(milliseconds{2});
  CHECK(f.checked(state::committed) == lines{"notify_ended", "answer 2 success"});
}

TEST_CASE("whoever waits at the end gets an answer", "[transaction_machine]") {
  SECTION("a commit that was sent") {
    auto f = committing();
    CHECK(f.stopped() == lines{"notify_ended outcome_unknown", "answer 2 outcome_unknown"});
    CHECK(f.committed().empty());
  }
  SECTION("a commit that was not sent") {
    transaction_fixture f;
    f.lead_to(phase::flushing);
    CHECK(f.stopped() ==
          lines{"end_writer cancelled", "notify_ended cancelled", "answer 2 cancelled"});
    CHECK(f.flushed().empty());
  }
  SECTION("a begin") {
    transaction_fixture f;
    f.lead_to(phase::creating);
    CHECK(f.stopped() == lines{"notify_ended cancelled", "answer 1 cancelled"});
    CHECK(f.creates().empty());
  }
}
