#include "group_manager/group_beginning.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using starts = std::map<segment, std::int64_t>;
using script_of_starts = group_script<starts>;

std::function<step(const result<group_init>&)> tell_starts(const teller<starts>& tell) {
  return [tell](const result<group_init>& got) -> step {
    if (!got) return tell(got.error());
    starts found;
    got->starting_segments.each(
        [&](const group_segment& at, std::int64_t offset) { found[at.name] = offset; });
    return tell(found);
  };
}

}  // namespace

TEST_CASE("a group begins at the head, at the tail, or at its cut", "[group_beginning]") {
  script_of_starts head;
  CHECK(head.run(prepare_start(head.settings(), group_start::head, tell_starts(head.tell()))));
  CHECK(head.outcome().value() == starts{{script_segment(0), 10}, {script_segment(1), 20}});
  script_of_starts tail;
  CHECK(tail.run(prepare_start(tail.settings(), group_start::tail, tell_starts(tail.tell()))));
  CHECK(tail.outcome().value() == starts{{script_segment(0), 100}, {script_segment(1), 101}});
  script_of_starts cut;
  auto config = cut.settings();
  config.starting_cuts[script_stream] = stream_cut{script_stream, {{{1, 0}, 7}}};
  CHECK(cut.run(prepare_start(config, group_start::tail, tell_starts(cut.tell()))));
  CHECK(cut.outcome().value() == starts{{script_segment(1), 7}});
}

TEST_CASE("a cut with a segment that its stream never had is refused", "[group_beginning]") {
  // An epoch that the stream has, and one that it does not have.
  const auto id = GENERATE(segment_id{2, 0}, segment_id{2, 5});
  const bool at_end = GENERATE(true, false);
  script_of_starts script;
  auto config = script.settings();
  auto& cuts = at_end ? config.ending_cuts : config.starting_cuts;
  cuts[script_stream] = stream_cut{script_stream, {{{0, 0}, 7}, {id, 7}}};
  CHECK(script.run(prepare_start(config, group_start::head, tell_starts(script.tell()))));
  CHECK(script.outcome().error() == errc::invalid_argument);
  CHECK_THAT(script.outcome().error().detail(),
             Catch::Contains(script_segment(id.number, id.epoch).to_string()));
}

TEST_CASE("a stream that does not exist is an error, with or without a cut",
          "[group_beginning]") {
  const bool with_cut = GENERATE(true, false);
  const auto start = GENERATE(group_start::head, group_start::tail);
  script_of_starts script;
  script.stream_exists = false;
  auto config = script.settings();
  if (with_cut) config.starting_cuts[script_stream] = stream_cut{script_stream, {{{0, 0}, 7}}};
  CHECK(script.run(prepare_start(config, start, tell_starts(script.tell()))));
  CHECK(script.outcome().error() == errc::stream_not_found);
}
