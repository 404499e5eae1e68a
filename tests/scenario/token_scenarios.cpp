// A writer that lives longer than its delegation token.
#include <algorithm>
#include <optional>

#include "scenario/scenario_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

// The store ends the connection with the token, and again, without a word, when the writer
// comes back with it.
TEST_CASE("tokens: a writer outlives its own, and hardly notices") {
  pravega_sandbox::simulation_options options;
  options.tokens = pravega_sandbox::token_options{"key", std::chrono::seconds{10}};
  fault_plan plan;
  plan.token_reset = GENERATE(0, 1);
  simulation world{1, plan, options};
  const scoped_stream stream{"scope", "stream"};
  world.create_stream(stream, 2);
  auto user = world.make_client();
  std::optional<event_writer> writer;
  user.create_writer_async(stream, user.default_writer_options(),
                           [&](result<event_writer> opened) {
                             if (opened) writer = std::move(*opened);
                           });
  REQUIRE(world.run_until([&] { return writer.has_value(); }, seconds{10}));
  std::size_t durable = 0;
  std::size_t failed = 0;
  std::size_t before = 0;
  duration silent{0};
  duration longest{0};
  constexpr std::size_t events = 800;
  for (std::size_t i = 0; i < events; ++i) {
    const auto ticket = writer->try_write(
        std::to_string(i % 5), as_bytes("event"),
        [&](const write_result& told) { told.outcome ? ++durable : ++failed; });
    REQUIRE(ticket);
    world.run_for(milliseconds{50});
    silent = durable > before ? duration{0} : silent + milliseconds{50};
    longest = std::max(longest, silent);
    before = durable;
  }
  world.run_for(seconds{10});
  CHECK(durable == events);
  CHECK(failed == 0);
  CHECK(longest < seconds{1});
  CHECK(world.counters().token_ends > 0);
  std::size_t stored = 0;
  for (const auto& name : world.segments_of(stream))
    stored += world.events_of(name).size();
  CHECK(stored == events);
}
