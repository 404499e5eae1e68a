#include "group_manager/group_observer.hpp"

#include "unit/group_manager/group_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct observed : group_script<int> {
  group_observer observer;
  observed() {
    make_group();
    (void)look();
  }
  /// What is told, for example "segments 2 readers 1", "shares r1 1, free 1", "end".
  lines look() {
    lines news;
    for (const auto& each : observer.look_at(state())) {
      if (const auto* set = std::get_if<group_observer::segments_changed>(&each)) {
        news.push_back("segments " + std::to_string(set->segments) + " readers " +
                       std::to_string(set->readers));
      } else if (const auto* moved = std::get_if<group_observer::rebalanced>(&each)) {
        std::string text = "shares";
        for (const auto& [reader, count] : moved->now.readers)
          text += " " + reader + " " + std::to_string(count);
        news.push_back(text + ", free " + std::to_string(moved->now.unassigned));
      } else {
        news.emplace_back("end");
      }
    }
    return news;
  }
};

}  // namespace

TEST_CASE("the first look tells segments and shares", "[group_observer]") {
  observed group;
  group.observer = {};
  CHECK(group.look() == lines{"segments 2 readers 0", "shares, free 2"});
  CHECK(group.look().empty());
}

TEST_CASE("readers that come, take, give back and go are told", "[group_observer]") {
  observed group;
  group.log.apply(add_reader{"r1"});
  CHECK(group.look() == lines{"shares r1 0, free 2"});
  group.log.apply(acquire_segment{"r1", script_segment(0)});
  CHECK(group.look() == lines{"shares r1 1, free 1"});
  group.log.apply(release_segment{"r1", script_segment(0), 30});
  group.log.apply(acquire_segment{"r1", script_segment(1)});
  CHECK(group.look() == lines{"shares r1 1, free 1"});
  group.log.apply(remove_reader{"r1", {}});
  CHECK(group.look() == lines{"shares, free 2"});
}

TEST_CASE("offsets and checkpoints are not told", "[group_observer]") {
  observed group;
  group.log.apply(add_reader{"r1"});
  (void)group.look();
  group.log.apply(create_checkpoint{"cp"});
  group.log.apply(checkpoint_reader{"cp", "r1", {}});
  CHECK(group.look().empty());
}

TEST_CASE("segments that end and begin are told, and the end once", "[group_observer]") {
  observed group;
  group.log.apply(add_reader{"r1"});
  group.log.apply(acquire_segment{"r1", script_segment(0)});
  group.log.apply(acquire_segment{"r1", script_segment(1)});
  (void)group.look();
  group.log.apply(segment_completed{
      "r1", {script_segment(0), unknown_range}, {{{script_segment(2, 1), {0.0, 0.5}}, {0}}}});
  CHECK(group.look() == lines{"segments 2 readers 1", "shares r1 1, free 1"});
  group.log.apply(acquire_segment{"r1", script_segment(2, 1)});
  group.log.apply(segment_completed{"r1", {script_segment(1), unknown_range}, {}});
  group.log.apply(segment_completed{"r1", {script_segment(2, 1), {0.0, 0.5}}, {}});
  CHECK(group.look() == lines{"segments 0 readers 1", "shares r1 0, free 0", "end"});
  CHECK(group.look().empty());
  group.log.apply(group.first_state(*group.config));
  CHECK(group.look() == lines{"segments 2 readers 0", "shares, free 2"});
}
