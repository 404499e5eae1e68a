// Large events in an append log: alone on their way, and in order with the others.
#include "append/append_log.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct large_log_fixture {
  append_log log{uuid{1, 2}, 77, std::make_shared<buffer_pool>(), {100, 3, 50}};
  std::uint64_t tickets = 0;

  void small(int count = 1) {
    for (; count > 0; --count)
      log.append({0.5, ++tickets}, as_bytes("small"));
  }
  void large(std::size_t bytes = 500) {
    log.append_large({0.5, ++tickets}, shared_bytes{std::vector<std::byte>(bytes)});
  }
  // The last number of the next block to send, "L" before it if it is a large event.
  std::string next() {
    const auto block = log.large_next() ? log.next_large() : log.next_to_send();
    if (!block) return "nothing";
    return (block->large() ? "L" : "") + std::to_string(block->last_event_number());
  }
  std::size_t acknowledges(std::int64_t number) {
    auto durable = log.acknowledge(number);
    REQUIRE(durable);
    const auto count = durable->size();
    log.recycle(std::move(*durable));
    return count;
  }
};

}  // namespace

TEST_CASE("a large event waits for what is before it, and the rest for it", "[append_log]") {
  large_log_fixture f;
  f.small(2);
  f.large();
  f.small(20);
  CHECK(f.log.pending_events() == 23);
  CHECK(f.next() == "2");
  CHECK_FALSE(f.log.large_next());
  CHECK(f.next() == "nothing");
  CHECK(f.acknowledges(2) == 1);
  CHECK(f.log.large_next());
  CHECK(f.next() == "L3");
  CHECK_FALSE(f.log.large_next());
  CHECK(f.next() == "nothing");
  f.log.note_merging();
  CHECK(f.acknowledges(3) == 1);
  CHECK(f.next() == "10");
  CHECK(f.next() == "17");
}

TEST_CASE("large events are under way together, and acknowledged one by one", "[append_log]") {
  large_log_fixture f;
  f.large();
  f.large();
  f.small();
  f.large();
  CHECK(f.next() == "L1");
  CHECK(f.next() == "L2");
  CHECK(f.next() == "nothing");
  f.log.note_merging();
  CHECK(f.acknowledges(1) == 1);
  CHECK(f.next() == "nothing");
  f.log.note_merging();
  CHECK(f.acknowledges(2) == 1);
  CHECK(f.next() == "3");
  CHECK(f.next() == "nothing");
  CHECK(f.acknowledges(3) == 1);
  CHECK(f.next() == "L4");
}

TEST_CASE("of several large events only that of the merge is in doubt", "[append_log]") {
  large_log_fixture f;
  f.large();
  f.large();
  CHECK(f.next() == "L1");
  CHECK(f.next() == "L2");
  f.log.note_merging();
  f.log.disconnect();
  CHECK(f.log.in_doubt());
  CHECK(f.log.resume(2).error() == errc::protocol_violation);
  REQUIRE(f.log.resume(1));
  CHECK_FALSE(f.log.in_doubt());
  CHECK(f.next() == "L2");
}

TEST_CASE("the window of blocks is not for large events", "[append_log]") {
  large_log_fixture f;
  for (int i = 0; i < 5; ++i)
    f.large();
  // A block would be alone after a new connection.
  REQUIRE(f.log.resume(0));
  for (int i = 1; i <= 5; ++i)
    CHECK(f.next() == "L" + std::to_string(i));
}

TEST_CASE("an open block waits for the large event before it", "[append_log]") {
  large_log_fixture f;
  f.large();
  CHECK(f.next() == "L1");
  f.small(9);  // more than an eager block
  CHECK(f.next() == "nothing");
}

TEST_CASE("a large event counts its bytes, and keeps its payload itself", "[append_log]") {
  large_log_fixture f;
  const auto payload = shared_bytes::copy_of(as_bytes("a large payload"));
  f.log.append_large({0.25, 7}, payload);
  const auto block = f.log.next_large();
  REQUIRE(block->large());
  CHECK(block->data_bytes() == 8 + payload.size());
  CHECK(block->cost() == 8 + payload.size() + append_block::overhead_bytes_per_event);
  CHECK(block->large_payload().view.data() == payload.view.data());
  CHECK(block->marks().front().ticket == 7);
  CHECK(payload.owner.use_count() == 2);
  f.log.clear();
  block->clear();
  CHECK(payload.owner.use_count() == 1);
}

TEST_CASE("before its merge a large event is in no doubt", "[append_log]") {
  large_log_fixture f;
  f.large();
  CHECK(f.next() == "L1");
  f.log.disconnect();
  CHECK_FALSE(f.log.in_doubt());
  // Nobody can have stored it.
  CHECK(f.log.resume(1).error() == errc::protocol_violation);
  REQUIRE(f.log.resume(0));
  CHECK(f.next() == "L1");
  f.log.note_merging();
  CHECK_FALSE(f.log.in_doubt());
  f.log.disconnect();
  CHECK(f.log.in_doubt());
  const auto durable = f.log.resume(1);
  REQUIRE(durable);
  CHECK(durable->size() == 1);
  CHECK(f.log.empty());
}

TEST_CASE("a merge that was refused leaves no doubt, but that of an earlier one does",
          "[append_log]") {
  large_log_fixture f;
  f.large();
  CHECK(f.next() == "L1");
  f.log.note_merging();
  f.log.note_unmerged();
  f.log.disconnect();
  CHECK_FALSE(f.log.in_doubt());
  REQUIRE(f.log.resume(0));
  CHECK(f.next() == "L1");
  f.log.note_merging();
  f.log.disconnect();
  CHECK(f.log.in_doubt());
  REQUIRE(f.log.resume(0));
  CHECK(f.next() == "L1");
  f.log.note_merging();
  f.log.note_unmerged();
  f.log.disconnect();
  CHECK(f.log.in_doubt());
}

TEST_CASE("large events that were appended are taken back", "[append_log]") {
  large_log_fixture f;
  f.small();
  const auto before = f.log.end();
  f.small();
  f.large();
  f.small();
  f.large();
  f.log.take_back(before);
  CHECK(f.log.pending_events() == 1);
  CHECK(f.next() == "1");
  CHECK(f.acknowledges(1) == 1);
  CHECK(f.log.empty());
  const auto empty = f.log.end();
  f.large();
  f.log.take_back(empty);
  CHECK(f.log.empty());
  CHECK_FALSE(f.log.large_next());
  f.small();
  CHECK(f.next() == "2");
}

TEST_CASE("a spare block holds no large payload", "[append_log]") {
  large_log_fixture f;
  const auto payload = shared_bytes::copy_of(as_bytes("a large payload"));
  f.log.append_large({0.25, 1}, payload);
  CHECK(f.next() == "L1");
  f.log.note_merging();
  CHECK(f.acknowledges(1) == 1);
  CHECK(payload.owner.use_count() == 1);
  f.small();
  CHECK(f.next() == "2");
}
