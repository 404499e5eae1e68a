// Closing writers and clients: drained, late, twice, from callbacks, with the server gone.
#include "core/access.hpp"
#include "scenario/scenario_support.hpp"

#include "client/client_core.hpp"
#include "client/closing.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

struct close_world : client_world {
  using client_world::client_world;
  outcome_list outcomes;
  std::vector<close_report> reports;
  void close(event_writer& writer, duration timeout) {
    writer.close_async(timeout, [this](const close_report& r) { reports.push_back(r); });
  }
  void write(event_writer& writer, int n) {
    for (int i = 0; i < n; ++i)
      REQUIRE(writer.try_write("key", as_bytes(std::string(92, 'x')), outcomes.sink()));
  }
  event_writer open_small() {
    auto options = user->default_writer_options();
    options.block_bytes_max = 100;
    return open(options);
  }
};

}  // namespace

TEST_CASE("close: everything that was written becomes durable first") {
  close_world w{{}, 3};
  auto writer = w.open();
  w.write(writer, 100);
  w.close(writer, seconds{30});
  REQUIRE(w.world.run_until([&] { return !w.reports.empty(); }, seconds{30}));
  CHECK(w.reports[0].outcome);
  CHECK(w.reports[0].durable_through == 100);
  CHECK(w.outcomes.told == all_ok(100));
  CHECK(w.stored().size() == 100);
  w.finish();
}

TEST_CASE("close: the deadline lists what is not durable, sent or not") {
  close_world w;
  auto writer = w.open_small();
  w.world.run_for(seconds{1});
  w.network->mute();
  w.network->refuses = true;
  w.write(writer, 4);
  const auto begin = w.world.now();
  w.close(writer, seconds{15});
  REQUIRE(w.world.run_until([&] { return !w.reports.empty(); }, seconds{30}));
  CHECK(w.world.now() - begin >= seconds{15});
  CHECK(w.world.now() - begin <= seconds{16});
  const auto& report = w.reports[0];
  REQUIRE_FALSE(report.outcome);
  CHECK(report.outcome.error() == errc::deadline_exceeded);
  CHECK(report.outcome.error().at() == stage::close);
  CHECK(report.outcome.error().controller() == "controller:9090");
  CHECK(report.outcome.error().segment_store() == "store-0:12345");
  CHECK(report.undurable == std::vector<undurable_range>{{1, 1, true}, {2, 4, false}});
  CHECK(w.outcomes.told ==
        texts{"1 outcome_unknown", "2 not_written", "3 not_written", "4 not_written"});
  w.network->refuses = false;
  w.finish();
}

TEST_CASE("close: the server comes back in time") {
  close_world w;
  auto writer = w.open_small();
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.write(writer, 20);
  w.close(writer, seconds{30});
  w.world.run_for(seconds{20});
  CHECK(w.reports.empty());
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return !w.reports.empty(); }, seconds{10}));
  CHECK(w.reports[0].outcome);
  CHECK(w.outcomes.told == all_ok(20));
  w.finish();
}

TEST_CASE("close: twice, the second time with less patience") {
  close_world w;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.write(writer, 1);
  const auto begin = w.world.now();
  w.close(writer, seconds{300});
  w.close(writer, seconds{5});
  REQUIRE(w.world.run_until([&] { return !w.reports.empty(); }, seconds{400}));
  CHECK(w.world.now() - begin <= seconds{6});
  CHECK(w.reports.size() == 2);
  CHECK_FALSE(w.reports[0].outcome);
  CHECK(w.reports[0].undurable == w.reports[1].undurable);
  w.close(writer, seconds{5});
  CHECK(w.reports.size() == 3);
  writer = {};
  w.network->refuses = false;
  w.finish();
}

TEST_CASE("close: from within a completion") {
  close_world w;
  auto writer = w.open();
  REQUIRE(writer.try_write(as_bytes("x"),
                           [&](const write_result&) { w.close(writer, seconds{30}); }));
  w.write(writer, 5);
  REQUIRE(w.world.run_until([&] { return !w.reports.empty(); }, seconds{30}));
  CHECK(w.reports[0].outcome);
  CHECK(w.reports[0].last_written == 6);
  CHECK(w.stored().size() == 6);
  w.finish();
}

TEST_CASE("close: the last handle drains and leaves nothing behind") {
  close_world w;
  {
    auto writer = w.open();
    w.write(writer, 10);
  }
  REQUIRE(w.world.run_until([&] { return w.outcomes.told.size() == 10; }, seconds{30}));
  w.world.run_for(seconds{60});
  CHECK(w.outcomes.told == all_ok(10));
  CHECK(w.world.open_connections() == 0);
  CHECK(w.count(event_kind::stopped, "writer-") == 1);
  w.finish();
}

TEST_CASE("close: a client closes its writers and reports each") {
  close_world w{{}, 2};
  auto first = w.open();
  auto second = w.open();
  w.write(first, 10);
  w.write(second, 5);
  const auto report = w.close_client();
  CHECK(report.outcome);
  REQUIRE(report.writers.size() == 2);
  CHECK(report.writers[0].last_written + report.writers[1].last_written == 15);
  CHECK(w.stored().size() == 15);
  CHECK(first.try_write(as_bytes("x")).error() == errc::closed);
  first = {};
  second = {};
  w.finish();
}

TEST_CASE("close: a client whose store is gone ends in time and says what is lost") {
  close_world w;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.write(writer, 3);
  const auto begin = w.world.now();
  const auto report = w.close_client(seconds{10});
  CHECK(w.world.now() - begin <= seconds{11});
  REQUIRE_FALSE(report.outcome);
  CHECK(report.outcome.error() == errc::deadline_exceeded);
  REQUIRE(report.writers.size() == 1);
  // The first left before the writer heard of the cut.
  CHECK(report.writers[0].undurable ==
        std::vector<undurable_range>{{1, 1, true}, {2, 3, false}});
  CHECK(w.outcomes.told.size() == 3);
  writer = {};
  const auto again = w.close_client();
  CHECK(again.outcome.error() == errc::deadline_exceeded);
  w.user.reset();
  w.world.run_for(seconds{400});
  CHECK(w.world.open_connections() == 0);
  CHECK(w.world.live_actors() == w.actors_before);
}

TEST_CASE("close: a client whose writer is closing already with more patience") {
  close_world w;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.write(writer, 3);
  w.close(writer, seconds{300});
  const auto report = w.close_client(seconds{10});
  REQUIRE_FALSE(report.outcome);
  REQUIRE(report.writers.size() == 1);
  // The first left before the writer heard of the cut.
  CHECK(report.writers[0].undurable ==
        std::vector<undurable_range>{{1, 1, true}, {2, 3, false}});
  REQUIRE(w.reports.size() == 1);
  CHECK(w.outcomes.told.size() == 3);
  w.user.reset();
  w.world.run_for(seconds{400});
  CHECK(w.world.live_actors() == w.actors_before);
}

TEST_CASE("close: a client twice at once") {
  close_world w;
  auto writer = w.open();
  w.write(writer, 10);
  std::vector<client_close_report> reports;
  for (int i = 0; i < 3; ++i)
    w.user->close_async(seconds{30},
                        [&](const client_close_report& r) { reports.push_back(r); });
  REQUIRE(w.world.run_until([&] { return reports.size() == 3; }, seconds{60}));
  for (const auto& each : reports)
    CHECK(each.outcome);
  CHECK(w.outcomes.told == all_ok(10));
  writer = {};
  w.finish();
}

TEST_CASE("close: a closed client opens nothing and answers at once") {
  close_world w;
  CHECK(w.close_client().outcome);
  const auto opened = w.try_open(w.stream);
  REQUIRE(opened);
  CHECK(opened->error() == errc::closed);
  w.finish();
}

TEST_CASE("close: whoever opens a writer while the client closes is answered") {
  close_world w;
  w.controller->now = switched_controller::mode::silent;
  std::optional<result<event_writer>> opened;
  w.user->create_writer_async(w.stream, w.user->default_writer_options(),
                              [&](result<event_writer> r) { opened = std::move(r); });
  CHECK(w.close_client(seconds{5}).writers.size() <= 1);
  REQUIRE(opened);
  CHECK_FALSE(opened->has_value());
  opened.reset();
  w.user.reset();
  w.world.run_for(seconds{400});
  CHECK(w.world.live_actors() == w.actors_before);
}

TEST_CASE("close: a client that has given up answers, opens nothing and closes") {
  config settings;
  settings.restart_intensity_max = 2;
  close_world w{settings};
  auto writer = w.open();
  w.world.run_for(seconds{1});
  for (int i = 0; i < 5; ++i) {
    caf::anon_send_exit(access::core_of(*w.user).context()->connections->get(),
                        caf::exit_reason::kill);
    w.world.run_for(seconds{1});
  }
  CHECK(w.count(event_kind::gave_up, "client/connections") == 1);
  const auto late = writer.try_write(as_bytes("x"));
  REQUIRE_FALSE(late);
  const auto opened = w.try_open(w.stream);
  REQUIRE(opened);
  CHECK_FALSE(opened->has_value());
  writer = {};
  CHECK(w.close_client().outcome);
  w.finish();
}
