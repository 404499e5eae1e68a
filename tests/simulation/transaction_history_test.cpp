// The checker of transactions finds each kind of planted fault.
#include "simulation/transaction_history.hpp"

#include <algorithm>

#include "support/catch.hpp"

using simulation_tests::transaction_history;
using outcome = transaction_history::outcome;

namespace {

// Transactions a and b, one after the other, both with keys x and y.
transaction_history two_committed() {
  transaction_history h;
  for (const std::string name : {"a", "b"}) {
    h.wrote(name, "x", name + "1");
    h.wrote(name, "y", name + "2");
    h.wrote(name, "x", name + "3");
    for (const auto* number : {"1", "2", "3"})
      h.acknowledged(name + number);
    h.commit_asked(name);
    h.ended(name, outcome::committed);
  }
  return h;
}

void read(transaction_history& h, const std::vector<std::string>& events) {
  for (const auto& each : events)
    h.saw("reader", each);
}

// The first words of all that is wrong.
std::vector<std::string> faults(const transaction_history& h) {
  std::vector<std::string> out;
  for (const auto& each : h.check("reader"))
    out.push_back(each.substr(0, each.find(':')));
  return out;
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("whole transactions in order are right", "[transaction_history]") {
  auto h = two_committed();
  // Keys are independent of each other.
  read(h, {"a1", "a3", "b1", "a2", "b2", "b3"});
  CHECK(faults(h).empty());
  CHECK(h.count(outcome::committed) == 2);
}

TEST_CASE("a part of a transaction is torn", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"a1", "a2", "a3", "b1", "b3"});
  CHECK(faults(h) == words{"torn"});
}

TEST_CASE("an event that is read twice is doubled", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"a1", "a2", "a3", "b1", "b2", "b2", "b3"});
  CHECK(faults(h) == words{"doubled"});
}

TEST_CASE("a committed transaction that is not read is lost", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"b1", "b2", "b3"});
  CHECK(faults(h) == words{"lost"});
}

TEST_CASE("an aborted transaction that is read is resurrected", "[transaction_history]") {
  auto h = two_committed();
  h.wrote("c", "x", "c1");
  h.acknowledged("c1");
  h.commit_asked("c");
  h.ended("c", outcome::aborted);
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3", "c1"});
  CHECK(faults(h) == words{"resurrected"});
}

TEST_CASE("an event that is read before its commit is early", "[transaction_history]") {
  transaction_history h;
  h.wrote("c", "x", "c1");
  h.acknowledged("c1");
  read(h, {"c1"});
  CHECK(faults(h) == words{"early"});
}

TEST_CASE("events of a key in another order are reordered", "[transaction_history]") {
  auto h = two_committed();
  SECTION("within a transaction") {
    read(h, {"a3", "a1", "a2", "b1", "b2", "b3"});
    CHECK(faults(h) == words{"reordered"});
  }
  SECTION("between transactions, one after the other") {
    read(h, {"b2", "a2", "a1", "a3", "b1", "b3"});
    CHECK(faults(h) == words{"reordered"});
  }
}

TEST_CASE("commits at the same time have no order", "[transaction_history]") {
  transaction_history h;
  for (const std::string name : {"a", "b"}) {
    h.wrote(name, "x", name + "1");
    h.acknowledged(name + "1");
    h.commit_asked(name);
  }
  h.ended("a", outcome::committed);
  h.ended("b", outcome::committed);
  read(h, {"b1", "a1"});
  CHECK(faults(h).empty());
}

TEST_CASE("a commit that is only accepted has no order", "[transaction_history]") {
  transaction_history h;
  for (const std::string name : {"a", "b"}) {
    h.wrote(name, "x", name + "1");
    h.acknowledged(name + "1");
    h.commit_asked(name);
    h.ended(name, outcome::committed, false);
  }
  read(h, {"b1", "a1"});
  CHECK(faults(h).empty());
}

TEST_CASE("a commit may be known before it is complete", "[transaction_history]") {
  transaction_history h;
  for (const std::string name : {"a", "b"}) {
    h.wrote(name, "x", name + "1");
    h.acknowledged(name + "1");
    h.commit_asked(name);
    h.ended(name, outcome::committed, false);
    h.ended(name, outcome::committed, true);
  }
  read(h, {"b1", "a1"});
  CHECK(faults(h) == words{"reordered"});
}

TEST_CASE("a reader that begins anew reads everything again", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"a1", "a2"});
  h.forget("reader");
  read(h, {"a1", "a2", "b1"});
  CHECK(faults(h) == words{"torn", "torn"});
  h.forget("reader");
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3"});
  CHECK(faults(h).empty());
  CHECK(h.was_asked("a"));
  CHECK_FALSE(h.was_asked("c"));
}

TEST_CASE("a transaction of unknown outcome is whole or not there", "[transaction_history]") {
  auto h = two_committed();
  h.wrote("c", "x", "c1");
  h.wrote("c", "x", "c2");
  h.acknowledged("c1");
  h.acknowledged("c2");
  h.commit_asked("c");
  h.ended("c", outcome::unknown);
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3"});
  SECTION("not there") {
    CHECK(faults(h).empty());
  }
  SECTION("whole") {
    read(h, {"c1", "c2"});
    CHECK(faults(h).empty());
  }
  SECTION("torn") {
    read(h, {"c1"});
    CHECK(faults(h) == words{"torn"});
  }
}

TEST_CASE("what a dead process did not see acknowledged may be missing",
          "[transaction_history]") {
  transaction_history h;
  h.wrote("c", "x", "c1");
  h.wrote("c", "x", "c2");
  h.acknowledged("c1");
  h.commit_asked("c");
  h.ended("c", outcome::unknown);
  read(h, {"c1"});
  CHECK(faults(h).empty());
}

TEST_CASE("an event that the writer refused belongs to no transaction",
          "[transaction_history]") {
  auto h = two_committed();
  h.wrote("b", "x", "b4");
  h.refused("b4");
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3"});
  CHECK(faults(h).empty());
}

TEST_CASE("two reports that differ are a contradiction", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3"});
  h.ended("a", outcome::aborted);
  CHECK(faults(h).size() == 1);
  h.ended("b", outcome::unknown);
  CHECK(faults(h).size() == 1);
  CHECK(h.of("b") == outcome::committed);
}

TEST_CASE("an event that nobody wrote is named", "[transaction_history]") {
  auto h = two_committed();
  read(h, {"a1", "a2", "a3", "b1", "b2", "b3", "z"});
  CHECK(faults(h) == words{"z was never written"});
}
