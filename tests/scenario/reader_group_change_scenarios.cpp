// Reader groups that are reset, whose readers are taken offline, whose streams are truncated or
// made again.
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

void check_reads_exactly(group_world& w, const texts& events) {
  reading_member fresh{w, "fresh"};
  CHECK(w.world.run_until([&] { return fresh.events().size() >= events.size(); }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(sorted(fresh.events()) == sorted(events));
}

}  // namespace

TEST_CASE("group reset: to a checkpoint, from where exactly the rest is read again") {
  group_world w{2};
  w.make_group();
  auto old = std::make_unique<reading_member>(w, "old");
  (void)w.write("a", 20);
  REQUIRE(w.world.run_until([&] { return old->events().size() == 20; }, seconds{60}));
  const auto made = w.make_checkpoint("cp");
  REQUIRE(made);
  const auto rest = w.write("b", 15);
  REQUIRE(w.world.run_until([&] { return old->events().size() == 35; }, seconds{60}));
  const auto parsed = checkpoint::from_bytes(made->to_bytes());
  REQUIRE(parsed);
  const auto config = w.reset(reset_to::given_checkpoint{*parsed});
  REQUIRE(config);
  CHECK(config->generation == 1);
  REQUIRE(w.world.run_until([&] { return old->over().has_value(); }, seconds{60}));
  CHECK(old->over()->error() == errc::reader_offline);
  old.reset();
  check_reads_exactly(w, rest);
  // Without a checkpoint since the reset, the last one means its start.
  REQUIRE(w.reset(reset_to::last_checkpoint{}));
  check_reads_exactly(w, rest);
  w.finish();
}

TEST_CASE("group reset: to end cuts and back") {
  group_world w;
  w.make_group();
  const auto first = w.write("a", 10);
  auto bounded = w.settings();
  bounded.ending_cuts[w.stream] = w.tail(w.stream);
  const auto second = w.write("b", 10);
  REQUIRE(w.reset(reset_to::configuration{bounded}));
  {
    reading_member one{w, "one"};
    REQUIRE(w.world.run_until([&] { return one.over().has_value(); }, seconds{60}));
    CHECK(*one.over());
    CHECK(one.events() == first);
    CHECK(w.describe()->end_of_data);
    const auto at_end = w.make_checkpoint("at the end");
    REQUIRE(at_end);
    CHECK(at_end->cuts.empty());
  }
  REQUIRE(w.reset(reset_to::configuration{w.settings()}));
  CHECK_FALSE(w.describe()->end_of_data);
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  check_reads_exactly(w, all);
  w.finish();
}

TEST_CASE("group reset: a lost answer of the controller does not stop it") {
  group_world w;
  w.make_group();
  bool lost = false;
  w.controller->edit = [&](const controller::request& call,
                           const result<controller::reply>& got) -> result<controller::reply> {
    if (!call.holds<controller::update_reader_group>() || std::exchange(lost, true)) return got;
    return error{errc::permission_denied, "an answer that is not true"};
  };
  const auto config = w.reset(reset_to::last_checkpoint{});
  REQUIRE(config);
  CHECK(lost);
  CHECK(config->generation == 1);
  CHECK(w.describe()->config.generation == 1);
  w.finish();
}

TEST_CASE("group reset: one whose manager died is completed by readers, or by the next call") {
  const bool by_reader = GENERATE(true, false);
  group_world w;
  w.make_group();
  const auto written = w.write("e", 5);
  auto member = std::make_unique<reading_member>(w, "one");
  REQUIRE(w.world.run_until([&] { return member->events().size() == 5; }, seconds{60}));
  if (!by_reader) member->leave();
  // The manager's answer never comes, and its client goes away.
  w.controller->edit = [&](const controller::request& call,
                           const result<controller::reply>& got) -> result<controller::reply> {
    if (!call.holds<controller::update_reader_group>()) return got;
    w.controller->now = switched_controller::mode::silent;
    return error{errc::permission_denied, "an answer that is not true"};
  };
  CHECK_FALSE(w.reset(reset_to::last_checkpoint{}));
  w.controller->edit = nullptr;
  w.controller->now = switched_controller::mode::through;
  if (by_reader) {
    REQUIRE(w.world.run_until([&] { return member->over().has_value(); }, seconds{120}));
    CHECK(member->over()->error() == errc::reader_offline);
  }
  const auto found = w.describe();
  REQUIRE(found);
  CHECK(found->config.generation == 1);
  CHECK_FALSE(found->resetting);
  member.reset();
  check_reads_exactly(w, written);
  w.finish();
}

TEST_CASE("group reset: a checkpoint of another group is refused, and nothing changes") {
  group_world w;
  w.make_group();
  reading_member one{w, "one"};
  const scoped_stream other{"scope", "other"};
  const auto refused =
      w.reset(reset_to::given_checkpoint{{"cp", {{other, stream_cut{other, {{{0, 0}, 0}}}}}}});
  CHECK(refused.error() == errc::invalid_argument);
  w.world.run_for(seconds{15});
  CHECK_FALSE(one.over());
  const auto found = w.describe();
  CHECK(found->config.generation == 0);
  CHECK_FALSE(found->resetting);
  one.leave();
  w.finish();
}

TEST_CASE("group reader: declared offline, others go on at the given position") {
  group_world w;
  w.make_group();
  const auto first = w.write("a", 4);
  reading_member dead{w, "dead"};
  REQUIRE(w.world.run_until([&] { return dead.events().size() == 4; }, seconds{60}));
  const auto offline = [&](const std::optional<position>& last) {
    return w.get<bool>(
        [&](auto done) { w.groups().set_reader_offline_async(w.group, "dead", last, done); });
  };
  position wrong;
  wrong.segments[{w.stream, {9, 0}}] = {{0.0, 1.0}, 0};
  CHECK(offline(wrong).error() == errc::invalid_argument);
  position last;
  const auto owned = w.describe()->readers.at("dead");
  REQUIRE(owned.size() == 1);
  const auto end = w.tail(w.stream).offsets.begin()->second;
  last.segments[owned.begin()->first] = {{0.0, 1.0}, end};
  CHECK(*offline(last));
  CHECK_FALSE(*offline(last));
  const auto second = w.write("b", 4);
  check_reads_exactly(w, second);
  REQUIRE(dead.over());
  CHECK(dead.over()->error() == errc::reader_offline);
  dead.leave();
  w.finish();
}

TEST_CASE("group retention: consumption truncates the stream, by hand or by checkpoints") {
  const auto kind = GENERATE(group_retention::manual, group_retention::automatic);
  group_world w{1, {1, {}, seconds{60}}};
  stream_config limited;
  limited.retention = retain_bytes(1);
  REQUIRE(w.world.control(controller::update_stream{w.stream, limited}));
  auto config = w.settings();
  config.retention = kind;
  if (kind == group_retention::automatic) config.automatic_checkpoint_interval_ms = 5'000;
  REQUIRE(w.ensure(config));
  const auto head = [&] {
    const auto cut =
        w.get<stream_cut>([&](auto done) { w.user->streams().head_cut_async(w.stream, done); });
    return cut->offsets.begin()->second;
  };
  (void)w.write("a", 10);
  const auto read = w.tail(w.stream);
  reading_member one{w, "one"};
  REQUIRE(w.world.run_until([&] { return one.events().size() == 10; }, seconds{60}));
  if (kind == group_retention::manual) {
    REQUIRE(w.get<void>([&](auto done) {
      w.groups().update_retention_cut_async(w.group, {{w.stream, read}}, done);
    }));
    const stream_cut before{w.stream, {{{0, 0}, 0}}};
    CHECK(w.get<void>([&](auto done) {
             w.groups().update_retention_cut_async(w.group, {{w.stream, before}}, done);
           }).error() == errc::precondition_failed);
  } else {
    REQUIRE(w.world.run_until([&] { return one.checkpoints().size() >= 2; }, seconds{60}));
  }
  // The policy records a cut each minute and keeps at least a byte behind one. By itself, it
  // would truncate up to the events of the last round.
  for (const auto* round : {"b", "c"}) {
    w.world.run_for(seconds{130});
    one.hold();
    (void)w.write(round, 10);
  }
  w.world.run_for(seconds{600});
  CHECK(head() == read.offsets.begin()->second);
  one.go_on();
  REQUIRE(w.world.run_until([&] { return one.events().size() == 30; }, seconds{60}));
  if (kind == group_retention::automatic) {
    w.world.run_for(seconds{200});
    CHECK(head() > read.offsets.begin()->second);
  }
  one.leave();
  w.finish();
}

TEST_CASE("group: its stream deleted and made again is an error, until the group is reset") {
  group_world w;
  w.make_group();
  (void)w.write("old", 5);
  auto old = std::make_unique<reading_member>(w, "old");
  REQUIRE(w.world.run_until([&] { return old->events().size() == 5; }, seconds{60}));
  const auto made = w.make_checkpoint("cp");
  REQUIRE(made);
  old.reset();
  CHECK(
      *w.get<bool>([&](auto done) { w.user->streams().delete_stream_async(w.stream, done); }));
  CHECK(w.unread(unread_since::last_checkpoint).error() == errc::stream_not_found);
  w.world.create_stream(w.stream, 1);
  const auto written = w.write("new", 5);
  const auto began = w.world.now();
  CHECK(w.unread(unread_since::last_checkpoint).error() == errc::invalid_argument);
  const auto refused = w.reset(reset_to::given_checkpoint{*made});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
  CHECK_THAT(refused.error().detail(), Catch::Contains("made again"));
  CHECK(w.world.now() - began < seconds{5});
  CHECK(w.describe()->config.generation == 0);
  REQUIRE(w.reset(reset_to::configuration{w.settings()}));
  check_reads_exactly(w, written);
  w.finish();
}
