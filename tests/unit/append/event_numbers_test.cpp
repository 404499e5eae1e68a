#include "append/event_numbers.hpp"

#include "append/append_log.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct numbered_log {
  std::shared_ptr<event_numbers> numbers = std::make_shared<event_numbers>();
  append_log log{uuid{1, 2}, 77, std::make_shared<buffer_pool>(), append_limits{100, 3, 50},
                 numbers};

  void add(std::uint64_t ticket, std::int64_t number) {
    numbers->add(ticket, number);
    put(ticket);
  }
  void put(std::uint64_t ticket) {
    log.append({0.5, ticket}, as_bytes(std::to_string(ticket)));
  }
  std::vector<std::uint64_t> tickets() const {
    std::vector<std::uint64_t> out;
    log.for_each_block([&out](const append_block& block) {
      for (const auto& mark : block.marks())
        out.push_back(mark.ticket);
    });
    return out;
  }
};

constexpr std::int64_t value(std::int64_t number, std::int64_t claim) {
  return claimed_number{number, claim}.value();
}

}  // namespace

TEST_CASE("claimed number: both parts of the value") {
  for (const auto number : {std::int64_t{0}, std::int64_t{1}, limits::event_number_max})
    for (const std::int64_t claim : {0, 1, 65535}) {
      const auto again = claimed_number::of(value(number, claim));
      CHECK(again.number == number);
      CHECK(again.claim == claim);
      CHECK(value(number, claim) >= 0);
    }
}

TEST_CASE("claimed number: claims go round, and the number stays") {
  const auto next = claimed_number{7, 65535}.next_claim();
  CHECK(next.number == 7);
  CHECK(next.claim == 0);
  CHECK(next.next_claim().claim == 1);
}

TEST_CASE("event numbers: those in a row take one entry, gaps take one more") {
  event_numbers numbers;
  for (std::uint64_t ticket = 1; ticket <= 100; ++ticket)
    numbers.add(ticket, static_cast<std::int64_t>(ticket) + 41);
  CHECK(numbers.runs() == 1);
  numbers.add(101, 1000);
  numbers.add(102, 1001);
  CHECK(numbers.runs() == 2);
  CHECK(numbers.of(1) == 42);
  CHECK(numbers.of(100) == 141);
  CHECK(numbers.of(102) == 1001);
  numbers.forget_through(99);
  CHECK(numbers.of(100) == 141);
  numbers.forget_through(100);
  CHECK(numbers.runs() == 1);
  CHECK(numbers.of(101) == 1000);
}

TEST_CASE("event numbers: what is taken back is numbered anew") {
  event_numbers numbers;
  numbers.add(1, 10);
  numbers.add(2, 20);
  numbers.drop_behind(1);
  numbers.add(2, 30);
  CHECK(numbers.of(1) == 10);
  CHECK(numbers.of(2) == 30);
  numbers.drop_behind(0);
  CHECK(numbers.runs() == 0);
}

TEST_CASE("append log: a block of numbered events ends with the number of its last event") {
  numbered_log f;
  f.log.settle({3, 9});
  CHECK(f.log.acknowledged() == value(3, 9));
  f.add(1, 5);
  REQUIRE(f.log.resume(value(3, 9)));
  auto block = f.log.next_to_send();
  REQUIRE(block);
  CHECK(block->last_event_number() == value(5, 9));
  f.add(2, 6);
  f.add(3, 100);
  CHECK(f.log.acknowledge(value(5, 9))->size() == 1);
  block = f.log.next_to_send();
  REQUIRE(block);
  CHECK(block->events() == 2);
  CHECK(block->last_event_number() == value(100, 9));
  CHECK_FALSE(f.log.acknowledge(value(6, 9)));
}

TEST_CASE("append log: the store's number after a lost connection tells what is durable") {
  numbered_log f;
  f.log.settle({0, 1});
  REQUIRE(f.log.resume(value(0, 1)));
  f.add(1, 5);
  REQUIRE(f.log.next_to_send());
  f.add(2, 9);
  CHECK_FALSE(f.log.in_doubt());
  f.log.disconnect();
  CHECK(f.log.in_doubt());
  const auto durable = f.log.resume(value(5, 1));
  REQUIRE(durable);
  CHECK(durable->size() == 1);
  CHECK(f.log.pending_events() == 1);
  CHECK_FALSE(f.log.in_doubt());
}

TEST_CASE("append log: another claim at the store fences the writer") {
  numbered_log f;
  f.log.settle({4, 1});
  f.add(1, 5);
  const auto same = f.log.resume(value(4, 2));
  REQUIRE_FALSE(same);
  CHECK(same.error() == errc::writer_fenced);
  const auto later = f.log.resume(value(5, 2));
  REQUIRE_FALSE(later);
  CHECK(later.error() == errc::writer_fenced);
  const auto gone = f.log.resume(std::numeric_limits<std::int64_t>::min());
  REQUIRE_FALSE(gone);
  CHECK(gone.error() == errc::protocol_violation);
}

TEST_CASE("append log: what came in the wrong order of a merge is put in order") {
  numbered_log f;
  for (std::uint64_t ticket = 1; ticket <= 8; ++ticket)
    f.numbers->add(ticket, static_cast<std::int64_t>(ticket) * 10);
  for (const std::uint64_t ticket : {2, 5, 7, 8})
    f.put(ticket);
  // A batch of the other segment, and a lone event.
  const std::vector<event_mark> marks{{0.1, 3, 0}, {0.1, 4, 1}};
  const std::vector<byte_view> payloads{as_bytes("c"), as_bytes("d")};
  f.put(1);
  f.log.append(marks, payloads);
  f.put(6);
  f.log.settle({0, 3});
  CHECK(f.tickets() == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(f.log.pending_events() == 8);
  REQUIRE(f.log.resume(value(0, 3)));
  const auto block = f.log.next_to_send();
  REQUIRE(block);
  CHECK(block->last_event_number() ==
        value(static_cast<std::int64_t>(block->marks().back().ticket) * 10, 3));
}

TEST_CASE("append log: large events are put in order with the others") {
  numbered_log f;
  for (std::uint64_t ticket = 1; ticket <= 6; ++ticket)
    f.numbers->add(ticket, static_cast<std::int64_t>(ticket) * 10);
  const auto payload = shared_bytes::copy_of(as_bytes("large"));
  f.put(3);
  f.log.append_large({0.5, 5}, payload);
  f.put(6);
  // From the other segment of a merge.
  f.put(1);
  f.log.append_large({0.1, 2}, payload);
  f.log.append_large({0.1, 4}, payload);
  f.log.settle({0, 3});
  CHECK(f.tickets() == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6});
  CHECK(f.log.pending_events() == 6);
  REQUIRE(f.log.resume(value(0, 3)));
  std::string order;
  while (!f.log.empty()) {
    const bool large = f.log.large_next();
    const auto block = large ? f.log.next_large() : f.log.next_to_send();
    REQUIRE(block);
    CHECK(block->large() == large);
    if (large) f.log.note_merging();
    if (large) CHECK(block->large_payload().view.data() == payload.view.data());
    order += (large ? "L" : "") + std::to_string(block->last_event_number() >> 16) + " ";
    REQUIRE(f.log.acknowledge(block->last_event_number()));
  }
  CHECK(order == "10 L20 30 L40 L50 60 ");
}
