#include "simulation/virtual_world.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

// Appends its name to a text when it happens.
struct script {
  manual_world w;
  std::string happened;
  std::function<void()> say(char name) {
    return [this, name] { happened += name; };
  }
};

}  // namespace

TEST_CASE("virtual world: equal seeds give equal numbers, others other numbers") {
  manual_world first{7};
  manual_world second{7};
  manual_world other{8};
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const auto number = first.world.random();
    CHECK(number == second.world.random());
    equal += number == other.world.random();
  }
  CHECK(equal == 0);
}

TEST_CASE("virtual world: chances and spans keep to their bounds") {
  manual_world w;
  int yes = 0;
  for (int i = 0; i < 10000; ++i) {
    CHECK_FALSE(w.world.chance(0.0));
    CHECK(w.world.chance(1.0));
    yes += w.world.chance(0.25);
    const auto span = w.world.between(milliseconds{2}, milliseconds{5});
    CHECK(span >= milliseconds{2});
    CHECK(span <= milliseconds{5});
  }
  CHECK(yes > 2200);
  CHECK(yes < 2800);
  CHECK(w.world.between(milliseconds{5}, milliseconds{2}) == milliseconds{5});
}

TEST_CASE("virtual world: no fault strikes after the heal, nor one of probability 0") {
  fault_plan plan;
  plan.heal_after = seconds{1};
  manual_world w{1, plan};
  CHECK(w.world.strikes(1.0));
  CHECK_FALSE(w.world.strikes(0.0));
  w.now += seconds{1};
  CHECK_FALSE(w.world.strikes(1.0));
  w.now -= milliseconds{1};
  CHECK(w.world.strikes(1.0));
  w.world.healed = true;
  CHECK_FALSE(w.world.strikes(1.0));
}

TEST_CASE("virtual world: a lane keeps its order, whatever the delays") {
  script s;
  const auto lane = s.w.world.new_lane();
  s.w.world.schedule(lane, milliseconds{10}, s.say('a'));
  s.w.world.schedule(lane, milliseconds{1}, s.say('b'));
  s.w.world.schedule(s.w.world.new_lane(), milliseconds{5}, s.say('x'));
  CHECK(s.w.world.due_count() == 0);
  s.w.run(milliseconds{9});
  CHECK(s.happened == "x");
  s.w.run(milliseconds{1});
  CHECK(s.happened == "xab");
  time_point next{};
  CHECK_FALSE(s.w.world.next_time(next));
}

TEST_CASE("virtual world: of several lanes that are due, each can be next") {
  script s;
  for (const char name : {'a', 'b', 'c'})
    s.w.world.schedule(s.w.world.new_lane(), duration{0}, s.say(name));
  REQUIRE(s.w.world.due_count() == 3);
  s.w.world.run_due(1);
  s.w.world.run_due(1);
  s.w.world.run_due(0);
  CHECK(s.happened == "bca");
}

TEST_CASE("virtual world: a lane can be held, and dropped") {
  script s;
  const auto held = s.w.world.new_lane();
  const auto dropped = s.w.world.new_lane();
  s.w.world.schedule(held, milliseconds{1}, s.say('h'));
  s.w.world.schedule(dropped, milliseconds{1}, s.say('d'));
  s.w.world.hold(held, s.w.now + milliseconds{20});
  s.w.world.hold(held, s.w.now + milliseconds{10});  // the later one counts
  s.w.world.drop(dropped);
  s.w.run(milliseconds{19});
  CHECK(s.happened.empty());
  s.w.run(milliseconds{1});
  CHECK(s.happened == "h");
}

TEST_CASE("virtual world: what is put back happens again, first and not before the hold ends") {
  script s;
  const auto lane = s.w.world.new_lane();
  s.w.world.schedule(lane, milliseconds{1}, [&] {
    s.happened += '1';
    s.w.world.hold(lane, s.w.now + milliseconds{10});
    s.w.world.put_back(lane, s.say('2'));
  });
  s.w.world.schedule(lane, milliseconds{2}, s.say('3'));
  s.w.run(milliseconds{5});
  CHECK(s.happened == "1");
  s.w.run(milliseconds{10});
  CHECK(s.happened == "123");
  s.w.world.put_back(lane, s.say('4'));
  s.w.run(duration{0});
  CHECK(s.happened == "1234");
}

TEST_CASE("virtual world: notes carry the virtual time since the beginning") {
  manual_world w;
  w.now += seconds{2};
  w.world.note("hello");
  CHECK(w.world.trace == "   2000000 hello\n");
}
