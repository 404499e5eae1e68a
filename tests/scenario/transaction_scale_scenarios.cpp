// Transactions over scales: the segments of a transaction stay those of its epoch.
#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

texts events_of(int from, int to) {
  texts all;
  for (int i = from; i < to; ++i)
    all.push_back("event " + std::to_string(1000 + i));
  return all;
}

void write(transaction_world& w, transaction& to, int from, int until) {
  for (const auto& each : events_of(from, until))
    w.write(to, each);
}

}  // namespace

TEST_CASE("transaction over a split: all of it is there, in order") {
  transaction_world w;
  auto txn = w.begin();
  write(w, txn, 0, 10);
  w.world.run_for(seconds{1});
  REQUIRE(w.world.split(w.stream, {0, 0}));
  write(w, txn, 10, 20);
  w.world.run_for(seconds{1});
  CHECK(w.stored().empty());
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == events_of(0, 20));
  // The stream takes events and transactions afterwards.
  auto next = w.begin();
  write(w, next, 20, 30);
  REQUIRE(w.commit(next));
  CHECK(w.stored() == events_of(0, 30));
  w.end();
}

TEST_CASE("transaction over a merge: all of it is there, in order") {
  transaction_world w{{}, 2};
  REQUIRE(w.world.split(w.stream, {0, 0}));
  auto txn = w.begin();
  write(w, txn, 0, 10);
  REQUIRE(w.world.merge(w.stream, {{2, 1}, {3, 1}}));
  write(w, txn, 10, 20);
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == events_of(0, 20));
  w.end();
}

TEST_CASE("transaction over several scales, aborted: nothing is there") {
  transaction_world w{{}, 2};
  auto txn = w.begin();
  write(w, txn, 0, 10);
  REQUIRE(w.world.split(w.stream, {0, 0}));
  REQUIRE(w.world.merge(w.stream, {{2, 1}, {3, 1}}));
  write(w, txn, 10, 20);
  REQUIRE(w.abort(txn));
  CHECK(w.comes_to(txn.id(), transaction_state::aborted));
  CHECK(w.stored().empty());
  w.end();
}

TEST_CASE("transaction over a scale: a scale does not abort it") {
  transaction_world w;
  transaction_options options;
  options.lease = seconds{10};
  auto txn = w.begin(options);
  write(w, txn, 0, 5);
  REQUIRE(w.world.split(w.stream, {0, 0}));
  w.world.run_for(seconds{60});
  CHECK(w.state_of(txn.id()) == transaction_state::open);
  write(w, txn, 5, 10);
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == events_of(0, 10));
  w.end();
}

TEST_CASE("transaction over a scale: two that began in different epochs are both committed") {
  transaction_world w;
  auto before = w.begin();
  write(w, before, 0, 10);
  REQUIRE(w.world.split(w.stream, {0, 0}));
  auto after = w.begin();
  CHECK(after.id().epoch() > before.id().epoch());
  write(w, after, 10, 20);
  REQUIRE(w.commit(before));
  REQUIRE(w.commit(after));
  CHECK(w.sorted() == events_of(0, 20));
  w.end();
}

TEST_CASE("transaction over a scale: resumed by another process afterwards") {
  transaction_world w{{}, 2};
  transaction_options options;
  options.leave_open = true;
  auto txn = w.begin(options);
  const auto id = txn.id();
  write(w, txn, 0, 10);
  w.world.run_for(seconds{1});
  REQUIRE(w.world.split(w.stream, {0, 0}));
  REQUIRE(w.world.merge(w.stream, {{2, 1}, {3, 1}}));
  // The process dies: its client with all actors is gone.
  txn = {};
  w.writer.reset();
  (void)w.close_client();
  w.user.reset();
  auto ports = w.world.ports();
  w.user = *make_client(w.world.system(), {}, {ports.env, w.network, w.controller});
  auto again = w.resume(id, options);
  write(w, again, 10, 20);
  REQUIRE(w.commit(again));
  CHECK(w.sorted() == events_of(0, 20));
  w.end();
}

TEST_CASE(
    "transaction between ordinary events: they are in the stream in the order of their ends") {
  transaction_world w;
  auto plain = w.open();
  auto txn = w.begin();
  w.write(txn, "of the transaction");
  REQUIRE(plain.try_write("key", as_bytes("before")));
  w.world.run_for(seconds{1});
  REQUIRE(w.commit(txn));
  REQUIRE(plain.try_write("key", as_bytes("after")));
  w.world.run_for(seconds{1});
  CHECK(w.stored() == texts{"before", "of the transaction", "after"});
  plain = {};
  w.end();
}
