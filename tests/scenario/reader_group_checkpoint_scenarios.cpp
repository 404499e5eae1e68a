// Checkpoints, cuts and unread bytes of reader groups.
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

constexpr std::int64_t header_bytes = 8;

std::int64_t bytes_of(const texts& events) {
  std::int64_t bytes = 0;
  for (const auto& each : events)
    bytes += header_bytes + static_cast<std::int64_t>(each.size());
  return bytes;
}

}  // namespace

TEST_CASE("group checkpoint: complete when every reader has passed it") {
  group_world w{2};
  w.make_group();
  reading_member one{w, "one"};
  reading_member two{w, "two"};
  const auto written = w.write("e", 20);
  const auto read = [&] { return one.events().size() + two.events().size(); };
  REQUIRE(w.world.run_until([&] { return read() == 20; }, seconds{60}));
  const auto made = w.make_checkpoint("first");
  REQUIRE(made);
  CHECK(made->name == "first");
  CHECK(made->cuts.at(w.stream) == w.tail(w.stream));
  CHECK(one.checkpoints() == texts{"first"});
  CHECK(two.checkpoints() == texts{"first"});
  CHECK(w.describe()->last_checkpoint.at(w.stream) == w.tail(w.stream));
  CHECK(w.make_checkpoint("first").error() == errc::precondition_failed);
  CHECK(w.make_checkpoint("second"));
  one.leave();
  two.leave();
  w.finish();
}

TEST_CASE(
    "group checkpoint: when its time is over, the answer names the readers that have not "
    "passed") {
  group_world w{2};
  w.make_group();
  reading_member fast{w, "fast"};
  reading_member slow{w, "slow"};
  (void)w.write("e", 20);
  w.world.run_for(seconds{5});
  slow.hold();
  const auto began = w.world.now();
  const auto made = w.make_checkpoint("late", seconds{7});
  CHECK(w.world.now() - began < seconds{8});
  REQUIRE_FALSE(made);
  CHECK(made.error() == errc::deadline_exceeded);
  CHECK_THAT(made.error().detail(), Catch::Matchers::EndsWith("waits for slow"));
  CHECK_THAT(made.error().subject(), Catch::Contains("late"));
  const auto found = w.describe();
  REQUIRE(found);
  CHECK(found->outstanding == std::vector<outstanding_checkpoint>{{"late", {"slow"}}});
  slow.go_on();
  w.world.run_for(seconds{5});
  CHECK(w.describe()->outstanding.empty());
  CHECK_FALSE(w.describe()->last_checkpoint.empty());
  fast.leave();
  slow.leave();
  w.finish();
}

TEST_CASE("group checkpoint: automatic ones that clear it at once do not lose it") {
  group_world w{2};
  auto config = w.settings();
  config.automatic_checkpoint_interval_ms = 100;
  config.group_refresh_time_ms = 100;
  REQUIRE(w.ensure(config));
  reading_member one{w, "one"};
  reading_member two{w, "two"};
  (void)w.write("e", 20);
  w.world.run_for(seconds{5});
  for (int i = 0; i < 10; ++i) {
    const auto made = w.make_checkpoint("cp-" + std::to_string(i));
    REQUIRE(made);
    CHECK(made->cuts.at(w.stream) == w.tail(w.stream));
  }
  one.leave();
  two.leave();
  w.finish();
}

TEST_CASE("group checkpoint: no more than the group allows, until they are given up") {
  group_world w;
  auto config = w.settings();
  config.outstanding_checkpoints_max = 1;
  REQUIRE(w.ensure(config));
  reading_member slow{w, "slow"};
  w.world.run_for(seconds{5});
  slow.hold();
  CHECK(w.make_checkpoint("a", seconds{1}).error() == errc::deadline_exceeded);
  const auto refused = w.make_checkpoint("b", seconds{1});
  CHECK(refused.error() == errc::limit_exceeded);
  CHECK_THAT(refused.error().detail(), Catch::Matchers::EndsWith("a"));
  CHECK(*w.get<std::size_t>(
            [&](auto done) { w.groups().cancel_checkpoints_async(w.group, done); }) == 1);
  slow.go_on();
  CHECK(w.make_checkpoint("b"));
  slow.leave();
  w.finish();
}

TEST_CASE("group checkpoint: one that nobody can confirm ends with a dead reader") {
  group_world w;
  w.make_group();
  reading_member dead{w, "dead"};
  w.world.run_for(seconds{5});
  dead.hold();
  std::optional<result<checkpoint>> got;
  w.groups().initiate_checkpoint_async(w.group, "cp", seconds{60},
                                       [&](const result<checkpoint>& made) { got = made; });
  w.world.run_for(seconds{5});
  CHECK_FALSE(got);
  CHECK(*w.get<bool>([&](auto done) {
    w.groups().set_reader_offline_async(w.group, "dead", std::nullopt, done);
  }));
  REQUIRE(w.world.run_until([&] { return got.has_value(); }, seconds{5}));
  CHECK(*got);
  w.world.run_for(seconds{5});
  REQUIRE(dead.over());
  CHECK(dead.over()->error() == errc::reader_offline);
  dead.leave();
  w.finish();
}

TEST_CASE("group cuts: the live ones need no event, the stored ones no reader") {
  group_world w;
  w.make_group();
  reading_member one{w, "one"};
  w.world.run_for(seconds{5});
  const auto written = w.write("e", 10);
  REQUIRE(w.world.run_until([&] { return one.events().size() == 10; }, seconds{60}));
  const auto stored = w.get<reader_group_manager::cuts>(
      [&](auto done) { w.groups().stream_cuts_async(w.group, done); });
  CHECK(stored->at(w.stream).offsets.begin()->second == 0);
  CHECK(w.generate_cuts()->at(w.stream) == w.tail(w.stream));
  CHECK(one.checkpoints().empty());
  one.leave();
  w.finish();
}

TEST_CASE("group progress: unread bytes by reader and segment, by two definitions") {
  group_world w;
  w.make_group();
  const auto first = w.write("a", 10);
  CHECK(w.unread(unread_since::last_checkpoint)->total == bytes_of(first));
  reading_member one{w, "one"};
  REQUIRE(w.world.run_until([&] { return one.events().size() == 10; }, seconds{60}));
  REQUIRE(w.make_checkpoint("cp"));
  const auto second = w.write("b", 5);
  REQUIRE(w.world.run_until([&] { return one.events().size() == 15; }, seconds{60}));
  const auto since_checkpoint = w.unread(unread_since::last_checkpoint);
  REQUIRE(since_checkpoint);
  CHECK(since_checkpoint->total == bytes_of(second));
  CHECK(since_checkpoint->by_reader ==
        std::map<std::string, std::int64_t>{{"one", bytes_of(second)}});
  const auto live = w.unread(unread_since::live_position);
  REQUIRE(live);
  CHECK(live->total == 0);
  REQUIRE(live->segments.size() == 1);
  CHECK(live->segments[0].reader == "one");
  one.leave();
  // The stream grows behind a scale, too.
  REQUIRE(w.world.split(w.stream, w.world.current_segments(w.stream)[0].id));
  const auto third = w.write("c", 10);
  CHECK(w.unread(unread_since::live_position)->total == bytes_of(third));
  CHECK(w.unread(unread_since::last_checkpoint)->total == bytes_of(second) + bytes_of(third));
  w.finish();
}
