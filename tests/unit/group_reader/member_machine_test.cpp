#include "group_reader/member_machine.hpp"

#include "group/group_shares.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine = member_machine;

namespace {

segment numbered(std::int32_t number) {
  return {{"scope", "stream"}, {number, 0}};
}

// A machine, the group's log that it writes to, and the last actions.
struct member_world {
  machine::moment at{time_point{seconds{100}}, 1'700'000'000'000, 0.5, {1, 2}};
  group_state state;
  machine m;
  machine::actions todo;

  explicit member_world(int segments = 2, machine::setup setup = {"me", {}, false, seconds{10}})
      : state{make(segments)}, m{std::move(setup)} {}

  static group_state make(int segments) {
    group_init init;
    init.config.automatic_checkpoint_interval_ms = 0;
    for (int i = 0; i < segments; ++i)
      init.starting_segments.add({numbered(i)}, 10 * i);
    return *group_state::create(init);
  }
  template <class A>
  const A* find() const {
    for (const auto& each : todo)
      if (const auto* found = std::get_if<A>(&each)) return found;
    return nullptr;
  }
  template <class A>
  const A& expect() const {
    const auto* found = find<A>();
    REQUIRE(found != nullptr);
    return *found;
  }
  void step() { todo = m.step(at); }
  machine::seen_state seen() const { return {std::make_shared<const group_state>(state), 0}; }
  void fetched() {
    m.on_fetched(seen(), at);
    step();
  }
  // The last proposal is accepted.
  void accepted() {
    const auto updates = expect<machine::propose>().updates;
    REQUIRE(state.apply(updates));
    m.on_proposed(true, seen(), at);
    step();
  }
  void outdated() {
    m.on_proposed(false, seen(), at);
    step();
  }
  // Becomes a member that holds all segments.
  void join() {
    step();
    expect<machine::fetch>();
    fetched();
    accepted();
    accepted();
    REQUIRE(m.is_member());
  }
  // Time passes; what is fetched or appended is answered. `todo` has all actions since then.
  void pass(duration time) {
    at.now += time;
    machine::actions all;
    for (bool again = true; again;) {
      again = false;
      step();
      all.insert(all.end(), todo.begin(), todo.end());
      if (find<machine::fetch>() != nullptr) {
        m.on_fetched(seen(), at);
        again = true;
      } else if (const auto* written = find<machine::append>()) {
        REQUIRE(state.apply(written->updates));
        m.on_appended({}, at);
        again = true;
      }
    }
    todo = std::move(all);
  }
};

}  // namespace

TEST_CASE("member machine: a reader joins and takes what is free") {
  member_world w;
  w.step();
  w.expect<machine::fetch>();
  w.fetched();
  CHECK(w.expect<machine::propose>().updates == std::vector<group_update>{add_reader{"me"}});
  CHECK_FALSE(w.m.is_member());
  w.accepted();
  CHECK(w.m.is_member());
  CHECK(w.expect<machine::propose>().updates.front().holds<acquire_segment>());
  w.accepted();
  CHECK(w.expect<machine::begin_segment>().of == numbered(0));
  CHECK(w.m.positions() == segment_offsets{{numbered(0), 0}, {numbered(1), 10}});
}

TEST_CASE("member machine: a name that is online is refused") {
  member_world w;
  REQUIRE(w.state.apply(add_reader{"me"}));
  w.step();
  w.fetched();
  CHECK(w.expect<machine::end>().outcome.error() == errc::reader_exists);
  // It is another reader's membership.
  CHECK(w.m.has_left());
}

TEST_CASE("member machine: a lost race is tried again from the newer state") {
  member_world w;
  w.step();
  w.fetched();
  REQUIRE(w.state.apply(add_reader{"other"}));
  w.outdated();
  CHECK(w.expect<machine::propose>().updates == std::vector<group_update>{add_reader{"me"}});
}

TEST_CASE("member machine: an end is completed when it is released, with its successors") {
  member_world w;
  w.join();
  w.m.on_end_delivered(numbered(0));
  w.step();
  CHECK(w.find<machine::ask_successors>() == nullptr);
  CHECK_FALSE(w.m.on_released(numbered(0), 40));
  w.m.on_end_released({numbered(0), 40, true});
  w.step();
  CHECK(w.expect<machine::ask_successors>().of == numbered(0));
  CHECK(w.m.positions().at(numbered(0)) == -1);
  w.m.on_successors(numbered(0), machine::successors{{{numbered(2)}, {0}}});
  w.step();
  CHECK(w.expect<machine::propose>().updates.front().holds<segment_completed>());
  w.accepted();
  CHECK(w.expect<machine::stop_segment>().of == numbered(0));
  CHECK(w.m.positions().size() == 1);
  // What became free is taken at once.
  CHECK(w.expect<machine::propose>().updates.front().holds<acquire_segment>());
}

TEST_CASE("member machine: an unknown successor ends the membership in good order") {
  member_world w;
  w.join();
  w.m.on_end_released({numbered(0), 40, true});
  w.m.on_successors(numbered(0), error{errc::deadline_exceeded});
  w.step();
  CHECK(w.expect<machine::stop_reading>().why == errc::deadline_exceeded);
  const auto leaving = w.expect<machine::propose>().updates;
  CHECK(leaving == std::vector<group_update>{remove_reader{"me", w.m.positions()}});
  w.accepted();
  CHECK(w.expect<machine::end>().outcome.error() == errc::deadline_exceeded);
  CHECK(w.m.has_left());
}

TEST_CASE("member machine: a checkpoint is confirmed at its place, once it is released") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply(create_checkpoint{"cp"}));
  CHECK_FALSE(w.m.checkpoint_to_deliver());
  w.pass(seconds{3});
  w.expect<machine::offer_checkpoint>();
  REQUIRE(w.m.checkpoint_to_deliver() == "cp");
  w.m.on_checkpoint_delivered("cp");
  CHECK_FALSE(w.m.checkpoint_to_deliver());
  CHECK(w.m.delivered_checkpoint() == "cp");
  (void)w.m.on_released(numbered(0), 20);
  w.m.on_checkpoint_released("cp");
  // Released behind the checkpoint: not part of it.
  (void)w.m.on_released(numbered(0), 30);
  w.step();
  const auto& updates = w.expect<machine::propose>().updates;
  CHECK(updates == std::vector<group_update>{
                       checkpoint_reader{"cp", "me", {{numbered(0), 20}, {numbered(1), 10}}}});
  w.accepted();
  CHECK(w.state.is_complete("cp"));
}

TEST_CASE("member machine: a silent checkpoint is confirmed before a named one") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply({create_checkpoint{"cp"}, create_checkpoint{"x_SILENT_"}}));
  w.pass(seconds{3});
  const auto* confirms =
      w.expect<machine::propose>().updates.front().get_if<checkpoint_reader>();
  REQUIRE(confirms != nullptr);
  CHECK(confirms->checkpoint == "x_SILENT_");
  w.accepted();
  CHECK_FALSE(w.state.is_complete("cp"));
}

TEST_CASE("member machine: a segment goes back when all that was handed out is released") {
  member_world w{4, {"me", {}, true, seconds{10}}};
  w.join();
  REQUIRE(w.state.apply(
      {add_reader{"other"}, update_distance{"other", 0, {}}, update_distance{"me", 0, {}}}));
  w.pass(seconds{3});
  const auto stopped = w.expect<machine::stop_segment>().of;
  const auto before = w.m.positions().at(stopped);
  w.m.on_stopped(stopped, before + 20);
  for (const auto& each : w.todo)
    if (const auto* stop = std::get_if<machine::stop_segment>(&each);
        stop && stop->of != stopped)
      w.m.on_stopped(stop->of, before + 1'000);
  w.step();
  CHECK(w.find<machine::propose>() == nullptr);
  CHECK_FALSE(w.m.on_released(stopped, before + 10));
  CHECK(w.m.on_released(stopped, before + 20));
  w.step();
  CHECK(w.expect<machine::propose>().updates.front() ==
        group_update{release_segment{"me", stopped, before + 20}});
}

TEST_CASE("member machine: a segment that is given back early goes back at its offset") {
  member_world w;
  w.join();
  CHECK(w.m.give_back(numbered(7), 0).error() == errc::invalid_argument);
  REQUIRE(w.m.on_released(numbered(1), 20) == false);
  CHECK(w.m.give_back(numbered(1), 19).error() == errc::invalid_argument);
  REQUIRE(w.m.give_back(numbered(1), 25));
  CHECK(w.m.give_back(numbered(1), 25).error() == errc::invalid_argument);
  w.step();
  w.m.on_stopped(w.expect<machine::stop_segment>().of, 60);
  // Later slices of it do not count.
  CHECK_FALSE(w.m.on_released(numbered(1), 60));
  w.step();
  CHECK(w.expect<machine::propose>().updates.front() ==
        group_update{release_segment{"me", numbered(1), 25}});
}

TEST_CASE("member machine: a reader that was declared offline ends at once") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply(remove_reader{"me", {}}));
  w.pass(seconds{3});
  CHECK(w.expect<machine::end>().outcome.error() == errc::reader_offline);
  CHECK(w.m.has_left());
  CHECK(w.m.step(w.at).empty());
}

TEST_CASE("member machine: another reader under the same name is noticed") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply(remove_reader{"me", {}}));
  REQUIRE(w.state.apply({add_reader{"me"}, acquire_segment{"me", numbered(1)}}));
  w.pass(seconds{3});
  CHECK(w.expect<machine::end>().outcome.error() == errc::reader_offline);
}

TEST_CASE("member machine: a write in doubt makes the reader leave, behind that write") {
  member_world w;
  w.step();
  w.fetched();
  w.m.on_proposal_failed(error{errc::outcome_unknown}, w.at);
  w.step();
  CHECK(w.expect<machine::stop_reading>().why == errc::outcome_unknown);
  // It is not online as far as is known, and yet it must be removed.
  CHECK(w.expect<machine::propose>().updates.front().holds<remove_reader>());
  w.outdated();
  w.accepted();
  CHECK(w.expect<machine::end>().outcome.error() == errc::outcome_unknown);
  CHECK(w.m.has_left());
}

TEST_CASE("member machine: trouble is borne for a while") {
  member_world w;
  w.join();
  const error lost{errc::connection_lost};
  w.at.now += seconds{3};
  w.step();
  w.expect<machine::fetch>();
  w.m.on_fetched(lost, w.at);
  w.step();
  CHECK(w.find<machine::fetch>() == nullptr);
  w.at.now += seconds{1};
  w.step();
  w.expect<machine::fetch>();
  w.m.on_fetched(lost, w.at);
  w.at.now += seconds{9};
  w.step();
  w.expect<machine::fetch>();
  w.m.on_fetched(lost, w.at);
  w.step();
  CHECK(w.expect<machine::stop_reading>().why == errc::connection_lost);
}

TEST_CASE("member machine: a reader leaves at its released position") {
  member_world w;
  w.join();
  (void)w.m.on_released(numbered(1), 50);
  w.m.leave();
  CHECK_FALSE(w.m.on_released(numbered(1), 90));
  w.step();
  CHECK(w.expect<machine::propose>().updates.front() ==
        group_update{remove_reader{"me", {{numbered(0), 0}, {numbered(1), 50}}}});
  w.accepted();
  CHECK(w.expect<machine::end>().outcome);
  CHECK(w.state.unassigned().size() == 2);
}

TEST_CASE("member machine: a dead reader is buried at the positions it left") {
  member_world w;
  REQUIRE(w.state.apply({add_reader{"me"}, acquire_segment{"me", numbered(0)}}));
  w.m.bury({{numbered(0), 30}});
  w.step();
  w.expect<machine::fetch>();
  w.fetched();
  w.accepted();
  CHECK(w.expect<machine::end>().outcome);
  CHECK(*w.state.unassigned().find({numbered(0)}) == 30);
}

TEST_CASE("member machine: a complete checkpoint is published once") {
  member_world w;
  w.join();
  auto content = w.state.content();
  content.config.retention = group_retention::automatic;
  content.config.generation = 3;
  w.state = *group_state::create(content);
  REQUIRE(
      w.state.apply({create_checkpoint{"cp"},
                     checkpoint_reader{"cp", "me", {{numbered(0), 5}, {numbered(1), 15}}}}));
  w.pass(seconds{3});
  const auto publish = w.expect<machine::publish_cuts>();
  CHECK(publish.generation == 3);
  CHECK(publish.cuts.at({"scope", "stream"}).offsets.size() == 2);
  w.m.on_published({}, w.at);
  w.step();
  CHECK(w.expect<machine::append>().updates.front() ==
        group_update{checkpoint_published{true}});
  w.m.on_appended({}, w.at);
  w.pass(seconds{20});
  CHECK(w.find<machine::publish_cuts>() == nullptr);
}

TEST_CASE("member machine: a reset that somebody began is finished") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply(updating_config{true}));
  w.pass(seconds{3});
  w.expect<machine::ask_config>();
  group_init to;
  to.config.generation = 5;
  to.starting_segments.add({numbered(0)}, 0);
  w.m.on_config(to);
  w.pass(milliseconds{10});
  CHECK(w.expect<machine::reset>().to == to);
}

TEST_CASE("member machine: a reset that was outraced is tried again, until the state has it") {
  member_world w;
  w.join();
  REQUIRE(w.state.apply(updating_config{true}));
  w.pass(seconds{3});
  group_init to;
  to.config.generation = 5;
  to.starting_segments.add({numbered(0)}, 0);
  w.m.on_config(to);
  w.step();
  w.expect<machine::reset>();
  // An entry came between, perhaps this member's own.
  w.outdated();
  CHECK(w.expect<machine::reset>().to == to);
  REQUIRE(w.state.apply(to));
  w.outdated();
  CHECK(w.find<machine::reset>() == nullptr);
  CHECK(w.expect<machine::end>().outcome.error() == errc::reader_offline);
}
