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

namespace {

/// One writer with two keys, whose segment was split after its fourth event.
struct planted_scale {
  write_history history;
  segment_map segments{{"s/0.#epoch.0", {"x1", "y2", "x3", "y4"}},
                       {"s/1.#epoch.1", {"x5", "x7"}},
                       {"s/2.#epoch.1", {"y6", "y8"}}};

  planted_scale() {
    for (event_ticket ticket = 1; ticket <= 8; ++ticket) {
      const std::string key = ticket % 2 == 1 ? "x" : "y";
      history.written.push_back(
          {"w", key, key + std::to_string(ticket), ticket, true, ok(ticket)});
      history.completions["w"].push_back(ticket);
    }
  }
  problems check() const { return check_history(history, segments, true); }
};

}  // namespace

TEST_CASE("checker: a sound scale passes") {
  CHECK(planted_scale{}.check() == problems{});
}

TEST_CASE("checker: a key's events change places in a successor") {
  planted_scale p;
  p.segments["s/1.#epoch.1"] = {"x7", "x5"};
  CHECK(p.check() == problems{"s/1.#epoch.1: x5 out of order in its key"});
}

TEST_CASE("checker: keys change places in a successor of two segments, as they may") {
  planted_scale p;
  p.segments["s/1.#epoch.1"] = {"y6", "x5", "y8", "x7"};
  p.segments["s/2.#epoch.1"] = {};
  CHECK(p.check() == problems{});
}

TEST_CASE("checker: an event in a successor before one that stays behind") {
  planted_scale p;
  p.segments["s/0.#epoch.0"] = {"x1", "y2", "y4", "x5"};
  p.segments["s/1.#epoch.1"] = {"x3", "x7"};
  CHECK(p.check() == problems{"w, x: epoch 1 begins before an earlier one ends"});
}

TEST_CASE("checker: bytes that are no event") {
  planted_scale p;
  p.segments["s/1.#epoch.1"].push_back("(torn: 3 bytes)");
  CHECK(p.check() == problems{"s/1.#epoch.1 holds an event that nobody wrote"});
}

TEST_CASE("checker: the order of reading is that of writing, key by key") {
  const planted_scale p;
  CHECK(check_reading_order(p.history, {"y2", "x1", "y4", "y6", "x3", "x5", "y8", "x7"}) ==
        problems{});
  CHECK(check_reading_order(p.history, {"x1", "y2", "x5", "y4", "x3"}) ==
        problems{"x3 was read out of order"});
  CHECK(check_reading_order(p.history, {"x1", "x1"}) == problems{"x1 was read out of order"});
}
