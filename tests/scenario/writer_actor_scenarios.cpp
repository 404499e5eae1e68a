// The event writer as an actor: its messages, its limits and its death.
#include "core/access.hpp"
#include "scenario/writer_actor_world.hpp"

#include "client/client_core.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

std::vector<write_event> events(int n, std::size_t bytes = 10) {
  std::vector<write_event> out;
  for (int i = 0; i < n; ++i)
    out.push_back({std::string(bytes, 'x'), "key"});
  return out;
}

}  // namespace

TEST_CASE("writer actor: events are answered when they are durable, in order") {
  actor_world w{{}, 3};
  auto writer = w.open_actor();
  std::vector<write_event> what;
  for (int i = 0; i < 50; ++i)
    what.push_back({"event " + std::to_string(i),
                    i % 3 == 0 ? std::nullopt : std::optional<std::string>{"key"}});
  const auto got = send_all<event_written>(w.world, writer, what);
  REQUIRE(w.world.run_until([&] { return got->total() == 50; }, seconds{60}));
  REQUIRE(got->replies.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(got->replies[i].outcome.ticket == i + 1);
    CHECK(got->replies[i].outcome.outcome);
  }
  CHECK(w.stored().size() == 50);
  const auto status = ask<writer_status>(w.world, writer, get_writer_status{});
  REQUIRE(status);
  CHECK(status->state == "open");
  CHECK(status->durable_through == 50);
  CHECK(status->segments.size() == 3);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: a batch is answered once, when all of it is durable") {
  actor_world w;
  auto writer = w.open_actor();
  const auto got = send_all<event_written>(
      w.world, writer,
      std::vector<write_batch>{{{"a", "b", "c"}, "key"}, {{}, "key"}, {{"d"}, "key"}});
  REQUIRE(w.world.run_until([&] { return got->total() == 3; }, seconds{60}));
  REQUIRE(got->replies.size() == 3);
  std::map<event_ticket, result<void>> told;
  for (const auto& each : got->replies)
    told.emplace(each.outcome.ticket, each.outcome.outcome);
  REQUIRE(told.size() == 3);
  CHECK(told.at(3));
  CHECK(told.at(4));
  CHECK(told.at(0).error() == errc::invalid_argument);
  CHECK(w.stored() == texts{"a", "b", "c", "d"});
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: a flush is answered after the events before it") {
  actor_world w;
  auto writer = w.open_actor();
  const auto got = send_all<event_written>(w.world, writer, events(10));
  // Messages of different senders overtake each other.
  w.world.run_for(microseconds{1});
  const auto flushed = ask<events_flushed>(w.world, writer, flush_events{});
  REQUIRE(flushed);
  CHECK(flushed->outcome);
  w.world.run_for(milliseconds{1});
  CHECK(got->replies.size() == 10);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: a full one says would_block at once, and gives credit later") {
  actor_world w;
  auto options = w.user->default_writer_options();
  options.outstanding_bytes_max = 1000;
  auto writer = w.open_actor(options);
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  const auto got = send_all<event_written>(w.world, writer, events(20, 76));
  w.world.run_for(seconds{1});
  REQUIRE(got->replies.size() == 10);
  for (const auto& each : got->replies) {
    CHECK(each.outcome.outcome.error() == errc::would_block);
    CHECK(each.outcome.ticket == 0);
    CHECK_FALSE(each.outcome.durable);
  }
  const auto first = send_all<credit>(w.world, writer, std::vector<await_credit>{{76}});
  const auto second = send_all<credit>(w.world, writer, std::vector<await_credit>{{500}});
  w.world.run_for(seconds{10});
  CHECK(first->total() + second->total() == 0);
  w.network->refuses = false;
  REQUIRE(
      w.world.run_until([&] { return first->total() + second->total() == 2; }, seconds{10}));
  for (const auto& each : {first, second}) {
    REQUIRE(each->replies.size() == 1);
    CHECK(each->replies[0].outcome);
    CHECK(each->replies[0].number > 0);
  }
  w.world.run_for(seconds{1});
  CHECK(got->replies.size() == 20);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: an event that is too large is refused, the writer goes on") {
  actor_world w;
  auto writer = w.open_actor();
  const auto large =
      ask<event_written>(w.world, writer, write_event{std::string((8u << 20) + 1, 'x')});
  REQUIRE(large);
  CHECK(large->outcome.outcome.error() == errc::event_too_large);
  const auto fine = ask<event_written>(w.world, writer, write_event{""});
  REQUIRE(fine);
  CHECK(fine->outcome.outcome);
  CHECK(w.stored() == texts{""});
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: closing answers with the report, later messages with an error") {
  actor_world w;
  auto writer = w.open_actor();
  const auto got = send_all<event_written>(w.world, writer, events(10));
  w.world.run_for(microseconds{1});
  const auto closed = ask<writer_closed>(w.world, writer, close_writer{seconds{30}});
  REQUIRE(closed);
  CHECK(closed->report.outcome);
  CHECK(closed->report.durable_through == closed->report.last_written);
  w.world.run_for(seconds{5});
  CHECK(got->total() == 10);
  CHECK(w.stored().size() == closed->report.last_written);
  CHECK_FALSE(ask<event_written>(w.world, writer, write_event{"x"}));
  CHECK(w.world.open_connections() == 0);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: a close that takes too long reports what is not durable") {
  actor_world w;
  auto writer = w.open_actor();
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  // What is sent before the cut is noticed is in doubt.
  w.world.run_for(milliseconds{100});
  const auto got = send_all<event_written>(w.world, writer, events(3));
  w.world.run_for(milliseconds{10});
  const auto closed = ask<writer_closed>(w.world, writer, close_writer{seconds{5}});
  REQUIRE(closed);
  CHECK(closed->report.outcome.error() == errc::deadline_exceeded);
  CHECK(closed->report.undurable == std::vector<undurable_range>{{1, 3, false}});
  w.world.run_for(milliseconds{10});
  REQUIRE(got->replies.size() == 3);
  for (const auto& each : got->replies)
    CHECK(each.outcome.outcome.error() == errc::not_written);
  writer = nullptr;
  w.network->refuses = false;
  w.finish();
}

TEST_CASE("writer actor: it stays open though nobody holds its handle") {
  actor_world w;
  auto writer = w.open_actor();
  w.world.run_for(seconds{100});
  const auto status = ask<writer_status>(w.world, writer, get_writer_status{});
  REQUIRE(status);
  CHECK(status->state == "open");
  writer = nullptr;
  w.world.run_for(seconds{100});
  CHECK(w.world.open_connections() == 1);
  w.finish();
}

TEST_CASE("writer actor: its death answers everything that is pending") {
  actor_world w;
  auto options = w.user->default_writer_options();
  options.block_bytes_max = 100;
  options.outstanding_bytes_max = 1000;
  auto writer = w.open_actor(options);
  w.world.run_for(seconds{1});
  w.network->mute();
  const auto got = send_all<event_written>(w.world, writer, events(4, 200));
  w.world.run_for(milliseconds{10});
  const auto flushed = send_all<events_flushed>(w.world, writer, std::vector<flush_events>(1));
  const auto waiting = send_all<credit>(w.world, writer, std::vector<await_credit>{{900}});
  const auto closing =
      send_all<writer_closed>(w.world, writer, std::vector<close_writer>{{seconds{300}}});
  w.world.run_for(milliseconds{10});
  CHECK(got->total() == 0);
  caf::anon_send_exit(caf::actor_cast<caf::actor>(writer), caf::exit_reason::kill);
  w.world.run_for(seconds{1});
  REQUIRE(got->replies.size() == 4);
  CHECK(got->replies[0].outcome.outcome.error() == errc::outcome_unknown);
  for (std::size_t i = 1; i < 4; ++i)
    CHECK(got->replies[i].outcome.outcome.error() == errc::not_written);
  REQUIRE(flushed->replies.size() == 1);
  CHECK(flushed->replies[0].outcome.error() == errc::actor_terminated);
  CHECK(waiting->total() == 1);
  REQUIRE(closing->replies.size() == 1);
  CHECK(closing->replies[0].report.undurable ==
        std::vector<undurable_range>{{1, 1, true}, {2, 4, false}});
  CHECK(w.count(event_kind::stopped, "client/writer-") == 1);
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: the death of a writer whose handle is used") {
  actor_world w;
  outcome_list outcomes;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  w.network->mute();
  REQUIRE(writer.try_write(as_bytes("x"), outcomes.sink()));
  REQUIRE(writer.try_write(as_bytes("y"), outcomes.sink()));
  std::optional<close_report> report;
  // The tree is stopped while the writer waits: as if its actor were killed.
  w.user->close_async(seconds{5}, [](const client_close_report&) {});
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{30}));
  CHECK(outcomes.told == texts{"1 outcome_unknown", "2 not_written"});
  writer.close_async(seconds{1}, [&](const close_report& r) { report = r; });
  REQUIRE(report);
  CHECK_FALSE(report->outcome);
  writer = {};
  w.world.run_for(seconds{60});
  w.user.reset();
  w.world.run_for(seconds{400});
  CHECK(w.world.live_actors() == w.actors_before);
}

TEST_CASE("writer actor: the services below it may be killed at any time") {
  actor_world w{{}, 2};
  outcome_list outcomes;
  auto writer = w.open();
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 10; ++i)
      REQUIRE(writer.try_write(
          as_bytes(std::to_string(outcomes.told.size()) + "/" + std::to_string(i)),
          outcomes.sink()));
    const auto& context = *access::core_of(*w.user).context();
    caf::anon_send_exit(round % 2 == 0 ? context.connections->get().address()
                                       : context.controller->get().address(),
                        caf::exit_reason::kill);
    w.world.cut_connections();
    w.world.run_for(seconds{15});
    CHECK(outcomes.told == all_ok(static_cast<std::size_t>(round + 1) * 10));
  }
  CHECK(w.stored().size() == 60);
  CHECK(w.count(event_kind::restarted, "client/connections") == 3);
  CHECK(w.count(event_kind::restarted, "client/controller") == 3);
  writer = {};
  w.finish();
}
