// Pings, leases, resumed transactions, and writers that find their transaction over.
#include <algorithm>

#include "unit/transaction/transaction_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using phase = transaction_machine::phase;
using state = transaction_state;
using ping_status = controller::ping_status;

namespace {

transaction_fixture open_one() {
  transaction_fixture f;
  f.lead_to(phase::open);
  return f;
}

// Lets time pass from one timer to the next; returns what happened meanwhile.
lines pass(transaction_fixture& f, duration span) {
  lines out;
  const auto end = f.now + span;
  for (auto due = f.armed(); due && *due <= end; due = f.armed()) {
    f.now = std::max(f.now, *due);
    for (auto& each : f.wake())
      out.push_back(each);
  }
  f.now = end;
  return out;
}

}  // namespace

TEST_CASE("pings come four times in a lease", "[transaction_machine]") {
  auto f = open_one();
  for (std::uint64_t i = 1; i < 20; ++i) {
    CHECK(f.after(seconds{5} - milliseconds{1}).empty());
    CHECK(f.after(milliseconds{1}) == lines{"ping " + std::to_string(i)});
    CHECK(f.pinged(i).empty());
    CHECK(f.machine.lease_until() == f.now + seconds{20});
  }
}

TEST_CASE("a ping that fails is repeated well before the lease ends", "[transaction_machine]") {
  auto f = open_one();
  CHECK(f.after(seconds{5}) == lines{"ping 1"});
  CHECK(f.ping_fails(1).empty());
  CHECK(f.after(milliseconds{100}) == lines{"ping 2"});
  CHECK(f.pinged(2, ping_status::disconnected).empty());
  CHECK(f.after(milliseconds{200}) == lines{"ping 3"});
  CHECK(f.pinged(3).empty());
  CHECK(f.machine.lease_until() == f.now + seconds{20});
}

TEST_CASE("a ping without an answer does not hold up the next", "[transaction_machine]") {
  auto f = open_one();
  CHECK(f.after(seconds{5}) == lines{"ping 1"});
  CHECK(f.after(seconds{5}) == lines{"notify_expiring lease 10000ms", "ping 2"});
  CHECK(f.after(seconds{5}) == lines{"ping 3"});
  CHECK(f.pinged(2).empty());
  CHECK(f.machine.lease_until() == f.now + seconds{15});
}

TEST_CASE("the lease counts from the sending of the ping", "[transaction_machine]") {
  auto f = open_one();
  (void)f.after(seconds{5});
  const auto sent = f.now;
  f.now += seconds{3};
  CHECK(f.pinged(1).empty());
  CHECK(f.machine.lease_until() == sent + seconds{20});
  // The answer to an older ping takes nothing back.
  (void)f.after(seconds{2});
  (void)f.after(seconds{5});
  (void)f.pinged(3);
  const auto until = f.machine.lease_until();
  (void)f.pinged(2);
  CHECK(f.machine.lease_until() == until);
}

TEST_CASE("that the lease ends is said once for each lapse", "[transaction_machine]") {
  auto f = open_one();
  const auto silent = pass(f, seconds{19});
  CHECK(std::count(silent.begin(), silent.end(), "notify_expiring lease 10000ms") == 1);
  CHECK(std::count_if(silent.begin(), silent.end(),
                      [](const auto& each) { return each.rfind("notify", 0) == 0; }) == 1);
  CHECK(f.pinged(3).empty());
  const auto again = pass(f, seconds{19});
  CHECK(std::count_if(again.begin(), again.end(), [](const auto& each) {
          return each.rfind("notify_expiring lease", 0) == 0;
        }) == 1);
}

TEST_CASE("that the longest execution time ends is said once", "[transaction_machine]") {
  auto f = open_one();
  CHECK(f.machine.ends_at() == f.now + seconds{20'000});
  const auto end = f.now + seconds{20'000};
  lines said;
  while (f.now < end) {
    for (auto& each : f.after(seconds{5})) {
      if (each.rfind("ping ", 0) == 0) (void)f.pinged(std::stoull(each.substr(5)));
      if (each.rfind("notify", 0) == 0) said.push_back(each);
    }
  }
  CHECK(said == lines{"notify_expiring execution_time 10000ms"});
}

TEST_CASE("the longest execution time is a day at most", "[transaction_machine]") {
  auto setup = transaction_fixture::setup_of(false);
  setup.lease = seconds{600};
  transaction_fixture f{setup};
  f.lead_to(phase::open);
  CHECK(f.machine.ends_at() == f.now + std::chrono::hours{24});
}

TEST_CASE("beyond the longest execution time the state is watched without pings",
          "[transaction_machine]") {
  auto f = open_one();
  (void)f.after(seconds{5});
  CHECK(f.pinged(1, ping_status::max_execution_time_exceeded)
            .front()
            .rfind("notify_expiring execution_time", 0) == 0);
  CHECK(f.after(seconds{5}) == lines{"notify_expiring lease 10000ms", "check"});
  CHECK(f.checked(state::open).empty());
  CHECK(f.after(seconds{5}) == lines{"check"});
  CHECK(f.checked(state::aborted) ==
        lines{"end_writer transaction_expired", "notify_ended transaction_expired"});
  CHECK(f.machine.refusal().value() == errc::transaction_expired);
}

TEST_CASE("a ping that finds the transaction over is the last", "[transaction_machine]") {
  const auto word =
      GENERATE(ping_status::committed, ping_status::aborted, ping_status::unknown);
  auto f = open_one();
  (void)f.after(seconds{5});
  CHECK(f.pinged(1, word) == lines{"check"});
  SECTION("committed by another process") {
    CHECK(f.checked(state::committed) ==
          lines{"end_writer transaction_committed", "notify_ended transaction_committed"});
  }
  SECTION("aborted by another process") {
    CHECK(f.checked(state::aborted) ==
          lines{"end_writer transaction_aborted", "notify_ended transaction_aborted"});
  }
  SECTION("its lease has ended") {
    f.now += seconds{16};
    CHECK(f.checked(state::aborted) ==
          lines{"end_writer transaction_expired", "notify_ended transaction_expired"});
  }
  SECTION("forgotten") {
    (void)f.checked(state::unknown);
    (void)f.after(milliseconds{2});
    CHECK(f.checked(state::unknown) ==
          lines{"end_writer transaction_not_found", "notify_ended transaction_not_found"});
  }
  CHECK(f.machine.is_over());
  CHECK(pass(f, seconds{1000}).empty());
}

TEST_CASE("a ping that is wrong about the end does not end anything", "[transaction_machine]") {
  auto f = open_one();
  (void)f.after(seconds{5});
  CHECK(f.pinged(1, ping_status::aborted) == lines{"check"});
  CHECK(f.checked(state::open).empty());
  CHECK(f.machine.at() == phase::open);
  CHECK(f.after(milliseconds{100}) == lines{"ping 2"});
}

TEST_CASE("pings stop when a commit is accepted", "[transaction_machine]") {
  transaction_fixture f;
  f.lead_to(phase::flushing);
  CHECK(f.after(seconds{5}) == lines{"ping 1"});
  (void)f.pinged(1);
  (void)f.flushed();
  CHECK(f.after(seconds{5}) == lines{"ping 2"});
  (void)f.committed();
  for (const auto& each : pass(f, seconds{50}))
    CHECK(each.rfind("ping", 0) != 0);
}

TEST_CASE("a segment that is sealed or missing makes the machine ask why",
          "[transaction_machine]") {
  const auto sign = GENERATE(as<errc>{}, errc::segment_sealed, errc::segment_not_found);
  auto f = open_one();
  CHECK(f.writer_fails(sign) == lines{"check"});
  CHECK(f.machine.refusal().value() == sign);
  CHECK(f.commit(2).empty());
  SECTION("its lease has ended") {
    f.now += seconds{21};
    CHECK(f.checked(state::aborting) == lines{"end_writer transaction_expired",
                                              "notify_ended transaction_expired",
                                              "answer 2 transaction_expired"});
  }
  SECTION("another process has committed it") {
    CHECK(f.checked(state::committing) == lines{"end_writer transaction_committed",
                                                "notify_ended transaction_committed",
                                                "answer 2 transaction_committed"});
  }
  SECTION("the stream is gone") {
    CHECK(f.check_fails(errc::stream_not_found) == lines{"end_writer stream_not_found",
                                                         "notify_ended stream_not_found",
                                                         "answer 2 stream_not_found"});
  }
  SECTION("it stays open all the same: it is aborted") {
    lines got = f.checked(state::open);
    for (int i = 0; i < 20 && f.machine.at() == phase::checking; ++i) {
      f.now = f.armed().value_or(f.now);
      (void)f.wake();
      got = f.checked(state::open);
    }
    CHECK(f.machine.at() == phase::aborting);
    CHECK(got == lines{"answer 2 " + std::string{to_string(sign)},
                       "end_writer transaction_aborted", "abort"});
  }
}

TEST_CASE("a writer that fails for another reason makes the machine abort",
          "[transaction_machine]") {
  auto f = open_one();
  CHECK(f.writer_fails(errc::retries_exhausted) ==
        lines{"end_writer transaction_aborted", "abort"});
  CHECK(f.commit(2).empty());
  CHECK(f.aborted() ==
        lines{"notify_ended transaction_aborted", "answer 2 transaction_aborted"});
}

TEST_CASE("a transaction is resumed: state, segments of its epoch, ping",
          "[transaction_machine]") {
  transaction_fixture f{true};
  CHECK(f.start() == lines{"check"});
  CHECK(f.checked(state::open) == lines{"look_up"});
  CHECK(f.looks_up() == lines{"ping 1"});
  CHECK(f.machine.at() == phase::resuming);
  // The names of its segments carry its epoch.
  CHECK(f.pinged(1) == lines{"open_writer 4.2 1.2", "answer 1 success"});
  CHECK(f.machine.lease_until() == f.now + seconds{20});
  CHECK_FALSE(f.machine.ends_at().has_value());
}

TEST_CASE("what can not be resumed", "[transaction_machine]") {
  transaction_fixture f{true};
  (void)f.start();
  SECTION("being committed: its process may be dead, so the commit is sent again") {
    CHECK(f.checked(state::committing) == lines{"commit", "notify_ended transaction_committed",
                                                "answer 1 transaction_committed"});
    CHECK(f.committed().empty());
    CHECK(f.commit_fails(errc::controller_unreachable).empty());
  }
  SECTION("committed") {
    CHECK(f.checked(state::committed) ==
          lines{"notify_ended transaction_committed", "answer 1 transaction_committed"});
  }
  SECTION("aborted") {
    CHECK(f.checked(state::aborted) ==
          lines{"notify_ended transaction_aborted", "answer 1 transaction_aborted"});
  }
  SECTION("unknown") {
    CHECK(f.checked(state::unknown).empty());
    CHECK(f.after(milliseconds{2}) == lines{"check"});
    CHECK(f.checked(state::unknown) ==
          lines{"notify_ended transaction_not_found", "answer 1 transaction_not_found"});
  }
  SECTION("ended meanwhile") {
    (void)f.checked(state::open);
    (void)f.looks_up();
    CHECK(f.pinged(1, ping_status::aborted) == lines{"check"});
    CHECK(f.checked(state::aborted) ==
          lines{"notify_ended transaction_aborted", "answer 1 transaction_aborted"});
  }
  SECTION("with a lease that the server does not allow") {
    (void)f.checked(state::open);
    (void)f.looks_up();
    CHECK(f.pinged(1, ping_status::lease_too_large) ==
          lines{"notify_ended invalid_argument", "answer 1 invalid_argument"});
  }
  SECTION("without a controller") {
    CHECK(f.check_fails(errc::controller_unreachable).empty());
    CHECK(f.after(seconds{60}) == lines{"answer 1 deadline_exceeded", "notify_ended closed"});
    CHECK(f.machine.at() == phase::left);
  }
}

TEST_CASE("a resumed transaction that is aborted before it is open", "[transaction_machine]") {
  transaction_fixture f{true};
  (void)f.start();
  CHECK(f.abort(2) == lines{"answer 1 transaction_aborted"});
  CHECK(f.checked(state::open) == lines{"abort"});
  CHECK(f.aborted() == lines{"notify_ended transaction_aborted", "answer 2 success"});
}
