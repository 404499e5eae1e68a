#include "group_manager/group_checkpoints.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using script_of_checkpoint = group_script<checkpoint>;

constexpr auto limit = milliseconds{2'000};

result<checkpoint> make(script_of_checkpoint& script, const std::string& name = "cp") {
  CHECK(script.run(
      initiate_checkpoint_in(script_group, name, script.now + limit, script.tell())));
  return script.outcome();
}

/// The reader passes the checkpoint before the n-th operation.
void passes(group_in_memory& log, const std::string& id, const std::string& reader,
            const segment& of, std::int64_t offset) {
  if (log.state->owes(reader, id)) log.apply(checkpoint_reader{id, reader, {{of, offset}}});
}

}  // namespace

TEST_CASE("a checkpoint is complete when all readers have passed it", "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group({"r1"});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 4) passes(log, "cp", "r1", script_segment(0), 50);
  };
  const auto got = make(script);
  REQUIRE(got);
  CHECK(got->name == "cp");
  CHECK(got->cuts.at(script_stream).offsets ==
        std::map<segment_id, std::int64_t>{{{0, 0}, 50}, {{1, 0}, 20}});
  CHECK(script.asked == lines{"getReaderGroupConfig", "fetch", "propose", "pause of 500ms",
                              "fetch", "pause of 500ms", "fetch"});
}

TEST_CASE("when the deadline comes, the answer names the readers that have not passed",
          "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group({"r1", "r2"});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 3) passes(log, "cp", "r1", script_segment(0), 50);
  };
  const auto got = make(script);
  CHECK(got.error() == errc::deadline_exceeded);
  CHECK_THAT(got.error().detail(), Catch::Matchers::EndsWith("waits for r2"));
  CHECK(script.now == time_point{} + limit);
  CHECK(script.state().outstanding_checkpoints() == lines{"cp"});
}

TEST_CASE("the deadline of an operation counts as that of the checkpoint",
          "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group({"r1"});
  script.log.faults = {{}, {}, {{error{errc::deadline_exceeded}, false}}};
  CHECK_THAT(make(script).error().detail(), Catch::Matchers::EndsWith("waits for r1"));
}

TEST_CASE("a group without readers passes at once", "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group();
  CHECK(make(script)->cuts.at(script_stream).offsets.size() == 2);
}

TEST_CASE("a checkpoint of an existing name is refused", "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group({"r1"});
  script.log.apply(create_checkpoint{"cp"});
  CHECK(make(script).error() == errc::precondition_failed);
  CHECK(script.log.written.empty());
}

TEST_CASE("bad names of checkpoints are refused before anything is asked",
          "[group_checkpoints]") {
  for (const char* name : {"", "x_SILENT_"}) {
    script_of_checkpoint script;
    script.make_group();
    CHECK(make(script, name).error() == errc::invalid_name);
    CHECK(script.asked.empty());
  }
}

TEST_CASE("a checkpoint of unknown outcome is found again", "[group_checkpoints]") {
  const bool stored = GENERATE(true, false);
  script_of_checkpoint script;
  script.make_group();
  script.log.faults = {{}, {{error{errc::outcome_unknown}, stored}}};
  CHECK(make(script));
  CHECK(script.log.written == lines{"create_checkpoint"});
}

TEST_CASE("more checkpoints than the group allows are refused by name", "[group_checkpoints]") {
  script_of_checkpoint script;
  script.make_group({"r1"});
  for (const char* each : {"a", "b", "c"})
    script.log.apply(create_checkpoint{each});
  const auto got = make(script);
  CHECK(got.error() == errc::limit_exceeded);
  CHECK_THAT(got.error().detail(), Catch::Contains("outstanding_checkpoints_max"));
  CHECK_THAT(got.error().detail(), Catch::Matchers::EndsWith("a, b, c"));
}

TEST_CASE("a checkpoint that is given up is an error", "[group_checkpoints]") {
  const bool reset = GENERATE(true, false);
  script_of_checkpoint script;
  script.make_group({"r1"});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation != 3) return;
    if (reset)
      log.apply(group_script<int>::first_state(*script.config));
    else
      log.apply(remove_outstanding_checkpoints{});
  };
  CHECK(make(script).error() == errc::cancelled);
}

TEST_CASE("a complete checkpoint that a later one cleared between two looks is known",
          "[group_checkpoints]") {
  const bool compacted = GENERATE(true, false);
  script_of_checkpoint script;
  script.make_group({"r1"});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation != 3) return;
    passes(log, "cp", "r1", script_segment(0), 50);
    log.apply(create_checkpoint{"automatic"});
    log.apply(clear_checkpoints_before{"automatic"});
    if (compacted) log.apply(log.state->content());
    passes(log, "automatic", "r1", script_segment(0), 60);
  };
  const auto got = make(script);
  REQUIRE(got);
  CHECK(got->cuts.at(script_stream).offsets.at({0, 0}) == 50);
}

TEST_CASE("older checkpoints are forgotten, unless somebody waits for one",
          "[group_checkpoints]") {
  const bool waits = GENERATE(true, false);
  script_of_checkpoint script;
  script.make_group(waits ? lines{"r1"} : lines{});
  script.log.apply(create_checkpoint{"older"});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 3 && waits) passes(log, "cp", "r1", script_segment(0), 50);
  };
  CHECK(make(script));
  CHECK(script.state().content().checkpoints.checkpoints ==
        (waits ? lines{"older", "cp"} : lines{"cp"}));
}

TEST_CASE("a silent checkpoint has Pravega's form and gives cuts", "[group_checkpoints]") {
  const auto id = silent_checkpoint_id({1, 2}, {3, 4});
  CHECK(id == "AAAAAAAAAAEAAAAAAAAAAgAAAAAAAAADAAAAAAAAAAQ=_SILENT_");
  CHECK(is_silent_checkpoint(id));
  group_script<std::map<scoped_stream, stream_cut>> script;
  script.make_group({"r1"});
  // It does not count for the limit.
  for (const char* each : {"a", "b", "c"})
    script.log.apply(create_checkpoint{each});
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 3) passes(log, id, "r1", script_segment(0), 50);
  };
  CHECK(script.run(generate_cuts_of(script_group, id, script.now + limit, script.tell())));
  REQUIRE(script.outcome());
  CHECK(script.outcome()->at(script_stream).offsets.at({0, 0}) == 50);
  CHECK(script.state().last_checkpoint().empty());
}

TEST_CASE("incomplete checkpoints are given up together", "[group_checkpoints]") {
  group_script<std::size_t> script;
  script.make_group({"r1"});
  script.log.apply(create_checkpoint{"a"});
  script.log.apply(create_checkpoint{"b"});
  CHECK(script.run(cancel_checkpoints_of(script_group, script.tell())));
  CHECK(script.outcome().value() == 2);
  CHECK(script.state().outstanding_checkpoints().empty());
  group_script<std::size_t> none;
  none.make_group({"r1"});
  CHECK(none.run(cancel_checkpoints_of(script_group, none.tell())));
  CHECK(none.outcome().value() == 0);
  CHECK(none.log.written.empty());
}
