#include "group_manager/group_changes.hpp"
#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using script_of_config = group_script<reader_group_config>;

checkpoint checkpoint_at(std::int64_t first, std::int64_t second) {
  return {"cp", {{script_stream, {script_stream, {{{0, 0}, first}, {{1, 0}, second}}}}}};
}

result<reader_group_config> reset(script_of_config& script, const reset_target& target) {
  CHECK(script.run(reset_group(script_group, target, script.tell())));
  return script.outcome();
}

std::map<segment_id, std::int64_t> places(const script_of_config& script) {
  return script.state().stream_cuts().at(script_stream).offsets;
}

}  // namespace

TEST_CASE("a reset announces itself, changes the configuration, then begins anew",
          "[group_reset]") {
  script_of_config script;
  script.make_group({"r1"});
  const auto got = reset(script, reset_to::given_checkpoint{checkpoint_at(30, 40)});
  REQUIRE(got);
  CHECK(got->generation == 1);
  CHECK(got->id == script_id);
  CHECK(script.log.written == lines{"updating_config", "begin"});
  CHECK(script.changed == lines{"update"});
  CHECK(script.state().config() == *script.config);
  CHECK(script.state().readers().empty());
  CHECK_FALSE(script.state().config_is_changing());
  CHECK(places(script) == std::map<segment_id, std::int64_t>{{{0, 0}, 30}, {{1, 0}, 40}});
}

TEST_CASE("a reset to other settings keeps id and counts the generation", "[group_reset]") {
  script_of_config script;
  script.make_group();
  script.config->generation = 4;
  auto moved = group_script<int>::first_state(*script.config);
  script.log.apply(moved);
  auto wanted = script.settings();
  wanted.id = {5, 5};
  wanted.generation = 77;
  wanted.automatic_checkpoint_interval_ms = 5;
  const auto got = reset(script, reset_to::configuration{wanted, group_start::tail});
  REQUIRE(got);
  CHECK(got->generation == 5);
  CHECK(got->id == script_id);
  CHECK(script.state().config().automatic_checkpoint_interval_ms == 5);
  CHECK(places(script) == std::map<segment_id, std::int64_t>{{{0, 0}, 100}, {{1, 0}, 101}});
}

TEST_CASE("a reset to the last checkpoint begins there, or at the group's start",
          "[group_reset]") {
  const bool made = GENERATE(true, false);
  script_of_config script;
  script.make_group({"r1"});
  if (made) {
    script.log.apply(create_checkpoint{"cp"});
    script.log.apply(checkpoint_reader{"cp", "r1", {{script_segment(0), 50}}});
  }
  REQUIRE(reset(script, reset_to::last_checkpoint{}));
  CHECK(places(script) ==
        std::map<segment_id, std::int64_t>{{{0, 0}, made ? 50 : 10}, {{1, 0}, 20}});
}

TEST_CASE("a lost answer of the controller does not hide a change", "[group_reset]") {
  const bool carried_out = GENERATE(true, false);
  const auto code = GENERATE(errc::deadline_exceeded, errc::controller_failure);
  script_of_config script;
  script.make_group({"r1"});
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    const auto* update = call.get_if<c::update_reader_group>();
    if (update == nullptr) return std::nullopt;
    if (carried_out) {
      script.config = update->config;
      ++script.config->generation;
    }
    return error{code};
  };
  const auto got = reset(script, reset_to::given_checkpoint{checkpoint_at(30, 40)});
  CHECK(got.has_value() == carried_out);
  if (!got) CHECK(got.error() == code);
  CHECK(script.state().config().generation == (carried_out ? 1 : 0));
}

TEST_CASE("a reset begins again when another one was faster", "[group_reset]") {
  script_of_config script;
  script.make_group({"r1"});
  bool first = true;
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::update_reader_group>() || !std::exchange(first, false))
      return std::nullopt;
    // The other one is still in the middle.
    script.config->generation = 1;
    script.config->group_refresh_time_ms = 1;
    return errc::reader_group_changed;
  };
  const auto got = reset(script, reset_to::given_checkpoint{checkpoint_at(30, 40)});
  REQUIRE(got);
  CHECK(got->generation == 2);
  CHECK(script.log.written == lines{"updating_config", "begin", "updating_config", "begin"});
  CHECK(places(script).at({0, 0}) == 30);
}

TEST_CASE("resets that always come between end the attempt", "[group_reset]") {
  script_of_config script;
  script.make_group();
  script.instead = [&](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::update_reader_group>()) return std::nullopt;
    return errc::reader_group_changed;
  };
  CHECK(reset(script, reset_to::last_checkpoint{}).error() == errc::reader_group_changed);
}

TEST_CASE("a reset to what does not fit changes nothing", "[group_reset]") {
  const scoped_stream stranger{"scope", "other"};
  const checkpoint of_other{"cp", {{stranger, {stranger, {{{0, 0}, 1}}}}}};
  checkpoint of_old_life = checkpoint_at(1, 2);
  of_old_life.cuts[script_stream].offsets[{9, 3}] = 1;
  reader_group_config without_streams;
  const auto target =
      GENERATE_COPY(reset_target{reset_to::given_checkpoint{of_other}},
                    reset_target{reset_to::given_checkpoint{of_old_life}},
                    reset_target{reset_to::given_checkpoint{{"cp", {}}}},
                    reset_target{reset_to::configuration{without_streams, group_start::head}});
  script_of_config script;
  script.make_group({"r1"});
  CHECK(reset(script, target).error() == errc::invalid_argument);
  CHECK(script.changed.empty());
  CHECK(script.log.written.empty());
}

TEST_CASE("a stream that was read to its end is not in the group after the reset",
          "[group_reset]") {
  script_of_config script;
  script.make_group();
  const scoped_stream finished{"scope", "finished"};
  script.config->starting_cuts[finished] = std::nullopt;
  script.config->ending_cuts[finished] = stream_cut{finished, {{{0, 0}, 1}}};
  const auto got = reset(script, reset_to::given_checkpoint{checkpoint_at(30, 40)});
  REQUIRE(got);
  CHECK(got->starting_cuts.size() == 1);
  CHECK(got->ending_cuts.empty());
}

TEST_CASE(
    "a reset behind a truncation begins at the head, other streams at the last checkpoint",
    "[group_reset]") {
  const bool at_head = GENERATE(true, false);
  script_of_config script;
  script.make_group({"r1"});
  script.log.apply(create_checkpoint{"cp"});
  script.log.apply(checkpoint_reader{"cp", "r1", {{script_segment(0), 50}}});
  const scoped_stream other{"scope", "other"};
  const auto& truncated = at_head ? script_stream : other;
  if (!at_head) script.config->starting_cuts[other] = std::nullopt;
  CHECK(script.run(reset_behind_truncation(script_group, 0, truncated, script.tell())));
  REQUIRE(script.outcome());
  CHECK(script.outcome()->generation == 1);
  CHECK_FALSE(script.outcome()->starting_cuts.at(truncated));
  if (!at_head)
    CHECK(script.outcome()->starting_cuts.at(script_stream)->offsets.at({0, 0}) == 50);
  CHECK(script.state().readers().empty());
}

TEST_CASE("a reset behind a truncation is made once for each generation", "[group_reset]") {
  script_of_config script;
  script.make_group({"r1"});
  CHECK(script.run(reset_behind_truncation(script_group, 7, script_stream, script.tell())));
  REQUIRE(script.outcome());
  CHECK(script.outcome()->generation == 0);
  CHECK(script.log.written.empty());
  CHECK(script.changed.empty());
}
