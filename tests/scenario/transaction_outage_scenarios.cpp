// Transactions while servers are away, lose what they were doing, or scale by load.
#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

fault_plan loses_commits() {
  fault_plan plan;
  plan.commit_loss = 1;
  plan.heal_after = seconds{7};
  return plan;
}

}  // namespace

TEST_CASE("transaction: begun before any server is up") {
  transaction_world w;
  (void)w.the_writer();
  w.controller->now = switched_controller::mode::away;
  w.network->refuses = true;
  std::optional<result<transaction>> begun;
  w.the_writer().begin_async(seconds{60}, {}, [&](result<transaction> r) { begun = r; });
  w.world.run_for(seconds{20});
  CHECK_FALSE(begun);
  // The controller first, the store some time later.
  w.controller->now = switched_controller::mode::through;
  REQUIRE(w.world.run_until([&] { return begun.has_value(); }, seconds{5}));
  REQUIRE(*begun);
  auto txn = **begun;
  w.write_some(txn, 5);
  std::optional<result<void>> done;
  txn.commit_async(seconds{60}, {}, [&](const result<void>& r) { done = r; });
  w.world.run_for(seconds{20});
  CHECK_FALSE(done);
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return done.has_value(); }, seconds{5}));
  CHECK(code_of(*done) == "ok");
  CHECK(w.stored() == some_events(5));
  begun.reset();
  txn = {};
  w.end();
}

TEST_CASE("transaction: the controller loses the work of commits that it has accepted") {
  transaction_world w{{}, 1, loses_commits()};
  auto txn = w.begin();
  w.write_some(txn, 10);
  const auto begun = w.world.now();
  CHECK(code_of(w.commit(txn)) == "ok");
  // The second commit is lost, too; the third comes 10 s after the first.
  CHECK(w.world.counters().commit_losses == 2);
  CHECK(w.world.now() - begun >= seconds{9});
  CHECK(w.world.now() - begun < seconds{12});
  CHECK(w.stored() == some_events(10));
  w.end();
}

TEST_CASE("transaction: who resumes one whose commit was lost with its process completes it") {
  transaction_world w{{}, 1, loses_commits()};
  transaction_options options;
  options.leave_open = true;
  auto txn = w.begin(options);
  const auto id = txn.id();
  w.write_some(txn, 3);
  w.world.run_for(seconds{1});
  txn = {};
  w.world.run_for(seconds{1});
  // That of the process that is dead now.
  REQUIRE(w.world.control(controller::commit_transaction{w.stream, id, {}, {}}));
  w.world.run_for(seconds{10});
  CHECK(w.state_of(id) == transaction_state::committing);
  const auto resumed = w.try_resume(id);
  REQUIRE_FALSE(resumed);
  CHECK(resumed.error() == errc::transaction_committed);
  CHECK(w.comes_to(id, transaction_state::committed, seconds{5}));
  CHECK(w.stored() == some_events(3));
  w.end();
}

TEST_CASE("transaction: the load of others splits the stream meanwhile") {
  transaction_world w{{}, 1, {}, {1, seconds{10}}};
  auto config = *controller::reply_of<controller::get_stream_config>(
      w.world.control(controller::get_stream_config{w.stream}));
  config.scaling = {scaling_policy::kind::by_events_per_s, 10, 2, 1};
  REQUIRE(w.world.control(controller::update_stream{w.stream, config}));
  auto txn = w.begin();
  w.write_some(txn, 10);
  auto others = w.open();
  const auto write_much = [&] {
    for (int i = 0; i < 100; ++i)
      REQUIRE(others.try_write(as_bytes("other " + std::to_string(i))));
    w.world.run_for(seconds{2});
    return w.world.counters().auto_scales > 0;
  };
  for (int i = 0; i < 20 && !write_much(); ++i) {
  }
  REQUIRE(w.world.counters().auto_scales > 0);
  CHECK(w.state_of(txn.id()) == transaction_state::open);
  w.write(txn, some_events(11).back());
  REQUIRE(w.commit(txn));
  auto all = w.stored();
  std::erase_if(all, [](const auto& each) { return each.starts_with("other"); });
  CHECK(all == some_events(11));
  txn = {};
  others = {};
  w.end();
}
