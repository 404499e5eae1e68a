#include "group/group_decisions.hpp"

#include "group/group_shares.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr time_point start{seconds{1000}};

segment numbered(std::int32_t number) {
  return {{"scope", "stream"}, {number, 0}};
}

group_state with_readers(int segments) {
  group_init init;
  for (int i = 0; i < segments; ++i)
    init.starting_segments.add({numbered(i)}, 0);
  auto state = *group_state::create(init);
  REQUIRE(state.apply({add_reader{"a"}, add_reader{"b"}, update_distance{"a", 0, {}},
                       update_distance{"b", 0, {}}}));
  return state;
}

// Reader a holds all segments.
group_state unbalanced(int segments) {
  auto state = with_readers(segments);
  for (int i = 0; i < segments; ++i)
    REQUIRE(state.apply(acquire_segment{"a", numbered(i)}));
  return state;
}

}  // namespace

TEST_CASE("group decisions: the state is fetched at once and then as configured") {
  const auto state = with_readers(1);
  group_decisions reader{"a", state.config(), start};
  CHECK(reader.should_fetch(start));
  reader.on_fetched(state, start);
  CHECK_FALSE(reader.should_fetch(start + milliseconds{2999}));
  CHECK(reader.should_fetch(start + milliseconds{3000}));
}

TEST_CASE("group decisions: one reader in twenty compacts a long log") {
  CHECK_FALSE(group_decisions::should_compact(512u << 10, 0.0));
  CHECK(group_decisions::should_compact((512u << 10) + 1, 0.049));
  CHECK_FALSE(group_decisions::should_compact(1u << 30, 0.05));
}

TEST_CASE("group decisions: the configuration is looked at every ten seconds") {
  auto state = with_readers(1);
  group_decisions reader{"a", state.config(), start};
  CHECK_FALSE(reader.should_check_config(start));
  CHECK(reader.should_check_config(start + seconds{1}));
  CHECK_FALSE(reader.should_check_config(start + seconds{10}));
  CHECK(reader.should_check_config(start + seconds{11}));
  CHECK_FALSE(group_decisions::is_config_outdated(state, 5));
  REQUIRE(state.apply(updating_config{true}));
  CHECK(group_decisions::is_config_outdated(state, 0));
  CHECK_FALSE(group_decisions::is_config_outdated(state, -1));
}

TEST_CASE("group decisions: a reader that is offline takes nothing") {
  const auto state = with_readers(1);
  group_decisions reader{"c", state.config(), start};
  CHECK_FALSE(reader.may_acquire(state, start));
}

TEST_CASE("group decisions: a reader takes segments when its timer is over") {
  auto state = with_readers(4);
  group_decisions reader{"a", state.config(), start};
  REQUIRE(reader.may_acquire(state, start));
  CHECK_FALSE(reader.may_acquire(state, start + milliseconds{29'999}));
  REQUIRE(state.apply(acquisition(state, "a", 0)));
  reader.on_rebalanced(state, start);
  // a carries the most of two readers: it takes again after two seconds.
  CHECK_FALSE(reader.may_acquire(state, start + milliseconds{1999}));
  CHECK(reader.may_acquire(state, start + seconds{2}));
}

TEST_CASE("group decisions: a reader that was outraced tries again soon") {
  const auto state = with_readers(4);
  group_decisions reader{"a", state.config(), start};
  REQUIRE(reader.may_acquire(state, start));
  reader.on_outraced(start, 0.5);
  CHECK_FALSE(reader.may_acquire(state, start + milliseconds{124}));
  CHECK(reader.may_acquire(state, start + milliseconds{125}));
}

TEST_CASE("group decisions: a reader waits for its turn where nothing is free") {
  auto state = unbalanced(2);
  group_decisions b{"b", state.config(), start};
  CHECK_FALSE(b.may_acquire(state, start));
  REQUIRE(state.apply(release_segment{"a", numbered(0), 0}));
  // b carries the least: it looks again after one second.
  CHECK_FALSE(b.may_acquire(state, start + milliseconds{999}));
  CHECK(b.may_acquire(state, start + seconds{1}));
}

TEST_CASE("group decisions: a completed segment ends the wait") {
  auto state = unbalanced(2);
  group_decisions a{"a", state.config(), start};
  CHECK_FALSE(a.may_acquire(state, start));
  REQUIRE(state.apply(segment_completed{"a", {numbered(0)}, {{{numbered(2)}, {0}}}}));
  CHECK_FALSE(a.may_acquire(state, start));
  a.on_segments_freed(start);
  CHECK(a.may_acquire(state, start));
  // While one decision is carried out, there is no other.
  a.on_segments_freed(start);
  CHECK_FALSE(a.may_acquire(state, start));
}

TEST_CASE("group decisions: a new reader may leave segments to others for a while") {
  const auto state = with_readers(4);
  group_decisions reader{"a", state.config(), start, seconds{2}, 0.5};
  CHECK_FALSE(reader.may_acquire(state, start + milliseconds{2999}));
  // Free segments are no reason to come earlier.
  reader.on_segments_freed(start);
  CHECK_FALSE(reader.may_acquire(state, start + milliseconds{2999}));
  CHECK(reader.may_acquire(state, start + seconds{3}));
  // The random part is no longer than the refresh time.
  group_decisions late{"a", state.config(), start, seconds{10}, 0.5};
  CHECK_FALSE(late.may_acquire(state, start + milliseconds{11'499}));
  CHECK(late.may_acquire(state, start + milliseconds{11'500}));
}

TEST_CASE("group decisions: nobody takes or gives while it owes a checkpoint") {
  auto state = with_readers(4);
  group_decisions reader{"a", state.config(), start};
  REQUIRE(state.apply(create_checkpoint{"cp"}));
  CHECK_FALSE(reader.may_acquire(state, start + seconds{60}));
  CHECK_FALSE(reader.may_release(state, start + seconds{60}));
}

TEST_CASE("group decisions: automatic checkpoints come at their interval") {
  auto state = unbalanced(1);
  group_decisions reader{"a", state.config(), start};
  CHECK_FALSE(reader.should_create_checkpoint(state, start + milliseconds{999}));
  REQUIRE(reader.should_create_checkpoint(state, start + seconds{1}));
  reader.on_checkpoint(state, start + seconds{1});
  CHECK_FALSE(reader.should_create_checkpoint(state, start + seconds{30}));
  CHECK(reader.should_create_checkpoint(state, start + seconds{31}));
  // One that only others owe counts, too.
  REQUIRE(state.apply({create_checkpoint{"cp"}, checkpoint_reader{"cp", "a", {}}}));
  CHECK_FALSE(reader.should_create_checkpoint(state, start + seconds{31}));
}

TEST_CASE("group decisions: without an interval there are no automatic checkpoints") {
  group_snapshot content = unbalanced(1).content();
  content.config.automatic_checkpoint_interval_ms = -1;
  const auto state = *group_state::create(content);
  group_decisions reader{"a", state.config(), start};
  CHECK_FALSE(reader.should_create_checkpoint(state, start + std::chrono::hours{10}));
}

TEST_CASE("group decisions: the most loaded reader gives back first") {
  auto state = unbalanced(4);
  group_decisions a{"a", state.config(), start};
  CHECK_FALSE(a.may_release(state, start));
  const auto later = start + seconds{1};
  REQUIRE(a.may_release(state, later));
  CHECK_FALSE(a.may_release(state, later + milliseconds{29'999}));
  const auto chosen = segments_to_release(state, "a").front();
  REQUIRE(state.apply(release(state, "a", chosen.name, 5, 0)));
  a.on_rebalanced(state, later);
  CHECK_FALSE(a.may_release(state, later + milliseconds{999}));
  CHECK(a.may_release(state, later + seconds{1}));
}

TEST_CASE("group decisions: a balanced reader gives nothing back") {
  auto state = with_readers(2);
  REQUIRE(state.apply({acquire_segment{"a", numbered(0)}, acquire_segment{"b", numbered(1)}}));
  group_decisions a{"a", state.config(), start};
  CHECK_FALSE(a.may_release(state, start + seconds{40}));
}

TEST_CASE("group decisions: the next decision is the earliest of all") {
  auto state = unbalanced(1);
  group_decisions reader{"a", state.config(), start};
  CHECK(reader.next_due(state) == start);
  reader.on_fetched(state, start);
  CHECK_FALSE(reader.may_acquire(state, start));
  CHECK(reader.next_due(state) == start + seconds{1});
}

TEST_CASE("group decisions: the distance is reported less often in large groups") {
  auto state = unbalanced(1);
  group_decisions reader{"a", state.config(), start};
  CHECK_FALSE(reader.should_report_distance(start));
  REQUIRE(reader.should_report_distance(start + seconds{1}));
  reader.on_distance_reported(state, start + seconds{1});
  CHECK_FALSE(reader.should_report_distance(start + milliseconds{3999}));
  CHECK(reader.should_report_distance(start + seconds{4}));
}
