#include "support/catch.hpp"
#include "unit/supervision/machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct all_fixture : machine_fixture {
  all_fixture() : machine_fixture{restart_strategy::one_for_all, 2} {}
};

}  // namespace

TEST_CASE("one for all: everything stops in reverse and starts in order",
          "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  CHECK(f.fails("b", 1) == lines{"stop c#1"});
  CHECK(f.ends("c", 1) == lines{"stop a#1"});
  CHECK(f.ends("a", 1) == lines{"start a#2", "restarted a (done)", "start b#2",
                                "restarted b (bug)", "start c#2", "restarted c (done)"});
  const auto all = f.machine.children();
  CHECK(all[0].restarts == 0);
  CHECK(all[1].restarts == 1);
  CHECK_FALSE(f.machine.stopping());
}

TEST_CASE("one for all with one child restarts it at once", "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  CHECK(f.fails("a", 1) == lines{"start a#2", "restarted a (bug)"});
}

TEST_CASE("one for all: temporary children stop with the others and stay away",
          "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("t", restart_type::temporary);
  f.add("u", restart_type::transient);
  CHECK(f.fails("a", 1) == lines{"stop u#1"});
  CHECK(f.ends("u", 1) == lines{"stop t#1"});
  CHECK(f.ends("t", 1) == lines{"stopped t (done)", "start a#2", "restarted a (bug)",
                                "start u#2", "restarted u (done)"});
  CHECK(f.machine.children().size() == 2);
}

TEST_CASE("one for all: a child that fails while all stop counts once",
          "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.fails("a", 1);
  CHECK(f.fails("b", 1, "killed") ==
        lines{"start a#2", "restarted a (bug)", "start b#2", "restarted b (killed)"});
  CHECK(f.machine.children()[1].restarts == 0);
  f.fails("a", 2);
  f.ends("b", 2);
  CHECK(f.fails("a", 3) == lines{"gave up a (bug)", "stop b#3"});
  CHECK(f.ends("b", 3) == lines{"escalate: a ended too often, last with: bug"});
}

TEST_CASE("one for all: a child added while all stop starts with them",
          "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.fails("a", 1);
  CHECK(f.add("c").empty());
  CHECK(f.add("a").empty());
  CHECK(f.ends("b", 1) == lines{"start a#2", "restarted a (bug)", "start b#2",
                                "restarted b (done)", "start c#1", "started c"});
}

TEST_CASE("one for all: a stop in the middle wins", "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  f.fails("a", 1);
  CHECK(f.stop().empty());
  CHECK(f.ends("c", 1) == lines{"stop b#1"});
  CHECK(f.ends("b", 1) == lines{"stopped"});
}

TEST_CASE("one for all: a child removed meanwhile does not come back", "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  f.fails("b", 1);
  SECTION("while it stops") {
    CHECK(f.remove("c").empty());
    CHECK(f.ends("c", 1) == lines{"stopped c (done)", "stop a#1"});
    CHECK(f.ends("a", 1) ==
          lines{"start a#2", "restarted a (done)", "start b#2", "restarted b (bug)"});
  }
  SECTION("while it waits") {
    CHECK(f.remove("b") == lines{"stopped b (bug)"});
    f.ends("c", 1);
    CHECK(f.ends("a", 1) ==
          lines{"start a#2", "restarted a (done)", "start c#2", "restarted c (done)"});
  }
  SECTION("before its turn") {
    CHECK(f.remove("a") == lines{"stop a#1"});
    CHECK(f.ends("a", 1) == lines{"stopped a (done)"});
    CHECK(f.ends("c", 1) ==
          lines{"start b#2", "restarted b (bug)", "start c#2", "restarted c (done)"});
  }
}

TEST_CASE("one for all: grace and stale timers while all stop", "[supervisor_machine]") {
  all_fixture f;
  f.add("a");
  f.add("b");
  f.fails("a", 1);
  CHECK(f.due("a", 1).empty());
  CHECK(f.grace("a", 1).empty());
  CHECK(f.grace("b", 1) == lines{"kill b#1"});
  f.fails("b", 1, "was killed");
  CHECK(f.grace("b", 1).empty());
  CHECK(f.grace("b", 2).empty());
}

TEST_CASE("giving up: what happens meanwhile changes nothing", "[supervisor_machine]") {
  machine_fixture f{restart_strategy::one_for_one, 0};
  f.add("a");
  f.add("b");
  f.add("c");
  CHECK(f.fails("a", 1) == lines{"gave up a (bug)", "stop c#1"});
  CHECK(f.add("d").empty());
  CHECK(f.due("a", 1).empty());
  CHECK(f.grace("c", 1) == lines{"kill c#1"});
  SECTION("to the end") {
    CHECK(f.fails("b", 1, "too").empty());
    CHECK(f.fails("c", 1) == lines{"escalate: a ended too often, last with: bug"});
  }
  SECTION("a stop is an ordinary stop") {
    CHECK(f.stop().empty());
    CHECK(f.ends("c", 1) == lines{"stop b#1"});
    CHECK(f.ends("b", 1) == lines{"stopped"});
  }
  SECTION("a removal") {
    CHECK(f.remove("a") == lines{"stopped a (bug)"});
    CHECK(f.remove("c").empty());
    CHECK(f.fails("c", 1, "x") == lines{"stopped c (x)", "stop b#1"});
    CHECK(f.ends("b", 1) == lines{"escalate: a ended too often, last with: bug"});
  }
}

TEST_CASE("nothing happens after the end", "[supervisor_machine]") {
  machine_fixture f;
  f.add("a");
  f.stop();
  f.ends("a", 1);
  CHECK(f.add("b").empty());
  CHECK(f.remove("a") == lines{"stopped a (done)"});
  CHECK(f.fails("a", 1).empty());
  CHECK(f.due("a", 1).empty());
  CHECK(f.grace("a", 1).empty());
  CHECK(f.stop().empty());
}
