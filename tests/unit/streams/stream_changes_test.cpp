#include "streams/stream_changes.hpp"

#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
namespace c = pravega_actor::controller;

namespace {

using lines = std::vector<std::string>;
using ranges = std::vector<segment_with_range>;

const auto& stream = script_stream;
const ranges quarters{
    {{0, 0}, {0.0, 0.25}}, {{1, 0}, {0.25, 0.5}}, {{2, 0}, {0.5, 0.75}}, {{3, 0}, {0.75, 1.0}}};

stream_config fixed(std::int32_t segments) {
  stream_config config;
  config.scaling.segments_min = segments;
  return config;
}

error refusal_of(const scale_wish& wish, const ranges& current = quarters) {
  const auto got = plan_scale(wish, current);
  REQUIRE_FALSE(got);
  return got.error();
}

}  // namespace

TEST_CASE("a stream is created, found or found different", "[stream_changes]") {
  stream_script<ensured_config> script;
  bool created = false;
  script.on_call = [&](const c::request& call) -> result<c::reply> {
    if (call.holds<c::create_stream>()) return c::reply{c::creation{created}};
    return c::reply{fixed(3)};
  };
  SECTION("created") {
    created = true;
    CHECK(script.run(ensure_stream_there(stream, fixed(3), script.tell())));
    CHECK(script.outcome()->outcome == ensured::created);
    CHECK(script.asked == lines{"createStream"});
  }
  SECTION("found") {
    CHECK(script.run(ensure_stream_there(stream, fixed(3), script.tell())));
    CHECK(script.outcome()->outcome == ensured::existed);
    CHECK(script.asked == lines{"createStream", "getStreamConfiguration"});
  }
  SECTION("different") {
    CHECK(script.run(ensure_stream_there(stream, fixed(5), script.tell())));
    CHECK(script.outcome()->outcome == ensured::differs);
    CHECK(script.outcome()->differences.size() == 1);
    CHECK(script.outcome()->config == fixed(3));
  }
}

TEST_CASE("names and configurations are checked before anything is asked", "[stream_changes]") {
  stream_script<ensured_config> streams;
  CHECK(streams.run(ensure_stream_there({"scope", "a b"}, fixed(1), streams.tell())));
  CHECK(streams.outcome().error() == errc::invalid_name);
  stream_script<ensured_config> empty;
  CHECK(empty.run(ensure_stream_there(stream, fixed(0), empty.tell())));
  CHECK(empty.outcome().error() == errc::invalid_argument);
  CHECK(empty.outcome().error().subject() == "scope/stream");
  stream_script<ensured> scopes;
  CHECK(scopes.run(ensure_scope_there("", scopes.tell())));
  CHECK(scopes.outcome().error() == errc::invalid_name);
  CHECK((streams.asked.empty() && empty.asked.empty() && scopes.asked.empty()));
}

TEST_CASE("a scope that is not there was not deleted", "[stream_changes]") {
  const auto [answer, expected] = GENERATE(table<errc, errc>(
      {{errc::scope_not_found, errc::scope_not_found}, {errc::closed, errc::closed}}));
  stream_script<bool> script;
  script.on_call = [code = answer](const c::request&) { return code; };
  CHECK(script.run(delete_scope_there("s", script.tell())));
  if (expected == errc::scope_not_found)
    CHECK_FALSE(script.outcome().value());
  else
    CHECK(script.outcome().error() == expected);
}

TEST_CASE("a stream is sealed before it is deleted", "[stream_changes]") {
  struct row {
    std::optional<errc> seal;
    std::optional<errc> removal;
    lines asked;
    std::optional<bool> deleted;
  };
  const std::vector<row> rows{
      {{}, {}, {"sealStream", "deleteStream"}, true},
      {errc::stream_not_found, {}, {"sealStream"}, false},
      {errc::controller_failure, {}, {"sealStream"}, {}},
      // An attempt whose answer was lost has deleted it.
      {{}, errc::stream_not_found, {"sealStream", "deleteStream"}, true},
      {{}, errc::stream_not_sealed, {"sealStream", "deleteStream"}, {}},
  };
  for (const auto& each : rows) {
    stream_script<bool> script;
    script.on_call = [&](const c::request& call) -> result<c::reply> {
      const bool seals = call.holds<c::seal_stream>();
      if (const auto& failure = seals ? each.seal : each.removal) return *failure;
      return seals ? c::reply{c::done{}} : c::reply{c::deletion{true}};
    };
    CHECK(script.run(seal_and_delete(stream, script.tell())));
    CHECK(script.asked == each.asked);
    REQUIRE(script.outcome().has_value() == each.deleted.has_value());
    if (each.deleted) CHECK(*script.outcome() == *each.deleted);
  }
}

TEST_CASE("a change keeps what it does not name", "[stream_changes]") {
  stream_script<stream_config> script;
  stream_config sent;
  script.on_call = [&](const c::request& call) -> result<c::reply> {
    if (const auto* update = call.get_if<c::update_stream>()) {
      sent = update->config;
      return c::reply{c::done{}};
    }
    auto config = fixed(4);
    config.tags = {"red"};
    return c::reply{config};
  };
  stream_change change;
  SECTION("a change that a server takes") {
    change.add_tags = {"blue"};
    CHECK(script.run(change_config(stream, change, script.tell())));
    CHECK(script.outcome()->scaling.segments_min == 4);
    CHECK(script.outcome()->tags.size() == 2);
    CHECK(sent == *script.outcome());
  }
  SECTION("a change that none takes") {
    change.scaling = scaling_policy{scaling_policy::kind::fixed, 0, 0, 0};
    CHECK(script.run(change_config(stream, change, script.tell())));
    CHECK(script.outcome().error() == errc::invalid_argument);
    CHECK(script.asked == lines{"getStreamConfiguration"});
  }
}

TEST_CASE("a plan to scale names current segments and covers their keys", "[stream_changes]") {
  const auto halves = std::vector<key_range>{{0.25, 0.5}, {0.0, 0.25}};
  const auto plan = plan_scale(scale_by_ranges{{{0, 0}, {1, 0}}, halves}, quarters);
  REQUIRE(plan);
  CHECK(plan->ranges.front().low == 0.0);
  CHECK(refusal_of(scale_by_ranges{{}, halves}) == errc::invalid_argument);
  CHECK(refusal_of(scale_by_ranges{{{0, 0}}, {}}) == errc::invalid_argument);
  CHECK(refusal_of(scale_by_ranges{{{0, 0}, {0, 0}}, halves}).detail() ==
        "segment 0.#epoch.0 is named twice");
  CHECK(refusal_of(scale_by_ranges{{{0, 0}}, halves}) == errc::invalid_argument);
  CHECK_THAT(refusal_of(scale_by_ranges{{{9, 1}}, halves}).detail(),
             Catch::Contains("9.#epoch.1 is not a current one"));
  CHECK(refusal_of(scale_to_count{1}, {}) == errc::stream_sealed);
}

TEST_CASE("a split has its limits", "[stream_changes]") {
  const auto plan = plan_scale(scale_by_split{{1, 0}, 2}, quarters);
  REQUIRE(plan);
  CHECK(plan->sealed == std::vector<segment_id>{{1, 0}});
  CHECK(plan->ranges == std::vector<key_range>{{0.25, 0.375}, {0.375, 0.5}});
  for (const auto parts : {-1, 0, 1, limits::split_parts_max + 1})
    CHECK(refusal_of(scale_by_split{{1, 0}, parts}) == errc::invalid_argument);
  CHECK(plan_scale(scale_by_split{{1, 0}, limits::split_parts_max}, quarters)->ranges.size() ==
        1000);
}

TEST_CASE("neighbours are merged, others are not", "[stream_changes]") {
  const auto plan = plan_scale(scale_by_merge{{{2, 0}, {1, 0}}}, quarters);
  REQUIRE(plan);
  CHECK(plan->ranges == std::vector<key_range>{{0.25, 0.75}});
  CHECK(refusal_of(scale_by_merge{{{1, 0}}}) == errc::invalid_argument);
  CHECK_THAT(refusal_of(scale_by_merge{{{0, 0}, {3, 0}}}).detail(),
             Catch::Contains("not neighbours"));
}

TEST_CASE("a scale to a number of segments replaces all", "[stream_changes]") {
  const auto plan = plan_scale(scale_to_count{3}, quarters);
  REQUIRE(plan);
  CHECK(plan->sealed.size() == 4);
  REQUIRE(plan->ranges.size() == 3);
  CHECK(plan->ranges.front().low == 0.0);
  CHECK(plan->ranges.back().high == 1.0);
  for (const auto count : {-1, 0, 4001})
    CHECK(refusal_of(scale_to_count{count}) == errc::invalid_argument);
}
