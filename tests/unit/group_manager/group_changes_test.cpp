#include "group_manager/group_changes.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using script_of_ensured = group_script<ensured_group>;

result<ensured_group> ensure(script_of_ensured& script, const reader_group_config& config,
                             group_start start = group_start::head) {
  CHECK(script.run(ensure_group_there(script_group, config, start, script.tell())));
  return script.outcome();
}

position at(std::initializer_list<std::pair<segment, std::int64_t>> offsets) {
  position made;
  for (const auto& [of, offset] : offsets)
    made.segments[of] = {{0.0, 1.0}, offset};
  return made;
}

}  // namespace

TEST_CASE("a group that is not there is created with its first state", "[group_changes]") {
  script_of_ensured script;
  const auto made = ensure(script, script.settings());
  REQUIRE(made);
  CHECK(made->outcome == ensured::created);
  CHECK(made->config.generation == 0);
  CHECK(script.log.written == lines{"begin"});
  CHECK(script.state().config() == made->config);
  CHECK(script.state().unassigned().size() == 2);
}

TEST_CASE("a group that is there keeps its configuration", "[group_changes]") {
  const bool differs = GENERATE(true, false);
  script_of_ensured script;
  script.make_group({"r1"});
  auto wanted = script.settings();
  wanted.id = {7, 7};
  if (differs) wanted.group_refresh_time_ms = 1;
  const auto got = ensure(script, wanted);
  REQUIRE(got);
  CHECK(got->outcome == (differs ? ensured::differs : ensured::existed));
  CHECK(got->config == *script.config);
  CHECK(got->differences ==
        (differs ? lines{"refresh time 3000 ms instead of 1 ms"} : lines{}));
  CHECK(script.changed.empty());
  CHECK(script.log.written.empty());
}

TEST_CASE("the start at the tail of an existing group does not count", "[group_changes]") {
  script_of_ensured script;
  script.make_group();
  script.config->starting_cuts[script_stream] = stream_cut{script_stream, {{{0, 0}, 55}}};
  CHECK(ensure(script, script.settings(), group_start::tail)->outcome == ensured::existed);
}

TEST_CASE("a creation that was begun is completed with the settings it has",
          "[group_changes]") {
  script_of_ensured script;
  script.config = script.settings();
  script.config->generation = 0;
  auto wanted = script.settings();
  wanted.group_refresh_time_ms = 1;
  CHECK(ensure(script, wanted)->outcome == ensured::differs);
  CHECK(script.log.written == lines{"begin"});
  CHECK(script.state().config() == *script.config);
}

TEST_CASE("another client that creates the group at the same time wins", "[group_changes]") {
  script_of_ensured script;
  auto other = script.settings();
  other.id = {9, 9};
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::create_reader_group>()) return std::nullopt;
    script.config = other;
    return c::reply{other};
  };
  const auto got = ensure(script, script.settings());
  CHECK(got->outcome == ensured::existed);
  CHECK(got->config.id == other.id);
  CHECK(script.state().config().id == other.id);
}

TEST_CASE("a group that the controller does not know becomes known with its own settings",
          "[group_changes]") {
  const bool has_id = GENERATE(true, false);
  const bool differs = GENERATE(true, false);
  script_of_ensured script;
  auto held = script.settings();
  held.id = has_id ? uuid{9, 9} : uuid{};
  held.generation = has_id ? 2 : -1;
  script.make_group({"r1"}, held);
  script.config.reset();
  auto wanted = script.settings();
  if (differs) wanted.group_refresh_time_ms = 1;
  const auto got = ensure(script, wanted);
  REQUIRE(got);
  CHECK(got->outcome == (differs ? ensured::differs : ensured::existed));
  CHECK(got->config == *script.config);
  CHECK(got->config.has_same_settings(held));
  CHECK(got->config.id == (has_id ? held.id : script_id));
  // A reset has a generation above that of the state.
  CHECK(got->config.generation == (has_id ? 2 : 0));
  CHECK(script.changed == (has_id ? lines{"create", "update", "update"} : lines{"create"}));
  CHECK(script.log.written.empty());
  CHECK(script.state().readers() == lines{"r1"});
}

TEST_CASE("a group that another client changes meanwhile is looked at again",
          "[group_changes]") {
  script_of_ensured script;
  auto held = script.settings();
  held.generation = 1;
  script.make_group({"r1"}, held);
  script.config->generation = 0;
  bool raced = false;
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::update_reader_group>() || std::exchange(raced, true))
      return std::nullopt;
    script.config->generation = 1;
    return std::nullopt;
  };
  CHECK(ensure(script, script.settings())->config.generation == 1);
  CHECK(raced);
  CHECK(script.changed.empty());
}

TEST_CASE("what is wrong is found before anything is created", "[group_changes]") {
  script_of_ensured bad_name;
  CHECK(bad_name.run(ensure_group_there({"scope", "not/valid"}, bad_name.settings(),
                                        group_start::head, bad_name.tell())));
  CHECK(bad_name.outcome().error() == errc::invalid_name);
  CHECK(bad_name.asked.empty());
  script_of_ensured no_streams;
  auto config = no_streams.settings();
  config.starting_cuts.clear();
  CHECK(ensure(no_streams, config).error() == errc::invalid_argument);
  script_of_ensured other_stream;
  config = other_stream.settings();
  config.starting_cuts[script_stream] = stream_cut{{"scope", "other"}, {{{0, 0}, 7}}};
  CHECK(ensure(other_stream, config).error() == errc::invalid_argument);
  CHECK(other_stream.asked.empty());
  script_of_ensured no_stream;
  no_stream.stream_exists = false;
  CHECK(ensure(no_stream, no_stream.settings()).error() == errc::stream_not_found);
  CHECK(no_stream.changed.empty());
}

TEST_CASE("a group is deleted by its id, and one that is not there is not", "[group_changes]") {
  group_script<bool> script;
  script.make_group();
  CHECK(script.run(delete_group_there(script_group, script.tell())));
  CHECK(script.outcome().value());
  CHECK(script.asked == lines{"getReaderGroupConfig", "deleteReaderGroup"});
  group_script<bool> none;
  CHECK(none.run(delete_group_there(script_group, none.tell())));
  CHECK_FALSE(none.outcome().value());
  CHECK(none.changed.empty());
}

TEST_CASE("a group that the controller does not know goes with its stream, also a damaged one",
          "[group_changes]") {
  const auto damage = GENERATE(false, true);
  group_script<bool> script;
  script.make_group();
  script.config.reset();
  if (damage) script.log.faults.push_back({{errc::protocol_violation}});
  CHECK(script.run(delete_group_there(script_group, script.tell())));
  CHECK(script.outcome().value());
  CHECK(script.changed == lines{"seal scope/_RGgroup", "delete scope/_RGgroup"});
  group_script<bool> unseen;
  unseen.make_group();
  unseen.config.reset();
  unseen.log.faults.push_back({{errc::deadline_exceeded}});
  CHECK(unseen.run(delete_group_there(script_group, unseen.tell())));
  CHECK(unseen.outcome().error() == errc::deadline_exceeded);
  CHECK(unseen.changed.empty());
}

TEST_CASE("a deletion whose answer was lost counts as done", "[group_changes]") {
  group_script<bool> script;
  script.make_group();
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::delete_reader_group>()) return std::nullopt;
    return c::reply{c::deletion{false}};
  };
  CHECK(script.run(delete_group_there(script_group, script.tell())));
  CHECK(script.outcome().value());
}

TEST_CASE("a reader is taken offline at its position, or at the stored one",
          "[group_changes]") {
  const bool with_position = GENERATE(true, false);
  group_script<bool> script;
  script.make_group({"r1"});
  std::optional<position> last;
  if (with_position) last = at({{script_segment(0), 33}, {script_segment(9), 1}});
  CHECK(script.run(take_offline(script_group, "r1", last, script.tell())));
  CHECK(script.outcome().value());
  CHECK(script.state().readers().empty());
  CHECK(script.state().stream_cuts().at(script_stream).offsets.at({0, 0}) ==
        (with_position ? 33 : 10));
}

TEST_CASE("a reader that is not online is not taken offline", "[group_changes]") {
  group_script<bool> script;
  script.make_group({"r1"});
  CHECK(script.run(take_offline(script_group, "r2", std::nullopt, script.tell())));
  CHECK_FALSE(script.outcome().value());
  CHECK(script.log.written.empty());
}

TEST_CASE("a position that lacks a segment of the reader is refused", "[group_changes]") {
  group_script<bool> script;
  script.make_group({"r1"});
  CHECK(script.run(
      take_offline(script_group, "r1", at({{script_segment(1), 3}}), script.tell())));
  CHECK(script.outcome().error() == errc::invalid_argument);
  CHECK_THAT(script.outcome().error().detail(), Catch::Contains(script_segment(0).to_string()));
  CHECK(script.log.written.empty());
}

TEST_CASE("cuts are released in a group with manual retention only", "[group_changes]") {
  const stream_cut cut{script_stream, {{{0, 0}, 12}, {{1, 0}, 22}}};
  group_script<void> none;
  none.make_group();
  CHECK(none.run(release_cuts(script_group, {{script_stream, cut}}, none.tell())));
  CHECK(none.outcome().error() == errc::precondition_failed);
  group_script<void> manual;
  manual.make_group();
  manual.config->retention = group_retention::manual;
  CHECK(manual.run(release_cuts(script_group, {{script_stream, cut}}, manual.tell())));
  CHECK(manual.outcome());
  CHECK(manual.changed == lines{"release scope/stream:0=12, 1=22"});
  group_script<void> other;
  other.make_group();
  other.config->retention = group_retention::manual;
  const scoped_stream stranger{"scope", "other"};
  CHECK(other.run(
      release_cuts(script_group, {{stranger, {stranger, {{{0, 0}, 1}}}}}, other.tell())));
  CHECK(other.outcome().error() == errc::invalid_argument);
  CHECK(other.changed.empty());
}
