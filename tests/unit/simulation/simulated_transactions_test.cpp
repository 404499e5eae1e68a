// Transactions in a simulated world: late ends and leases in virtual time.
#include <string>

#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
namespace controller = pravega_actor::controller;
using pravega_actor::milliseconds;
using pravega_actor::scoped_stream;
using pravega_actor::seconds;
using pravega_actor::transaction_id;
using pravega_actor::transaction_state;

namespace {

const scoped_stream stream{"scope", "stream"};

struct transaction_world {
  simulation world;
  explicit transaction_world(const fault_plan& plan = {}) : world{1, plan} {
    world.create_stream(stream, 1);
  }
  template <class Call>
  typename Call::reply call(const Call& what) {
    const auto answer = controller::reply_of<Call>(world.control(what));
    REQUIRE(answer);
    return *answer;
  }
  transaction_id begin() { return call(controller::create_transaction{stream, 10'000}).id; }
  transaction_state state_of(const transaction_id& id) {
    return call(controller::check_transaction{stream, id}).state;
  }
  /// Lets so much time pass.
  void wait(pravega_actor::duration span) {
    bool over = false;
    world.after(span, [&over] { over = true; });
    REQUIRE(world.run_until([&over] { return over; }, 2 * span));
  }
};

}  // namespace

TEST_CASE("simulated transactions: without the fault they end at once") {
  transaction_world t;
  const auto id = t.begin();
  (void)t.call(controller::commit_transaction{stream, id, "", std::nullopt});
  CHECK(t.state_of(id) == transaction_state::committed);
  CHECK(t.world.counters().transaction_delays == 0);
}

TEST_CASE("simulated transactions: late ends come within their time") {
  fault_plan plan;
  plan.transaction_delay = 1;
  plan.transaction_delay_max = milliseconds{500};
  transaction_world t{plan};
  const auto committed = t.begin();
  const auto aborted = t.begin();
  (void)t.call(controller::commit_transaction{stream, committed, "", std::nullopt});
  (void)t.call(controller::abort_transaction{stream, aborted});
  CHECK(t.state_of(committed) == transaction_state::committing);
  CHECK(t.state_of(aborted) == transaction_state::aborting);
  t.wait(milliseconds{501});
  CHECK(t.state_of(committed) == transaction_state::committed);
  CHECK(t.state_of(aborted) == transaction_state::aborted);
  CHECK(t.world.counters().transaction_delays == 2);
  CHECK(t.world.trace().find("transactions ended late: 2") != std::string::npos);
}

TEST_CASE(
    "simulated transactions: a commit whose work is lost waits for the next one, or for heal") {
  fault_plan plan;
  plan.commit_loss = 1;
  plan.heal_after = seconds{20};
  transaction_world t{plan};
  const auto commit = [&t](const transaction_id& id) {
    (void)t.call(controller::commit_transaction{stream, id, "", std::nullopt});
  };
  const auto id = t.begin();
  commit(id);
  t.wait(seconds{15});
  commit(id);
  CHECK(t.state_of(id) == transaction_state::committing);
  CHECK(t.world.counters().commit_losses == 2);
  SECTION("no fault begins any more") {
    t.wait(seconds{6});
    CHECK(t.state_of(id) == transaction_state::committing);
    commit(id);
    CHECK(t.state_of(id) == transaction_state::committed);
  }
  SECTION("healed") {
    t.world.heal();
    CHECK(t.state_of(id) == transaction_state::committed);
  }
}

TEST_CASE("simulated transactions: a lease ends in virtual time") {
  transaction_world t;
  const auto id = t.begin();
  const auto parts = [&] { return t.world.segments_of(stream).size() - 1; };
  CHECK(parts() == 1);
  t.wait(milliseconds{9'999});
  CHECK(t.state_of(id) == transaction_state::open);
  // The world notices by itself, with whatever happens next.
  t.wait(milliseconds{2});
  t.wait(milliseconds{2});
  CHECK(parts() == 0);
  CHECK(t.world.counters().expired_transactions == 1);
  CHECK(t.state_of(id) == transaction_state::aborted);
}

TEST_CASE("simulated transactions: the events of an open one are not in the stream") {
  transaction_world t;
  (void)t.begin();
  CHECK(t.world.segments_of(stream).size() == 2);
  CHECK(t.world.stored_events_of(stream).size() == 1);
}
