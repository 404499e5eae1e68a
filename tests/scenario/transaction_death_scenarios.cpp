// Any actor dies before or after any action: a transaction is in the stream as a whole or not
// at all, and no answer is wrong.
#include <map>
#include <set>

#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

const texts events{"event 1", "event 2", "event 3", "event 4"};

struct told {
  std::string begun = "nothing";
  std::string ended = "nothing";
  std::set<std::string> struck;
  std::uint64_t actions = 0;
};

// One transaction, in which an actor dies at the `moment`-th action; 0: none does.
told live(std::uint64_t moment, bool aborts) {
  fault_plan plan;
  plan.kill_at = moment;
  plan.kill_visibly = true;
  transaction_world w{{}, 2, plan};
  told out;
  std::optional<result<transactional_event_writer>> opened;
  w.user->open_transactional_writer_async(
      w.stream, {}, [&](result<transactional_event_writer> r) { opened = std::move(r); });
  REQUIRE(w.world.run_until([&] { return opened.has_value(); }, seconds{10}));
  if (*opened) w.writer = **opened;
  opened.reset();
  std::optional<result<transaction>> begun;
  w.writer.value_or(transactional_event_writer{})
      .begin_async(seconds{30}, {}, [&](result<transaction> r) { begun = r; });
  REQUIRE(w.world.run_until([&] { return begun.has_value(); }, seconds{60}));
  out.begun = *begun ? "ok" : std::string{to_string(begun->error().code())};
  transaction_id id;
  if (*begun) {
    auto txn = **begun;
    begun.reset();
    id = txn.id();
    std::size_t refused = 0;
    for (const auto& each : events)
      if (!txn.try_write(each, as_bytes(each))) ++refused;
    std::optional<result<void>> done;
    const auto note = [&](const result<void>& r) { done = r; };
    if (aborts)
      txn.abort_async(seconds{200}, note);
    else
      txn.commit_async(seconds{200}, {}, note);
    REQUIRE(w.world.run_until([&] { return done.has_value(); }, seconds{250}));
    out.ended = code_of(*done);
    if (*done && !aborts) CHECK(refused == 0);
  }
  begun.reset();
  // What nobody could bring to an end was ended by its lease.
  w.world.run_for(seconds{200});
  const auto stored = w.sorted();
  INFO("moment " << moment << ", begun " << out.begun << ", ended " << out.ended);
  CHECK((stored.empty() || stored == events));
  if (out.begun == "ok") {
    if (!aborts && out.ended == "ok") CHECK(stored == events);
    if (aborts && out.ended == "ok") CHECK(stored.empty());
    if (out.ended == "transaction_aborted") CHECK(stored.empty());
    const auto state = w.state_of(id);
    CHECK((state == transaction_state::committed || state == transaction_state::aborted));
    CHECK((state == transaction_state::committed) == !stored.empty());
  }
  out.struck = w.world.struck();
  out.actions = w.world.counters().actions;
  w.end();
  return out;
}

void die_everywhere(bool aborts) {
  const auto whole = live(0, aborts);
  CHECK(whole.ended == "ok");
  REQUIRE(whole.actions > 20);
  std::set<std::string> struck;
  std::map<std::string, int> ends;
  for (std::uint64_t moment = 1; moment <= 2 * whole.actions; ++moment) {
    const auto got = live(moment, aborts);
    struck.insert(got.struck.begin(), got.struck.end());
    ++ends[got.ended];
  }
  for (const auto* action : {"create", "open_writer", "wake", "answer", "notify_ended"})
    for (const auto* when : {"before", "after"})
      CHECK(struck.contains(std::string{"transaction "} + when + " " + action));
  CHECK(ends["ok"] > 0);
}

}  // namespace

TEST_CASE("transaction: an actor dies at any moment of a commit") {
  die_everywhere(false);
}

TEST_CASE("transaction: an actor dies at any moment of an abort") {
  die_everywhere(true);
}
