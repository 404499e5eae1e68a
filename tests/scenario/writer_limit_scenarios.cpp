// Sizes, limits, and streams that are not there, sealed, or go away under a writer.
#include "scenario/scenario_support.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

errc refusal(client_world& w, const scoped_stream& which) {
  const auto opened = w.try_open(which);
  REQUIRE(opened);
  REQUIRE_FALSE(opened->has_value());
  CHECK(opened->error().subject().find(which.stream) != std::string::npos);
  return opened->error().code();
}

// Writes n events, of which some are on their way when the segment is taken away.
void write_many(event_writer& writer, outcome_list& outcomes, int n) {
  for (int i = 1; i <= n; ++i)
    REQUIRE(writer.try_write("key", as_bytes("event " + std::to_string(i)), outcomes.sink()));
}

}  // namespace

TEST_CASE("limits: an event of 8 MiB is written, one byte more is refused unsent") {
  client_world w;
  outcome_list outcomes;
  auto writer = w.open();
  w.world.run_for(seconds{1});
  const std::string largest(limits::event_payload_bytes_max, 'L');
  const auto sent_before = w.network->bytes_sent;
  const auto refused = writer.try_write("key", as_bytes(largest + "!"), outcomes.sink());
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::event_too_large);
  CHECK(w.network->bytes_sent == sent_before);
  REQUIRE(writer.try_write("key", as_bytes(largest), outcomes.sink()));
  REQUIRE(writer.try_write("key", as_bytes(""), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{30}));
  CHECK(outcomes.told == all_ok(2));
  const auto all = w.stored();
  REQUIRE(all.size() == 2);
  CHECK(all[0] == largest);
  CHECK(all[1].empty());
  writer = {};
  w.finish();
}

TEST_CASE("limits: the bytes of all writers are bounded while the store is away") {
  config settings;
  settings.writers_outstanding_bytes_max = 8388616;
  client_world w{settings, 3};
  outcome_list outcomes;
  std::vector<event_writer> writers;
  for (int i = 0; i < 4; ++i)
    writers.push_back(w.open());
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  const std::string event(100'000, 'x');
  std::vector<std::size_t> taken;
  const auto fill = [&](event_writer& into) {
    std::size_t count = 0;
    while (into.try_write("key", as_bytes(event), outcomes.sink()))
      ++count;
    return count;
  };
  for (auto& each : writers)
    taken.push_back(fill(each));
  CHECK(taken[0] > 80);
  CHECK(std::vector<std::size_t>(taken.begin() + 1, taken.end()) ==
        std::vector<std::size_t>(3, 1));
  int woken = 0;
  for (auto& each : writers)
    each.when_writable(event.size(), [&woken] { ++woken; });
  w.world.run_for(seconds{30});
  CHECK(woken == 0);
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return woken == 4; }, seconds{10}));
  for (auto& each : writers)
    REQUIRE(each.try_write("key", as_bytes(event), outcomes.sink()));
  const auto written = taken[0] + 3 + 4;
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == written; }, seconds{10}));
  CHECK(w.stored().size() == written);
  writers.clear();
  w.finish();
}

TEST_CASE("limits: the bytes of a writer are bounded while the store is away") {
  client_world w{{}, 3};
  auto options = w.user->default_writer_options();
  options.outstanding_bytes_max = 10000;
  options.block_bytes_max = 1000;
  outcome_list outcomes;
  auto writer = w.open(options);
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  std::size_t written = 0;
  const auto fill = [&] {
    for (;;) {
      const auto added =
          writer.try_write(as_bytes(std::string(written % 300, 'x')), outcomes.sink());
      REQUIRE(writer.status().outstanding_bytes <= options.outstanding_bytes_max);
      if (!added) {
        REQUIRE(added.error() == errc::would_block);
        return;
      }
      ++written;
    }
  };
  fill();
  CHECK(written > 20);
  int woken = 0;
  writer.when_writable(100, [&] {
    ++woken;
    fill();
  });
  w.world.run_for(seconds{30});
  CHECK(woken == 0);
  CHECK(outcomes.told.empty());
  const auto before = written;
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return woken == 1; }, seconds{10}));
  CHECK(written > before);
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == written; }, seconds{10}));
  CHECK(outcomes.told == all_ok(written));
  CHECK(w.stored().size() == written);
  CHECK(writer.status().outstanding_bytes == 0);
  writer = {};
  w.finish();
}

TEST_CASE("limits: a stream that is not there is told as such") {
  client_world w;
  CHECK(refusal(w, {"scope", "missing"}) == errc::stream_not_found);
  CHECK(refusal(w, {"nowhere", "missing"}) == errc::stream_not_found);
  w.finish();
}

TEST_CASE("limits: names that Pravega refuses do not reach the controller") {
  client_world w;
  const auto before = w.controller->calls;
  for (const scoped_stream& bad :
       {scoped_stream{"sc ope", "stream"}, scoped_stream{"scope", ""},
        scoped_stream{"scope", "a/b"}, scoped_stream{"", "stream"}})
    CHECK(refusal(w, bad) == errc::invalid_name);
  CHECK(w.controller->calls == before);
  w.finish();
}

TEST_CASE("limits: a sealed stream takes no writer") {
  client_world w;
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  CHECK(refusal(w, w.stream) == errc::stream_sealed);
  w.finish();
}

TEST_CASE("limits: a controller that refuses the credentials ends the opening at once") {
  client_world w;
  w.controller->refusal = error{errc::unauthenticated, "no token"};
  const auto begin = w.world.now();
  CHECK(refusal(w, w.stream) == errc::unauthenticated);
  CHECK(w.world.now() - begin < seconds{1});
  w.finish();
}

TEST_CASE("limits: a stream that is sealed under a writer: each event is certain") {
  client_world w;
  outcome_list outcomes;
  auto options = w.user->default_writer_options();
  options.block_bytes_max = 64;
  options.blocks_in_flight_max = 4;
  auto writer = w.open(options);
  write_many(writer, outcomes, 60);
  w.world.run_until([&] { return outcomes.told.size() > 10; }, seconds{10});
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 60; }, seconds{60}));
  const auto kept = w.stored().size();
  CHECK(kept > 10);
  CHECK(kept < 60);
  for (std::size_t i = 0; i < 60; ++i)
    CHECK(outcomes.told[i] == std::to_string(i + 1) + (i < kept ? " ok" : " not_written"));
  CHECK(w.count(event_kind::sealed, "segment:") == 1);
  const auto late = writer.try_write(as_bytes("x"));
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::stream_sealed);
  writer = {};
  w.finish();
}

TEST_CASE("limits: a stream that is deleted under a writer: what was sent is unknown") {
  client_world w;
  outcome_list outcomes;
  auto options = w.user->default_writer_options();
  options.block_bytes_max = 64;
  options.blocks_in_flight_max = 2;
  auto writer = w.open(options);
  write_many(writer, outcomes, 40);
  w.world.run_until([&] { return outcomes.told.size() > 10; }, seconds{10});
  const auto durable = outcomes.told.size();
  w.network->refuses = true;
  w.world.cut_connections();
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  REQUIRE(w.world.control(controller::delete_stream{w.stream}));
  w.world.run_for(seconds{2});
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 40; }, seconds{60}));
  CHECK(std::all_of(outcomes.told.begin() + static_cast<std::ptrdiff_t>(durable),
                    outcomes.told.end(), [](const std::string& each) {
                      return each.ends_with("outcome_unknown") || each.ends_with("not_written");
                    }));
  CHECK(outcomes.told[durable].ends_with("outcome_unknown"));
  CHECK(outcomes.told.back() == "40 not_written");
  writer = {};
  w.finish();
}
