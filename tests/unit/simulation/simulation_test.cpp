#include "pravega_sandbox/simulation.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using pravega_sandbox::simulation_options;

namespace {

const scoped_stream stream{"scope", "stream"};

// Writes events with keys, one by one, as long as the world lives.
struct steady_writer {
  simulation& world;
  client pravega;
  event_writer writer = {};
  int written = 0;
  int durable = 0;
  bool over = false;

  explicit steady_writer(simulation& in) : world{in}, pravega{in.make_client(settings())} {
    open();
  }
  static config settings() {
    config chosen;
    chosen.restart_intensity_max = 1000;
    return chosen;
  }
  void open() {
    pravega.create_writer_async(stream, pravega.default_writer_options(),
                                [this](result<event_writer> opened) {
                                  if (!opened)
                                    return world.after(milliseconds{100}, [this] { open(); });
                                  writer = *opened;
                                  write();
                                });
  }
  void write() {
    if (over) return;
    const auto text = "event " + std::to_string(written++);
    (void)writer.try_write("key " + std::to_string(written % 7), as_bytes(text),
                           [this](const write_result& r) { durable += r.durable; });
    world.after(milliseconds{50}, [this] { write(); });
  }
  void stop() {
    over = true;
    bool closed = false;
    pravega.close_async(seconds{100}, [&](const client_close_report&) { closed = true; });
    CHECK(world.run_until([&] { return closed; }, seconds{200}));
    writer = {};
  }
};

std::size_t stored(const simulation& world) {
  std::size_t count = 0;
  for (const auto& name : world.segments_of(stream))
    count += world.events_of(name).size();
  return count;
}

}  // namespace

TEST_CASE("simulation: stores, from one to the limit") {
  CHECK(simulation{1, {}}.stores() == 1);
  CHECK(simulation{1, {}, {0, {}}}.stores() == 1);
  CHECK(simulation{1, {}, {3, {}}}.stores() == 3);
  CHECK(simulation{1, {}, {1000, {}}}.stores() == pravega_sandbox::stores_max);
}

TEST_CASE("simulation: a writer follows its segment to another store") {
  simulation world{5, {}, {3, {}}};
  world.create_stream(stream, 1);
  const auto segment = world.segments_of(stream).at(0);
  steady_writer work{world};
  REQUIRE(world.run_until([&] { return work.durable >= 10; }, seconds{10}));
  const auto from = world.owner_of(segment);
  REQUIRE(world.move_segment(segment, (from + 1) % 3));
  const auto before = work.durable;
  REQUIRE(world.run_until([&] { return work.durable >= before + 20; }, seconds{30}));
  work.stop();
  CHECK(stored(world) == static_cast<std::size_t>(work.written));
  CHECK(world.counters().moves == 1);
}

TEST_CASE("simulation: a writer survives the death of its store") {
  simulation world{6, {}, {2, {}}};
  world.create_stream(stream, 1);
  const auto segment = world.segments_of(stream).at(0);
  steady_writer work{world};
  REQUIRE(world.run_until([&] { return work.durable >= 10; }, seconds{10}));
  const auto from = world.owner_of(segment);
  REQUIRE(world.kill_store(from, seconds{3}));
  CHECK_FALSE(world.store_alive(from));
  CHECK_FALSE(world.kill_store(from, seconds{3}));
  const auto before = work.durable;
  REQUIRE(world.run_until([&] { return work.durable >= before + 20; }, seconds{30}));
  CHECK(world.owner_of(segment) != from);
  REQUIRE(world.start_store(from));
  CHECK(world.store_alive(from));
  work.stop();
  CHECK(stored(world) == static_cast<std::size_t>(work.written));
}

TEST_CASE("simulation: streams scale by their load in virtual time") {
  simulation world{7, {}, {1, seconds{10}}};
  stream_config config;
  config.scaling = {scaling_policy::kind::by_events_per_s, 10, 2, 1};
  REQUIRE(world.control(controller::create_scope{stream.scope}));
  REQUIRE(world.control(controller::create_stream{stream, config}));
  const auto segments = [&] {
    const auto current = world.control(controller::get_current_segments{stream});
    return current->get<controller::segment_ranges>().segments.size();
  };
  steady_writer work{world};  // 20 events per second
  REQUIRE(world.run_until([&] { return world.counters().auto_scales > 0; }, seconds{25}));
  CHECK(segments() == 2);
  work.stop();
  // Nobody writes any more.
  CHECK(world.run_until([&] { return segments() == 1; }, seconds{60}));
  CHECK(world.trace().find("stream scope/stream scales by its load") != std::string::npos);
}

TEST_CASE("simulation: equal seeds and plans with several stores give equal traces") {
  const auto trace_of = [](std::uint64_t seed) {
    fault_plan plan = fault_plan::from_seed(seed);
    plan.move = 0.05;
    plan.store_kill = 0.2;
    plan.heal_after = seconds{8};
    simulation world{seed, plan, {3, {}}};
    world.create_stream(stream, 2);
    steady_writer work{world};
    world.run_for(seconds{30});
    work.stop();
    CHECK(stored(world) == static_cast<std::size_t>(work.written));
    return world.trace();
  };
  std::size_t kills = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto trace = trace_of(seed);
    CHECK(trace == trace_of(seed));
    kills += trace.find(" dies\n") != std::string::npos;
  }
  CHECK(kills > 0);
}

TEST_CASE("simulation: a plan from a seed is a function of the seed, and has every fault") {
  using probability = double fault_plan::*;
  std::vector<probability> never{
      &fault_plan::cut,
      &fault_plan::partial_late,
      &fault_plan::cut_before_apply,
      &fault_plan::cut_after_apply,
      &fault_plan::silence,
      &fault_plan::refuse,
      &fault_plan::crash,
      &fault_plan::controller_failure,
      &fault_plan::controller_silence,
      &fault_plan::controller_answer_loss,
      &fault_plan::wrong_host,
      &fault_plan::move,
      &fault_plan::store_kill,
      &fault_plan::seal_close,
      &fault_plan::seal_delay,
      &fault_plan::transaction_delay,
      &fault_plan::commit_loss,
      &fault_plan::token_expiry,
      &fault_plan::token_reset,
      &fault_plan::kill,
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto plan = fault_plan::from_seed(seed);
    CHECK(plan == fault_plan::from_seed(seed));
    std::erase_if(never, [&](probability each) { return plan.*each > 0; });
  }
  CHECK(never.empty());
}
