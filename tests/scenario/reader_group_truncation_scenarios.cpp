// Reader groups whose streams lose their beginning, or are made again under them.
#include "scenario/reader_group_world.hpp"
#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

const segment_id zero{0, 0};
/// An event "a0" with its header.
constexpr std::int64_t event_bytes = 10;

stream_cut at(const scoped_stream& stream, std::int64_t offset) {
  return {stream, {{zero, offset}}};
}

// Nine events, of which the group is to read all but the first, and four are gone.
texts begin_before_the_head(group_world& w) {
  auto written = w.write("a", 9);
  REQUIRE(w.world.control(controller::truncate_stream{at(w.stream, 4 * event_bytes)}));
  auto config = w.settings();
  config.starting_cuts[w.stream] = at(w.stream, event_bytes);
  REQUIRE(w.ensure(config));
  return written;
}

event_reader_options strict() {
  event_reader_options options;
  options.on_truncation = truncation_policy::fail;
  return options;
}

void check_one_gap(group_world& w, std::int64_t from, std::int64_t to, const texts& rest) {
  reading_member one{w, "one"};
  REQUIRE(w.world.run_until([&] { return one.events().size() >= rest.size(); }, seconds{10}));
  w.world.run_for(seconds{5});
  CHECK(one.events() == rest);
  REQUIRE(one.gaps().size() == 1);
  CHECK(one.gaps()[0].from == from);
  CHECK(one.gaps()[0].to == to);
  CHECK_FALSE(one.over());
}

}  // namespace

TEST_CASE(
    "group truncation: a start before the head is one gap, then the rest, also after a reset") {
  group_world w;
  const auto written = w.write("a", 9);
  REQUIRE(w.world.control(controller::truncate_stream{at(w.stream, 4 * event_bytes)}));
  auto config = w.settings();
  config.starting_cuts[w.stream] = at(w.stream, event_bytes);
  REQUIRE(w.ensure(config));
  check_one_gap(w, event_bytes, 4 * event_bytes, {written.begin() + 4, written.end()});
  REQUIRE(w.world.control(controller::truncate_stream{at(w.stream, 7 * event_bytes)}));
  const checkpoint early{"early", {{w.stream, at(w.stream, 2 * event_bytes)}}};
  REQUIRE(w.reset(reset_to::given_checkpoint{early}));
  check_one_gap(w, 2 * event_bytes, 7 * event_bytes, {written.begin() + 7, written.end()});
  w.finish();
}

TEST_CASE("group truncation: a reader at the tail has no gap, one that lags has one") {
  group_world w{1, {1, {}, seconds{60}}};
  stream_config limited;
  limited.retention = retain_time(seconds{120});
  REQUIRE(w.world.control(controller::update_stream{w.stream, limited}));
  w.make_group();
  event_reader_options options;
  options.request_bytes = 64;
  options.prefetch_slices = 1;
  reading_member one{w, "one", options};
  steady_writer work{w, w.open(), seconds{1}, 1};
  w.world.run_for(seconds{900});
  REQUIRE(w.world.counters().retention_truncations > 5);
  CHECK(one.gaps().empty());
  CHECK(one.events().size() >= work.written().size() - 2);
  one.pause();
  w.world.run_for(seconds{900});
  one.go_on();
  work.finish(seconds{10});
  REQUIRE(w.world.run_until([&] { return one.events().back() == work.written().back(); },
                            seconds{60}));
  REQUIRE(one.gaps().size() == 1);
  CHECK_FALSE(one.over());
  // Exactly the events in the gap are missing.
  auto lost = one.gaps()[0].to - one.gaps()[0].from;
  std::size_t next = 0;
  for (const auto& each : work.written()) {
    if (next < one.events().size() && one.events()[next] == each)
      ++next;
    else
      lost -= 8 + static_cast<std::int64_t>(each.size());
  }
  CHECK(next == one.events().size());
  CHECK(lost == 0);
  one.leave();
  w.finish();
}

TEST_CASE("group truncation: a reader that must not lose anything ends, and the group stays") {
  group_world w;
  const auto written = begin_before_the_head(w);
  {
    reading_member one{w, "one", strict()};
    REQUIRE(w.world.run_until([&] { return one.over().has_value(); }, seconds{10}));
    CHECK(one.over()->error() == errc::segment_truncated);
    CHECK(one.events().empty());
  }
  const auto found = w.describe();
  CHECK(found->readers.empty());
  CHECK(found->unassigned.begin()->second == event_bytes);
  check_one_gap(w, event_bytes, 4 * event_bytes, {written.begin() + 4, written.end()});
  w.finish();
}

TEST_CASE(
    "group: a client that closes at once after a reader has failed leaves no reader behind") {
  group_world w;
  (void)begin_before_the_head(w);
  reading_member one{w, "one", strict()};
  REQUIRE(w.world.run_until([&] { return one.over().has_value(); }, seconds{10}));
  w.close_client();
  w.user = *make_client(w.world.system(), {}, {w.world.ports().env, w.network, w.controller});
  CHECK(w.describe()->readers.empty());
  one.leave();
  w.finish();
}

TEST_CASE("group truncation: a gap that is released does not come again") {
  group_world w;
  const auto written = w.write("a", 9);
  w.make_group();
  REQUIRE(w.world.control(controller::truncate_stream{at(w.stream, 9 * event_bytes)}));
  {
    reading_member one{w, "one"};
    REQUIRE(w.world.run_until([&] { return !one.gaps().empty(); }, seconds{10}));
    w.world.run_for(seconds{1});
    CHECK(one.events().empty());
  }
  CHECK(w.describe()->unassigned.begin()->second == 9 * event_bytes);
  const auto rest = w.write("b", 2);
  reading_member two{w, "two"};
  REQUIRE(w.world.run_until([&] { return two.events().size() == 2; }, seconds{10}));
  CHECK(two.gaps().empty());
  two.leave();
  w.finish();
}

namespace {

/// Two streams, and readers that let the group begin anew behind a truncation of the first.
struct reset_world : group_world {
  const scoped_stream second{"scope", "second"};
  event_reader_options resets;
  std::unique_ptr<reading_member> one, two;

  reset_world() : group_world{4} {
    world.create_stream(second, 1);
    auto config = settings();
    config.starting_cuts[second] = std::nullopt;
    REQUIRE(ensure(config));
    resets.on_truncation = truncation_policy::reset_group;
    resets.request_bytes = 64;
    resets.prefetch_slices = 1;
    resets.release_between_checkpoints = true;
    one = std::make_unique<reading_member>(*this, "one", resets);
    two = std::make_unique<reading_member>(*this, "two", resets);
    world.run_for(seconds{10});
    // So each has segments of the first stream.
    REQUIRE(describe()->readers.at("two").size() == 2);
  }
  ~reset_world() {
    one.reset();
    two.reset();
  }
  void wait_for(std::size_t events) {
    REQUIRE(world.run_until(
        [&] { return one->events().size() + two->events().size() == events; }, seconds{60}));
  }
  // Both miss what is written and truncated away while they do not ask for more.
  void truncate_under_them() {
    one->pause();
    two->pause();
    (void)write("d", 2'000);
    REQUIRE(world.control(controller::truncate_stream{tail(stream)}));
  }
  void wait_until_begun_anew() {
    const auto generation = [&] {
      const auto known = world.control(controller::get_reader_group_config{group});
      return known->get<reader_group_config>().generation;
    };
    REQUIRE(world.run_until([&] { return generation() == 1; }, seconds{60}));
    world.run_for(milliseconds{100});
  }
};

}  // namespace

TEST_CASE("group truncation: the group begins anew at the head, if its readers are told so") {
  const bool apart = GENERATE(false, true);
  reset_world w;
  (void)w.write("a", 20);
  (void)w.write("b", 5, w.second);
  w.wait_for(25);
  REQUIRE(w.make_checkpoint("cp"));
  const auto processed = w.write("c", 3, w.second);
  w.wait_for(28);
  w.truncate_under_them();
  const auto rest = w.write("e", 10);
  w.one->go_on();
  // The second one asks for a reset of a group that has begun anew, before it notices.
  if (apart) w.wait_until_begun_anew();
  REQUIRE_FALSE(w.two->over());
  w.two->go_on();
  REQUIRE(w.world.run_until([&] { return w.one->over() && w.two->over(); }, seconds{60}));
  CHECK(w.one->over()->error() == errc::reader_offline);
  CHECK(w.two->over()->error() == errc::reader_offline);
  CHECK(w.one->gaps().empty());
  CHECK(w.two->gaps().empty());
  const auto found = w.describe();
  CHECK(found->config.generation == 1);
  CHECK_FALSE(found->resetting);
  // The stream from its head, the other one from the checkpoint.
  auto wanted = rest;
  wanted.insert(wanted.end(), processed.begin(), processed.end());
  w.one.reset();
  w.two.reset();
  reading_member fresh{w, "fresh", w.resets};
  REQUIRE(
      w.world.run_until([&] { return fresh.events().size() >= wanted.size(); }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(sorted(fresh.events()) == sorted(wanted));
  CHECK_FALSE(fresh.over());
  fresh.leave();
  w.finish();
}

TEST_CASE("group: its stream made again ends readers within seconds, old and new ones") {
  const bool resets = GENERATE(false, true);
  event_reader_options options;
  if (resets) options.on_truncation = truncation_policy::reset_group;
  group_world w;
  w.make_group();
  (void)w.write("old", 5);
  reading_member old{w, "old", options};
  REQUIRE(w.world.run_until([&] { return old.events().size() == 5; }, seconds{60}));
  CHECK(
      *w.get<bool>([&](auto done) { w.user->streams().delete_stream_async(w.stream, done); }));
  w.world.create_stream(w.stream, 1);
  (void)w.write("new", 5);
  const auto check_ended = [&](const reading_member& reader, std::size_t events) {
    REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{15}));
    REQUIRE_FALSE(*reader.over());
    const auto& why = reader.over()->error();
    INFO(why.to_string());
    CHECK(why == errc::stream_not_found);
    CHECK(reader.events().size() == events);
  };
  check_ended(old, 5);
  old.leave();
  reading_member late{w, "late", options};
  check_ended(late, 0);
  late.leave();
  CHECK(w.describe()->readers.empty());
  CHECK(w.describe()->config.generation == 0);
  w.finish();
}
