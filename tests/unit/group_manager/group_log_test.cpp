#include "group_manager/group_log.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

const error unknown{errc::outcome_unknown, "test"};
const error lost{errc::actor_terminated, "test"};

/// Ends with the readers that are online.
then_seen tell_readers(const teller<lines>& tell) {
  return [tell](const result<seen_group>& seen, time_point) -> step {
    if (!seen) return tell(seen.error());
    return tell(seen->state->readers());
  };
}

group_generator add(const std::string& reader) {
  return [reader](const group_state& state) -> result<std::vector<group_update>> {
    if (state.is_online(reader)) return std::vector<group_update>{};
    return std::vector<group_update>{add_reader{reader}};
  };
}

step add_after_fetch(const std::string& reader, const teller<lines>& tell) {
  return fetch_group([=](const result<seen_group>& seen, time_point now) -> step {
    if (!seen) return tell(seen.error());
    return update_group(*seen, add(reader), tell_readers(tell), now);
  });
}

}  // namespace

TEST_CASE("a group's state is read, again after the copy was lost", "[group_log]") {
  group_script<lines> script;
  script.make_group({"r1"});
  script.log.faults = {{{lost, false}}, {{lost, false}}};
  CHECK(script.run(fetch_group(tell_readers(script.tell()))));
  CHECK(script.outcome().value() == lines{"r1"});
  CHECK(script.asked == lines{"fetch", "pause of 100ms", "fetch", "pause of 100ms", "fetch"});
}

TEST_CASE("a group without a state, or without its stream, does not exist", "[group_log]") {
  group_script<lines> script;
  CHECK(script.run(fetch_group(tell_readers(script.tell()))));
  CHECK(script.outcome().error() == errc::reader_group_not_found);
  CHECK_THAT(script.outcome().error().detail(), Catch::Contains("ensure_group"));
  for (const auto code : {errc::stream_not_found, errc::segment_not_found}) {
    group_script<lines> gone;
    gone.log.faults = {{{error{code}, false}}};
    CHECK(gone.run(fetch_group(tell_readers(gone.tell()))));
    CHECK(gone.outcome().error() == errc::reader_group_not_found);
  }
}

TEST_CASE("an update after a lost race is computed again", "[group_log]") {
  group_script<lines> script;
  script.make_group();
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 2) log.apply(add_reader{"other"});
  };
  CHECK(script.run(add_after_fetch("r1", script.tell())));
  CHECK(script.outcome().value() == lines{"other", "r1"});
  CHECK(script.asked == lines{"fetch", "propose", "propose"});
}

TEST_CASE("an update that another wrote meanwhile is not written again", "[group_log]") {
  group_script<lines> script;
  script.make_group();
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 2) log.apply(add_reader{"r1"});
  };
  CHECK(script.run(add_after_fetch("r1", script.tell())));
  CHECK(script.outcome().value() == lines{"r1"});
  CHECK(script.log.written.empty());
}

TEST_CASE("an update of unknown outcome is written once", "[group_log]") {
  const bool stored = GENERATE(true, false);
  const auto& why = GENERATE(unknown, lost);
  group_script<lines> script;
  script.make_group();
  script.log.faults = {{}, {{why, stored}}};
  CHECK(script.run(add_after_fetch("r1", script.tell())));
  CHECK(script.outcome().value() == lines{"r1"});
  CHECK(script.log.written == lines{"add_reader"});
}

TEST_CASE("an update ends with other errors", "[group_log]") {
  group_script<lines> script;
  script.make_group();
  script.log.faults = {{}, {{error{errc::deadline_exceeded}, false}}};
  CHECK(script.run(add_after_fetch("r1", script.tell())));
  CHECK(script.outcome().error() == errc::deadline_exceeded);
}

TEST_CASE("a first state is written if there is none", "[group_log]") {
  const bool there = GENERATE(true, false);
  group_script<lines> script;
  if (there) script.make_group({"r1"});
  script.log.faults = {{{unknown, true}}};
  const auto first = group_script<lines>::first_state(group_script<lines>::settings());
  CHECK(script.run(initialize_group(first, tell_readers(script.tell()))));
  CHECK(script.outcome().value() == (there ? lines{"r1"} : lines{}));
  CHECK(script.log.written == (there ? lines{} : lines{"begin"}));
}

TEST_CASE("a group is restarted once for each generation", "[group_log]") {
  const bool done_by_other = GENERATE(true, false);
  group_script<lines> script;
  script.make_group({"r1"});
  auto config = *script.config;
  config.generation = 1;
  const auto first = group_script<lines>::first_state(config);
  int operation = 0;
  script.log.before = [&](group_in_memory& log) {
    if (++operation == 2) log.apply(done_by_other ? group_update{first} : add_reader{"r2"});
  };
  CHECK(script.run(fetch_group([&](const result<seen_group>& seen, time_point now) {
    return restart_group(*seen, first, tell_readers(script.tell()), now);
  })));
  CHECK(script.outcome().value() == lines{});
  CHECK(script.state().config().generation == 1);
  CHECK(script.log.written == (done_by_other ? lines{} : lines{"begin"}));
}
