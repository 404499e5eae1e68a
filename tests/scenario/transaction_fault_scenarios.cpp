// Transactions with faults: each is in the stream as a whole or not at all, and what was
// answered is true.
#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;
using mode = switched_controller::mode;

namespace {

template <class Request>
bool is(const controller::request& what) {
  return what.holds<Request>();
}

// Loses the answer to the first call of this kind, which is carried out.
template <class Request>
void lose_first_answer(transaction_world& w) {
  w.controller->edit = [lost = std::make_shared<bool>(false)](
                           const controller::request& call,
                           const result<controller::reply>& got) -> result<controller::reply> {
    if (!is<Request>(call) || std::exchange(*lost, true)) return got;
    return error{errc::controller_unreachable, "the answer was lost"}.with_stage(
        stage::controller_call);
  };
}

transaction_options short_lease() {
  transaction_options options;
  options.lease = seconds{10};
  return options;
}

}  // namespace

TEST_CASE("transaction: the answer to the begin is lost") {
  transaction_world w;
  lose_first_answer<controller::create_transaction>(w);
  auto begun = w.try_begin();
  // Another one was begun, or the caller knows that there is none; the lost one ends by its
  // lease.
  if (begun) {
    w.write(*begun, "event");
    REQUIRE(w.commit(*begun));
    CHECK(w.stored() == texts{"event"});
  } else {
    CHECK(w.stored().empty());
  }
  w.world.run_for(seconds{100});
  CHECK(w.parts() == 0);
  w.end();
}

TEST_CASE("transaction: the answer to the commit is lost") {
  transaction_world w;
  auto txn = w.begin();
  w.write_some(txn, 10);
  lose_first_answer<controller::commit_transaction>(w);
  CHECK(code_of(w.commit(txn)) == "ok");
  CHECK(w.stored() == some_events(10));
  w.end();
}

TEST_CASE("transaction: the answer to the abort is lost") {
  transaction_world w;
  auto txn = w.begin();
  w.write_some(txn, 10);
  lose_first_answer<controller::abort_transaction>(w);
  CHECK(code_of(w.abort(txn)) == "ok");
  CHECK(w.comes_to(txn.id(), transaction_state::aborted));
  CHECK(w.stored().empty());
  w.end();
}

TEST_CASE("transaction: the outcome of a commit is unknown at the deadline, and known later") {
  transaction_world w;
  auto txn = w.begin();
  w.write_some(txn, 3);
  w.world.run_for(seconds{1});
  w.controller->now = mode::mute;
  const auto outcome = w.commit(txn, seconds{5});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == errc::outcome_unknown);
  CHECK(outcome.error().to_string().find(txn.id().to_string()) != std::string::npos);
  w.controller->now = mode::through;
  CHECK(code_of(w.commit(txn)) == "ok");
  CHECK(w.stored() == some_events(3));
  w.end();
}

TEST_CASE("transaction: a controller that is away for less than the lease ends nothing") {
  transaction_world w;
  auto txn = w.begin(short_lease());
  w.write_some(txn, 3);
  for (int i = 0; i < 5; ++i) {
    w.world.run_for(seconds{12});
    w.controller->now = i % 2 == 0 ? mode::away : mode::silent;
    w.world.run_for(seconds{4});
    w.controller->now = mode::through;
  }
  w.world.run_for(seconds{5});
  CHECK(w.state_of(txn.id()) == transaction_state::open);
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == some_events(3));
  w.end();
}

TEST_CASE("transaction: the lease ends while the controller is away, and the error says so") {
  transaction_world w;
  auto txn = w.begin(short_lease());
  w.write_some(txn, 3);
  std::vector<transaction_expiring> notices;
  std::vector<transaction_ended> ends;
  txn.on_expiring([&](const transaction_expiring& n) { notices.push_back(n); });
  txn.on_ended([&](const transaction_ended& n) { ends.push_back(n); });
  w.world.run_for(seconds{1});
  w.controller->now = mode::away;
  w.world.run_for(seconds{30});
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].id == txn.id());
  CHECK(notices[0].what == transaction_limit::lease);
  CHECK(notices[0].left > duration{0});
  CHECK(notices[0].left <= seconds{5});
  w.controller->now = mode::through;
  REQUIRE(w.world.run_until([&] { return !ends.empty(); }, seconds{60}));
  CHECK(ends.size() == 1);
  CHECK(ends[0].how == transaction_end::expired);
  CHECK(code_of(w.commit(txn)) == "transaction_expired");
  CHECK(txn.try_write(as_bytes("late")).error() == errc::transaction_expired);
  CHECK(w.stored().empty());
  w.end();
}

TEST_CASE("transaction: two hundred with a lease of 10 s live for 60 s") {
  transaction_world w{{}, 2};
  std::vector<transaction> all;
  for (int i = 0; i < 200; ++i) {
    all.push_back(w.begin(short_lease()));
    w.write(all.back(), "event " + std::to_string(1000 + i), "key " + std::to_string(i));
  }
  w.world.run_for(seconds{60});
  // They share connections.
  CHECK(w.world.open_connections() <= 10);
  for (auto& each : all) {
    CHECK(w.state_of(each.id()) == transaction_state::open);
    w.write(each, "more", "key");
  }
  std::size_t committed = 0;
  for (auto& each : all)
    each.commit_async(seconds{60}, {}, [&](const result<void>& r) { committed += r ? 1 : 0; });
  REQUIRE(w.world.run_until([&] { return committed == all.size(); }, seconds{120}));
  CHECK(w.stored().size() == 400);
  all.clear();
  w.end();
}

TEST_CASE("transaction: pings end with it") {
  transaction_world w;
  auto committed = w.begin(short_lease());
  auto aborted = w.begin(short_lease());
  REQUIRE(w.commit(committed));
  REQUIRE(w.abort(aborted));
  w.world.run_for(seconds{1});
  const auto calls = w.controller->calls;
  w.world.run_for(seconds{60});
  CHECK(w.controller->calls == calls);
  w.end();
}

TEST_CASE("transaction: a failing ping of one does not end the pings of others") {
  transaction_world w;
  auto one = w.begin(short_lease());
  auto other = w.begin(short_lease());
  w.controller->edit = [bad = one.id()](
                           const controller::request& call,
                           const result<controller::reply>& got) -> result<controller::reply> {
    const auto* ping = call.get_if<controller::ping_transaction>();
    if (ping == nullptr || ping->id != bad) return got;
    return error{errc::controller_failure, "told by the test"};
  };
  w.world.run_for(seconds{60});
  CHECK(w.state_of(other.id()) == transaction_state::open);
  CHECK(w.commit(other));
  w.end();
}

TEST_CASE("transaction: connections are cut again and again") {
  transaction_world w{{}, 2};
  auto txn = w.begin();
  for (int i = 0; i < 100; ++i) {
    w.write(txn, "event " + std::to_string(1000 + i));
    w.world.run_for(milliseconds{20});
    if (i % 10 == 5) (void)w.world.cut_connections();
  }
  std::optional<result<void>> done;
  txn.commit_async(seconds{60}, {}, [&](const result<void>& r) { done = r; });
  (void)w.world.cut_connections();
  REQUIRE(w.world.run_until([&] { return done.has_value(); }, seconds{60}));
  CHECK(*done);
  CHECK(w.stored() == some_events(100));
  w.end();
}

TEST_CASE("transaction: another process commits or aborts it while this one writes") {
  transaction_world w;
  auto committed = w.begin();
  w.write(committed, "event");
  w.world.run_for(seconds{1});
  REQUIRE(w.world.control(controller::commit_transaction{w.stream, committed.id(), {}, {}}));
  std::vector<std::string> outcomes;
  (void)committed.try_write(
      as_bytes("late"), [&](const write_result& r) { outcomes.push_back(code_of(r.outcome)); });
  CHECK(code_of(w.commit(committed)) == "transaction_committed");
  auto aborted = w.begin();
  w.write(aborted, "never");
  w.world.run_for(seconds{1});
  REQUIRE(w.world.control(controller::abort_transaction{w.stream, aborted.id()}));
  (void)aborted.try_write(as_bytes("late"));
  CHECK(code_of(w.commit(aborted)) == "transaction_aborted");
  CHECK(w.stored() == texts{"event"});
  CHECK(w.world.run_until([&] { return outcomes.size() == 1; }, seconds{10}));
  CHECK(outcomes[0] != "ok");
  w.end();
}

TEST_CASE("transaction: its stream is sealed or deleted meanwhile") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  w.world.run_for(seconds{1});
  const auto sealed = w.world.control(controller::seal_stream{w.stream});
  if (sealed) (void)w.world.control(controller::delete_stream{w.stream});
  const auto started = w.world.now();
  const auto outcome = w.commit(txn);
  CHECK(w.world.now() - started < seconds{30});
  INFO(code_of(outcome));
  CHECK((sealed ? !outcome : true));
  w.end();
}

TEST_CASE("transaction: the longest execution time ends, and that is said before") {
  transaction_world w;
  auto txn = w.begin(short_lease());
  w.write_some(txn, 1);
  std::vector<transaction_expiring> notices;
  std::optional<transaction_ended> ended;
  txn.on_expiring([&](const transaction_expiring& n) { notices.push_back(n); });
  txn.on_ended([&](const transaction_ended& e) { ended = e; });
  // 1000 leases.
  w.world.run_for(seconds{9'997});
  // The controller also refuses the last pings, so the lease ends, too.
  CHECK(std::count_if(notices.begin(), notices.end(), [](const transaction_expiring& n) {
          return n.what == transaction_limit::execution_time;
        }) == 1);
  CHECK_FALSE(ended);
  w.world.run_for(seconds{120});
  REQUIRE(ended);
  CHECK(ended->how == transaction_end::expired);
  CHECK(code_of(w.commit(txn)) == "transaction_expired");
  CHECK(w.stored().empty());
  w.end();
}
