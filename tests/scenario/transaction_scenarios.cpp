// Transactions without faults: all or nothing, and what each end means.
#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

TEST_CASE("transaction: nothing is in the stream before the commit, and everything after it") {
  transaction_world w{{}, 3};
  auto txn = w.begin();
  CHECK(txn.id() != transaction_id{});
  CHECK(txn.stream() == w.stream);
  texts wanted;
  for (int i = 0; i < 100; ++i) {
    wanted.push_back("event " + std::to_string(1000 + i));
    w.write(txn, wanted.back(), "key " + std::to_string(i % 7));
  }
  w.world.run_for(seconds{5});
  CHECK(w.stored().empty());
  CHECK(w.state_of(txn.id()) == transaction_state::open);
  CHECK(code_of(w.commit(txn)) == "ok");
  CHECK(w.state_of(txn.id()) == transaction_state::committed);
  CHECK(w.sorted() == wanted);
  CHECK(w.parts() == 0);
  w.end();
}

TEST_CASE("transaction: events of a key keep their order, and transactions theirs") {
  transaction_world w{{}, 2};
  texts wanted;
  for (int t = 0; t < 5; ++t) {
    auto txn = w.begin();
    for (int i = 0; i < 20; ++i) {
      wanted.push_back(std::to_string(t) + "/" + std::to_string(i));
      w.write(txn, wanted.back());
    }
    REQUIRE(w.commit(txn));
  }
  CHECK(w.stored() == wanted);
  w.end();
}

TEST_CASE("transaction: an empty one can be committed") {
  transaction_world w;
  auto txn = w.begin();
  CHECK(w.commit(txn));
  CHECK(w.stored().empty());
  w.end();
}

TEST_CASE("transaction: events without a key are stored, too") {
  transaction_world w{{}, 4};
  auto txn = w.begin();
  for (int i = 0; i < 40; ++i)
    REQUIRE(txn.try_write(as_bytes("event")));
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == texts(40, "event"));
  w.end();
}

TEST_CASE("transaction: only the segments with events are connected") {
  transaction_world w{{}, 8};
  auto txn = w.begin();
  w.world.run_for(seconds{1});
  CHECK(w.world.open_connections() == 0);
  w.write(txn, "event");
  REQUIRE(w.commit(txn));
  CHECK(w.world.open_connections() == 1);
  CHECK(w.stored() == texts{"event"});
  w.end();
}

TEST_CASE("transaction: an aborted one leaves nothing") {
  transaction_world w{{}, 2};
  auto txn = w.begin();
  w.write(txn, "never");
  w.world.run_for(seconds{1});
  CHECK(code_of(w.abort(txn)) == "ok");
  CHECK(w.comes_to(txn.id(), transaction_state::aborted));
  CHECK(w.stored().empty());
  CHECK(w.world.run_until([&] { return w.parts() == 0; }, seconds{10}));
  // Once more: the same.
  CHECK(code_of(w.abort(txn)) == "ok");
  CHECK(code_of(w.commit(txn)) == "transaction_aborted");
  w.end();
}

TEST_CASE("transaction: dropping the last handle aborts it") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "never");
  const auto id = txn.id();
  auto other = txn;
  txn = {};
  w.world.run_for(seconds{5});
  CHECK(w.state_of(id) == transaction_state::open);
  other = {};
  CHECK(w.comes_to(id, transaction_state::aborted, seconds{5}));
  CHECK(w.stored().empty());
  w.end();
}

TEST_CASE("transaction: a commit goes on when the last handle is gone") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  const auto id = txn.id();
  std::optional<result<void>> done;
  txn.commit_async(seconds{30}, {}, [&](const result<void>& r) { done = r; });
  txn = {};
  REQUIRE(w.comes_to(id, transaction_state::committed, seconds{5}));
  CHECK(w.stored() == texts{"event"});
  REQUIRE(w.world.run_until([&] { return done.has_value(); }, seconds{5}));
  CHECK(*done);
  w.end();
}

TEST_CASE("transaction: one that is left open can be resumed by its id") {
  transaction_world w{{}, 2};
  transaction_options options;
  options.leave_open = true;
  auto txn = w.begin(options);
  const auto id = txn.id();
  w.write(txn, "one");
  w.world.run_for(seconds{1});
  txn = {};
  w.world.run_for(seconds{20});
  CHECK(w.state_of(id) == transaction_state::open);
  auto again = w.resume(id);
  CHECK(again.id() == id);
  w.write(again, "two");
  REQUIRE(w.commit(again));
  CHECK(w.sorted() == texts{"one", "two"});
  w.end();
}

TEST_CASE("transaction: commits and aborts may be repeated") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  std::vector<std::string> outcomes;
  const auto note = [&](const result<void>& r) { outcomes.push_back(code_of(r)); };
  txn.commit_async(seconds{30}, {}, note);
  txn.commit_async(seconds{30}, {commit_wait::accepted}, note);
  txn.abort_async(seconds{30}, note);
  REQUIRE(w.world.run_until([&] { return outcomes.size() == 3; }, seconds{30}));
  std::sort(outcomes.begin(), outcomes.end());
  CHECK(outcomes == texts{"ok", "ok", "transaction_committed"});
  CHECK(code_of(w.commit(txn)) == "ok");
  CHECK(code_of(w.abort(txn)) == "transaction_committed");
  CHECK(w.stored() == texts{"event"});
  w.end();
}

TEST_CASE("transaction: a commit may be answered when it is accepted") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  REQUIRE(w.commit(txn, seconds{60}, {commit_wait::accepted}));
  CHECK(w.comes_to(txn.id(), transaction_state::committed));
  CHECK(w.stored() == texts{"event"});
  w.end();
}

TEST_CASE("transaction: a write after the end says which end it was") {
  transaction_world w;
  auto committed = w.begin();
  w.write(committed, "event");
  REQUIRE(w.commit(committed));
  const auto late = committed.try_write(as_bytes("late"));
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::transaction_committed);
  auto aborted = w.begin();
  REQUIRE(w.abort(aborted));
  CHECK(aborted.try_write(as_bytes("late")).error() == errc::transaction_aborted);
  auto under_way = w.begin();
  w.write(under_way, "event");
  std::optional<result<void>> done;
  under_way.commit_async(seconds{30}, {}, [&](const result<void>& r) { done = r; });
  w.world.run_for(microseconds{10});
  const auto during = under_way.try_write(as_bytes("late"));
  REQUIRE_FALSE(during);
  CHECK(during.error() == errc::transaction_committed);
  REQUIRE(w.world.run_until([&] { return done.has_value(); }, seconds{30}));
  CHECK(*done);
  CHECK(w.stored() == texts{"event", "event"});
  w.end();
}

TEST_CASE("transaction: a lease out of range is refused before anything is asked") {
  transaction_world w;
  (void)w.the_writer();
  const auto calls = w.controller->calls;
  for (const duration lease : {duration{milliseconds{9999}}, duration{milliseconds{600001}},
                               duration{0}, duration{seconds{-1}}}) {
    transaction_options options;
    options.lease = lease;
    const auto begun = w.try_begin(options);
    REQUIRE_FALSE(begun);
    CHECK(begun.error() == errc::invalid_argument);
    CHECK(begun.error().detail().find("10000 to 600000") != std::string::npos);
  }
  CHECK(w.controller->calls == calls);
  w.end();
}

TEST_CASE("transaction: one that is not known, or is over, cannot be resumed") {
  transaction_world w;
  const auto started = w.world.now();
  auto unknown = w.try_resume(transaction_id{uuid{0, 4711}});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error() == errc::transaction_not_found);
  auto committed = w.begin();
  REQUIRE(w.commit(committed));
  CHECK(w.try_resume(committed.id()).error() == errc::transaction_committed);
  auto aborted = w.begin();
  REQUIRE(w.abort(aborted));
  REQUIRE(w.comes_to(aborted.id(), transaction_state::aborted));
  CHECK(w.try_resume(aborted.id()).error() == errc::transaction_aborted);
  CHECK(w.world.now() - started < seconds{10});
  w.end();
}

TEST_CASE("transaction: a sealed or missing stream is an error at once") {
  transaction_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  REQUIRE(w.commit(txn));
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  const auto started = w.world.now();
  CHECK(w.try_begin().error() == errc::stream_sealed);
  REQUIRE(w.world.control(controller::delete_stream{w.stream}));
  CHECK(w.try_begin().error() == errc::stream_not_found);
  CHECK(w.world.now() - started < seconds{1});
  w.end();
}

TEST_CASE("transaction: no more may be open than the limit says") {
  transaction_world w;
  transactional_writer_options options;
  options.transactions_open_max = 2;
  w.writer = w.open_writer(options);
  auto one = w.begin();
  auto two = w.begin();
  const auto third = w.try_begin();
  REQUIRE_FALSE(third);
  CHECK(third.error() == errc::limit_exceeded);
  CHECK(third.error().detail().find("transactions_open_max is 2") != std::string::npos);
  REQUIRE(w.commit(one));
  auto again = w.begin();
  REQUIRE(w.commit(again));
  REQUIRE(w.commit(two));
  w.end();
}
