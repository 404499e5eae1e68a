#include "reader/stream_reader_actor.hpp"
#include "reader/stream_reader_opening.hpp"

#include "unit/reader/stream_reader_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using texts = std::vector<std::string>;
using by_segment = std::map<std::int32_t, texts>;

std::int64_t offset_of(const stream_cut& cut, std::int32_t number) {
  return cut.offsets.at({number, 0});
}

}  // namespace

TEST_CASE("a stream is read from its head to the end of its segments", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a", "b"}), true);
  w.add_segment(1, events({"cut off", "c"}), true, 15);
  w.spawn();
  w.run();
  const auto items = w.take_all();
  CHECK(events_in(items) == by_segment{{0, {"a", "b"}}, {1, {"c"}}});
  w.run();
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
  CHECK(w.reader().status().state == "ended");
  CHECK(offset_of(w.reader().position(), 0) == 18);
  CHECK(offset_of(w.reader().position(), 1) == 24);
  CHECK_FALSE(w.down);
  w.reader().close();
  w.run();
  CHECK(w.down);
}

TEST_CASE("a reader at the tail gets only what is written later", "[stream_reader]") {
  stream_world w;
  w.options.start = read_from_tail{};
  w.add_segment(0, events({"old"}));
  w.add_segment(1, {});
  w.spawn();
  w.run();
  CHECK(w.take_all().empty());
  CHECK(offset_of(w.reader().position(), 0) == 11);
  w.store.put(test_segment(0), events({"old", "new"}));
  w.store.put(test_segment(1), events({"too"}));
  w.run();
  CHECK(events_in(w.take_all()) == by_segment{{0, {"new"}}, {1, {"too"}}});
}

TEST_CASE("a tail of many segments is asked for bit by bit", "[stream_reader]") {
  stream_world w;
  w.options.start = read_from_tail{};
  constexpr auto count = static_cast<std::int32_t>(2 * open_machine::infos_max + 1);
  for (std::int32_t i = 0; i < count; ++i)
    w.add_segment(i, events({"old"}));
  w.spawn();
  w.jobs.run();
  CHECK(w.store.requests_waiting() == open_machine::infos_max);
  w.run();
  const auto found = w.reader().position().offsets;
  CHECK(found.size() == static_cast<std::size_t>(count));
  for (const auto& [id, offset] : found)
    CHECK(offset == 11);
}

TEST_CASE("a tail that was truncated away meanwhile is looked for again", "[stream_reader]") {
  stream_world w;
  w.options.start = read_from_tail{};
  w.add_segment(0, events({"old"}));
  auto inner = *w.on_call;
  int gone = 0;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (!what.holds<controller::get_current_segments>()) return inner(what);
    if (gone-- <= 0) return inner(what);
    return controller::reply{controller::segment_ranges{{{{7, 0}, {}}, {{0, 0}, {}}}, {}}};
  };
  SECTION("and found") {
    gone = 3;
    w.spawn();
    w.run_for(seconds{1});
    CHECK(w.reader().position().offsets == std::map<segment_id, std::int64_t>{{{0, 0}, 11}});
  }
  SECTION("and not for ever") {
    gone = 1'000'000;
    w.spawn();
    w.run_for(seconds{60});
    CHECK(w.open_error() == errc::segment_not_found);
  }
}

TEST_CASE("a reader begins and stops at cuts", "[stream_reader]") {
  stream_world w;
  const auto bytes = events({"one", "two", "three", "four"});  // at 0, 11, 22, 35
  w.add_segment(0, bytes);
  w.add_segment(1, bytes);
  w.add_segment(2, bytes);
  const scoped_stream stream{"scope", "stream"};
  w.options.start = stream_cut{stream, {{{0, 0}, 11}, {{1, 0}, 35}, {{2, 0}, -1}}};
  w.options.end = stream_cut{stream, {{{0, 0}, 35}, {{1, 0}, 35}}};
  w.spawn();
  w.run();
  const auto items = w.take_all();
  CHECK(events_in(items) == by_segment{{0, {"two", "three"}}});
  std::map<std::int32_t, segment_end> ends;
  for (const auto& item : items)
    if (const auto* end = std::get_if<segment_end>(&item)) ends[end->in.id.number] = *end;
  REQUIRE(ends.size() == 3);
  CHECK_FALSE(ends[0].sealed);
  CHECK(ends[0].offset == 35);
  CHECK_FALSE(ends[1].sealed);
  CHECK(ends[2].sealed);
  w.run();
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("a reader goes on where the position of another one was", "[stream_reader]") {
  texts written;
  for (int i = 0; i < 100; ++i)
    written.push_back(std::to_string(i));
  texts found;
  stream_cut position{{"scope", "stream"}, {{{0, 0}, 0}}};
  for (std::size_t taken = 0; found.size() < written.size(); ++taken) {
    REQUIRE(taken < 100);
    stream_world w;
    w.add_segment(0, events(written), true);
    w.store.reply_bytes_max = 64;
    w.options.start = position;
    w.spawn();
    w.run();
    for (std::size_t n = 0; n <= taken; ++n) {
      auto item = w.reader().try_next();
      if (!item || !*item) break;
      if (const auto* slice = std::get_if<event_slice>(&**item))
        for (auto& each : payloads_of(*slice))
          found.push_back(each);
      w.run();
    }
    w.reader().release();
    position = w.reader().position();
  }
  CHECK(found == written);
}

TEST_CASE("opening reports what is wrong with the stream", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, {});
  SECTION("options") {
    w.options.prefetch_slices = 0;
    w.spawn();
    w.run();
    CHECK(w.open_error() == errc::invalid_argument);
  }
  SECTION("no stream, from each start") {
    w.stream_exists = false;
    SECTION("head") {}
    SECTION("tail") {
      w.options.start = read_from_tail{};
    }
    SECTION("cut") {
      w.options.start = stream_cut{{"scope", "stream"}, {{{0, 0}, 0}}};
    }
    w.spawn();
    w.run();
    CHECK(w.open_error() == errc::stream_not_found);
    CHECK(w.opened->error().subject() == "scope/stream");
  }
  SECTION("a sealed stream has no tail") {
    w.head.clear();
    w.options.start = read_from_tail{};
    w.spawn();
    w.run();
    CHECK(w.open_error() == errc::stream_sealed);
    CHECK(w.opened->error().at() == stage::controller_call);
    CHECK(w.opened->error().controller() == "controller:9090");
  }
  SECTION("a head without segments") {
    w.head.clear();
    w.spawn();
    w.run();
    CHECK(w.open_error() == errc::protocol_violation);
    CHECK(w.opened->error().at() == stage::controller_call);
    CHECK(w.opened->error().controller() == "controller:9090");
  }
  w.run();
  CHECK(w.down);
}

TEST_CASE("opening reports what is wrong with the services", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, {});
  SECTION("a tail that cannot be found") {
    w.options.start = read_from_tail{};
    *w.on_session = [](const open_session&) -> result<std::shared_ptr<session>> {
      return errc::segment_store_unreachable;
    };
    w.spawn();
    w.run_for(seconds{3});
    CHECK(w.open_error() == errc::deadline_exceeded);
  }
  SECTION("no controller client") {
    const auto kept = w.context->controller->get();
    w.context->controller->clear();
    w.spawn();
    w.run_for(w.context->request_timeout);
    CHECK(w.open_error() == errc::actor_terminated);
    w.context->controller->set(kept);
  }
  SECTION("the actor is killed meanwhile") {
    *w.on_call = [](const controller::request&) -> result<controller::reply> {
      return errc::internal_error;
    };
    w.spawn();
    caf::anon_send_exit(w.actor, caf::exit_reason::kill);
    w.run();
    REQUIRE(w.opened);
    CHECK_FALSE(*w.opened);
  }
  w.run();
  CHECK(w.down);
}

TEST_CASE("closing ends every actor of the reader", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"x"}));
  w.add_segment(1, events({"y"}));
  const auto before = w.system.registry().running();
  w.spawn();
  w.run();
  CHECK(w.system.registry().running() == before + 4);
  SECTION("by the handle") {
    w.reader().close();
  }
  SECTION("by losing the handle") {
    w.opened.reset();
  }
  SECTION("by a message") {
    caf::anon_send(w.actor, close_reader{});
  }
  SECTION("by the parent") {
    caf::anon_send_exit(w.actor, caf::exit_reason::user_shutdown);
    w.run();
    CHECK(w.reader().try_next().error().code() == errc::actor_terminated);
  }
  w.run();
  CHECK(w.down);
  CHECK(w.system.registry().running() == before);
}

TEST_CASE("a supervisor that gives up fails the reader", "[stream_reader]") {
  stream_world w;
  w.setup.supervision.restarts_max = 2;
  w.add_segment(0, events({"x"}));
  w.env->on_strike = [](std::string_view machine, std::string_view, strike_moment) {
    return machine == "segment_reader";
  };
  w.spawn();
  w.run_for(seconds{1});
  const auto failed = w.reader().try_next().error();
  CHECK(failed == errc::retries_exhausted);
  CHECK(failed.at() == stage::read);
  CHECK(w.down);
}

TEST_CASE("actors that are replaced may die before or after each action", "[stream_reader]") {
  texts written;
  for (int i = 0; i < 40; ++i)
    written.push_back(std::string(static_cast<std::size_t>(i), 'x'));
  const auto bytes = events(written);
  const int cut_at[] = {7, 19};
  int moments = 0;
  for (const bool tail : {false, true}) {
    for (int moment = 0;; ++moment, ++moments) {
      CAPTURE(moment, tail);
      stream_world w;
      if (tail) w.options.start = read_from_tail{};
      w.add_segment(0, tail ? byte_vector{} : bytes, !tail);
      w.add_segment(1, tail ? byte_vector{} : bytes, !tail, 0);
      if (!tail) w.store.change([&](auto& all) { all.rbegin()->second.start = 38; });
      w.store.reply_bytes_max = 100;
      int left = moment;
      bool struck = false;
      w.env->on_strike = [&](std::string_view machine, std::string_view, strike_moment) {
        const bool replaced = machine == "segment_reader" || machine == "segment_requests";
        return replaced && left-- == 0 && (struck = true);
      };
      w.spawn();
      w.run_for(milliseconds{30});
      if (tail) {
        w.store.put(test_segment(0), bytes, true);
        w.store.put(test_segment(1), bytes, true);
      }
      std::vector<read_item> items;
      std::size_t ends = 0;
      for (int steps = 0; ends < 2; ++steps) {
        REQUIRE(steps < 3000);
        if (steps == cut_at[0] || steps == cut_at[1]) w.store.cut();
        w.jobs.run();
        if (!w.store.step()) w.jobs.advance_time(milliseconds{5});
        for (auto& item : w.take_all()) {
          ends += std::holds_alternative<segment_end>(item) ? 1 : 0;
          items.push_back(std::move(item));
        }
      }
      const auto found = events_in(items);
      REQUIRE(found.at(0) == written);
      const texts kept(written.begin() + (tail ? 0 : 4), written.end());
      REQUIRE(found.at(1) == kept);
      w.env->on_strike = nullptr;
      if (!struck) break;
    }
  }
  CHECK(moments > 60);
}

TEST_CASE("a tail is found although the info client dies again and again", "[stream_reader]") {
  stream_world w;
  w.options.start = read_from_tail{};
  for (std::int32_t number = 0; number < 5; ++number)
    w.add_segment(number, byte_vector(8));
  int deaths = 0;
  w.env->on_strike = [&](std::string_view machine, std::string_view action, strike_moment) {
    return machine == "segment_requests" && action == "ask" && deaths < 4 && ++deaths > 0;
  };
  w.spawn();
  w.run_for(milliseconds{200});
  CHECK(deaths == 4);
  CHECK(w.reader().position().offsets.size() == 5);
  CHECK(offset_of(w.reader().position(), 4) == 8);
}
