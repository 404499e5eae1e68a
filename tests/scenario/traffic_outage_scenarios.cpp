// Controllers and peers that are away while a writer and a reader are at work.
#include <algorithm>

#include "scenario/stream_manager_world.hpp"
#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

/// A writer and a reader at work; at the end everything must have been read once, in order.
struct busy_world : manager_world {
  std::optional<collecting_reader> reader;
  std::optional<steady_writer> work;

  explicit busy_world(std::int32_t segments = 2) : manager_world{segments} {
    reader.emplace(*this);
    work.emplace(*this, open(), milliseconds{20});
    world.run_for(seconds{2});
    CHECK(moves());
  }
  /// Whether events become durable and are read, within a moment.
  bool moves(duration within = seconds{2}) {
    const auto written = work->durable(), read = reader->events().size();
    return world.run_until(
        [&] { return work->durable() > written + 10 && reader->events().size() > read + 10; },
        within);
  }
  void check_all() {
    work->finish(seconds{120});
    CHECK(work->outcomes().errors.empty());
    world.run_until([&] { return reader->events().size() >= work->written().size(); },
                    seconds{120});
    check_exactly_once(work->written(), reader->events());
    CHECK_FALSE(reader->over());
    reader.reset();
    work.reset();
    finish();
  }
};

const auto modes = {switched_controller::mode::away, switched_controller::mode::silent};

}  // namespace

TEST_CASE("outage: a controller that is away for a minute is not missed by those at work") {
  busy_world w;
  w.controller->now = GENERATE(values(modes));
  const auto calls = w.controller->calls;
  for (int i = 0; i < 60; ++i) {
    CHECK(w.moves(seconds{1}));
    w.world.run_for(milliseconds{500});
  }
  CHECK(w.controller->calls == calls);
  w.controller->now = switched_controller::mode::through;
  w.check_all();
}

TEST_CASE("outage: connections lost while the controller is away for a minute") {
  busy_world w;
  w.controller->now = GENERATE(values(modes));
  w.world.cut_connections();
  // Nobody can say where the segments are.
  w.world.run_for(seconds{1});
  CHECK_FALSE(w.moves(seconds{59}));
  CHECK_FALSE(w.work->handle().status().last_failure.empty());
  CHECK_FALSE(w.reader->handle().status().last_failure.empty());
  w.controller->now = switched_controller::mode::through;
  // A call that got no answer may have to end first.
  CHECK(w.moves(seconds{15}));
  w.check_all();
}

TEST_CASE("outage: a segment that is sealed while the controller is away for a minute") {
  busy_world w{1};
  w.controller->now = GENERATE(values(modes));
  REQUIRE(w.world.control(
      controller::scale_stream{w.stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 0}));
  w.world.run_for(seconds{1});
  CHECK_FALSE(w.moves(seconds{59}));
  w.controller->now = switched_controller::mode::through;
  CHECK(w.moves(seconds{15}));
  w.check_all();
}

TEST_CASE("outage: a peer that vanished without a word is noticed by writer and reader") {
  busy_world w;
  w.network->mute(GENERATE(lost::both, lost::requests, lost::answers));
  const auto began = w.world.now();
  CHECK_FALSE(w.moves(seconds{3}));
  REQUIRE(w.moves(seconds{12}));
  CHECK(w.world.now() - began <= seconds{10});
  w.check_all();
}

TEST_CASE("outage: a writer at work is back as soon as a silent peer's time is over") {
  const milliseconds late{GENERATE(0, 130, 990)};
  busy_world w;
  w.world.run_for(late);
  const milliseconds allowed{config{}.liveness_timeout_ms};
  w.network->mute(GENERATE(lost::both, lost::requests, lost::answers));
  const auto began = w.world.now();
  // Acknowledgements that were on their way.
  w.world.run_for(milliseconds{300});
  const auto durable = w.work->durable();
  REQUIRE(w.world.run_until([&] { return w.work->durable() > durable; }, seconds{12}));
  // Counted from the first word that no whole frame answers: a part of a frame is no answer,
  // and may be the last thing that came.
  CHECK(w.world.now() - began >= allowed - milliseconds{200});
  CHECK(w.world.now() - began <= allowed + milliseconds{200});
  w.check_all();
}

TEST_CASE("outage: a peer that vanished under a reader that only waits") {
  client_world w;
  collecting_reader reader{w};
  outcome_list outcomes;
  auto writer = w.open();
  REQUIRE(writer.try_write("key", as_bytes("before-1"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return reader.events().size() == 1; }, seconds{10}));
  w.world.run_for(seconds{300});
  const auto made = w.network->made;
  w.network->mute();
  // Long before anything is written.
  REQUIRE(w.world.run_until([&] { return w.network->made > made; }, seconds{10}));
  w.world.run_for(seconds{10});
  REQUIRE(writer.try_write("key", as_bytes("after-2"), outcomes.sink()));
  const auto wrote = w.world.now();
  REQUIRE(w.world.run_until([&] { return reader.events().size() == 2; }, seconds{10}));
  CHECK(w.world.now() - wrote < seconds{1});
  CHECK(reader.events() == texts{"before-1", "after-2"});
  reader.close();
  writer = {};
  w.finish();
}

TEST_CASE("outage: peers vanish again and again: nothing is lost, doubled or reordered") {
  busy_world w;
  for (const auto what : {lost::both, lost::requests, lost::answers, lost::answers, lost::both,
                          lost::requests, lost::answers, lost::both}) {
    w.network->mute(what);
    w.world.run_for(milliseconds{static_cast<std::int64_t>(w.world.random() % 12000)});
  }
  CHECK(w.moves(seconds{12}));
  w.check_all();
}

TEST_CASE("outage: scope, stream and writer that are asked for before any server is up") {
  manager_world w;
  w.controller->now = switched_controller::mode::away;
  w.network->refuses = true;
  const scoped_stream early{"early", "stream"};
  std::optional<result<ensured>> scope;
  std::optional<result<ensured_config>> made;
  w.streams().ensure_scope_async(early.scope, [&](const result<ensured>& got) {
    scope = got;
    w.streams().ensure_stream_async(early, fixed_segments(2),
                                    [&](const result<ensured_config>& told) { made = told; });
  });
  w.world.run_for(seconds{20});
  CHECK_FALSE(scope);
  // The controller first, the store some time later.
  w.controller->now = switched_controller::mode::through;
  REQUIRE(w.world.run_until([&] { return made.has_value(); }, seconds{5}));
  REQUIRE(*scope);
  REQUIRE(*made);
  CHECK((*made)->outcome == ensured::created);
  auto opened = w.try_open(early, seconds{5});
  REQUIRE(opened);
  REQUIRE(*opened);
  outcome_list outcomes;
  REQUIRE((*opened)->try_write("key", as_bytes("first"), outcomes.sink()));
  w.world.run_for(seconds{20});
  CHECK(outcomes.told.empty());
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return !outcomes.told.empty(); }, seconds{5}));
  CHECK(outcomes.told == all_ok(1));
  opened.reset();
  w.finish();
}
