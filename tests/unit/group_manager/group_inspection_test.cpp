#include "group_manager/group_inspection.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using script_of_unread = group_script<unread_bytes>;

result<unread_bytes> count(script_of_unread& script,
                           unread_since since = unread_since::last_checkpoint) {
  CHECK(script.run(count_unread_of(script_group, since, "x_SILENT_",
                                   script.now + milliseconds{2'000}, script.tell())));
  return script.outcome();
}

/// Segment 0 is sealed at 100 bytes and followed by 2 and 3 of epoch 1, with 50 bytes each.
void scale(script_of_unread& script) {
  script.on_info = [](const segment& of) {
    return result<segment_info>{
        segment_info{of.id.number == 0, 0, of.id.epoch == 1 ? 50 : 100, 0}};
  };
  script.instead = [](const c::request& call) -> std::optional<result<c::reply>> {
    const auto* after = call.get_if<c::get_successors>();
    if (after == nullptr || after->of.id.number != 0) return std::nullopt;
    return c::reply{c::successors{
        {{{{2, 1}, {0.0, 0.25}}, {{0, 0}}}, {{{3, 1}, {0.25, 0.5}}, {{0, 0}}}}, ""}};
  };
}

}  // namespace

TEST_CASE("a description has readers, segments and checkpoints", "[group_inspection]") {
  group_script<reader_group_description> script;
  script.make_group({"r1", "r2"});
  script.log.apply(release_segment{"r2", script_segment(1), 25});
  script.log.apply(segment_completed{"r1",
                                     {script_segment(0), unknown_range},
                                     {{{script_segment(2, 1), {0.0, 1.0}}, {0, 1}}}});
  script.log.apply(create_checkpoint{"cp"});
  script.log.apply(checkpoint_reader{"cp", "r1", {}});
  CHECK(script.run(describe_group(script_group, script.tell())));
  REQUIRE(script.outcome());
  const auto& found = *script.outcome();
  CHECK(found.group == script_group);
  CHECK(found.config.id == script_id);
  CHECK(found.readers == std::map<std::string, group_positions>{{"r1", {}}, {"r2", {}}});
  CHECK(found.unassigned == group_positions{{script_segment(1), 25}});
  CHECK(found.future ==
        std::map<segment, std::vector<segment_id>>{{script_segment(2, 1), {{1, 0}}}});
  CHECK(found.outstanding == std::vector<outstanding_checkpoint>{{"cp", {"r2"}}});
  CHECK(found.last_checkpoint.empty());
  CHECK_FALSE(found.end_of_data);
  CHECK_FALSE(found.resetting);
  CHECK(distribution_of(found) == segment_distribution{{{"r1", 0}, {"r2", 0}}, 1});
}

TEST_CASE("a group is known by the stream of its state", "[group_inspection]") {
  CHECK(group_of_stream("_RGgroup") == "group");
  CHECK(group_of_stream("_RG") == std::nullopt);
  CHECK(group_of_stream("_MARK_RGgroup") == std::nullopt);
  CHECK(group_of_stream("RGgroup") == std::nullopt);
}

TEST_CASE("the cuts in the state are those of all segments", "[group_inspection]") {
  group_script<std::map<scoped_stream, stream_cut>> script;
  script.make_group({"r1"});
  CHECK(script.run(stored_cuts_of(script_group, script.tell())));
  CHECK(script.outcome()->at(script_stream).offsets ==
        std::map<segment_id, std::int64_t>{{{0, 0}, 10}, {{1, 0}, 20}});
}

TEST_CASE("unread bytes count by reader and segment up to the tail", "[group_inspection]") {
  script_of_unread script;
  script.make_group({"r1"});
  const auto got = count(script);
  REQUIRE(got);
  CHECK(got->total == 90 + 81);
  CHECK(got->by_reader == std::map<std::string, std::int64_t>{{"r1", 90}, {"", 81}});
  CHECK(got->segments == std::vector<unread_segment>{{script_segment(0), "r1", 90},
                                                     {script_segment(1), "", 81}});
}

TEST_CASE("unread bytes follow sealed segments to their successors", "[group_inspection]") {
  script_of_unread script;
  script.make_group({"r1", "r2"});
  scale(script);
  const auto got = count(script);
  REQUIRE(got);
  CHECK(got->total == 90 + 80 + 50 + 50);
  CHECK(got->by_reader ==
        std::map<std::string, std::int64_t>{{"r1", 90}, {"r2", 80}, {"", 100}});
}

TEST_CASE("unread bytes end at the end cuts", "[group_inspection]") {
  script_of_unread script;
  script.make_group();
  auto first = group_script<int>::first_state(*script.config);
  first.end_segments = {{script_segment(0), 40}, {script_segment(1), 500}};
  script.log.apply(first);
  scale(script);
  CHECK(count(script)->total == 30 + 80);
}

TEST_CASE("what was truncated away is not unread", "[group_inspection]") {
  script_of_unread script;
  script.make_group();
  scale(script);
  script.on_info = [](const segment& of) -> result<segment_info> {
    if (of.id.number == 0) return errc::segment_not_found;
    return segment_info{false, of.id.number == 1 ? 60 : 0, of.id.epoch == 1 ? 50 : 100, 0};
  };
  CHECK(count(script)->total == 0 + 40 + 50 + 50);
}

TEST_CASE("unread bytes count from the last checkpoint or from a live position",
          "[group_inspection]") {
  const bool live = GENERATE(true, false);
  script_of_unread script;
  script.make_group({"r1"});
  script.log.apply(create_checkpoint{"cp"});
  script.log.apply(checkpoint_reader{"cp", "r1", {{script_segment(0), 50}}});
  script.log.before = [](group_in_memory& log) {
    if (log.state->owes("r1", "x_SILENT_"))
      log.apply(checkpoint_reader{"x_SILENT_", "r1", {{script_segment(0), 70}}});
  };
  const auto got =
      count(script, live ? unread_since::live_position : unread_since::last_checkpoint);
  REQUIRE(got);
  CHECK(got->by_reader.at("r1") == (live ? 30 : 50));
}

TEST_CASE("unread bytes of a stream that was made again are an error", "[group_inspection]") {
  script_of_unread script;
  script.make_group();
  script.instead = [](const c::request& call) -> std::optional<result<c::reply>> {
    if (!call.holds<c::get_epoch_segments>()) return std::nullopt;
    return c::reply{c::segment_ranges{{{{2, 0}, {0.0, 1.0}}}, ""}};
  };
  const auto got = count(script);
  CHECK(got.error() == errc::invalid_argument);
  CHECK_THAT(got.error().detail(), Catch::Contains("made again"));
}
