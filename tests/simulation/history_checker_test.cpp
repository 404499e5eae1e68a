// The checker itself, on histories with planted faults: it must find each, and nothing else.
#include "simulation/history_checker.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace simulation_tests;

namespace {

using segment_map = std::map<std::string, std::vector<std::string>>;

write_result ok(event_ticket ticket) {
  return {ticket, true, {}};
}
write_result failed(event_ticket ticket, errc code, bool durable = false) {
  return {ticket, durable, error{code}};
}

/// Two writers with three events each, over two segments, all of it as it should be.
struct planted {
  write_history history;
  segment_map segments{{"s/0", {"a1", "b1", "a3"}}, {"s/1", {"a2", "b2", "b3"}}};

  planted() {
    for (const std::string writer : {"a", "b"}) {
      for (event_ticket ticket = 1; ticket <= 3; ++ticket) {
        history.written.push_back(
            {writer, "key", writer + std::to_string(ticket), ticket, true, ok(ticket)});
        history.completions[writer].push_back(ticket);
      }
    }
  }
  write_history::entry& event(const std::string& payload) {
    return *std::find_if(history.written.begin(), history.written.end(),
                         [&](const auto& each) { return each.payload == payload; });
  }
  void remove(const std::string& payload) {
    for (auto& [name, events] : segments)
      std::erase(events, payload);
  }
  void outcome(const std::string& payload, write_result what) {
    event(payload).outcome = std::move(what);
  }
  std::vector<std::string> check(bool all_durable = false) const {
    return check_history(history, segments, all_durable);
  }
};

using problems = std::vector<std::string>;

}  // namespace

TEST_CASE("checker: a sound history passes") {
  const planted p;
  CHECK(p.check() == problems{});
  CHECK(p.check(true) == problems{});
  CHECK(check_history({}, {}, true) == problems{});
}

TEST_CASE("checker: an event that is lost") {
  planted p;
  p.remove("a2");
  CHECK(p.check() == problems{"a event 2: lost"});
}

TEST_CASE("checker: an event that is lost though its writer failed before it") {
  planted p;
  p.outcome("a1", failed(1, errc::outcome_unknown));
  p.outcome("a2", failed(2, errc::earlier_event_failed, true));
  p.outcome("a3", failed(3, errc::not_written));
  p.remove("a3");
  CHECK(p.check() == problems{});
  p.remove("a2");
  CHECK(p.check() == problems{"a event 2: lost"});
}

TEST_CASE("checker: an event that is stored twice") {
  planted p;
  SECTION("in one segment") {
    p.segments["s/0"] = {"a1", "b1", "b1", "a3"};
    const auto found = p.check();
    CHECK(std::count(found.begin(), found.end(), "b event 1: stored 2 times") == 1);
  }
  SECTION("in two segments, as after a seal") {
    p.segments["s/1"] = {"a2", "a3", "b2", "b3"};
    CHECK(p.check() == problems{"a event 3: stored 2 times"});
  }
  SECTION("an unknown one") {
    p.outcome("b3", failed(3, errc::outcome_unknown));
    p.segments["s/1"].push_back("b3");
    const auto found = p.check();
    CHECK(std::count(found.begin(), found.end(), "b event 3: stored 2 times") == 1);
  }
}

TEST_CASE("checker: events out of order") {
  planted p;
  p.segments["s/0"] = {"a3", "b1", "a1"};
  CHECK(p.check() == problems{"s/0: a1 out of order"});
}

TEST_CASE("checker: writers are ordered each for itself") {
  planted p;
  p.segments["s/0"] = {"b1", "a1", "a3"};
  CHECK(p.check() == problems{});
}

TEST_CASE("checker: stored though reported as not written") {
  planted p;
  p.outcome("a3", failed(3, errc::not_written));
  CHECK(p.check() == problems{"a event 3: reported as not written, but it is stored"});
  p.remove("a3");
  CHECK(p.check() == problems{});
}

TEST_CASE("checker: an unknown outcome may go either way, once") {
  planted p;
  p.outcome("a3", failed(3, errc::outcome_unknown));
  CHECK(p.check() == problems{});
  p.remove("a3");
  CHECK(p.check() == problems{});
  CHECK(p.check(true) == problems{"a event 3: not durable"});
}

TEST_CASE("checker: an event that was never completed") {
  planted p;
  p.event("b2").told = false;
  p.event("b2").outcome = {};
  CHECK(p.check() == problems{"b event 2: never completed"});
}

TEST_CASE("checker: completions in another order than written") {
  planted p;
  p.history.completions["a"] = {1, 3, 2};
  CHECK(p.check() == problems{"a: completions came out of order"});
}

TEST_CASE("checker: a completion that comes twice") {
  planted p;
  p.history.completions["a"] = {1, 2, 2, 3};
  CHECK(p.check() == problems{"a: completions came out of order"});
}

TEST_CASE("checker: success behind an event that is not durable") {
  planted p;
  p.outcome("a2", failed(2, errc::outcome_unknown));
  const auto found = p.check();
  CHECK(found == problems{"a event 3: success, but event 2 before it is not durable"});
}

TEST_CASE("checker: an event that nobody wrote") {
  planted p;
  p.segments["s/1"].push_back("ghost");
  CHECK(p.check() == problems{"s/1 holds an event that nobody wrote"});
}

TEST_CASE("checker: several faults are all found") {
  planted p;
  p.remove("a2");
  p.segments["s/0"] = {"b1", "a3", "a1"};
  p.event("b3").told = false;
  CHECK(p.check().size() == 3);
}
