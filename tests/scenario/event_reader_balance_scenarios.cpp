// How the segments of a group are shared, in virtual time: by fewer readers than segments, as
// many and more, and with a reader that comes later.
#include <algorithm>

#include "scenario/group_scene.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

using readers = std::vector<scene_reader>;

readers open_readers(group_scene& w, std::size_t count) {
  readers all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(w.open_reader("reader-" + std::to_string(i)));
    REQUIRE(all.back().handle);
  }
  return all;
}

std::size_t events_of(const readers& all) {
  std::size_t count = 0;
  for (const auto& each : all)
    count += each.inbox->events().size();
  return count;
}

// Events 0 to `count` - 1, each by one reader.
void check_each_once(const readers& all, int count) {
  std::vector<int> got;
  for (const auto& each : all)
    for (const auto& text : each.inbox->events())
      got.push_back(std::stoi(text));
  std::sort(got.begin(), got.end());
  std::vector<int> expected;
  for (int i = 0; i < count; ++i)
    expected.push_back(i);
  CHECK(got == expected);
}

// The segments of the online readers, the fewest first.
std::vector<std::size_t> shares(group_scene& w) {
  const auto now = w.state();
  std::vector<std::size_t> counts;
  for (const auto& [reader, owned] : now.content().assigned)
    counts.push_back(owned.size());
  std::sort(counts.begin(), counts.end());
  return counts;
}

}  // namespace

TEST_CASE("event reader balance: fewer readers than segments, as many, and more") {
  struct row {
    std::size_t readers;
    std::vector<std::size_t> shares;
    std::vector<std::size_t> without_first;
  };
  const auto what = GENERATE(row{3, {1, 1, 2}, {2, 2}}, row{4, {1, 1, 1, 1}, {1, 1, 2}},
                             row{6, {0, 0, 1, 1, 1, 1}, {0, 1, 1, 1, 1}});
  INFO(what.readers << " readers of 4 segments");
  group_scene w{4};
  auto all = open_readers(w, what.readers);
  w.write(100);
  REQUIRE(w.until([&] { return events_of(all) == 100; }));
  REQUIRE(w.until([&] { return shares(w) == what.shares; }));
  // Readers without a segment pass checkpoints, too.
  w.propose({create_checkpoint{"mine"}});
  REQUIRE(w.until([&] { return w.state().is_complete("mine"); }));
  w.write(100);
  REQUIRE(w.until([&] { return events_of(all) == 200; }));
  // What a reader leaves finds a reader, first among those that have nothing.
  const auto owner = std::find_if(all.begin(), all.end(),
                                  [](const auto& each) { return !each.inbox->slices.empty(); });
  REQUIRE(owner != all.end());
  w.close(*owner);
  REQUIRE(w.until([&] { return shares(w) == what.without_first; }));
  w.write(100);
  REQUIRE(w.until([&] { return events_of(all) == 300; }));
  check_each_once(all, 300);
  for (auto& each : all)
    if (each.handle) w.close(each);
  CHECK(w.state().readers().empty());
}

// No event comes meanwhile, so the new readers have read nothing.
TEST_CASE("event reader balance: shares stay even while no events come") {
  group_scene w{8};
  auto all = open_readers(w, 1);
  w.write(80);
  REQUIRE(w.until([&] { return events_of(all) == 80; }));
  all.push_back(w.open_reader("late"));
  REQUIRE(w.until([&] { return shares(w) == std::vector<std::size_t>{4, 4}; }, seconds{4}));
  for (int i = 0; i < 20; ++i) {
    w.world.run_for(seconds{1});
    CHECK(shares(w) == std::vector<std::size_t>{4, 4});
  }
  for (auto& each : all)
    w.close(each);
}

// Checkpoints come each second and looks each half second; the new reader joins at any time
// between two of them.
TEST_CASE("event reader balance: a new reader has its share within four seconds") {
  constexpr std::size_t segments = 12;
  const auto before = GENERATE(as<std::size_t>{}, 1, 2, 3, 5);
  const auto phase = GENERATE(as<milliseconds>{}, 0, 170, 340, 510, 680, 850);
  INFO(before << " readers before, " << phase.count() << " ms");
  group_scene w{segments};
  auto all = open_readers(w, before);
  w.write(240);
  const auto is_even = [&](std::size_t readers) {
    const auto now = shares(w);
    return now.size() == readers && now.front() >= segments / readers &&
           now.back() <= (segments + readers - 1) / readers;
  };
  REQUIRE(w.until([&] { return events_of(all) == 240 && is_even(before); }));
  w.world.run_for(seconds{5} + phase);
  REQUIRE(is_even(before));
  all.push_back(w.open_reader("late"));
  REQUIRE(all.back().handle);
  const auto joined = w.world.now();
  REQUIRE(
      w.until([&] { return w.state().assigned("late")->size() >= segments / (before + 1); }));
  const auto took = std::chrono::duration_cast<milliseconds>(w.world.now() - joined);
  INFO("its share after " << took.count() << " ms");
  CHECK(took <= seconds{4});
  CHECK(w.until([&] { return is_even(before + 1); }, seconds{3}));
  w.write(240);
  REQUIRE(w.until([&] { return events_of(all) == 480; }));
  check_each_once(all, 480);
  CHECK_FALSE(all.back().inbox->slices.empty());
  for (auto& each : all)
    w.close(each);
}
