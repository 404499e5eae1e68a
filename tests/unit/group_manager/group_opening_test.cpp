#include "group_manager/group_opening.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

then_open tell_generation(const teller<std::int64_t>& tell) {
  return [tell](const result<open_group>& got, time_point) -> step {
    if (!got) return tell(got.error());
    return tell(got->seen.state->config().generation);
  };
}

}  // namespace

TEST_CASE("a group is looked for at the controller first", "[group_opening]") {
  group_script<std::int64_t> script;
  CHECK(script.run(find_group(script_group, tell_generation(script.tell()))));
  CHECK(script.outcome().error() == errc::reader_group_not_found);
  CHECK_THAT(script.outcome().error().detail(), !Catch::Contains("ensure_group"));
  CHECK(script.asked == lines{"getReaderGroupConfig", "fetch"});
}

TEST_CASE("a group that the controller does not know is explained", "[group_opening]") {
  group_script<std::int64_t> script;
  script.make_group({"r1"});
  script.config.reset();
  CHECK(script.run(find_group(script_group, tell_generation(script.tell()))));
  CHECK(script.outcome().error() == errc::reader_group_not_found);
  CHECK_THAT(script.outcome().error().detail(), Catch::Contains("ensure_group"));
  CHECK(script.log.written.empty());
}

TEST_CASE("a reset that was given up half way is completed", "[group_opening]") {
  group_script<std::int64_t> script;
  script.make_group({"r1"});
  script.log.apply(updating_config{true});
  script.config->generation = 1;
  CHECK(script.run(find_group(script_group, tell_generation(script.tell()))));
  CHECK(script.outcome().value() == 1);
  CHECK(script.state().readers().empty());
  CHECK_FALSE(script.state().config_is_changing());
}

TEST_CASE("a reset that the controller does not know yet is left alone", "[group_opening]") {
  group_script<std::int64_t> script;
  script.make_group({"r1"});
  script.log.apply(updating_config{true});
  CHECK(script.run(find_group(script_group, tell_generation(script.tell()))));
  CHECK(script.outcome().value() == 0);
  CHECK(script.log.written.empty());
}

TEST_CASE("a group whose stream is gone opens all the same", "[group_opening]") {
  group_script<std::int64_t> script;
  script.make_group({"r1"});
  script.log.apply(updating_config{true});
  script.config->generation = 1;
  script.stream_exists = false;
  CHECK(script.run(find_group(script_group, tell_generation(script.tell()))));
  CHECK(script.outcome().value() == 0);
  CHECK(script.log.written.empty());
}
