// Writers with a name: processes that die and come back, among scales and each other.
#include <algorithm>
#include <set>

#include "scenario/traffic.hpp"
#include "simulation/mortal_network.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

/// A process that writes numbered events under the name, and may be killed.
struct named_process {
  std::shared_ptr<simulation_tests::mortal_network> network;
  std::optional<client> user;
  event_writer writer;
  std::shared_ptr<outcome_list> outcomes = std::make_shared<outcome_list>();

  /// Completions may come when the process is gone already.
  write_completion sink() const {
    return [kept = outcomes, tell = outcomes->sink()](const write_result& each) { tell(each); };
  }
  void die() {
    network->die();
    // What remains of it runs on, as far as its own memory goes.
    writer = {};
  }
};

struct named_world : client_world {
  std::vector<std::unique_ptr<named_process>> processes;

  explicit named_world(std::int32_t segments = 2, const fault_plan& plan = {})
      : client_world{{}, segments, plan} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(world.control(controller::update_stream{stream, any}));
  }
  ~named_world() {
    for (const auto& each : processes)
      each->writer = {};
  }

  named_process& start() {
    auto made = std::make_unique<named_process>();
    auto ports = world.ports();
    made->network =
        std::make_shared<simulation_tests::mortal_network>(world, ports.connections);
    ports.connections = made->network;
    auto opened = make_client(world.system(), {}, std::move(ports));
    REQUIRE(opened);
    made->user = std::move(*opened);
    processes.push_back(std::move(made));
    return *processes.back();
  }
  std::optional<result<event_writer>> try_open_named(named_process& who,
                                                     const std::string& name = "name") {
    auto options = who.user->default_writer_options();
    options.block_bytes_max = 64;
    options.name = name;
    std::optional<result<event_writer>> opened;
    who.user->create_writer_async(stream, options,
                                  [&](result<event_writer> r) { opened = std::move(r); });
    REQUIRE(world.run_until([&] { return opened.has_value(); }, seconds{200}));
    return opened;
  }
  /// A new process, with its writer.
  named_process& next() {
    auto& who = start();
    auto opened = try_open_named(who);
    if (!*opened) FAIL(opened->error().to_string());
    who.writer = std::move(**opened);
    return who;
  }
  static std::string key_of(event_number number) { return std::to_string(number % 7); }
  static std::string text_of(event_number number) {
    return key_of(number) + "-" + std::to_string(number);
  }
  static void write(named_process& who, event_number from, event_number to) {
    for (auto number = from; number <= to; ++number)
      REQUIRE(who.writer.try_write_numbered(number, key_of(number), as_bytes(text_of(number)),
                                            who.sink()));
  }
  bool until_told(const named_process& who, std::size_t count) {
    return world.run_until([&] { return who.outcomes->told.size() >= count; }, seconds{60});
  }
  void check_stored(event_number through) const {
    texts all;
    for (event_number number = 1; number <= through; ++number)
      all.push_back(text_of(number));
    texts found;
    for (const auto& segment : world.stored_events_of(stream))
      found.insert(found.end(), segment.begin(), segment.end());
    check_exactly_once(all, found);
  }
  void scale(const std::vector<segment_id>& sealed, const std::vector<key_range>& into) {
    REQUIRE(world.control(controller::scale_stream{stream, sealed, into, 0}));
  }
  void merge_all() {
    std::vector<segment_id> all;
    for (const auto& each : world.current_segments(stream))
      all.push_back(each.id);
    scale(all, {{0.0, 1.0}});
  }
  void split_first() { REQUIRE(world.split(stream, world.current_segments(stream)[0].id)); }
};

}  // namespace

TEST_CASE("named writer: the next process goes on where the first was killed") {
  const auto moment = GENERATE(range(0, 12));
  named_world w;
  auto& dead = w.next();
  CHECK(dead.writer.stored().highest() == 0);
  named_world::write(dead, 1, 40);
  w.world.run_for(microseconds{moment * 900});
  dead.die();
  auto& next = w.next();
  const auto held = next.writer.stored();
  CHECK(held.everywhere() <= held.highest());
  // From anywhere up to what is stored everywhere.
  const auto from = moment % 2 == 0 ? 1 : held.everywhere() + 1;
  named_world::write(next, from, 60);
  REQUIRE(w.until_told(next, static_cast<std::size_t>(60 - from + 1)));
  CHECK(next.outcomes->errors.empty());
  w.world.run_for(seconds{2});
  w.check_stored(60);
}

TEST_CASE("named writer: a late block of a dead process is refused") {
  const auto seed_of_delay = GENERATE(range(0, 10));
  fault_plan plan;
  plan.late_delivery = 1.0;
  plan.late_max = milliseconds{500};
  named_world w{1, plan};
  auto& dead = w.next();
  named_world::write(dead, 1, 3);
  w.world.run_for(microseconds{300 + seed_of_delay * 400});
  // Its bytes are on their way, and arrive long after the next process has claimed.
  w.world.cut_connections();
  dead.die();
  auto& next = w.next();
  named_world::write(next, 1, 8);
  REQUIRE(w.until_told(next, 8));
  w.world.run_for(seconds{2});
  w.check_stored(8);
}

TEST_CASE("named writer: of two processes at once the later goes on") {
  named_world w;
  auto& first = w.next();
  named_world::write(first, 1, 20);
  REQUIRE(w.until_told(first, 20));
  auto& second = w.next();
  CHECK(second.writer.stored().highest() == 20);
  named_world::write(first, 21, 30);
  REQUIRE(w.until_told(first, 30));
  CHECK(first.writer.status().state == "failed");
  CHECK(first.writer.status().last_failure.find("another process writes under the name") !=
        std::string::npos);
  const auto refused = first.writer.try_write_numbered(31, "k", as_bytes("x"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::writer_fenced);
  named_world::write(second, 1, 40);
  REQUIRE(w.until_told(second, 40));
  CHECK(second.outcomes->errors.empty());
  w.check_stored(40);
}

TEST_CASE("named writer: another name is another writer") {
  named_world w;
  auto& one = w.next();
  auto& other = w.start();
  auto opened = w.try_open_named(other, "other");
  REQUIRE(opened->has_value());
  other.writer = std::move(**opened);
  named_world::write(one, 1, 10);
  named_world::write(other, 1, 10);
  REQUIRE(w.until_told(one, 10));
  REQUIRE(w.until_told(other, 10));
  CHECK(one.outcomes->errors.empty());
  CHECK(other.outcomes->errors.empty());
  CHECK(w.stored().size() == 20);
}

TEST_CASE("named writer: scales while it writes") {
  const auto moment = GENERATE(range(0, 12));
  named_world w;
  auto& who = w.next();
  named_world::write(who, 1, 30);
  w.world.run_for(microseconds{moment * 900});
  w.split_first();
  named_world::write(who, 31, 60);
  w.world.run_for(microseconds{moment * 900});
  w.merge_all();
  named_world::write(who, 61, 90);
  w.split_first();
  named_world::write(who, 91, 100);
  REQUIRE(w.until_told(who, 100));
  CHECK(who.outcomes->errors.empty());
  w.check_stored(100);
}

TEST_CASE("named writer: an idle segment does not hold up those that it is merged with") {
  named_world w;
  auto& who = w.next();
  // All of one key, so that the other segment gets nothing.
  const auto write = [&](event_number number) {
    const auto text = "1-" + std::to_string(number);
    REQUIRE(who.writer.try_write_numbered(number, "1", as_bytes(text), who.sink()));
  };
  write(1);
  REQUIRE(w.until_told(who, 1));
  w.merge_all();
  write(2);
  REQUIRE(w.until_told(who, 2));
  CHECK(who.outcomes->errors.empty());
  CHECK(w.stored() == texts{"1-1", "1-2"});
}

TEST_CASE("named writer: killed while segments are split and merged, it comes back") {
  const auto moment = GENERATE(range(0, 16));
  fault_plan plan;
  plan.seal_delay = 0.5;
  plan.heal_after = seconds{100};
  named_world w{2, plan};
  auto* who = &w.next();
  event_number through = 0;
  for (int life = 0; life < 6; ++life) {
    through += 15;
    named_world::write(*who, who->writer.stored().everywhere() + 1, through);
    w.world.run_for(microseconds{(moment * 5 + life) * 300});
    if (life % 2 == 0)
      w.split_first();
    else
      w.merge_all();
    w.world.run_for(microseconds{moment * 700});
    who->die();
    who = &w.next();
  }
  named_world::write(*who, 1, through);
  REQUIRE(w.until_told(*who, static_cast<std::size_t>(through)));
  CHECK(who->outcomes->errors.empty());
  w.world.run_for(seconds{5});
  w.check_stored(through);
}

TEST_CASE("named writer: events without a key go to where they went before") {
  named_world w{4};
  auto& first = w.next();
  const auto write = [](named_process& who, event_number number) {
    REQUIRE(who.writer.try_write_numbered(number, std::nullopt,
                                          as_bytes(std::to_string(number)), who.sink()));
  };
  for (event_number number = 1; number <= 40; ++number)
    write(first, number);
  REQUIRE(w.until_told(first, 40));
  first.die();
  auto& next = w.next();
  for (event_number number = 1; number <= 50; ++number)
    write(next, number);
  REQUIRE(w.until_told(next, 50));
  const auto all = w.stored();
  CHECK(all.size() == 50);
  CHECK(std::set<std::string>{all.begin(), all.end()}.size() == 50);
}

TEST_CASE("named writer: batches are recognised as a whole") {
  named_world w;
  auto& first = w.next();
  const std::vector<byte_view> three{as_bytes("a"), as_bytes("b"), as_bytes("c")};
  REQUIRE(first.writer.try_write_numbered_batch(1, "key", three, first.sink()));
  REQUIRE(w.until_told(first, 1));
  first.die();
  auto& next = w.next();
  CHECK(next.writer.stored().of("key") == 3);
  REQUIRE(next.writer.try_write_numbered_batch(1, "key", three, next.sink()));
  REQUIRE(next.writer.try_write_numbered_batch(4, "key", three, next.sink()));
  REQUIRE(w.until_told(next, 2));
  CHECK(w.stored() == texts{"a", "b", "c", "a", "b", "c"});
}

TEST_CASE("named writer: bad names and options are refused at once") {
  named_world w;
  auto& who = w.start();
  const auto bad = w.try_open_named(who, "a b");
  REQUIRE_FALSE(*bad);
  CHECK(bad->error() == errc::invalid_name);
  transactional_writer_options options;
  options.writer = who.user->default_writer_options();
  options.writer->name = "name";
  std::optional<errc> refused;
  who.user->open_transactional_writer_async(
      w.stream, options,
      [&](const result<transactional_event_writer>& got) { refused = got.error().code(); });
  REQUIRE(w.world.run_until([&] { return refused.has_value(); }, seconds{1}));
  CHECK(*refused == errc::unsupported_operation);
}

TEST_CASE("named writer: a sealed stream takes nothing more") {
  named_world w;
  auto& first = w.next();
  named_world::write(first, 1, 5);
  REQUIRE(w.until_told(first, 5));
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  named_world::write(first, 6, 6);
  REQUIRE(w.until_told(first, 6));
  CHECK(first.outcomes->errors.front() == errc::not_written);
  const auto again = w.try_open_named(w.start());
  REQUIRE_FALSE(*again);
  CHECK(again->error() == errc::stream_sealed);
}
