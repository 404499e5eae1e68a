#include "group/group_shares.hpp"

#include <algorithm>
#include <limits>

#include "group/group_codec.hpp"
#include "support/catch.hpp"
#include "unit/group/group_json.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::golden;
using test::update_of;

namespace {

segment numbered(std::int32_t number) {
  return {{"scope", "stream"}, {number, 0}};
}

// `owned[i]` segments for reader r<i>, all at the same distance, and `free` without a reader.
group_state group(const std::vector<int>& owned, int free = 0) {
  group_init init;
  int all = free;
  for (const auto count : owned)
    all += count;
  for (int i = 0; i < all; ++i)
    init.starting_segments.add({numbered(i)}, 10 * i);
  auto state = *group_state::create(init);
  int next = 0;
  for (std::size_t i = 0; i < owned.size(); ++i) {
    const auto reader = "r" + std::to_string(i);
    REQUIRE(state.apply({add_reader{reader}, update_distance{reader, 0, {}}}));
    for (int s = 0; s < owned[i]; ++s)
      REQUIRE(state.apply(acquire_segment{reader, numbered(next++)}));
  }
  return state;
}

std::size_t acquired(const std::vector<group_update>& updates) {
  std::size_t count = 0;
  for (const auto& update : updates)
    count += update.holds<acquire_segment>() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("group shares: the golden loads") {
  const auto& run = golden().at("reader_group").at("state_machine_run");
  auto state = *group_state::create(update_of(run.at(0).at("init")));
  for (std::size_t i = 1; i < run.size(); ++i) {
    CAPTURE(i);
    REQUIRE(state.apply(update_of(run.at(i).at("update"))));
    const auto sizes = relative_sizes(state);
    const auto& expected = run.at(i).at("state").at("relativeSizes");
    REQUIRE(sizes.size() == expected.size());
    for (const auto& at : expected)
      CHECK(sizes.at(at.at("key").get<std::string>()) == at.at("value").get<double>());
  }
}

TEST_CASE("group shares: the largest distance of a reader with segments is the unit") {
  auto state = group({2, 1, 0});
  REQUIRE(state.apply({update_distance{"r0", 60'000, {}}, update_distance{"r1", 120'000, {}},
                       update_distance{"r2", 900'000, {}}}));
  const auto sizes = relative_sizes(state);
  CHECK(sizes.at("r0") == 1.0);
  CHECK(sizes.at("r1") == 1.0);
  CHECK(sizes.at("r2") == 0.0);
  // Readers that never reported are as far away as can be; the product must not overflow.
  REQUIRE(state.apply(update_distance{"r0", std::numeric_limits<std::int64_t>::max(), {}}));
  CHECK(relative_sizes(state).at("r0") == 2.0);
}

TEST_CASE("group shares: ranks go from the most loaded to the least") {
  const auto state = group({1, 3, 1, 0});
  CHECK(load_rank(state, "r1") == 0);
  CHECK(load_rank(state, "r0") == 1);
  CHECK(load_rank(state, "r2") == 2);
  CHECK(load_rank(state, "r3") == 3);
  CHECK(load_rank(state, "nobody") == -1);
}

TEST_CASE("group shares: even shares differ by one segment at most") {
  const auto even = [](const group_state& state) {
    const auto shares = shares_of(state);
    return std::pair{shares.least, shares.most};
  };
  CHECK(even(group({8, 0}, 3)) == std::pair<std::size_t, std::size_t>{5, 6});
  CHECK(even(group({1, 1}, 2)) == std::pair<std::size_t, std::size_t>{2, 2});
  CHECK(even(group({0, 0}, 1)) == std::pair<std::size_t, std::size_t>{0, 1});
  CHECK(even(group({}, 3)) == std::pair<std::size_t, std::size_t>{0, 0});
}

TEST_CASE("group shares: how many segments a reader takes") {
  CHECK(segments_to_acquire(group({0}, 5), "r0") == 5);
  CHECK(segments_to_acquire(group({0, 0}, 5), "r0") == 2);
  CHECK(segments_to_acquire(group({0, 0, 0}, 4), "r0") == 1);
  CHECK(segments_to_acquire(group({0, 4}, 4), "r0") == 4);
  CHECK(segments_to_acquire(group({1, 4}, 4), "r0") == 3);
  CHECK(segments_to_acquire(group({1, 1}, 8), "r0") == 4);
  CHECK(segments_to_acquire(group({0, 6}, 2), "r0") == 2);
  // A reader that has more than its share takes one: else nobody might.
  CHECK(segments_to_acquire(group({5, 0}, 1), "r0") == 1);
  CHECK(segments_to_acquire(group({1, 1}), "r0") == 0);
  CHECK(segments_to_acquire(group({0}, 1), "nobody") == 0);
}

TEST_CASE("group shares: readers take at once what readers with fewer segments leave them") {
  const auto next = [](const group_state& state) {
    std::string names;
    for (const auto& reader : state.readers())
      if (is_next_to_acquire(state, reader)) names += reader + ' ';
    return names;
  };
  CHECK(next(group({0, 0, 0}, 3)) == "r0 r1 r2 ");
  CHECK(next(group({1, 0, 0, 7}, 2)) == "r1 ");
  CHECK(next(group({1, 0, 0, 7}, 3)) == "r1 r2 ");
  CHECK(next(group({1, 1, 1, 2}, 1)).empty());
  CHECK(next(group({0, 4})).empty());
  CHECK_FALSE(is_next_to_acquire(group({0}, 1), "nobody"));
}

TEST_CASE("group shares: an acquisition takes what waits longest and reports the distance") {
  auto state = group({0, 0}, 4);
  const auto updates = acquisition(state, "r0", 40'000);
  REQUIRE(updates.size() == 3);
  CHECK(updates[0] == group_update{acquire_segment{"r0", numbered(0)}});
  CHECK(updates[1] == group_update{acquire_segment{"r0", numbered(1)}});
  CHECK(updates[2] == group_update{update_distance{"r0", 40'000, {}}});
  CHECK(acquisition(state, "nobody", 0).empty());
  REQUIRE(state.apply(create_checkpoint{"cp"}));
  CHECK(acquisition(state, "r0", 0).empty());
}

TEST_CASE("group shares: who holds too many") {
  CHECK(holds_too_many(group({2, 0}), "r0"));
  CHECK_FALSE(holds_too_many(group({2, 1}), "r0"));
  CHECK_FALSE(holds_too_many(group({1, 0}), "r0"));
  CHECK_FALSE(holds_too_many(group({3, 0}, 3), "r0"));
  CHECK_FALSE(holds_too_many(group({4, 0}, 3), "r0"));
  CHECK(holds_too_many(group({5, 0}, 3), "r0"));
  CHECK_FALSE(holds_too_many(group({2}), "r0"));
  CHECK_FALSE(holds_too_many(group({2}), "nobody"));
}

TEST_CASE("group shares: as many readers spare one as others lack") {
  const auto giving = [](const group_state& state) {
    std::string names;
    for (const auto& reader : state.readers())
      if (holds_too_many(state, reader)) names += reader + ' ';
    return names;
  };
  CHECK(giving(group({5, 4, 4, 4, 3})) == "r0 ");
  CHECK(giving(group({5, 5, 5, 5, 3})) == "r0 ");
  CHECK(giving(group({5, 5, 5, 5, 2})) == "r0 r1 ");
  CHECK(giving(group({5, 5, 5, 5, 2}, 1)) == "r0 ");
  // r1's surplus is enough.
  CHECK(giving(group({4, 6, 4, 4, 3})) == "r1 ");
  CHECK(giving(group({4, 4, 4, 4, 5})).empty());
}

TEST_CASE("group shares: a release is checked against the state that it meets") {
  auto state = group({3, 1});
  const auto all = segments_to_release(state, "r0");
  REQUIRE(all.size() == 1);
  const auto* chosen = &all.front();
  CHECK(state.assigned("r0")->contains(*chosen));
  CHECK(segments_to_release(state, "nobody").empty());
  const auto updates = release(state, "r0", chosen->name, 99, 30'000);
  REQUIRE(updates.size() == 2);
  CHECK(updates[0] == group_update{release_segment{"r0", chosen->name, 99}});
  CHECK(release(state, "r1", chosen->name, 99, 0).empty());
  auto owing = state;
  REQUIRE(owing.apply(create_checkpoint{"cp"}));
  CHECK(release(owing, "r0", chosen->name, 99, 0).empty());
  REQUIRE(state.apply(updates));
  CHECK(release(state, "r0", chosen->name, 99, 0).empty());
  CHECK_FALSE(holds_too_many(state, "r0"));
}

TEST_CASE("group shares: an overloaded reader gives back its surplus at once") {
  CHECK(segments_to_release(group({8, 0}), "r0").size() == 4);
  CHECK(segments_to_release(group({8, 0, 0}), "r0").size() == 5);
  CHECK(segments_to_release(group({8, 0}, 3), "r0").size() == 2);
  // Each is due by the rule for one, once those before it are free.
  auto state = group({9, 1, 0}, 1);
  for (const auto& each : segments_to_release(state, "r0")) {
    REQUIRE(holds_too_many(state, "r0"));
    REQUIRE(state.apply(release(state, "r0", each.name, 0, 30'000)));
  }
  CHECK_FALSE(holds_too_many(state, "r0"));
}

TEST_CASE("group shares: readers prefer different segments") {
  std::set<segment> chosen;
  for (int i = 1; i < 9; ++i) {
    std::vector<int> owned(static_cast<std::size_t>(i) + 1, 0);
    owned.back() = 8;
    chosen.insert(segments_to_release(group(owned), "r" + std::to_string(i)).front().name);
  }
  CHECK(chosen.size() > 2);
}

TEST_CASE("group shares: a completion carries the range under which the segment is held") {
  group_init init;
  const group_segment half{numbered(0), {0.0, 0.5}};
  init.starting_segments.add(half, 0);
  init.starting_segments.add({numbered(1)}, 0);
  init.end_segments[numbered(1)] = 100;
  auto state = *group_state::create(init);
  REQUIRE(state.apply(
      {add_reader{"r"}, acquire_segment{"r", numbered(0)}, acquire_segment{"r", numbered(1)}}));
  const std::map<group_segment, std::set<std::int64_t>> next{{{numbered(2)}, {0}}};
  const auto updates = completion(state, "r", numbered(0), next);
  REQUIRE(updates.size() == 1);
  CHECK(updates[0] == group_update{segment_completed{"r", half, next}});
  CHECK(
      completion(state, "r", numbered(1), next)[0].get<segment_completed>().successors.empty());
  CHECK(completion(state, "nobody", numbered(0), next).empty());
  REQUIRE(state.apply(create_checkpoint{"cp"}));
  CHECK(completion(state, "r", numbered(0), next).empty());
}

TEST_CASE("group shares: checkpoints are begun and confirmed where they are due") {
  auto state = group({1, 1});
  const uuid fresh{1, 2};
  const auto begun = automatic_checkpoint(state, fresh);
  REQUIRE(begun.size() == 2);
  CHECK(begun[1] == group_update{clear_checkpoints_before{fresh.to_string()}});
  CHECK(confirmation(state, "r0", fresh.to_string(), {}).empty());
  REQUIRE(state.apply(begun));
  CHECK(automatic_checkpoint(state, fresh).empty());
  const auto confirmed = confirmation(state, "r0", fresh.to_string(), {{numbered(0), 3}});
  REQUIRE(confirmed.size() == 1);
  CHECK(confirmation(state, "r0", "another", {}).empty());
  REQUIRE(state.apply(confirmed));
  CHECK(confirmation(state, "r0", fresh.to_string(), {}).empty());
  REQUIRE(state.apply(*requested_checkpoint(state, "a")));
  REQUIRE(state.apply(*requested_checkpoint(state, "b")));
  const auto fourth = requested_checkpoint(state, "c");
  REQUIRE_FALSE(fourth);
  CHECK(fourth.error().code() == errc::limit_exceeded);
}

TEST_CASE("group shares: what an acquired segment and a complete checkpoint lead to") {
  group_init init;
  init.config.retention = group_retention::automatic;
  init.starting_segments.add({numbered(0)}, 0);
  init.end_segments = {{numbered(0), 100},
                       {numbered(1), std::numeric_limits<std::int64_t>::max()}};
  auto state = *group_state::create(init);
  CHECK(is_read_to_end(state, numbered(0), 100));
  CHECK(is_read_to_end(state, numbered(2), -1));
  CHECK_FALSE(is_read_to_end(state, numbered(0), 99));
  CHECK_FALSE(is_read_to_end(state, numbered(2), std::numeric_limits<std::int64_t>::max()));
  CHECK_FALSE(should_publish_checkpoint(state));
  REQUIRE(state.apply(
      {add_reader{"r"}, create_checkpoint{"cp"}, checkpoint_reader{"cp", "r", {}}}));
  CHECK(should_publish_checkpoint(state));
  REQUIRE(state.apply(checkpoint_published{true}));
  CHECK_FALSE(should_publish_checkpoint(state));
}

TEST_CASE("group shares: the reported distance follows the other readers with segments") {
  constexpr std::int64_t now = 1'700'000'000'000;
  auto state = group({1, 1, 0});
  // The others have read nothing: neither does this reader say so.
  CHECK(reported_distance_ms(state, "r0", now, true) == 0);
  CHECK(reported_distance_ms(state, "r0", now, false) == 0);
  // One without segments does not count.
  REQUIRE(state.apply(update_distance{"r2", now - 1, {}}));
  CHECK(reported_distance_ms(state, "r0", now, true) == 0);
  REQUIRE(state.apply(update_distance{"r1", now - 1, {}}));
  CHECK(reported_distance_ms(state, "r0", now, true) == now);
  CHECK(reported_distance_ms(state, "r0", now, false) == now);
  // Alone it reports as Java does.
  const auto alone = group({3, 0});
  CHECK(reported_distance_ms(alone, "r0", now, true) == now);
  CHECK(reported_distance_ms(alone, "r0", now, false) == 0);
}

namespace {

// The order that the timers bring about.
std::vector<std::string> least_loaded_first(const group_state& state) {
  const auto readers = state.readers();
  std::vector<std::string> all{readers.begin(), readers.end()};
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return load_rank(state, a) > load_rank(state, b);
  });
  return all;
}

}  // namespace

TEST_CASE("group shares: readers that follow the rules end with even shares") {
  for (int readers = 1; readers <= 7; ++readers)
    for (int segments = 1; segments <= 23; ++segments) {
      CAPTURE(readers, segments);
      std::vector<int> owned(static_cast<std::size_t>(readers), 0);
      owned.back() = segments;
      auto state = group(owned);
      // Nothing is given back that nobody lacks.
      int given_back = 0;
      for (int round = 0; round < readers; ++round)
        for (const auto& reader : least_loaded_first(state)) {
          REQUIRE(state.apply(acquisition(state, reader, 0)));
          for (const auto& chosen : segments_to_release(state, reader)) {
            REQUIRE(state.apply(release(state, reader, chosen.name, 0, 0)));
            ++given_back;
          }
        }
      CHECK(state.unassigned().empty());
      // The last reader may take one more than its share, and gives it back.
      CHECK(given_back <= segments - (segments + readers - 1) / readers + 1);
      const auto even = shares_of(state);
      for (const auto& reader : state.readers()) {
        CHECK(state.assigned(reader)->size() >= even.least);
        CHECK(state.assigned(reader)->size() <= even.most);
        CHECK(acquired(acquisition(state, reader, 0)) == 0);
        CHECK_FALSE(holds_too_many(state, reader));
      }
    }
}
