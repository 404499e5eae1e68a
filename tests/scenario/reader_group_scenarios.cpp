// Reader groups are created, described, watched and deleted; what is wrong is refused.
#include <algorithm>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "group_manager/group_watcher.hpp"
#include "group_manager/open_group_log.hpp"
#include "pravega_actor/reader_group.hpp"
#include "pravega_actor/reader_group_manager.hpp"
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

TEST_CASE("reader group: created once, then it exists or differs") {
  group_world w;
  const auto made = w.ensure(w.settings());
  REQUIRE(made);
  CHECK(made->outcome == ensured::created);
  CHECK(made->config.generation == 0);
  const auto again = w.ensure(w.settings());
  REQUIRE(again);
  CHECK(again->outcome == ensured::existed);
  CHECK(again->config == made->config);
  auto other = w.settings();
  other.automatic_checkpoint_interval_ms = 777;
  other.retention = group_retention::manual;
  const auto differs = w.ensure(other);
  REQUIRE(differs);
  CHECK(differs->outcome == ensured::differs);
  CHECK(differs->config == made->config);
  CHECK(differs->differences == texts{"automatic checkpoints every 0 ms instead of 777 ms",
                                      "retention none instead of manual"});
  // The group of another stream.
  const scoped_stream second{"scope", "second"};
  w.world.create_stream(second, 1);
  other = w.settings();
  other.starting_cuts = {{second, std::nullopt}};
  const auto elsewhere = w.ensure(other);
  REQUIRE(elsewhere);
  CHECK(elsewhere->outcome == ensured::differs);
  CHECK(elsewhere->config == made->config);
  CHECK_FALSE(elsewhere->differences.empty());
  CHECK(*w.get<reader_group_config>(
            [&](auto done) { w.groups().config_of_async(w.group, done); }) == made->config);
  w.finish();
}

TEST_CASE("reader group: listed by scope, and gone after it was deleted") {
  group_world w;
  w.make_group();
  const auto list = [&] {
    return *w.get<texts>([&](auto done) { w.groups().list_groups_async("scope", done); });
  };
  const auto erase = [&] {
    return *w.get<bool>([&](auto done) { w.groups().delete_group_async(w.group, done); });
  };
  CHECK(list() == texts{"group"});
  CHECK(erase());
  CHECK(list().empty());
  CHECK_FALSE(erase());
  CHECK(w.describe().error() == errc::reader_group_not_found);
  w.make_group();
  CHECK(w.describe()->config.generation == 0);
  w.finish();
}

TEST_CASE("reader group: what is not there or not valid is an error within seconds") {
  group_world w;
  const auto began = w.world.now();
  const auto ensure = [&](const scoped_group& group, const reader_group_config& config) {
    return w
        .get<ensured_group>([&](auto done) {
          w.groups().ensure_group_async(group, config, group_start::head, done);
        })
        .error();
  };
  CHECK(ensure({"scope", "not/valid"}, w.settings()) == errc::invalid_name);
  CHECK(ensure({"", "group"}, w.settings()) == errc::invalid_name);
  CHECK(ensure({"other-scope", "group"}, w.settings()) == errc::scope_not_found);
  auto config = w.settings();
  config.starting_cuts.clear();
  CHECK(ensure(w.group, config) == errc::invalid_argument);
  config.starting_cuts[{"scope", "none"}] = std::nullopt;
  CHECK(ensure(w.group, config) == errc::stream_not_found);
  config = w.settings();
  config.starting_cuts[w.stream] = stream_cut{{"scope", "other"}, {{{0, 0}, 0}}};
  CHECK(ensure(w.group, config) == errc::invalid_argument);
  config.starting_cuts[w.stream] = stream_cut{w.stream, {{{7, 2}, 0}}};
  CHECK(ensure(w.group, config) == errc::invalid_argument);
  CHECK(w.describe().error() == errc::reader_group_not_found);
  CHECK(w.make_checkpoint("cp").error() == errc::reader_group_not_found);
  CHECK(w.reset(reset_to::last_checkpoint{}).error() == errc::reader_group_not_found);
  CHECK(w.unread(unread_since::last_checkpoint).error() == errc::reader_group_not_found);
  CHECK(w.world.now() - began < seconds{5});
  CHECK(w.get<texts>([&](auto done) { w.groups().list_groups_async("scope", done); })->empty());
  w.finish();
}

TEST_CASE("reader group: a description shows readers, segments and cuts") {
  group_world w{2};
  w.make_group();
  CHECK(w.describe()->unassigned.size() == 2);
  reading_member one{w, "one"};
  w.world.run_for(seconds{5});
  const auto found = w.describe();
  REQUIRE(found);
  REQUIRE(found->readers.size() == 1);
  CHECK(found->readers.at("one").size() == 2);
  CHECK(found->unassigned.empty());
  CHECK(found->log_bytes > 0);
  const auto shares = w.get<segment_distribution>(
      [&](auto done) { w.groups().distribution_async(w.group, done); });
  CHECK(*shares == segment_distribution{{{"one", 2}}, 0});
  one.leave();
  CHECK(w.describe()->readers.empty());
  w.finish();
}

TEST_CASE("reader group: begins at the tail of several streams") {
  group_world w;
  const scoped_stream second{"scope", "second"};
  w.world.create_stream(second, 2);
  (void)w.write("old-", 5);
  (void)w.write("old-", 5, second);
  auto config = w.settings();
  config.starting_cuts[second] = std::nullopt;
  REQUIRE(w.ensure(config, group_start::tail));
  CHECK(w.ensure(config, group_start::tail)->outcome == ensured::existed);
  auto written = w.write("a-", 10);
  const auto more = w.write("b-", 10, second);
  written.insert(written.end(), more.begin(), more.end());
  reading_member one{w, "one"};
  reading_member two{w, "two"};
  const auto read = [&] {
    auto all = one.events();
    all.insert(all.end(), two.events().begin(), two.events().end());
    return all;
  };
  REQUIRE(w.world.run_until([&] { return read().size() >= 20; }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(sorted(read()) == sorted(written));
  one.leave();
  two.leave();
  w.finish();
}

namespace {

/// What a watch tells, as texts.
struct heard {
  texts told;
  std::optional<result<void>> over;
};

group_subscriber listen(simulation& world, const std::shared_ptr<heard>& to) {
  return world.system().spawn([to](group_subscriber::pointer) {
    return group_subscriber::behavior_type{
        [to](const group_segments_changed& now) {
          to->told.push_back("segments " + std::to_string(now.segments));
        },
        [to](const group_rebalanced& is) {
          to->told.push_back("readers " + std::to_string(is.now.readers.size()));
        },
        [to](const group_end_of_data&) { to->told.emplace_back("end"); },
        [to](const group_watch_ended& how) { to->over = how.outcome; },
    };
  });
}

result<group_watch> watch(group_world& w, const group_subscriber& subscriber) {
  return w.get<group_watch>([&](auto done) {
    internal::open_group_watch(internal::access::core_of(*w.user),
                               {w.group, subscriber, milliseconds{100}}, done);
  });
}

}  // namespace

TEST_CASE("reader group: a watch tells of shares, segments and the end of data") {
  group_world w;
  (void)w.write("e", 5);
  auto config = w.settings();
  config.ending_cuts[w.stream] = w.tail(w.stream);
  REQUIRE(w.ensure(config));
  auto told = std::make_shared<heard>();
  auto subscriber = listen(w.world, told);
  REQUIRE(watch(w, subscriber));
  w.world.run_for(seconds{1});
  CHECK(told->told == texts{"segments 1", "readers 0"});
  {
    reading_member one{w, "one"};
    REQUIRE(w.world.run_until([&] { return one.over().has_value(); }, seconds{60}));
    CHECK(*one.over());
    CHECK(one.events().size() == 5);
    w.world.run_for(seconds{1});
    CHECK(told->told.back() == "end");
    CHECK(std::count(told->told.begin(), told->told.end(), "segments 0") == 1);
  }
  REQUIRE(*w.get<bool>([&](auto done) { w.groups().delete_group_async(w.group, done); }));
  REQUIRE(w.world.run_until([&] { return told->over.has_value(); }, seconds{60}));
  CHECK(told->over->error() == errc::reader_group_not_found);
  caf::anon_send_exit(subscriber, caf::exit_reason::user_shutdown);
  subscriber = nullptr;
  w.finish();
}

TEST_CASE("reader group: a watch ends with a message, with its subscriber, or does not open") {
  group_world w;
  auto told = std::make_shared<heard>();
  auto subscriber = listen(w.world, told);
  CHECK(watch(w, subscriber).error() == errc::reader_group_not_found);
  w.make_group();
  told->over.reset();
  auto opened = watch(w, subscriber);
  REQUIRE(opened);
  caf::anon_send(*opened, end_group_watch{});
  REQUIRE(w.world.run_until([&] { return told->over.has_value(); }, seconds{5}));
  CHECK(*told->over);
  const auto alive = w.world.live_actors();
  opened = watch(w, subscriber);
  REQUIRE(opened);
  opened = errc::closed;
  caf::anon_send_exit(subscriber, caf::exit_reason::user_shutdown);
  subscriber = nullptr;
  w.world.run_for(seconds{60});
  CHECK(w.world.live_actors() < alive);
  w.finish();
}
