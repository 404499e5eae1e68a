#include "supervision/supervisor_machine.hpp"

#include "support/catch.hpp"
#include "unit/supervision/machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("a child is started when it is added, once", "[supervisor_machine]") {
  machine_fixture f;
  CHECK(f.add("a") == lines{"start a#1", "started a"});
  CHECK(f.add("a").empty());
  CHECK(f.add("b") == lines{"start b#1", "started b"});
  const auto all = f.machine.children();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "a");
  CHECK(all[0].generation == 1);
  CHECK(all[0].running);
  CHECK(all[0].restarts == 0);
  CHECK(all[1].name == "b");
  CHECK_FALSE(f.machine.stopping());
}

TEST_CASE("the first restart of a series is immediate", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  CHECK(f.fails("a", 1) == lines{"arm a#1 0ms"});
  CHECK_FALSE(f.machine.children()[0].running);
  CHECK(f.due("a", 1) == lines{"start a#2", "restarted a (bug)"});
  const auto status = f.machine.children()[0];
  CHECK(status.generation == 2);
  CHECK(status.restarts == 1);
  CHECK(status.running);
  CHECK(status.last_cause == "bug");
}

TEST_CASE("the next restarts of a series are delayed more and more", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 10};
  f.add("a");
  CHECK(f.fails("a", 1) == lines{"arm a#1 0ms"});
  f.due("a", 1);
  CHECK(f.fails("a", 2) == lines{"arm a#2 100ms"});
  f.due("a", 2);
  CHECK(f.fails("a", 3) == lines{"arm a#3 200ms"});
  f.due("a", 3);
  CHECK(f.fails("a", 4) == lines{"arm a#4 400ms"});
  f.due("a", 4);
  CHECK(f.fails("a", 5) == lines{"arm a#5 800ms"});
  f.due("a", 5);
  CHECK(f.fails("a", 6) == lines{"arm a#6 1000ms"});
  f.due("a", 6);
  f.now += seconds{11};
  CHECK(f.fails("a", 7) == lines{"arm a#7 0ms"});
}

TEST_CASE("restart types: which exits lead to a restart", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 10};
  f.add("permanent", restart_type::permanent);
  f.add("transient", restart_type::transient);
  f.add("temporary", restart_type::temporary);
  SECTION("a failure") {
    CHECK(f.fails("permanent", 1) == lines{"arm permanent#1 0ms"});
    CHECK(f.fails("transient", 1) == lines{"arm transient#1 100ms"});
    CHECK(f.fails("temporary", 1) == lines{"stopped temporary (bug)"});
    CHECK(f.machine.children().size() == 2);
  }
  SECTION("an ordered end") {
    CHECK(f.ends("permanent", 1) == lines{"arm permanent#1 0ms"});
    CHECK(f.ends("transient", 1) == lines{"stopped transient (done)"});
    CHECK(f.ends("temporary", 1) == lines{"stopped temporary (done)"});
    CHECK(f.machine.children().size() == 1);
  }
}

TEST_CASE("what belongs to an older generation is ignored", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.fails("a", 1);
  CHECK(f.fails("a", 1).empty());
  CHECK(f.due("a", 7).empty());
  f.due("a", 1);
  CHECK(f.due("a", 1).empty());
  CHECK(f.due("a", 2).empty());
  CHECK(f.fails("a", 1).empty());
  CHECK(f.grace("a", 1).empty());
  CHECK(f.machine.children()[0].running);
  CHECK(f.fails("nobody", 1).empty());
  CHECK(f.due("nobody", 1).empty());
  CHECK(f.grace("nobody", 1).empty());
  CHECK(f.remove("nobody").empty());
}

TEST_CASE("more restarts than the intensity allows: it gives up", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 2};
  f.add("a");
  f.add("b");
  f.fails("a", 1);
  f.due("a", 1);
  f.fails("b", 1);
  f.due("b", 1);
  CHECK(f.fails("a", 2, "worse") == lines{"gave up a (worse)", "stop b#2"});
  CHECK(f.machine.stopping());
  CHECK(f.due("a", 2).empty());
  CHECK(f.add("c").empty());
  CHECK(f.ends("b", 2) == lines{"escalate: a ended too often, last with: worse"});
  CHECK(f.stop().empty());
}

TEST_CASE("restarts count within the period only", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 2};
  f.add("a");
  std::uint64_t generation = 1;
  for (int i = 0; i < 20; ++i) {
    CHECK(f.fails("a", generation).size() == 1);
    f.due("a", generation++);
    f.now += seconds{6};
  }
  CHECK_FALSE(f.machine.stopping());
  CHECK(f.machine.children()[0].restarts == 20);
}

TEST_CASE("an intensity of zero gives up at the first failure", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 0};
  f.add("a");
  CHECK(f.fails("a", 1) ==
        lines{"gave up a (bug)", "escalate: a ended too often, last with: bug"});
}

TEST_CASE("temporary and ordered ends do not count", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 0};
  for (int i = 0; i < 5; ++i) {
    f.add("t", restart_type::temporary);
    f.fails("t", 1);
    f.add("u", restart_type::transient);
    f.ends("u", 1);
  }
  CHECK_FALSE(f.machine.stopping());
  CHECK(f.machine.children().empty());
}

TEST_CASE("children are stopped in reverse order, one after the other",
          "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  CHECK(f.stop() == lines{"stop c#1"});
  CHECK(f.machine.stopping());
  CHECK(f.stop().empty());
  CHECK(f.add("d").empty());
  CHECK(f.ends("c", 1) == lines{"stop b#1"});
  CHECK(f.fails("b", 1) == lines{"stop a#1"});
  CHECK(f.ends("a", 1) == lines{"stopped"});
  CHECK(f.stop().empty());
  CHECK(f.ends("a", 1).empty());
}

TEST_CASE("a child that ends out of turn is not asked to stop", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  f.stop();
  CHECK(f.fails("b", 1).empty());
  CHECK(f.ends("c", 1) == lines{"stop a#1"});
  CHECK(f.ends("a", 1) == lines{"stopped"});
}

TEST_CASE("a stop without children, and with waiting ones, is over at once",
          "[supervisor_machine]") {
  machine_fixture empty;
  CHECK(empty.stop() == lines{"stopped"});
  machine_fixture waiting;
  waiting.add("a");
  waiting.fails("a", 1);
  CHECK(waiting.stop() == lines{"stopped"});
  CHECK(waiting.due("a", 1).empty());
}

TEST_CASE("a child that does not stop within its grace is killed", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.add("b");
  const auto todo = f.machine.stop();
  REQUIRE(todo.size() == 1);
  CHECK(std::get<supervisor_machine::stop_child>(todo[0]).grace == seconds{2});
  CHECK(f.grace("a", 1).empty());
  CHECK(f.grace("b", 1) == lines{"kill b#1"});
  CHECK(f.fails("b", 1) == lines{"stop a#1"});
  CHECK(f.grace("b", 1).empty());
}

TEST_CASE("a removed child is stopped, published and forgotten", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  CHECK(f.remove("a") == lines{"stop a#1"});
  CHECK(f.remove("a").empty());
  CHECK(f.add("a").empty());
  CHECK(f.grace("a", 1) == lines{"kill a#1"});
  CHECK(f.fails("a", 1, "was killed") == lines{"stopped a (was killed)"});
  CHECK(f.machine.children().empty());
  CHECK_FALSE(f.machine.stopping());
  CHECK(f.add("a") == lines{"start a#1", "started a"});
}

TEST_CASE("a child that is removed while it waits is not started again",
          "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.fails("a", 1);
  CHECK(f.remove("a") == lines{"stopped a (bug)"});
  CHECK(f.due("a", 1).empty());
  CHECK(f.machine.children().empty());
}

TEST_CASE("a child that is removed while all stop is not asked twice", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.add("b");
  f.stop();
  CHECK(f.remove("b").empty());
  CHECK(f.remove("a") == lines{"stop a#1"});
  CHECK(f.ends("b", 1) == lines{"stopped b (done)"});
  CHECK(f.ends("a", 1) == lines{"stopped a (done)", "stopped"});
}

TEST_CASE("one child's status, or none", "[supervisor_machine]") {
  supervisor_machine machine{{}};
  (void)machine.add("a", restart_type::permanent);
  const auto status = machine.child_of("a");
  REQUIRE(status);
  CHECK(status->name == "a");
  CHECK(status->running);
  CHECK_FALSE(machine.child_of("b"));
}
