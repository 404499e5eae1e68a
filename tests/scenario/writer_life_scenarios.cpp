// How writer actors end: what they answer when they have failed, and with what reason they
// exit.
#include <algorithm>

#include "scenario/writer_actor_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

struct life_world : actor_world {
  using actor_world::actor_world;
  std::optional<caf::error> ended;
  /// An actor that nothing refers to ends.
  caf::actor watcher;

  void watch(const event_writer_handle& writer) {
    watcher =
        world.system().spawn([this, writer](caf::event_based_actor* self) -> caf::behavior {
          self->monitor(writer);
          self->set_down_handler([this, self](const caf::down_msg& down) {
            ended = down.reason;
            watcher = nullptr;
            self->quit();
          });
          return {[](int) {}};
        });
    world.run_for(microseconds{1});
  }
  std::size_t stopped() const {
    return static_cast<std::size_t>(
        std::count_if(happened.begin(), happened.end(), [](const library_event& e) {
          return e.kind == event_kind::stopped && e.path == "client/writer-1";
        }));
  }
  // The writer's next event meets a sealed stream.
  void fail(const event_writer_handle& writer) {
    REQUIRE(world.control(controller::seal_stream{stream}));
    const auto written = ask<event_written>(world, writer, write_event{"too late"});
    REQUIRE(written);
    CHECK(written->outcome.outcome.error() == errc::not_written);
    world.run_for(seconds{10});
  }
};

}  // namespace

TEST_CASE("writer life: one that has failed stays, and answers with its failure") {
  life_world w;
  auto writer = w.open_actor();
  w.watch(writer);
  REQUIRE(ask<event_written>(w.world, writer, write_event{"in time"}));
  w.fail(writer);
  CHECK_FALSE(w.ended);
  const auto status = ask<writer_status>(w.world, writer, get_writer_status{});
  REQUIRE(status);
  CHECK(status->state == "failed");
  CHECK(status->last_failure.find("sealed") != std::string::npos);
  const auto written = ask<event_written>(w.world, writer, write_event{"x"});
  REQUIRE(written);
  CHECK(written->outcome.ticket == 0);
  CHECK(written->outcome.outcome.error() == errc::stream_sealed);
  const auto all = ask<events_written>(w.world, writer, write_events{{{"x", "k"}}});
  REQUIRE(all);
  CHECK(all->outcome.error() == errc::stream_sealed);
  const auto room = ask<credit>(w.world, writer, await_credit{1});
  REQUIRE(room);
  CHECK(room->outcome.error() == errc::stream_sealed);
  const auto flushed = ask<events_flushed>(w.world, writer, flush_events{});
  REQUIRE(flushed);
  CHECK(flushed->outcome.error() == errc::stream_sealed);
  // All its segment writers are gone meanwhile.
  CHECK(w.world.open_connections() == 0);

  const auto closed = ask<writer_closed>(w.world, writer, close_writer{});
  REQUIRE(closed);
  CHECK(closed->report.outcome.error() == errc::stream_sealed);
  CHECK(closed->report.durable_through == 1);
  CHECK(closed->report.undurable == std::vector<undurable_range>{{2, 2, false}});
  w.world.run_for(seconds{1});
  REQUIRE(w.ended);
  CHECK(*w.ended == errc::stream_sealed);
  CHECK(errc_of(*w.ended) == errc::stream_sealed);
  CHECK(w.stopped() == 1);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer life: one that has failed ends with its failure when the client closes") {
  life_world w;
  auto writer = w.open_actor();
  w.watch(writer);
  w.fail(writer);
  writer = nullptr;
  const auto report = w.close_client();
  REQUIRE(report.writers.size() == 1);
  CHECK(report.writers[0].outcome.error() == errc::stream_sealed);
  REQUIRE(w.ended);
  CHECK(*w.ended == errc::stream_sealed);
  w.finish();
}

TEST_CASE("writer life: others may end it: the reason is its failure if there is one") {
  const bool failed = GENERATE(true, false);
  life_world w;
  auto writer = w.open_actor();
  w.watch(writer);
  if (failed) w.fail(writer);
  caf::anon_send_exit(writer, caf::exit_reason::remote_link_unreachable);
  w.world.run_for(seconds{1});
  REQUIRE(w.ended);
  if (failed)
    CHECK(*w.ended == errc::stream_sealed);
  else
    CHECK(*w.ended == caf::exit_reason::remote_link_unreachable);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer life: closing in time exits normally, and too late with the failure") {
  const bool late = GENERATE(true, false);
  life_world w;
  auto writer = w.open_actor();
  w.watch(writer);
  w.world.run_for(seconds{1});
  if (late) {
    w.network->refuses = true;
    w.world.cut_connections();
    w.world.run_for(milliseconds{100});
  }
  caf::anon_send(writer, write_event{"x"});
  w.world.run_for(milliseconds{10});
  const auto closed = ask<writer_closed>(w.world, writer, close_writer{seconds{5}});
  REQUIRE(closed);
  CHECK(closed->report.outcome.has_value() != late);
  w.world.run_for(seconds{10});
  REQUIRE(w.ended);
  if (late)
    CHECK(*w.ended == errc::deadline_exceeded);
  else
    CHECK_FALSE(*w.ended);
  w.network->refuses = false;
  writer = nullptr;
  w.finish();
}

TEST_CASE(
    "writer life: an owner gets its writer, and when it is down the writer drains and ends") {
  life_world w;
  event_writer_handle writer;
  auto owner = w.world.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    create_writer_actor(*w.user, w.stream, w.user->default_writer_options(), self);
    return {[&](const writer_opened& opened) {
      REQUIRE(opened.writer);
      CHECK(opened.stream == w.stream);
      writer = *opened.writer;
    }};
  });
  REQUIRE(w.world.run_until([&] { return static_cast<bool>(writer); }, seconds{10}));
  w.watch(writer);
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  caf::anon_send(writer, write_event{"last words"});
  w.world.run_for(seconds{1});
  caf::anon_send_exit(owner, caf::exit_reason::kill);
  w.world.run_for(seconds{1});
  CHECK_FALSE(w.ended);
  const auto refused = ask<event_written>(w.world, writer, write_event{"too late"});
  REQUIRE(refused);
  CHECK(refused->outcome.outcome.error() == errc::closed);
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return w.ended.has_value(); }, seconds{20}));
  CHECK_FALSE(*w.ended);
  CHECK(w.stored() == texts{"last words"});
  writer = nullptr;
  owner = nullptr;
  w.finish();
}

TEST_CASE("writer life: an owner with a typed interface, and a stream that does not exist") {
  life_world w;
  std::optional<error> refused;
  auto owner =
      w.world.system().spawn([&](writer_owner::pointer self) -> writer_owner::behavior_type {
        create_writer_actor(*w.user, {"scope", "other"}, w.user->default_writer_options(),
                            writer_owner{self});
        return {[&](const writer_opened& opened) {
          if (!opened.writer) refused = opened.writer.error();
        }};
      });
  REQUIRE(w.world.run_until([&] { return refused.has_value(); }, seconds{10}));
  CHECK(*refused == errc::stream_not_found);
  caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
  owner = nullptr;
  w.finish();
}

TEST_CASE("writer life: an owner that dies while its writer is opened") {
  life_world w;
  w.controller->now = switched_controller::mode::away;
  auto owner = w.world.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    create_writer_actor(*w.user, w.stream, w.user->default_writer_options(), self);
    return {[](const writer_opened&) {}};
  });
  w.world.run_for(milliseconds{10});
  caf::anon_send_exit(owner, caf::exit_reason::kill);
  owner = nullptr;
  w.world.run_for(milliseconds{10});
  w.controller->now = switched_controller::mode::through;
  w.world.run_for(seconds{60});
  CHECK(w.stopped() == 1);
  CHECK(w.world.open_connections() == 0);
  w.finish();
}

TEST_CASE("writer progress: one message under way at a time, with the newest state") {
  life_world w;
  auto writer = w.open_actor();
  std::vector<writer_progress> told;
  bool slow = true;
  caf::response_promise held;
  using slow_sink = progress_sink::extend<caf::reacts_to<int>>;
  auto sink = w.world.system().spawn([&](slow_sink::pointer self) -> slow_sink::behavior_type {
    return {[&told, &slow, &held, self](const writer_progress& now) -> caf::result<void> {
              told.push_back(now);
              if (!slow) return caf::unit;
              held = self->make_response_promise<caf::response_promise>();
              return held;
            },
            [&held](int) { held.deliver(caf::unit); }};
  });
  caf::anon_send(writer, subscribe_progress{sink});
  for (int i = 0; i < 20; ++i)
    REQUIRE(ask<event_written>(w.world, writer, write_event{"x"}));
  REQUIRE(told.size() == 1);
  CHECK(told[0].durable_through == 1);
  slow = false;
  caf::anon_send(sink, 1);
  w.world.run_for(seconds{1});
  REQUIRE(told.size() == 2);
  CHECK(told[1].durable_through == 20);
  caf::anon_send(writer, subscribe_progress{});
  REQUIRE(ask<event_written>(w.world, writer, write_event{"x"}));
  w.world.run_for(seconds{1});
  CHECK(told.size() == 2);
  held = {};
  caf::anon_send(writer, subscribe_progress{sink});
  w.world.run_for(seconds{1});
  CHECK(told.size() == 3);
  caf::anon_send_exit(sink, caf::exit_reason::kill);
  REQUIRE(ask<event_written>(w.world, writer, write_event{"x"}));
  CHECK(ask<event_written>(w.world, writer, write_event{"y"}));
  sink = nullptr;
  writer = nullptr;
  w.finish();
}
