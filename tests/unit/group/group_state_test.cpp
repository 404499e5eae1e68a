#include "group/group_state.hpp"

#include <limits>

#include "group/group_codec.hpp"
#include "support/catch.hpp"
#include "unit/group/group_json.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;
using test::from_hex;
using test::golden;
using test::update_of;

namespace {

segment numbered(std::int32_t number, const std::string& stream = "stream") {
  return {{"scope", stream}, {number, 0}};
}

// Segments 0 to 2, readers a and b online, a holds 0.
group_state small_group() {
  group_init init;
  for (int i = 0; i < 3; ++i)
    init.starting_segments.add({numbered(i)}, 10 * i);
  auto state = *group_state::create(init);
  REQUIRE(state.apply({add_reader{"a"}, add_reader{"b"}, acquire_segment{"a", numbered(0)}}));
  return state;
}

void check_content(const nlohmann::json& expected, const group_state& state) {
  std::map<std::string, group_offsets> assigned;
  for (const auto& at : expected.at("assignedSegments"))
    assigned[at.at("key").get<std::string>()] = test::group_offsets_of(at.at("value"));
  std::map<std::string, std::int64_t> distances;
  for (const auto& at : expected.at("distanceToTail"))
    distances[at.at("key").get<std::string>()] = at.at("value").get<std::int64_t>();
  const auto& content = state.content();
  CHECK(content.assigned == assigned);
  CHECK(content.distance_to_tail == distances);
  CHECK(content.unassigned == test::ordered_of(expected.at("unassignedSegments")));
  CHECK(content.future_segments == test::predecessors_of(expected.at("futureSegments")));
  CHECK(content.last_read == test::group_offsets_of(expected.at("lastReadPosition")));
  CHECK(content.end_segments == test::offsets_of(expected.at("endSegments")));
  CHECK(content.updating_config == expected.at("updatingConfig").get<bool>());
  const auto checkpoints =
      decode_checkpoint_state(from_hex(expected.at("checkpointState").at("bytes")));
  REQUIRE(checkpoints);
  CHECK(content.checkpoints == *checkpoints);
}

}  // namespace

TEST_CASE("group state: the golden run ends each step in Java's state") {
  const auto& run = golden().at("reader_group").at("state_machine_run");
  REQUIRE(run.size() == 25);
  auto state = *group_state::create(update_of(run.at(0).at("init")));
  check_content(run.at(0).at("state"), state);
  int compacted = 0;
  for (std::size_t i = 1; i < run.size(); ++i) {
    CAPTURE(i);
    const auto& update = run.at(i).at("update");
    REQUIRE(state.apply(*decode_group_update(from_hex(update.at("update_bytes")))));
    check_content(run.at(i).at("state"), state);
    if (!run.at(i).contains("compact")) continue;
    ++compacted;
    const auto bytes = from_hex(run.at(i).at("compact").at("init_bytes"));
    const auto snapshot = decode_group_update(bytes);
    REQUIRE(snapshot);
    CHECK(*group_state::create(*snapshot) == state);
    CHECK(test::same_but_for_order(*encode_group_update(state.content()), bytes));
    CHECK(decode_group_entry(from_hex(run.at(i).at("compact").at("segment_event_payload")))
              ->updates.at(0) == *snapshot);
  }
  CHECK(compacted == 6);
}

TEST_CASE("group state: a refused update says why and changes nothing") {
  const auto state = small_group();
  const group_segment wrong_range{numbered(0), {0.0, 0.5}};
  const std::vector<std::pair<group_update, std::string>> refused{
      {group_init{}, "no starting segments"},
      {add_reader{"a"}, "reader a is online"},
      {release_segment{"nobody", numbered(0), 1}, "nobody is offline"},
      {release_segment{"b", numbered(0), 1}, "b does not hold scope/stream/0"},
      {acquire_segment{"nobody", numbered(1)}, "nobody is offline"},
      {acquire_segment{"b", numbered(0)}, "is not unassigned"},
      {acquire_segment{"b", numbered(9)}, "is not unassigned"},
      {segment_completed{"nobody", {numbered(0)}, {}}, "nobody is offline"},
      {segment_completed{"b", {numbered(0)}, {}}, "does not hold"},
      {segment_completed{"a", wrong_range, {}}, "does not hold"},
      {checkpoint_reader{"cp", "nobody", {}}, "nobody is offline"},
  };
  for (const auto& [update, why] : refused) {
    CAPTURE(why);
    auto tried = state;
    const auto applied = tried.apply(update);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code() == errc::precondition_failed);
    CHECK_THAT(applied.error().detail(), Contains(why));
    CHECK(tried == state);
    const auto listed =
        tried.apply({create_checkpoint{"x"}, acquire_segment{"b", numbered(1)}, update});
    REQUIRE_FALSE(listed);
    CHECK_THAT(listed.error().detail(), Contains("update 2 ("));
    CHECK(tried == state);
  }
}

TEST_CASE("group state: a reader confirms a checkpoint once") {
  auto state = small_group();
  REQUIRE(state.apply({create_checkpoint{"cp"}, checkpoint_reader{"cp", "a", {}}}));
  const auto before = state;
  CHECK_FALSE(state.apply(checkpoint_reader{"cp", "a", {}}));
  CHECK(state == before);
  REQUIRE(state.apply(checkpoint_reader{"cp", "b", {}}));
  // It is complete: nobody owes it any more, but positions are still taken.
  REQUIRE(state.apply(checkpoint_reader{"cp", "a", {{numbered(0), 77}}}));
  CHECK(state.assigned("a")->begin()->second == 77);
}

TEST_CASE("group state: the state begins with an initial update") {
  CHECK_FALSE(group_state::create(add_reader{"a"}));
  CHECK_FALSE(group_state::create(group_init{}));
  CHECK(group_state::create(group_snapshot{}));
}

TEST_CASE("group state: an init makes all readers vanish") {
  auto state = small_group();
  REQUIRE(state.apply(create_checkpoint{"cp"}));
  group_init reset;
  reset.starting_segments.add({numbered(7)}, 70);
  REQUIRE(state.apply(reset));
  CHECK(state == *group_state::create(reset));
  CHECK(state.readers().empty());
  CHECK(state.is_last_checkpoint_published());
}

TEST_CASE("group state: segments change hands with their offsets") {
  auto state = small_group();
  CHECK(state.readers() == std::vector<std::string>{"a", "b"});
  CHECK(state.segments() == 3);
  CHECK(state.assigned("nobody") == nullptr);
  REQUIRE(state.apply(release_segment{"a", numbered(0), 5}));
  CHECK(state.unassigned().entries().back().first.name == numbered(0));
  CHECK(state.last_read().at({numbered(0)}) == 5);
  REQUIRE(state.apply(acquire_segment{"b", numbered(0)}));
  CHECK(state.assigned("b")->at({numbered(0)}) == 5);
  REQUIRE(state.apply(remove_reader{"b", {{numbered(0), 8}}}));
  CHECK_FALSE(state.is_online("b"));
  CHECK(*state.unassigned().find({numbered(0)}) == 8);
  CHECK(state.last_read().at({numbered(0)}) == 5);
  REQUIRE(state.apply(remove_reader{"b", {}}));
}

TEST_CASE("group state: a late distance does not bring a reader back") {
  auto state = small_group();
  REQUIRE(state.apply({remove_reader{"a", {}}, update_distance{"a", 5, {{{numbered(9)}, 1}}}}));
  CHECK_FALSE(state.is_online("a"));
  CHECK(state.content().distance_to_tail.at("a") == assumed_lag_ms);
  CHECK_FALSE(state.last_read().contains({numbered(9)}));
  REQUIRE(state.apply(add_reader{"a"}));
  CHECK(state.content().distance_to_tail.at("a") == assumed_lag_ms);
}

TEST_CASE("group state: a successor waits for all its predecessors") {
  auto state = small_group();
  const group_segment next{numbered(3), {0.0, 1.0}};
  REQUIRE(state.apply(segment_completed{"a", {numbered(0)}, {{next, {0, 1}}}}));
  CHECK(state.future().at(next) == std::set<std::int64_t>{1});
  CHECK_FALSE(state.last_read().contains({numbered(0)}));
  CHECK(state.segments() == 2);
  REQUIRE(state.apply({acquire_segment{"b", numbered(1)},
                       segment_completed{"b", {numbered(1)}, {{next, {0, 1}}}}}));
  CHECK(state.future().empty());
  CHECK(*state.unassigned().find(next) == 0);
  CHECK(state.last_read().at(next) == 0);
}

TEST_CASE("group state: no segment left is the end of data") {
  auto state = small_group();
  for (const auto number : {1, 2})
    REQUIRE(state.apply(acquire_segment{"a", numbered(number)}));
  for (const auto number : {0, 1, 2}) {
    CHECK_FALSE(state.is_end_of_data());
    REQUIRE(state.apply(segment_completed{"a", {numbered(number)}, {}}));
  }
  CHECK(state.is_end_of_data());
}

TEST_CASE("group state: checkpoints collect positions, oldest first") {
  auto state = small_group();
  REQUIRE(state.apply({create_checkpoint{"one"}, create_checkpoint{"s_SILENT_"},
                       create_checkpoint{"two"}, create_checkpoint{"one"}}));
  CHECK(state.content().checkpoints.checkpoints.size() == 3);
  CHECK(state.outstanding_checkpoints() == std::vector<std::string>{"one", "two"});
  CHECK(state.checkpoint_for("a") == "one");
  CHECK(state.checkpoint_for("nobody") == std::nullopt);
  CHECK(state.positions("one") == nullptr);
  REQUIRE(state.apply(
      {checkpoint_reader{"one", "a", {{numbered(0), 4}}}, checkpoint_reader{"one", "b", {}}}));
  CHECK(state.is_complete("one"));
  const segment_offsets all{{numbered(0), 4}, {numbered(1), 10}, {numbered(2), 20}};
  CHECK(*state.positions("one") == all);
  CHECK(state.last_checkpoint() == all);
  CHECK_FALSE(state.is_last_checkpoint_published());
  CHECK(cuts_of(all).at({"scope", "stream"}).to_string() == "scope/stream:0=4, 1=10, 2=20");
  CHECK(state.stream_cuts() == cuts_of(all));
  CHECK(state.checkpoint_for("a") == "s_SILENT_");
  REQUIRE(state.apply(checkpoint_published{true}));
  // A silent one leaves no trace there.
  REQUIRE(state.apply({checkpoint_reader{"s_SILENT_", "a", {{numbered(0), 6}}},
                       checkpoint_reader{"s_SILENT_", "b", {}}}));
  CHECK(state.last_checkpoint() == all);
  CHECK(state.is_last_checkpoint_published());
  CHECK(state.assigned("a")->at({numbered(0)}) == 4);
}

TEST_CASE("group state: old checkpoints are cleared, outstanding ones are given up") {
  auto state = small_group();
  REQUIRE(state.apply({create_checkpoint{"one"}, create_checkpoint{"s_SILENT_"},
                       create_checkpoint{"two"}, clear_checkpoints_before{"unknown"}}));
  CHECK(state.content().checkpoints.checkpoints.size() == 3);
  auto given_up = state;
  REQUIRE(given_up.apply(remove_outstanding_checkpoints{}));
  CHECK(given_up.content().checkpoints.checkpoints.size() == 3);
  CHECK(given_up.outstanding_checkpoints().empty());
  CHECK(given_up.checkpoint_for("a") == "s_SILENT_");
  REQUIRE(state.apply(clear_checkpoints_before{"two"}));
  CHECK(state.content().checkpoints.checkpoints == std::vector<std::string>{"two"});
  CHECK(state.has_ongoing_checkpoint());
  CHECK(state.checkpoint_for("a") == "two");
}

TEST_CASE("group state: complete checkpoints that were cleared are remembered for a while") {
  auto state = small_group();
  REQUIRE(state.apply({create_checkpoint{"open"}, create_checkpoint{"done"},
                       checkpoint_reader{"done", "a", {{numbered(0), 7}}},
                       checkpoint_reader{"done", "b", {}}, create_checkpoint{"next"}}));
  CHECK(state.cleared_positions("done") == nullptr);
  const auto before = state;
  REQUIRE(state.apply(clear_checkpoints_before{"next"}));
  REQUIRE(state.cleared_positions("done") != nullptr);
  CHECK(state.cleared_positions("done")->at(numbered(0)) == 7);
  CHECK(state.cleared_positions("open") == nullptr);
  auto same = before;
  REQUIRE(same.apply(clear_checkpoints_before{"next"}));
  CHECK(*group_state::create(state.content()) == same);
  REQUIRE(state.apply({remove_reader{"a", {}}, remove_reader{"b", {}}}));
  for (std::size_t i = 0; i < group_state::cleared_checkpoints_kept; ++i) {
    CHECK(state.cleared_positions("done") != nullptr);
    const auto id = "later-" + std::to_string(i);
    REQUIRE(state.apply({create_checkpoint{id}, clear_checkpoints_before{id}}));
  }
  CHECK(state.cleared_positions("done") == nullptr);
  CHECK(state.cleared_positions("next") != nullptr);
}

TEST_CASE("group state: a reset forgets the checkpoints") {
  auto state = small_group();
  REQUIRE(state.apply({remove_reader{"a", {}}, remove_reader{"b", {}}, create_checkpoint{"one"},
                       create_checkpoint{"two"}, clear_checkpoints_before{"two"}}));
  CHECK(state.cleared_positions("one") != nullptr);
  group_init init;
  init.starting_segments.add({numbered(0)}, 5);
  REQUIRE(state.apply(init));
  CHECK(state.cleared_positions("one") == nullptr);
}

TEST_CASE("group state: a reader that goes completes what waits for it") {
  auto state = small_group();
  REQUIRE(state.apply({create_checkpoint{"one"}, create_checkpoint{"two"},
                       remove_reader{"b", {}}, remove_reader{"a", {{numbered(0), 3}}}}));
  CHECK_FALSE(state.has_ongoing_checkpoint());
  CHECK(state.last_checkpoint().at(numbered(0)) == 3);
  CHECK(state.positions("one")->at(numbered(0)) == 3);
}

TEST_CASE("group state: without readers a checkpoint is complete but not the last one") {
  group_init init;
  init.starting_segments.add({numbered(0)}, 5);
  auto state = *group_state::create(init);
  REQUIRE(state.apply(create_checkpoint{"cp"}));
  CHECK(state.is_complete("cp"));
  CHECK(state.positions("cp")->at(numbered(0)) == 5);
  CHECK(state.last_checkpoint().empty());
  CHECK(state.is_last_checkpoint_published());
}

TEST_CASE("group state: end cuts say where reading ends") {
  group_init init;
  init.starting_segments.add({numbered(0)}, 5);
  init.end_segments[numbered(0)] = 99;
  const auto state = *group_state::create(init);
  CHECK(state.end_offset(numbered(0)) == 99);
  CHECK(state.end_offset(numbered(1)) == std::numeric_limits<std::int64_t>::max());
  CHECK(state.is_end_segment(numbered(0)));
  CHECK_FALSE(state.is_end_segment(numbered(1)));
}
