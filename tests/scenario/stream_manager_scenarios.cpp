// The stream manager without waiting: truncation, configurations, lists, and what happens when
// the controller is away or the client ends.
#include "scenario/stream_manager_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

TEST_CASE("stream manager: truncation moves the head, and cuts that do not fit are refused") {
  manager_world w;
  w.write(10);
  const auto end = w.tail();
  REQUIRE(end);
  CHECK(end->offsets == std::map<segment_id, std::int64_t>{{{0, 0}, 180}});
  CHECK(refusal(w.truncate({})) == "the cut names no segments");
  CHECK(refusal(w.truncate({{{0, 0}, 181}})) ==
        "the cut lies after the end of segment 0.#epoch.0: 181 of 180 bytes");
  CHECK(refusal(w.truncate({{{0, 0}, -1}})) ==
        "the cut says that segment 0.#epoch.0 is read to its end, but it has none");
  CHECK(refusal(w.truncate({{{5, 0}, 0}})) ==
        "the stream never had segment 5.#epoch.0, which the cut names");
  CHECK(refusal(w.truncate({{{0, 3}, 0}})) == "the stream has no epoch 3, which the cut names");
  REQUIRE(w.truncate({{{0, 0}, 90}}));
  CHECK(w.head()->offsets.at({0, 0}) == 90);
  CHECK(refusal(w.truncate({{{0, 0}, 18}})) ==
        "the cut lies before the head of segment 0.#epoch.0: 18 instead of at least 90");
  REQUIRE(w.split({0, 0}, 2));
  CHECK(refusal(w.truncate({{{1, 1}, 0}})) ==
        "the cut's segments do not cover the key space; they cover [0, 0.5)");
  CHECK(refusal(w.truncate({{{0, 0}, 90}, {{1, 1}, 0}})) ==
        "the ranges of the cut's segments overlap at [0, 1)");
  // The end of a sealed segment.
  REQUIRE(w.truncate({{{0, 0}, -1}}));
  CHECK(w.head()->offsets.at({0, 0}) == 180);
  REQUIRE(w.truncate({{{1, 1}, 0}, {{2, 1}, 0}}));
  CHECK(refusal(w.truncate({{{0, 0}, 180}})) ==
        "segment 0.#epoch.0 was truncated away: the cut lies before the head");
  const auto seen = w.lineage();
  REQUIRE(seen);
  CHECK_FALSE(seen->segments[0].stored);
  CHECK(seen->segments[1].stored);
  w.finish();
}

TEST_CASE("stream manager: a sealed stream has an end, a lineage and no more changes") {
  manager_world w;
  w.write(3);
  REQUIRE(w.split({0, 0}, 2));
  REQUIRE(w.ask<void>([&](auto done) { w.streams().seal_stream_async(w.stream, done); }));
  const auto end = w.tail();
  REQUIRE(end);
  CHECK(end->offsets == std::map<segment_id, std::int64_t>{{{1, 1}, 0}, {{2, 1}, 0}});
  const auto described =
      w.ask<stream_description>([&](auto done) { w.streams().describe_async(w.stream, done); });
  REQUIRE(described);
  CHECK(described->sealed);
  CHECK(described->tail == *end);
  const auto seen = w.lineage();
  REQUIRE(seen);
  CHECK(seen->sealed);
  CHECK(seen->epochs == 2);
  REQUIRE(seen->segments.size() == 3);
  CHECK(seen->segments[2].closed == 2);
  CHECK(w.split({1, 1}, 2).error() == errc::stream_sealed);
  CHECK(w.truncate({{{1, 1}, 0}, {{2, 1}, 0}}).error() == errc::stream_sealed);
  w.finish();
}

TEST_CASE("stream manager: configurations are compared, changed and checked") {
  manager_world w;
  const scoped_stream fresh{"scope", "fresh"};
  auto config = fixed_segments(2);
  config.tags = {"b", "a"};
  const auto ensure = [&](const stream_config& wanted) {
    return w.ask<ensured_config>(
        [&](auto done) { w.streams().ensure_stream_async(fresh, wanted, done); });
  };
  CHECK(ensure(config)->outcome == ensured::created);
  CHECK(ensure(config)->outcome == ensured::existed);
  CHECK(ensure(fixed_segments(2))->differences == texts{"tags a,b instead of none"});
  stream_change change;
  change.remove_tags = {"a"};
  change.retention = retain_time(seconds{60});
  const auto changed = w.ask<stream_config>(
      [&](auto done) { w.streams().change_stream_async(fresh, change, done); });
  REQUIRE(changed);
  CHECK(changed->tags == texts{"b"});
  const auto stored =
      w.ask<stream_config>([&](auto done) { w.streams().config_of_async(fresh, done); });
  CHECK(*stored == *changed);
  CHECK(*w.ask<texts>([&](auto done) { w.streams().tags_async(fresh, done); }) == texts{"b"});
  const auto update = [&](const stream_config& wanted) {
    return w.ask<void>(
        [&](auto done) { w.streams().update_stream_async(fresh, wanted, done); });
  };
  CHECK(update(fixed_segments(0)).error() == errc::invalid_argument);
  REQUIRE(update(fixed_segments(3)));
  CHECK(w.ask<stream_description>([&](auto done) {
           w.streams().describe_async(fresh, done);
         })->segments.size() == 3);
  change.scaling = fixed_segments(0).scaling;
  CHECK(w.ask<stream_config>([&](auto done) {
           w.streams().change_stream_async(fresh, change, done);
         }).error() == errc::invalid_argument);
  w.finish();
}

TEST_CASE("stream manager: what lies between two cuts") {
  manager_world w;
  REQUIRE(w.split({0, 0}, 2));
  const stream_cut start{w.stream, {{{0, 0}, 0}}};
  const stream_cut none{w.stream, {}};
  const auto between = [&](const stream_cut& from, const stream_cut& to) {
    return w.ask<ids>([&](auto done) { w.streams().segments_between_async(from, to, done); });
  };
  CHECK(*between(start, none) == ids{{0, 0}, {1, 1}, {2, 1}});
  CHECK(*between(start, start) == ids{{0, 0}});
  CHECK(between(none, none).error() == errc::invalid_argument);
  CHECK(refusal(between(start, {{"scope", "other"}, {}})) ==
        "the cuts are of two streams: scope/stream and scope/other");
  w.finish();
}

TEST_CASE("stream manager: lists page by page, and enough is enough") {
  manager_world w;
  for (const auto* name : {"a", "b", "c"})
    REQUIRE(w.ask<ensured>([&](auto done) { w.streams().ensure_scope_async(name, done); }));
  CHECK(*w.ask<texts>([&](auto done) { w.streams().list_scopes_async(done); }) ==
        texts{"a", "b", "c", "scope"});
  texts seen;
  const auto sink = [&](bool more) {
    return [&seen, more](const texts& page) {
      seen.insert(seen.end(), page.begin(), page.end());
      return more;
    };
  };
  REQUIRE(w.ask<void>(
      [&](auto done) { w.streams().each_stream_async("scope", "", sink(true), done); }));
  CHECK(seen == texts{"_MARKstream", "stream"});
  const auto before = w.controller->calls;
  seen.clear();
  REQUIRE(w.ask<void>([&](auto done) { w.streams().each_scope_async(sink(false), done); }));
  CHECK(seen.size() == 4);
  CHECK(w.controller->calls == before + 1);
  const auto none =
      w.ask<texts>([&](auto done) { w.streams().list_streams_async("nowhere", "", done); });
  CHECK(none.error() == errc::scope_not_found);
  w.finish();
}

TEST_CASE("stream manager: names are checked in every form") {
  manager_world w;
  const auto before = w.controller->calls;
  const scoped_stream odd{"sc ope", "s"};
  CHECK(w.ask<stream_description>([&](auto done) {
           w.streams().describe_async(odd, done);
         }).error() == errc::invalid_name);
  CHECK(w.ask<bool>([&](auto done) { w.streams().delete_stream_async(odd, done); }).error() ==
        errc::invalid_name);
  CHECK(w.ask<stream_scaled>([&](auto done) {
           w.streams().scale_to_async(odd, 2, seconds{1}, done);
         }).error() == errc::invalid_name);
  CHECK(w.ask<void>([&](auto done) { w.streams().seal_stream_async(odd, done); }).error() ==
        errc::invalid_name);
  CHECK(w.controller->calls == before);
  w.finish();
}

TEST_CASE("stream manager: deleting what is there, and what is not") {
  manager_world w;
  const auto remove = [&] {
    return *w.ask<bool>([&](auto done) { w.streams().delete_stream_async(w.stream, done); });
  };
  CHECK(remove());
  CHECK_FALSE(remove());
  const auto remove_scope = [&] {
    return *w.ask<bool>([&](auto done) { w.streams().delete_scope_async("scope", done); });
  };
  CHECK(remove_scope());
  CHECK_FALSE(remove_scope());
  w.finish();
}

TEST_CASE("stream manager: a controller that is away is named, in time") {
  manager_world w;
  w.controller->now = switched_controller::mode::away;
  const auto began = w.world.now();
  const auto got = w.lineage();
  REQUIRE_FALSE(got);
  CHECK(got.error() == errc::controller_unreachable);
  CHECK(got.error().at() == stage::controller_call);
  CHECK(got.error().controller() == w.controller->address());
  CHECK(w.world.now() - began <= seconds{62});
  w.controller->now = switched_controller::mode::through;
  w.finish();
}

TEST_CASE("stream manager: a scale is waited for as long as its caller says") {
  using mode = switched_controller::mode;
  const auto lost = GENERATE(mode::away, mode::silent, mode::mute);
  // Before the current segments are known, the configuration, the scale's start, its
  // completion.
  const std::size_t calls_before = GENERATE(0U, 1U, 2U, 3U);
  CAPTURE(calls_before);
  manager_world w;
  const auto first = w.controller->calls;
  const auto answered = [&] { return w.controller->calls - first > calls_before; };
  std::optional<result<stream_scaled>> got;
  if (calls_before == 0) w.controller->now = lost;
  w.streams().split_segment_async({w.stream, {0, 0}}, 2, seconds{180},
                                  [&](const result<stream_scaled>& outcome) { got = outcome; });
  if (calls_before > 0) {
    REQUIRE(w.world.run_until([&] { return w.controller->calls - first == calls_before; },
                              seconds{5}));
    w.controller->now = lost;
  }
  SECTION("and is done in the end") {
    w.world.run_for(seconds{120});
    REQUIRE_FALSE(got);
    REQUIRE(answered());
    w.controller->now = mode::through;
    REQUIRE(w.world.run_until([&] { return got.has_value(); }, seconds{30}));
    REQUIRE(*got);
    CHECK((*got)->opened.size() == 2);
  }
  SECTION("and is given up then") {
    w.world.run_for(seconds{179} - seconds{10});
    CHECK_FALSE(got);
    w.world.run_for(seconds{12});
    REQUIRE(got);
    REQUIRE_FALSE(*got);
    CHECK(got->error().retriable());
    CHECK(got->error().at() == stage::controller_call);
    const auto tells = [&](const char* what) {
      return got->error().detail().find(what) != std::string::npos;
    };
    CHECK(tells("it is not known whether the scale was started") == (calls_before == 2));
    CHECK(tells("was started, but is not known to be complete") == (calls_before == 3));
  }
  w.controller->now = mode::through;
  w.finish();
}

TEST_CASE("stream manager: stores that are away end a question in time") {
  manager_world w;
  w.network->refuses = true;
  const auto began = w.world.now();
  const auto got = w.tail();
  REQUIRE_FALSE(got);
  CHECK(got.error().retriable());
  CHECK_FALSE(got.error().segment_store().empty());
  CHECK(got.error().subject() == "scope/stream/0.#epoch.0");
  CHECK(w.world.now() - began <= seconds{62});
  w.network->refuses = false;
  w.finish();
}

TEST_CASE("stream manager: the client's end answers what is open, once") {
  enum class waits_for { controller, controller_again, stores };
  const auto what =
      GENERATE(waits_for::controller, waits_for::controller_again, waits_for::stores);
  manager_world w;
  if (what == waits_for::controller) w.controller->now = switched_controller::mode::silent;
  if (what == waits_for::controller_again) w.controller->now = switched_controller::mode::away;
  if (what == waits_for::stores) w.network->refuses = true;
  int told = 0;
  w.streams().tail_cut_async(w.stream, [&](const result<stream_cut>& got) {
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::closed);
    ++told;
  });
  w.world.run_for(seconds{1});
  CHECK(told == 0);
  const auto began = w.world.now();
  CHECK(w.close_client().outcome);
  CHECK(told == 1);
  CHECK(w.world.now() - began <= milliseconds{100});
  w.finish();
  CHECK(told == 1);
}

TEST_CASE("stream manager: a writer that drains does not keep what is open waiting") {
  manager_world w;
  auto writer = w.open();
  w.network->mute();
  REQUIRE(writer.try_write(as_bytes("x")));
  w.controller->now = switched_controller::mode::silent;
  const auto began = w.world.now();
  std::optional<duration> told_after;
  w.streams().describe_async(w.stream, [&](const result<stream_description>& got) {
    CHECK(got.error() == errc::closed);
    told_after = w.world.now() - began;
  });
  (void)w.close_client(seconds{10});
  REQUIRE(told_after);
  CHECK(*told_after <= seconds{1});
  CHECK(w.world.now() - began >= seconds{5});
  w.finish();
}

TEST_CASE("stream manager: nothing is asked through a closed client") {
  manager_world w;
  auto streams = w.streams();
  (void)w.close_client();
  int told = 0;
  streams.describe_async(w.stream, [&](const result<stream_description>& got) {
    CHECK(got.error() == errc::closed);
    ++told;
  });
  streams.list_scopes_async([&](const result<texts>& got) {
    CHECK(got.error() == errc::closed);
    ++told;
  });
  CHECK(told == 2);
}
