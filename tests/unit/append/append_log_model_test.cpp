// Random use of the append log against a naive model: a list of events and a few numbers.
#include <limits>
#include <string>

#include "append/append_log.hpp"
#include "support/catch.hpp"
#include "support/splitmix.hpp"
#include "wire/event_cursor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr auto nothing_stored = std::numeric_limits<std::int64_t>::min();

struct naive_log {
  struct block {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  append_limits limits;
  std::vector<std::string> events;  // number - 1
  std::int64_t acknowledged = 0;
  std::int64_t closed = 0;    // last event of a closed block
  std::vector<block> blocks;  // closed and not durable
  std::size_t in_flight = 0;
  std::size_t ever_sent = 0;  // of `blocks`
  bool alone = true;

  std::size_t open_bytes() const {
    std::size_t bytes = 0;
    for (auto i = static_cast<std::size_t>(closed); i < events.size(); ++i)
      bytes += events[i].size() + 8;
    return bytes;
  }
  std::int64_t last_number() const { return static_cast<std::int64_t>(events.size()); }
  void close() {
    blocks.push_back({closed + 1, last_number()});
    closed = last_number();
  }
  void append(const std::string& payload) {
    if (closed < last_number() && open_bytes() + payload.size() + 8 > limits.block_bytes_max)
      close();
    events.push_back(payload);
  }
  const block* next() {
    if (in_flight >= (alone ? 1 : limits.blocks_in_flight_max)) return nullptr;
    if (in_flight == blocks.size()) {
      if (closed == last_number()) return nullptr;
      if (in_flight > 0 && open_bytes() < limits.eager_block_bytes) return nullptr;
      close();
    }
    ever_sent = std::max(ever_sent, in_flight + 1);
    return &blocks[in_flight++];
  }
  // How many of the first `among` blocks are covered; -1: the number fits no end.
  int covered(std::int64_t number, std::size_t among) const {
    if (number == acknowledged) return 0;
    for (std::size_t i = 0; i < among; ++i)
      if (blocks[i].last == number) return static_cast<int>(i) + 1;
    return -1;
  }
  void drop(int count) {
    if (count == 0) return;
    acknowledged = blocks[static_cast<std::size_t>(count) - 1].last;
    blocks.erase(blocks.begin(), blocks.begin() + count);
    ever_sent -= static_cast<std::size_t>(count);
  }
};

struct random_run {
  splitmix random;
  append_limits limits{64 + random.below(400), 1 + random.below(5), random.below(200)};
  naive_log model{limits, {}, 0, 0, {}, 0, 0, true};
  append_log log{uuid{1, 2}, 7, std::make_shared<buffer_pool>(), limits};

  void append() {
    const std::string payload(random.below(20) == 0 ? random.below(9000) : random.below(60),
                              static_cast<char>('a' + random.below(26)));
    model.append(payload);
    log.append({0.25, model.events.size() * 3}, as_bytes(payload));
  }

  void check_block(const append_log::block_pointer& block, const naive_log::block& expected) {
    REQUIRE(block->first_event_number() == expected.first);
    REQUIRE(block->last_event_number() == expected.last);
    std::vector<std::byte> bytes;
    for (const auto& part : append_block::parts(block))
      bytes.insert(bytes.end(), part.view.begin(), part.view.end());
    const auto view = wire::view_append_block_end(byte_view{bytes}.subspan(8));
    REQUIRE(view);
    REQUIRE(view->last_event_number == expected.last);
    REQUIRE(view->num_events == expected.last - expected.first + 1);
    wire::event_cursor cursor{view->data};
    for (auto number = expected.first; number <= expected.last; ++number) {
      const auto at = static_cast<std::size_t>(number - 1);
      const bool same = as_text(cursor.next().payload) == model.events[at];
      REQUIRE(same);
      REQUIRE(block->marks()[at + 1 - static_cast<std::size_t>(expected.first)].ticket ==
              static_cast<std::uint64_t>(number) * 3);
    }
    REQUIRE(cursor.remaining().empty());
  }

  void send() {
    const auto* expected = model.next();
    const bool ready = log.ready();
    const auto block = log.next_to_send();
    CHECK(ready == (block != nullptr));
    REQUIRE((block != nullptr) == (expected != nullptr));
    if (block) check_block(block, *expected);
  }

  std::int64_t some_number() {
    if (random.below(3) == 0 || model.blocks.empty())
      return static_cast<std::int64_t>(random.below(model.events.size() + 3)) - 1;
    return model.blocks[random.below(model.blocks.size())].last;
  }

  void check_durable(result<append_log::blocks> durable, int expected) {
    REQUIRE(durable.has_value() == (expected >= 0));
    if (!durable) return;
    REQUIRE(durable->size() == static_cast<std::size_t>(expected));
    for (std::size_t i = 0; i < durable->size(); ++i)
      check_block((*durable)[i], model.blocks[i]);
    model.drop(expected);
    log.recycle(std::move(*durable));
  }

  void acknowledge() {
    const auto number = some_number();
    const auto expected =
        number <= model.acknowledged ? -1 : model.covered(number, model.in_flight);
    check_durable(log.acknowledge(number), expected);
    if (expected < 0) return;
    model.in_flight -= static_cast<std::size_t>(expected);
    model.alone = false;
  }

  void reconnect() {
    log.disconnect();
    model.in_flight = 0;
    REQUIRE(log.in_flight() == 0);
    const auto number = random.below(4) == 0 ? model.acknowledged : some_number();
    const auto told = number == 0 && random.below(2) == 0 ? nothing_stored : number;
    model.alone = true;
    check_durable(log.resume(told), model.covered(number, model.ever_sent));
  }

  void check() {
    REQUIRE(log.in_flight() == model.in_flight);
    REQUIRE(log.acknowledged() == model.acknowledged);
    REQUIRE(log.pending_events() ==
            static_cast<std::size_t>(model.last_number() - model.acknowledged));
    REQUIRE(log.empty() == (model.last_number() == model.acknowledged));
  }

  void step() {
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        return append();
      case 3:
      case 4:
        return send();
      case 5:
      case 6:
        return acknowledge();
      default:
        return reconnect();
    }
  }

  void check_rest() {
    if (model.closed < model.last_number()) model.close();
    std::size_t at = 0;
    log.for_each_block([&](const append_block& each) {
      REQUIRE(at < model.blocks.size());
      const auto& expected = model.blocks[at];
      REQUIRE(each.ever_sent() == (at++ < model.ever_sent));
      auto number = expected.first;
      for (const auto& mark : each.marks())
        REQUIRE(mark.ticket == static_cast<std::uint64_t>(number++) * 3);
      REQUIRE(number == expected.last + 1);
    });
    REQUIRE(at == model.blocks.size());
    log.clear();
    REQUIRE(log.empty());
    REQUIRE(log.pending_events() == 0);
  }
};

}  // namespace

TEST_CASE("the append log does what a naive model does", "[append_log]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    random_run run{splitmix{seed}};
    for (int i = 0; i < 600; ++i) {
      run.step();
      run.check();
    }
    run.check_rest();
  }
}
