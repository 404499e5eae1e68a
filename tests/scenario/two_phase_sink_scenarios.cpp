// A sink that follows the checkpoints of a job: what is prepared waits for its commit, in this
// process or the next.
#include "pravega_actor/two_phase_sink.hpp"

#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

struct sink_world : transaction_world {
  using transaction_world::transaction_world;

  two_phase_sink open_sink(duration lease = seconds{30}) {
    return two_phase_sink{open_writer(), {{lease}}};
  }
  template <class T, class Start>
  T wait(Start start, duration limit = seconds{200}) {
    std::optional<T> got;
    start([&](const T& outcome) { got = outcome; });
    REQUIRE(world.run_until([&] { return got.has_value(); }, limit));
    return *got;
  }
  result<transaction> current(two_phase_sink& of) {
    return wait<result<transaction>>(
        [&](auto done) { of.current_async(seconds{60}, std::move(done)); });
  }
  void put(two_phase_sink& to, const std::string& event) {
    auto txn = current(to);
    REQUIRE(txn);
    write(*txn, event);
  }
  result<prepared_transaction> try_prepare(two_phase_sink& which) {
    return wait<result<prepared_transaction>>(
        [&](auto done) { which.pre_commit_async(seconds{60}, std::move(done)); });
  }
  prepared_transaction prepare(two_phase_sink& which) {
    const auto prepared = try_prepare(which);
    if (!prepared) FAIL(prepared.error().to_string());
    return *prepared;
  }
  std::string commit_in(two_phase_sink& which, const prepared_transaction& what) {
    return code_of(wait<result<void>>(
        [&](auto done) { which.commit_async(what, seconds{60}, std::move(done)); }));
  }
  std::string abort_in(two_phase_sink& which, const prepared_transaction& what) {
    return code_of(wait<result<void>>(
        [&](auto done) { which.abort_async(what, seconds{60}, std::move(done)); }));
  }
  std::string discard_in(two_phase_sink& which) {
    return code_of(wait<result<void>>(
        [&](auto done) { which.discard_async(seconds{60}, std::move(done)); }));
  }
};

}  // namespace

TEST_CASE("transaction: closing its writer ends only the writing") {
  sink_world w;
  auto txn = w.begin();
  w.write(txn, "event");
  const auto report = w.wait<close_report>(
      [&](auto done) { txn.writer().close_async(seconds{30}, std::move(done)); });
  CHECK(report.outcome);
  w.world.run_for(seconds{1});
  const auto late = txn.try_write("key", as_bytes("late"));
  CHECK_FALSE(late);
  CHECK(late.error() == errc::closed);
  CHECK(w.state_of(txn.id()) == transaction_state::open);
  CHECK(code_of(w.commit(txn)) == "ok");
  CHECK(w.stored() == texts{"event"});
  // At the same time, too.
  auto other = w.begin();
  w.write(other, "event 2");
  other.writer().close_async(seconds{30}, [](const close_report&) {});
  CHECK(code_of(w.commit(other)) == "ok");
  CHECK(w.stored() == texts{"event", "event 2"});
  w.end();
}

TEST_CASE("sink: what is prepared appears with its commit, what comes later does not") {
  sink_world w;
  auto sink = w.open_sink();
  w.put(sink, "one");
  auto first = w.current(sink);
  REQUIRE(first);
  const auto prepared = w.prepare(sink);
  CHECK(prepared.id == first->id());
  CHECK(prepared.stream == w.stream);
  CHECK(sink.prepared() == std::vector{prepared});
  CHECK(first->try_write("key", as_bytes("late")).error() == errc::closed);
  w.put(sink, "two");
  CHECK(w.current(sink)->id() != first->id());
  w.world.run_for(seconds{300});  // ten leases
  CHECK(w.stored().empty());
  CHECK(w.commit_in(sink, prepared) == "ok");
  CHECK(w.stored() == texts{"one"});
  CHECK(sink.prepared().empty());
  CHECK(w.commit_in(sink, prepared) == "ok");
  CHECK(w.abort_in(sink, prepared) == "transaction_committed");
  const auto next = w.prepare(sink);
  CHECK(w.commit_in(sink, next) == "ok");
  CHECK(w.stored() == texts{"one", "two"});
  sink = {};
  *first = {};
  w.end();
}

TEST_CASE("sink: a checkpoint without results needs no transaction") {
  sink_world w;
  auto sink = w.open_sink();
  const auto prepared = w.prepare(sink);
  CHECK(prepared == prepared_transaction{w.stream, std::nullopt});
  CHECK(w.commit_in(sink, prepared) == "ok");
  CHECK(w.abort_in(sink, prepared) == "ok");
  CHECK(w.discard_in(sink) == "ok");
  sink = {};
  w.end();
}

TEST_CASE("sink: the next process commits what its predecessor has prepared") {
  sink_world w{{}, 2};
  auto first = w.open_sink();
  w.put(first, "one");
  const auto prepared = w.prepare(first);
  w.put(first, "lost");
  const auto lost = w.current(first)->id();
  first = {};
  w.world.run_for(seconds{5});
  CHECK(w.state_of(*prepared.id) == transaction_state::open);
  CHECK(w.comes_to(lost, transaction_state::aborted, seconds{5}));
  CHECK(w.world.split(w.stream, {0, 0}));
  auto second = w.open_sink();
  const auto known = prepared_transaction::from_text(prepared.to_text());
  REQUIRE(known);
  CHECK(w.commit_in(second, *known) == "ok");
  CHECK(w.commit_in(second, *known) == "ok");
  CHECK(w.sorted() == texts{"one"});
  second = {};
  w.end();
}

TEST_CASE("sink: an aborted transaction stays aborted") {
  sink_world w;
  auto sink = w.open_sink();
  w.put(sink, "one");
  const auto prepared = w.prepare(sink);
  CHECK(w.abort_in(sink, prepared) == "ok");
  CHECK(w.abort_in(sink, prepared) == "ok");
  CHECK(w.commit_in(sink, prepared) == "transaction_aborted");
  w.put(sink, "two");
  CHECK(w.discard_in(sink) == "ok");
  CHECK(w.prepare(sink).id == std::nullopt);
  CHECK(w.stored().empty());
  sink = {};
  w.end();
}

TEST_CASE("sink: a restart that took longer than the lease is an error that says so") {
  sink_world w;
  auto first = w.open_sink(seconds{10});
  w.put(first, "one");
  const auto prepared = w.prepare(first);
  first = {};
  w.world.run_for(seconds{30});
  auto second = w.open_sink();
  CHECK(w.commit_in(second, prepared) == "transaction_aborted");
  CHECK(w.stored().empty());
  second = {};
  w.end();
}

TEST_CASE("sink: what the controller has ended is not prepared") {
  sink_world w;
  auto sink = w.open_sink();
  w.put(sink, "one");
  const auto id = w.current(sink)->id();
  const auto ended = w.world.control(controller::abort_transaction{w.stream, id});
  REQUIRE(controller::reply_of<controller::abort_transaction>(ended));
  REQUIRE(w.comes_to(id, transaction_state::aborted));
  w.put(sink, "two");
  const auto prepared = w.try_prepare(sink);
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error() == errc::transaction_aborted);
  // The job goes back to its last checkpoint.
  CHECK(w.discard_in(sink) == "ok");
  w.put(sink, "one again");
  const auto again = w.prepare(sink);
  CHECK(w.commit_in(sink, again) == "ok");
  CHECK(w.stored() == texts{"one again"});
  sink = {};
  w.end();
}

TEST_CASE("sink: calls that cannot succeed say why") {
  sink_world w;
  auto sink = w.open_sink();
  const transaction_id unknown{{7, 8}};
  CHECK(w.commit_in(sink, {{"scope", "other"}, unknown}) == "invalid_argument");
  CHECK(w.commit_in(sink, {w.stream, unknown}) == "transaction_not_found");
  CHECK(w.abort_in(sink, {w.stream, unknown}) == "transaction_not_found");
  two_phase_sink empty;
  CHECK_FALSE(empty.valid());
  CHECK(w.commit_in(empty, {w.stream, unknown}) == "closed");
  CHECK(w.try_prepare(empty).error() == errc::closed);
  CHECK(empty.prepared().empty());
  auto short_lease = w.open_sink(seconds{1});
  CHECK(w.current(short_lease).error() == errc::invalid_argument);
  sink = {};
  short_lease = {};
  w.end();
}

namespace {

// One checkpoint of a job in which an actor dies at the `moment`-th action; 0: none does. A job
// repeats calls whose outcome it does not know. Returns the number of actions.
std::uint64_t live_through(std::uint64_t moment) {
  fault_plan plan;
  plan.kill_at = moment;
  plan.kill_visibly = true;
  sink_world w{{}, 2, plan};
  INFO("moment " << moment);
  std::string told = "nothing";
  std::optional<result<transactional_event_writer>> opened;
  w.user->open_transactional_writer_async(
      w.stream, {}, [&](result<transactional_event_writer> r) { opened = std::move(r); });
  REQUIRE(w.world.run_until([&] { return opened.has_value(); }, seconds{10}));
  if (*opened) {
    two_phase_sink sink{**opened, {{seconds{30}}}};
    auto txn = w.current(sink);
    const bool written =
        txn && txn->try_write("a", as_bytes("1")) && txn->try_write("b", as_bytes("2"));
    const auto prepared = w.try_prepare(sink);
    if (written && prepared) {
      CHECK(w.stored().empty());
      told = w.commit_in(sink, *prepared);
      for (int i = 0; i < 3 && told != "ok" && told != "transaction_aborted"; ++i)
        told = w.commit_in(sink, *prepared);
    }
  }
  opened.reset();
  w.world.run_for(seconds{100});
  const auto stored = w.sorted();
  CHECK((stored.empty() || stored == texts{"1", "2"}));
  if (told == "ok") CHECK(stored.size() == 2);
  if (told == "transaction_aborted" || told == "nothing") CHECK(stored.empty());
  const auto actions = w.world.counters().actions;
  w.end();
  return actions;
}

}  // namespace

TEST_CASE("sink: any actor dies at any moment, and a checkpoint is published whole or not") {
  const auto actions = live_through(0);
  REQUIRE(actions > 20);
  for (std::uint64_t moment = 1; moment <= actions; ++moment)
    live_through(moment);
}
