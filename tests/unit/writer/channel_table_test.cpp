#include "writer/channel_table.hpp"

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr segment_id id(std::int32_t number, std::int32_t epoch) {
  return {number, epoch};
}

controller::successor after(segment_id which, key_range range, std::vector<segment_id> of) {
  return {{which, range}, std::move(of)};
}

struct fixture {
  std::map<segment_id, std::shared_ptr<append_channel>> made;
  channel_table table;

  explicit fixture(const std::vector<segment_with_range>& current) {
    auto built = channel_table::make(current, [this](segment_id which) {
      auto channel = std::make_shared<append_channel>(
          std::weak_ptr<append_owner>{}, segment{{"scope", "stream"}, which},
          append_log{uuid{1, 2}, 1, std::make_shared<buffer_pool>(), append_limits{}});
      made[which] = channel;
      return channel;
    });
    REQUIRE(built);
    table = std::move(*built);
  }
  std::vector<segment_id> replace(segment_id which,
                                  const std::vector<controller::successor>& by) {
    auto added = table.replace(*made.at(which), by);
    REQUIRE(added);
    std::vector<segment_id> out;
    for (const auto& each : *added)
      out.push_back(each->of().id);
    return out;
  }
  segment_id at(double position) const { return table.at(position).of().id; }
};

using ids = std::vector<segment_id>;

}  // namespace

TEST_CASE("a split: positions go to the halves", "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 1.0}}}};
  CHECK(f.replace(id(0, 0), {after(id(1, 1), {0.0, 0.5}, {id(0, 0)}),
                             after(id(2, 1), {0.5, 1.0}, {id(0, 0)})}) ==
        ids{id(1, 1), id(2, 1)});
  CHECK(f.at(0.2) == id(1, 1));
  CHECK(f.at(0.7) == id(2, 1));
  CHECK(f.table.channels().size() == 2);
  CHECK(f.table.remembered() == 0);
}

TEST_CASE("a merge: the successor takes one part after the other", "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 0.5}}, {id(1, 0), {0.5, 1.0}}}};
  const auto merged = std::vector{after(id(2, 1), {0.0, 1.0}, {id(0, 0), id(1, 0)})};
  CHECK(f.replace(id(0, 0), merged) == ids{id(2, 1)});
  CHECK(f.at(0.2) == id(2, 1));
  CHECK(f.at(0.7) == id(1, 0));
  CHECK(f.replace(id(1, 0), merged).empty());
  CHECK(f.at(0.7) == id(2, 1));
  CHECK(f.table.routes().size() == 1);
  CHECK(f.table.channels().size() == 1);
}

TEST_CASE("a successor that was sealed meanwhile: its successors take over",
          "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 0.5}}, {id(1, 0), {0.5, 1.0}}}};
  const auto merged = std::vector{after(id(2, 1), {0.0, 1.0}, {id(0, 0), id(1, 0)})};
  f.replace(id(0, 0), merged);
  const auto halves = std::vector{after(id(3, 2), {0.0, 0.75}, {id(2, 1)}),
                                  after(id(4, 2), {0.75, 1.0}, {id(2, 1)})};
  // Only the part that has events now is replaced; the other half is not needed yet.
  f.replace(id(2, 1), halves);
  CHECK(f.at(0.2) == id(3, 2));
  CHECK(f.at(0.9) == id(1, 0));
  CHECK(f.table.remembered() == 1);
  f.replace(id(1, 0), merged);
  CHECK(f.at(0.6) == id(3, 2));
  CHECK(f.at(0.9) == id(4, 2));
  CHECK(f.table.remembered() == 0);
  CHECK(f.table.channels().size() == 2);
}

TEST_CASE("a hand-over moves what is left in the log to the logs that take it now",
          "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 0.5}}, {id(1, 0), {0.5, 1.0}}}};
  auto& old = *f.made.at(id(0, 0));
  std::uint64_t ticket = 0;
  for (const double position : {0.1, 0.4, 0.2})
    old.log().append({position, ++ticket, false}, {});
  SECTION("to those that cover it") {
    const auto added = f.table.hand_over(old, {after(id(2, 1), {0.0, 0.25}, {id(0, 0)}),
                                               after(id(3, 1), {0.25, 0.5}, {id(0, 0)})});
    REQUIRE(added);
    CHECK(added->size() == 2);
    CHECK(old.log().empty());
    const auto tickets_in = [&](segment_id which) {
      std::vector<std::uint64_t> out;
      f.made.at(which)->log().for_each_block([&](const append_block& block) {
        for (const auto& mark : block.marks())
          out.push_back(mark.ticket);
      });
      return out;
    };
    CHECK(tickets_in(id(2, 1)) == std::vector<std::uint64_t>{1, 3});
    CHECK(tickets_in(id(3, 1)) == std::vector<std::uint64_t>{2});
    CHECK(tickets_in(id(1, 0)).empty());
  }
  SECTION("but nothing if they leave a gap") {
    CHECK_FALSE(f.table.hand_over(old, {after(id(2, 1), {0.0, 0.25}, {id(0, 0)})}));
    CHECK(old.log().pending_events() == 3);
    CHECK(f.at(0.1) == id(0, 0));
  }
}

TEST_CASE("successors that leave a gap change nothing", "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 1.0}}}};
  const auto added =
      f.table.replace(*f.made.at(id(0, 0)), {after(id(1, 1), {0.0, 0.4}, {id(0, 0)})});
  REQUIRE_FALSE(added);
  CHECK(added.error() == errc::protocol_violation);
  CHECK(f.at(0.9) == id(0, 0));
  CHECK(f.table.channels().size() == 1);
}

// The model: a position's segment is found by walking down from the segment it began in.
TEST_CASE("any mixture of splits and merges, in any order of notice", "[channel_table]") {
  const auto seed = GENERATE(range(1u, 60u));
  splitmix dice{seed};
  std::vector<segment_with_range> live{{id(0, 0), {0.0, 1.0}}};
  std::map<segment_id, std::vector<controller::successor>> graph;
  std::int32_t number = 1;
  fixture f{live};
  for (std::int32_t epoch = 1; epoch <= 12; ++epoch) {
    const auto at = dice() % live.size();
    const bool merge = live.size() > 1 && at + 1 < live.size() && dice() % 2 == 0;
    if (merge) {
      const auto low = live[at], high = live[at + 1];
      const segment_with_range next{id(number++, epoch), {low.range.low, high.range.high}};
      const auto one = after(next.id, next.range, {low.id, high.id});
      graph[low.id] = graph[high.id] = {one};
      live[at] = next;
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    } else {
      const auto old = live[at];
      const double middle = (old.range.low + old.range.high) / 2;
      const segment_with_range low{id(number++, epoch), {old.range.low, middle}};
      const segment_with_range high{id(number++, epoch), {middle, old.range.high}};
      graph[old.id] = {after(low.id, low.range, {old.id}),
                       after(high.id, high.range, {old.id})};
      live[at] = low;
      live.insert(live.begin() + static_cast<std::ptrdiff_t>(at) + 1, high);
    }
    // The writer notices some of what happened.
    while (dice() % 3 != 0) {
      std::vector<segment_id> sealed;
      for (const auto& [which, channel] : f.table.channels())
        if (graph.count(which) != 0) sealed.push_back(which);
      if (sealed.empty()) break;
      const auto which = sealed[dice() % sealed.size()];
      f.replace(which, graph.at(which));
    }
  }
  for (bool again = true; again;) {
    again = false;
    const auto channels = f.table.channels();
    for (const auto& [which, channel] : channels) {
      if (graph.count(which) == 0) continue;
      f.replace(which, graph.at(which));
      again = true;
    }
  }
  CHECK(f.table.remembered() == 0);
  CHECK(f.table.channels().size() == live.size());
  for (const auto& each : live)
    CHECK(f.at((each.range.low + each.range.high) / 2) == each.id);
}

TEST_CASE("whole only: a merged segment is not added before it has its whole range",
          "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 0.5}}, {id(1, 0), {0.5, 1.0}}}};
  f.table.add_whole_only();
  const auto merged = std::vector{after(id(2, 1), {0.0, 1.0}, {id(0, 0), id(1, 0)})};
  CHECK(f.replace(id(0, 0), merged).empty());
  CHECK(f.at(0.2) == id(2, 1));
  REQUIRE(f.table.awaited().size() == 1);
  CHECK(f.table.awaited().front()->of().id == id(1, 0));
  CHECK(f.replace(id(1, 0), merged) == ids{id(2, 1)});
  CHECK(f.table.awaited().empty());
}

TEST_CASE("whole only: an ancestor of a predecessor is awaited, too", "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 0.5}}, {id(1, 0), {0.5, 1.0}}}};
  f.table.add_whole_only();
  // The first was split in epoch 1, and its upper half merged with the second in epoch 2.
  const auto merged = std::vector{after(id(4, 2), {0.25, 1.0}, {id(3, 1), id(1, 0)})};
  CHECK(f.replace(id(1, 0), merged).empty());
  REQUIRE(f.table.awaited().size() == 1);
  CHECK(f.table.awaited().front()->of().id == id(0, 0));
  CHECK(f.replace(id(0, 0), {after(id(2, 1), {0.0, 0.25}, {id(0, 0)}),
                             after(id(3, 1), {0.25, 0.5}, {id(0, 0)})}) ==
        ids{id(2, 1), id(3, 1)});
  REQUIRE(f.table.awaited().size() == 1);
  CHECK(f.table.awaited().front()->of().id == id(3, 1));
  CHECK(f.replace(id(3, 1), merged) == ids{id(4, 2)});
}

TEST_CASE("whole only: a split is added at once", "[channel_table]") {
  fixture f{{{id(0, 0), {0.0, 1.0}}}};
  f.table.add_whole_only();
  CHECK(f.replace(id(0, 0), {after(id(1, 1), {0.0, 0.5}, {id(0, 0)}),
                             after(id(2, 1), {0.5, 1.0}, {id(0, 0)})}) ==
        ids{id(1, 1), id(2, 1)});
  CHECK(f.table.awaited().empty());
}
