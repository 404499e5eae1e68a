// The client as an actor: everything an application does, by messages alone.
#include "client/client_actor.hpp"
#include "client/group_calls.hpp"
#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;

namespace {

const scoped_stream stream{"scope", "stream"};

struct actor_client {
  simulation world;
  client_actor pravega;

  explicit actor_client(const fault_plan& plan = {}) : world{7, plan} {
    config settings;
    settings.restart_intensity_max = 1000;
    auto made = make_client_actor(world.system(), settings, world.ports());
    REQUIRE(made);
    pravega = *made;
  }

  /// Sends a request from an actor that lives until the world ends, and waits for the answer.
  template <class Answer, class Message>
  Answer ask(const Message& what) {
    auto got = std::make_shared<std::optional<Answer>>();
    auto failed = std::make_shared<std::string>();
    askers.push_back(
        world.system().spawn([=, to = pravega](caf::event_based_actor* self) -> caf::behavior {
          self->request(to, caf::infinite, what)
              .then([got](const Answer& answer) { *got = answer; },
                    [got, failed, self](const caf::error& why) {
                      *failed = self->system().render(why);
                    });
          return {[](caf::unit_t) {}};
        }));
    REQUIRE(
        world.run_until([&] { return got->has_value() || !failed->empty(); }, seconds{200}));
    INFO(*failed);
    REQUIRE(got->has_value());
    return **got;
  }
  template <class Message>
  result<typename Message::result_type> call(const Message& what) {
    return ask<stream_answer<typename Message::result_type>>(what).outcome;
  }
  void make_stream(std::int32_t segments = 1) {
    REQUIRE(call(streams::ensure_scope{stream.scope}));
    REQUIRE(call(streams::ensure_stream{stream, fixed_segments(segments)}));
  }
  void end_askers() {
    for (const auto& each : askers)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    askers.clear();
  }

  std::vector<caf::actor> askers;
};

}  // namespace

TEST_CASE("client actor: every call about streams is a message") {
  actor_client c;
  CHECK(*c.call(streams::ensure_scope{"scope"}) == ensured::created);
  CHECK(c.call(streams::ensure_stream{stream, fixed_segments(2)})->outcome == ensured::created);
  CHECK(*c.call(streams::list_scopes{}) == std::vector<std::string>{"scope"});
  CHECK(c.call(streams::list_streams{"scope"})->size() == 2);
  CHECK(c.call(streams::list_streams{"scope", "tag"})->empty());
  CHECK(c.call(streams::describe{stream})->segments.size() == 2);
  CHECK(c.call(streams::get_config{stream})->scaling.segments_min == 2);
  const auto head = c.call(streams::get_head_cut{stream});
  REQUIRE(head);
  const auto tail = c.call(streams::get_tail_cut{stream});
  REQUIRE(tail);
  CHECK(c.call(streams::get_segments_between{*head, *tail})->size() == 2);
  CHECK(c.call(streams::get_splits{stream})->splits.empty());
  CHECK(c.call(streams::read_event{{{stream, {0, 0}}, 0, 8}}).error() ==
        errc::invalid_argument);
  CHECK(c.call(streams::update_stream{stream, fixed_segments(1)}));
  CHECK(c.call(streams::scale_to{stream, 1})->opened.size() == 1);
  const auto one = c.call(streams::describe{stream})->segments.front().id.id;
  CHECK(c.call(streams::split_segment{{stream, one}, 2})->opened.size() == 2);
  const auto two = c.call(streams::describe{stream})->segments;
  REQUIRE(two.size() == 2);
  CHECK(c.call(streams::merge_segments{stream, {two[0].id.id, two[1].id.id}})->opened.size() ==
        1);
  const auto last = c.call(streams::describe{stream})->segments.front().id.id;
  CHECK(
      c.call(streams::scale_stream{stream, {last}, {{0.0, 0.5}, {0.5, 1.0}}})->opened.size() ==
      2);
  CHECK(c.call(streams::get_lineage{stream})->epochs >= 5);
  stream_change tags;
  tags.add_tags = {"tag"};
  CHECK(c.call(streams::change_stream{stream, tags})->tags == std::vector<std::string>{"tag"});
  CHECK(c.call(streams::truncate_stream{*c.call(streams::get_tail_cut{stream})}));
  CHECK(c.call(streams::seal_stream{stream}));
  CHECK(*c.call(streams::delete_stream{stream}));
  CHECK(*c.call(streams::delete_scope{"scope"}));
  CHECK_FALSE(*c.call(streams::delete_scope{"scope"}));
}

TEST_CASE("client actor: it opens writers and readers, and what is written is read") {
  actor_client c;
  c.make_stream();
  const auto opened = c.ask<writer_opened>(create_writer{stream});
  CHECK(opened.stream == stream);
  REQUIRE(opened.writer);
  bool durable = false;
  c.world.system().spawn([&, to = *opened.writer](caf::event_based_actor* self) {
    self->request(to, caf::infinite, write_event{std::string{"hello"}})
        .then([&](const event_written& written) { durable = written.outcome.durable; });
  });
  REQUIRE(c.world.run_until([&] { return durable; }, seconds{60}));
  CHECK(c.ask<reader_opened>(create_reader{stream}).reader);
  const auto status = c.ask<client_status>(get_client_status{});
  CHECK(status.controller == "controller:9090");
  CHECK(status.controller_calls > 0);
}

TEST_CASE("client actor: what is wrong comes as an error in the answer") {
  actor_client c;
  c.make_stream();
  CHECK(c.ask<writer_opened>(create_writer{{"scope", "none"}}).writer.error() ==
        errc::stream_not_found);
  CHECK(c.ask<reader_opened>(create_reader{{"scope", "none"}}).reader.error() ==
        errc::stream_not_found);
  CHECK(c.ask<writer_opened>(create_writer{{"scope", "not/valid"}}).writer.error() ==
        errc::invalid_name);
  CHECK(c.call(streams::seal_stream{{"scope", "none"}}).error() == errc::stream_not_found);
}

TEST_CASE("client actor: who asks for a writer owns it") {
  actor_client c;
  c.make_stream();
  REQUIRE(c.ask<writer_opened>(create_writer{stream}).writer);
  c.world.run_for(seconds{1});
  const auto with_writer = c.world.live_actors();
  const auto askers = c.askers.size();
  c.end_askers();
  c.world.run_for(seconds{60});
  // The writer's actor ends with its owner, and so does its supervisor.
  CHECK(c.world.live_actors() + askers + 2 <= with_writer);
}

TEST_CASE("client actor: who asks for a reader owns it") {
  actor_client c;
  c.make_stream();
  REQUIRE(c.ask<reader_opened>(create_reader{stream}).reader);
  c.world.run_for(seconds{1});
  const auto with_reader = c.world.live_actors();
  const auto askers = c.askers.size();
  c.end_askers();
  c.world.run_for(seconds{60});
  CHECK(c.world.live_actors() + askers + 2 <= with_reader);
}

TEST_CASE("client actor: events are messages with fields, until their sink ends") {
  actor_client c;
  auto seen = std::make_shared<std::vector<library_event>>();
  auto sink = c.world.system().spawn([seen]() -> event_sink::behavior_type {
    return {[seen](const library_event& event) { seen->push_back(event); }};
  });
  caf::anon_send(c.pravega, subscribe_events{sink});
  c.make_stream();
  REQUIRE(c.ask<writer_opened>(create_writer{stream}).writer);
  const auto connected = [&] {
    return std::find_if(seen->begin(), seen->end(), [](const library_event& event) {
      return event.kind == event_kind::connected;
    });
  };
  REQUIRE(c.world.run_until([&] { return connected() != seen->end(); }, seconds{60}));
  CHECK(connected()->feature == "writer-1");
  CHECK(connected()->segment == "scope/stream/0.#epoch.0");
  CHECK_FALSE(connected()->reason);
  c.world.cut_connections();
  const auto lost = [&] {
    return std::any_of(seen->begin(), seen->end(), [](const library_event& event) {
      return event.kind == event_kind::disconnected && event.reason.has_value();
    });
  };
  REQUIRE(c.world.run_until(lost, seconds{60}));
  caf::anon_send_exit(sink, caf::exit_reason::user_shutdown);
  c.world.run_for(seconds{1});
  const auto count = seen->size();
  c.world.cut_connections();
  c.world.run_for(seconds{5});
  CHECK(seen->size() == count);
}

TEST_CASE("client actor: closing drains, answers with the report and ends the actor") {
  actor_client c;
  c.make_stream();
  const auto opened = c.ask<writer_opened>(create_writer{stream});
  REQUIRE(opened.writer);
  for (int i = 0; i < 20; ++i)
    caf::anon_send(*opened.writer, write_event{std::to_string(i), "key"});
  const auto closed = c.ask<client_closed>(close_client{});
  CHECK(closed.report.outcome);
  CHECK(closed.report.writers.size() == 1);
  CHECK(c.world.events_of("scope/stream/0.#epoch.0").size() == 20);
  bool down = false;
  c.world.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(c.pravega);
    self->set_down_handler([&](const caf::down_msg&) { down = true; });
    return {[](caf::unit_t) {}};
  });
  CHECK(c.world.run_until([&] { return down; }, seconds{10}));
}

TEST_CASE("client actor: without references it ends, and what was written is stored") {
  actor_client c;
  c.make_stream();
  auto opened = c.ask<writer_opened>(create_writer{stream});
  REQUIRE(opened.writer);
  for (int i = 0; i < 20; ++i)
    caf::anon_send(*opened.writer, write_event{std::to_string(i), "key"});
  opened.writer = errc::closed;
  c.pravega = nullptr;
  c.end_askers();
  c.world.run_for(seconds{60});
  CHECK(c.world.events_of("scope/stream/0.#epoch.0").size() == 20);
  CHECK(c.world.open_connections() == 0);
}

TEST_CASE("client actor: calls go on over kills of the library's actors") {
  fault_plan plan;
  plan.kill = 0.05;
  plan.controller_failure = 0.2;
  plan.heal_after = seconds{20};
  actor_client c{plan};
  REQUIRE(c.call(streams::ensure_scope{"scope"}));
  for (int i = 0; i < 10; ++i) {
    const scoped_stream each{"scope", "stream-" + std::to_string(i)};
    const auto made = c.call(streams::ensure_stream{each, fixed_segments(1)});
    INFO(i);
    REQUIRE(made);
    CHECK(c.call(streams::scale_to{each, 2})->opened.size() == 2);
  }
}

TEST_CASE("client actor: a writer and a reader end with the actor that asked for them") {
  actor_client c;
  c.make_stream();
  auto writer = c.ask<writer_opened>(create_writer{stream}).writer;
  auto reader = c.ask<reader_opened>(create_reader{stream}).reader;
  REQUIRE(writer);
  REQUIRE(reader);
  auto ended = std::make_shared<int>(0);
  auto watcher = c.world.system().spawn(
      [ended, w = *writer, r = *reader](caf::event_based_actor* self) -> caf::behavior {
        self->monitor(w);
        self->monitor(r);
        self->set_down_handler([ended](const caf::down_msg&) { ++*ended; });
        return {[](caf::unit_t) {}};
      });
  c.world.run_for(seconds{1});
  CHECK(*ended == 0);
  c.end_askers();
  c.world.run_for(seconds{5});
  CHECK(*ended == 2);
  caf::anon_send_exit(watcher, caf::exit_reason::user_shutdown);
}
