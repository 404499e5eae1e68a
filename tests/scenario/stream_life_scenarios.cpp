// Streams whose configuration changes, that end and are created again, under those who use
// them.
#include <algorithm>

#include "scenario/stream_manager_world.hpp"
#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

std::size_t segments_of(client_world& w) {
  auto got = w.world.control(controller::get_current_segments{w.stream});
  REQUIRE(got);
  return got->get<controller::segment_ranges>().segments.size();
}

stream_config by_rate(std::int32_t least) {
  stream_config config;
  config.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, least};
  return config;
}

struct life_world : manager_world {
  using manager_world::manager_world;
  result<bool> remove() {
    return ask<bool>([&](auto done) { streams().delete_stream_async(stream, done); });
  }
  result<ensured_config> create(std::int32_t segments) {
    return ask<ensured_config>([&](auto done) {
      streams().ensure_stream_async(stream, fixed_segments(segments), done);
    });
  }
  texts read(std::size_t count) {
    collecting_reader fresh{*this};
    REQUIRE(world.run_until([&] { return fresh.events().size() >= count; }, seconds{60}));
    world.run_for(seconds{1});
    return fresh.events();
  }
};

}  // namespace

TEST_CASE("stream life: its configuration changes while it is written and read") {
  manager_world w;
  collecting_reader reader{w};
  steady_writer work{w, w.open(), milliseconds{20}};
  const auto update = [&](const stream_config& config) {
    const auto before = work.durable();
    REQUIRE(w.ask<void>(
        [&](auto done) { w.streams().update_stream_async(w.stream, config, done); }));
    REQUIRE(w.world.run_until([&] { return work.durable() > before + 50; }, seconds{10}));
    return segments_of(w);
  };
  CHECK(update(by_rate(2)) == 2);
  // Fewer at least: nothing has to change.
  CHECK(update(by_rate(1)) == 2);
  CHECK(update(by_rate(3)) == 3);
  CHECK(update(fixed_segments(6)) == 6);
  CHECK(update(fixed_segments(5)) == 5);
  auto tagged = fixed_segments(5);
  tagged.tags = {"a", "b"};
  tagged.retention = retain_bytes(1'000'000);
  CHECK(update(tagged) == 5);
  CHECK(w.world.segments_of(w.stream).size() == 1 + 2 + 3 + 6 + 5);
  work.finish(seconds{10});
  CHECK(work.outcomes().errors.empty());
  REQUIRE(w.ask<void>([&](auto done) { w.streams().seal_stream_async(w.stream, done); }));
  const auto late = w.ask<void>(
      [&](auto done) { w.streams().update_stream_async(w.stream, fixed_segments(3), done); });
  CHECK(late.error() == errc::stream_sealed);
  REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{60}));
  CHECK(reader.over()->code() == errc::end_of_segment);
  check_exactly_once(work.written(), reader.events());
  w.finish();
}

TEST_CASE("stream life: deleted and created again and again, each time with its own events") {
  life_world w;
  std::int32_t numbers = 1;
  for (int round = 0; round < 12; ++round) {
    const auto segments = round % 4 + 1;
    if (round > 0) {
      REQUIRE(w.create(segments)->outcome == ensured::created);
      const auto names = w.world.segments_of(w.stream);
      REQUIRE(names.size() == static_cast<std::size_t>(segments));
      // No segment is ever called as one of an earlier life.
      for (const auto& name : names)
        CHECK(std::stoi(name.substr(name.rfind('/') + 1)) >= numbers);
      numbers += segments;
    }
    {
      auto writer = w.open();
      outcome_list outcomes;
      texts written;
      for (int i = 0; i < 20; ++i) {
        written.push_back("round-" + std::to_string(round) + "-" + std::to_string(i));
        REQUIRE(writer.try_write(std::to_string(i), as_bytes(written.back()), outcomes.sink()));
      }
      REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 20; }, seconds{30}));
      CHECK(outcomes.errors.empty());
      auto read = w.read(20);
      std::sort(read.begin(), read.end());
      std::sort(written.begin(), written.end());
      CHECK(read == written);
    }
    CHECK(*w.remove());
    CHECK_FALSE(*w.remove());
    CHECK(w.world.segments_of(w.stream).empty());
  }
  w.finish();
}

TEST_CASE("stream life: writer and reader of an old life end, and do not touch the new one") {
  life_world w{2};
  collecting_reader reader{w};
  steady_writer work{w, w.open(), milliseconds{10}};
  REQUIRE(w.world.run_until([&] { return work.durable() > 100; }, seconds{10}));
  const auto position = reader.handle().position();
  REQUIRE(*w.remove());
  REQUIRE(w.create(2)->outcome == ensured::created);
  work.finish(seconds{120});
  // The first event that is not stored ends the writer.
  REQUIRE_FALSE(work.outcomes().errors.empty());
  const auto& told = work.outcomes().told;
  const auto failed = std::find_if(
      told.begin(), told.end(), [](const std::string& each) { return !each.ends_with(" ok"); });
  CHECK(std::none_of(failed, told.end(),
                     [](const std::string& each) { return each.ends_with(" ok"); }));
  const auto late = work.handle().try_write(as_bytes("late"));
  REQUIRE_FALSE(late);
  INFO(late.error().to_string());
  CHECK((late.error() == errc::stream_sealed || late.error() == errc::stream_not_found ||
         late.error() == errc::segment_not_found));
  REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{200}));
  INFO(reader.over()->to_string());
  CHECK((*reader.over() == errc::end_of_segment || *reader.over() == errc::stream_not_found ||
         *reader.over() == errc::segment_not_found));
  CHECK(w.stored().empty());
  // Nor does a place in the old life lead into the new one.
  auto options = w.user->default_reader_options();
  options.start = position;
  collecting_reader again{w, w.stream, options};
  auto writer = w.open();
  REQUIRE(writer.try_write("key", as_bytes("new-1")));
  REQUIRE(w.world.run_until([&] { return again.over().has_value(); }, seconds{200}));
  INFO(again.over()->to_string());
  CHECK(again.events().empty());
  CHECK(w.read(1) == texts{"new-1"});
  writer = {};
  w.finish();
}

TEST_CASE("stream life: a reader that waits at the tail learns that the stream is deleted") {
  life_world w;
  const bool seal_first = GENERATE(true, false);
  collecting_reader reader{w};
  {
    auto writer = w.open();
    REQUIRE(writer.try_write("key", as_bytes("only-1")));
    REQUIRE(w.world.run_until([&] { return !reader.events().empty(); }, seconds{30}));
  }
  w.world.run_for(seconds{1});
  CHECK_FALSE(reader.over());
  if (seal_first) {
    REQUIRE(w.ask<void>([&](auto done) { w.streams().seal_stream_async(w.stream, done); }));
    REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{30}));
    CHECK(*reader.over() == errc::end_of_segment);
  }
  const auto began = w.world.now();
  REQUIRE(*w.remove());
  REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{30}));
  CHECK(w.world.now() - began < seconds{5});
  CHECK(reader.events() == texts{"only-1"});
  collecting_reader nobody{w};
  REQUIRE(nobody.over());
  CHECK(*nobody.over() == errc::stream_not_found);
  REQUIRE(w.create(1));
  CHECK(w.read(0).empty());
  w.finish();
}

TEST_CASE("management: many streams in many scopes, by page and by tag, sealed and deleted") {
  constexpr int scopes = 4, streams = 30;
  manager_world w;
  const auto name_of = [](int scope) { return "scope-" + std::to_string(scope); };
  for (int scope = 0; scope < scopes; ++scope) {
    const auto name = name_of(scope);
    CHECK(*w.ask<bool>([&](auto done) { w.streams().delete_scope_async(name, done); }) ==
          false);
    CHECK(*w.ask<ensured>([&](auto done) { w.streams().ensure_scope_async(name, done); }) ==
          ensured::created);
    for (int i = 0; i < streams; ++i) {
      const scoped_stream stream{name, "s" + std::to_string(i)};
      auto config = fixed_segments(i % 3 + 1);
      config.tags = {"all", i % 2 == 0 ? "even" : "odd"};
      REQUIRE(w.ask<ensured_config>(
          [&](auto done) { w.streams().ensure_stream_async(stream, config, done); }));
      config.scaling.segments_min *= 2;
      REQUIRE(w.ask<void>(
          [&](auto done) { w.streams().update_stream_async(stream, config, done); }));
    }
    const auto tagged = [&](const std::string& tag) {
      return w.ask<texts>([&](auto done) { w.streams().list_streams_async(name, tag, done); })
          ->size();
    };
    CHECK(tagged("all") == streams);
    CHECK(tagged("even") == streams / 2);
    CHECK(tagged("none") == 0);
    // Each has a companion for its watermarks.
    CHECK(tagged("") == 2 * streams);
    CHECK(w.ask<bool>([&](auto done) { w.streams().delete_scope_async(name, done); }).error() ==
          errc::scope_not_empty);
  }
  CHECK(w.ask<texts>([&](auto done) { w.streams().list_scopes_async(done); })->size() ==
        scopes + 1);
  for (int scope = 0; scope < scopes; ++scope) {
    const auto name = name_of(scope);
    for (int i = 0; i < streams; ++i) {
      const scoped_stream stream{name, "s" + std::to_string(i)};
      CHECK(w.world.control(controller::delete_stream{stream}).error() ==
            errc::stream_not_sealed);
      const auto remove = [&](auto done) { w.streams().delete_stream_async(stream, done); };
      CHECK(*w.ask<bool>(remove));
      CHECK_FALSE(*w.ask<bool>(remove));
      CHECK(w.ask<void>([&](auto done) {
               w.streams().seal_stream_async(stream, done);
             }).error() == errc::stream_not_found);
    }
    CHECK(*w.ask<bool>([&](auto done) { w.streams().delete_scope_async(name, done); }));
  }
  CHECK(*w.ask<texts>([&](auto done) { w.streams().list_scopes_async(done); }) ==
        texts{"scope"});
  w.finish();
}

TEST_CASE("management: more streams than a page has") {
  constexpr int streams = 1200;
  manager_world w;
  for (int i = 0; i < streams; ++i) {
    auto config = fixed_segments(1);
    if (i % 2 == 0) config.tags = {"even"};
    REQUIRE(
        w.world.control(controller::create_stream{{"scope", "s" + std::to_string(i)}, config}));
  }
  std::vector<std::size_t> pages;
  texts seen;
  const auto take = [&](const texts& page) {
    pages.push_back(page.size());
    seen.insert(seen.end(), page.begin(), page.end());
    return true;
  };
  REQUIRE(
      w.ask<void>([&](auto done) { w.streams().each_stream_async("scope", "", take, done); }));
  CHECK(pages == std::vector<std::size_t>{1000, 1000, 402});
  std::sort(seen.begin(), seen.end());
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  CHECK(w.ask<texts>([&](auto done) {
           w.streams().list_streams_async("scope", "even", done);
         })->size() == streams / 2);
  w.finish();
}
