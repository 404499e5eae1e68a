// Readers of a stream with transactions: nothing of an open or aborted one, and all of a
// committed one, once, also where a scale came between.
#include <algorithm>

#include "scenario/hand_writer.hpp"
#include "scenario/reader_group_world.hpp"
#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

/// A stream that a reader and a group of two read while things happen.
struct read_world : group_world {
  texts expected;
  std::unique_ptr<collecting_reader> reader;
  std::unique_ptr<reading_member> one;
  std::unique_ptr<reading_member> two;

  explicit read_world(std::int32_t segments = 1, const fault_plan& plan = {})
      : group_world{segments, {}, plan} {
    make_group();
    reader = std::make_unique<collecting_reader>(*this);
    one = std::make_unique<reading_member>(*this, "one");
    two = std::make_unique<reading_member>(*this, "two");
  }
  void plain(const std::string& prefix, int count) {
    for (auto& each : write(prefix, count))
      expected.push_back(std::move(each));
  }
  /// Events of a transaction to the segment of this number.
  void fill(const hand_transaction& which, std::int32_t number, const std::string& prefix,
            int count, bool stays = true) {
    texts events;
    for (int i = 0; i < count; ++i)
      events.push_back(prefix + std::to_string(i));
    which.write(number, events);
    if (stays) expected.insert(expected.end(), events.begin(), events.end());
  }
  [[nodiscard]] texts of_group() const {
    auto all = one->events();
    all.insert(all.end(), two->events().begin(), two->events().end());
    return all;
  }
  /// All readers get just what is expected, also much later.
  void check_read(std::size_t open = 0) {
    const auto wanted = expected.size() - open;
    CHECK(world.run_until(
        [&] { return reader->events().size() >= wanted && of_group().size() >= wanted; },
        seconds{120}));
    world.run_for(seconds{20});
    CHECK(reader->events().size() == wanted);
    CHECK(of_group().size() == wanted);
    if (open > 0) return;
    CHECK(sorted(reader->events()) == sorted(expected));
    CHECK(sorted(of_group()) == sorted(expected));
    collecting_reader late{*this};
    CHECK(world.run_until([&] { return late.events().size() >= wanted; }, seconds{60}));
    CHECK(sorted(late.events()) == sorted(expected));
  }
  void end() {
    reader.reset();
    one.reset();
    two.reset();
    finish();
  }
};

/// Where an event stands in what was read.
std::size_t place(const texts& in, const std::string& event) {
  const auto found = std::find(in.begin(), in.end(), event);
  REQUIRE(found != in.end());
  return static_cast<std::size_t>(found - in.begin());
}

}  // namespace

TEST_CASE("transaction: readers see it as a whole or not at all") {
  read_world w{2};
  w.plain("before-", 10);
  const hand_transaction kept{w.world, w.stream};
  const hand_transaction dropped{w.world, w.stream};
  w.fill(kept, 0, "kept-", 5);
  w.fill(kept, 1, "also-", 5);
  w.fill(dropped, 0, "dropped-", 5, false);
  w.check_read(10);
  dropped.abort();
  w.check_read(10);
  w.plain("between-", 10);
  kept.commit();
  w.check_read();
  CHECK(kept.state() == transaction_state::committed);
  CHECK(dropped.state() == transaction_state::aborted);
  w.end();
}

TEST_CASE("transaction: a commit after a split comes between two epochs") {
  read_world w;
  w.plain("first-", 10);
  const hand_transaction rolling{w.world, w.stream};
  const hand_transaction dropped{w.world, w.stream};
  w.fill(rolling, 0, "rolled-", 10);
  w.fill(dropped, 0, "dropped-", 5, false);
  REQUIRE(w.world.split(w.stream, {0, 0}));
  w.plain("split-", 20);
  w.check_read(10);
  rolling.commit();
  dropped.abort();
  w.plain("after-", 20);
  w.check_read();
  // The whole of the epoch before, then the transaction, then what came after it.
  const auto& read = w.reader->events();
  for (int i = 0; i < 10; ++i) {
    CHECK(place(read, "split-19") < place(read, "rolled-" + std::to_string(i)));
    CHECK(place(read, "rolled-9") < place(read, "after-" + std::to_string(i)));
  }
  CHECK(w.world.current_segments(w.stream).front().id == segment_id{1, 3});
  w.end();
}

TEST_CASE("transaction: commits after a merge, of two epochs") {
  read_world w{2};
  const hand_transaction first{w.world, w.stream};
  w.fill(first, 0, "first-", 5);
  w.fill(first, 1, "right-", 5);
  REQUIRE(w.world.split(w.stream, {1, 0}));
  const hand_transaction second{w.world, w.stream};
  w.fill(second, 2, "second-", 5);
  w.plain("two-", 20);
  REQUIRE(w.world.merge(w.stream, {{0, 0}, {2, 1}}));
  w.plain("three-", 20);
  second.commit();
  first.commit();
  w.plain("four-", 20);
  w.check_read();
  w.end();
}

TEST_CASE("transaction: committed while the old segments are sealed late") {
  fault_plan plan;
  plan.seal_delay = 1;
  plan.transaction_delay = 1;
  read_world w{1, plan};
  const hand_transaction rolling{w.world, w.stream};
  w.fill(rolling, 0, "rolled-", 10);
  steady_writer writer{w, w.open(), milliseconds{20}};
  w.world.run_for(seconds{1});
  REQUIRE(w.world.split(w.stream, {0, 0}));
  w.world.run_for(milliseconds{500});
  rolling.commit();
  CHECK(rolling.state() == transaction_state::committing);
  w.world.run_for(seconds{5});
  writer.finish(seconds{60});
  w.expected.insert(w.expected.end(), writer.written().begin(), writer.written().end());
  w.check_read();
  CHECK(w.world.counters().seal_delays > 1);
  CHECK(w.world.counters().transaction_delays == 1);
  w.end();
}
