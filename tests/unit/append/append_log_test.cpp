#include "append/append_log.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr auto nothing_stored = std::numeric_limits<std::int64_t>::min();

struct log_fixture {
  append_log log;
  std::uint64_t tickets = 0;

  explicit log_fixture(append_limits limits = {100, 3, 50})
      : log{uuid{1, 2}, 77, std::make_shared<buffer_pool>(), limits} {}

  void add(std::size_t payload_bytes, int count = 1) {
    const std::string text(payload_bytes, 'x');
    for (; count > 0; --count)
      log.append({0.5, ++tickets}, as_bytes(text));
  }
  // The last number of the next block to send; 0: none.
  std::int64_t next() {
    const auto block = log.next_to_send();
    return block ? block->last_event_number() : 0;
  }
  std::size_t acknowledges(std::int64_t number) {
    auto durable = log.acknowledge(number);
    REQUIRE(durable);
    return durable->size();
  }
  std::size_t resumes(std::int64_t stored) {
    auto durable = log.resume(stored);
    REQUIRE(durable);
    return durable->size();
  }
  // A log of five closed blocks (1-10, 11-20 ...), set up, with one acknowledged, so that the
  // window of three is open.
  void fill() {
    add(2, 50);
    REQUIRE(next() == 10);
    CHECK(acknowledges(10) == 1);
  }
};

}  // namespace

TEST_CASE("a lone event leaves at once, and the next wait for it", "[append_log]") {
  log_fixture f;
  CHECK(f.log.empty());
  CHECK(f.next() == 0);
  f.add(5);
  CHECK_FALSE(f.log.empty());
  CHECK(f.next() == 1);
  CHECK(f.log.in_flight() == 1);
  f.add(5);
  f.add(5);
  CHECK(f.next() == 0);
  CHECK(f.acknowledges(1) == 1);
  CHECK(f.log.acknowledged() == 1);
  CHECK(f.next() == 3);
  CHECK(f.log.pending_events() == 2);
  CHECK(f.acknowledges(3) == 1);
  CHECK(f.log.empty());
  CHECK(f.log.pending_events() == 0);
}

TEST_CASE("the first block of a connection travels alone", "[append_log]") {
  log_fixture f;
  f.add(92);
  f.add(92);
  f.add(92);
  CHECK(f.next() == 1);
  CHECK(f.next() == 0);
  CHECK(f.acknowledges(1) == 1);
  CHECK(f.next() == 2);
  CHECK(f.next() == 3);
  f.log.disconnect();
  CHECK(f.log.in_flight() == 0);
  CHECK(f.resumes(1) == 0);
  CHECK(f.next() == 2);
  CHECK(f.next() == 0);
}

TEST_CASE("the window limits the blocks in flight", "[append_log]") {
  log_fixture f;
  f.fill();
  CHECK(f.next() == 20);
  CHECK(f.next() == 30);
  CHECK(f.next() == 40);
  CHECK(f.next() == 0);
  CHECK(f.log.in_flight() == 3);
  CHECK(f.acknowledges(20) == 1);
  CHECK(f.next() == 50);
  CHECK(f.next() == 0);
}

TEST_CASE("a block is closed before it would pass its limit", "[append_log]") {
  log_fixture f;
  f.add(42, 2);  // 100 bytes with headers: just full
  f.add(0);
  const auto first = f.log.next_to_send();
  REQUIRE(first);
  CHECK(first->data_bytes() == 100);
  CHECK(first->last_event_number() == 2);
  CHECK(f.acknowledges(2) == 1);
  CHECK(f.next() == 3);
  f.add(500);  // larger than a block: travels alone
  CHECK(f.acknowledges(3) == 1);
  const auto large = f.log.next_to_send();
  REQUIRE(large);
  CHECK(large->events() == 1);
  CHECK(large->data_bytes() == 508);
}

TEST_CASE("while something is in flight, an open block waits until it is worth sending",
          "[append_log]") {
  log_fixture f;
  f.add(0);
  CHECK(f.next() == 1);
  CHECK(f.acknowledges(1) == 1);
  f.add(0);
  CHECK(f.next() == 2);
  f.add(20);  // 28 bytes: less than 50
  CHECK(f.next() == 0);
  f.add(14);  // 50 bytes
  CHECK(f.next() == 4);
  f.add(0);
  CHECK(f.next() == 0);
  CHECK(f.acknowledges(4) == 2);
  CHECK(f.next() == 5);
}

TEST_CASE("numbers go on over blocks, and each block knows its tickets", "[append_log]") {
  log_fixture f;
  f.add(2, 25);
  std::int64_t expected = 0;
  std::uint64_t ticket = 0;
  while (auto block = f.log.next_to_send()) {
    CHECK(block->first_event_number() == expected + 1);
    expected = block->last_event_number();
    for (const auto& mark : block->marks())
      CHECK(mark.ticket == ++ticket);
    CHECK(f.acknowledges(expected) == 1);
  }
  CHECK(expected == 25);
  CHECK(f.log.writer_id() == uuid{1, 2});
  CHECK(f.log.request_id() == 77);
}

TEST_CASE("an acknowledgement covers several blocks", "[append_log]") {
  log_fixture f;
  f.fill();
  (void)f.next();
  (void)f.next();
  (void)f.next();
  auto durable = f.log.acknowledge(40);
  REQUIRE(durable);
  REQUIRE(durable->size() == 3);
  CHECK((*durable)[0]->last_event_number() == 20);
  CHECK((*durable)[2]->last_event_number() == 40);
  CHECK(f.log.in_flight() == 0);
  CHECK(f.log.pending_events() == 10);
}

TEST_CASE("hostile acknowledgements are refused and change nothing", "[append_log]") {
  log_fixture f;
  f.fill();
  (void)f.next();
  (void)f.next();
  for (const std::int64_t number :
       {nothing_stored, std::int64_t{-1}, std::int64_t{0}, std::int64_t{9}, std::int64_t{10},
        std::int64_t{11}, std::int64_t{19}, std::int64_t{21}, std::int64_t{31},
        std::int64_t{40}, std::int64_t{50}, std::int64_t{1000},
        std::numeric_limits<std::int64_t>::max()}) {
    const auto durable = f.log.acknowledge(number);
    REQUIRE_FALSE(durable);
    CHECK(durable.error() == errc::protocol_violation);
    CHECK(durable.error().at() == stage::append);
    CHECK(f.log.acknowledged() == 10);
    CHECK(f.log.in_flight() == 2);
    CHECK(f.log.pending_events() == 40);
  }
  CHECK(f.acknowledges(30) == 2);
}

TEST_CASE("nothing is in flight: every acknowledgement is refused", "[append_log]") {
  log_fixture f;
  CHECK_FALSE(f.log.acknowledge(1));
  f.add(1);
  CHECK_FALSE(f.log.acknowledge(1));
  (void)f.next();
  f.log.disconnect();
  CHECK_FALSE(f.log.acknowledge(1));
}

TEST_CASE("resume at every boundary: what is stored is dropped, the rest sent again",
          "[append_log]") {
  for (const std::int64_t stored : {10, 20, 30, 40}) {
    log_fixture f;
    f.fill();
    while (f.next() != 0) {
    }
    f.log.disconnect();
    CHECK(f.resumes(stored) == static_cast<std::size_t>(stored / 10 - 1));
    CHECK(f.log.acknowledged() == stored);
    std::int64_t expected = stored;
    for (auto sent = f.next(); sent != 0; sent = f.next()) {
      expected += 10;
      CHECK(sent == expected);
      CHECK(f.acknowledges(sent) == 1);
    }
    CHECK(expected == 50);
    CHECK(f.log.empty());
  }
}

TEST_CASE("resume anywhere else is a violation", "[append_log]") {
  log_fixture f;
  f.fill();
  (void)f.next();
  (void)f.next();  // 30
  f.log.disconnect();
  for (const std::int64_t stored :
       {nothing_stored, std::int64_t{-1}, std::int64_t{0}, std::int64_t{9}, std::int64_t{15},
        std::int64_t{29}, std::int64_t{31}, std::int64_t{40}, std::int64_t{50},
        std::numeric_limits<std::int64_t>::max()}) {
    const auto durable = f.log.resume(stored);
    REQUIRE_FALSE(durable);
    CHECK(durable.error() == errc::protocol_violation);
    CHECK(f.log.acknowledged() == 10);
  }
  CHECK(f.resumes(20) == 1);
}

TEST_CASE("a fresh writer resumes with nothing stored", "[append_log]") {
  log_fixture f;
  CHECK(f.resumes(nothing_stored) == 0);
  f.add(1);
  CHECK(f.resumes(nothing_stored) == 0);
  CHECK(f.next() == 1);
  f.log.disconnect();
  CHECK(f.resumes(0) == 0);
  CHECK(f.next() == 1);
  f.log.disconnect();
  CHECK(f.resumes(1) == 1);
  CHECK(f.log.empty());
}

TEST_CASE("what was never sent cannot be stored", "[append_log]") {
  log_fixture f;
  f.add(2, 20);
  CHECK_FALSE(f.log.resume(10));
  CHECK(f.resumes(nothing_stored) == 0);
  CHECK(f.next() == 10);
}

TEST_CASE("what is left is shown in order, the open block last", "[append_log]") {
  log_fixture f;
  f.log.for_each_block([](const append_block&) { FAIL("there is none"); });
  f.fill();
  f.add(7);
  (void)f.next();
  std::vector<std::uint64_t> first;
  std::vector<std::size_t> events;
  std::vector<bool> sent;
  f.log.for_each_block([&](const append_block& each) {
    first.push_back(each.marks().front().ticket);
    events.push_back(each.events());
    sent.push_back(each.ever_sent());
  });
  CHECK(first == std::vector<std::uint64_t>{11, 21, 31, 41, 51});
  CHECK(events == std::vector<std::size_t>{10, 10, 10, 10, 1});
  CHECK(sent == std::vector<bool>{true, false, false, false, false});
}

TEST_CASE("a log that is cleared is empty and sends nothing", "[append_log]") {
  log_fixture f;
  f.fill();
  f.add(7);
  (void)f.next();
  f.log.clear();
  CHECK(f.log.empty());
  f.log.for_each_block([](const append_block&) { FAIL("there is none"); });
  CHECK(f.log.in_flight() == 0);
  CHECK(f.log.pending_events() == 0);
  CHECK(f.next() == 0);
  CHECK_FALSE(f.log.acknowledge(20));
}

TEST_CASE("what was sent on a connection that ended is in doubt", "[append_log]") {
  append_log log{{1, 2}, 3, std::make_shared<buffer_pool>(), {100, 4, 50}};
  const auto add = [&](std::uint64_t ticket) { log.append({0.5, ticket}, as_bytes("x")); };
  add(1);
  CHECK_FALSE(log.in_doubt());
  REQUIRE(log.next_to_send());
  CHECK_FALSE(log.in_doubt());  // answers on this connection come in order
  log.disconnect();
  CHECK(log.in_doubt());
  REQUIRE(log.resume(std::numeric_limits<std::int64_t>::min()));
  CHECK(log.in_doubt());  // a late block may still land
  REQUIRE(log.next_to_send());
  REQUIRE(log.acknowledge(1));
  CHECK_FALSE(log.in_doubt());
  add(2);
  REQUIRE(log.next_to_send());
  CHECK_FALSE(log.in_doubt());
}
