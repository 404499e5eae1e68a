// Segments and streams that are sealed at every point of a writer's work.
#include <algorithm>

#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

struct seal_world : client_world {
  outcome_list outcomes;
  event_writer writer;
  texts written;
  std::optional<result<void>> flushed;
  std::optional<close_report> closed;

  seal_world() : client_world{{}, 1} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(world.control(controller::update_stream{stream, any}));
    auto options = user->default_writer_options();
    options.block_bytes_max = 64;
    options.blocks_in_flight_max = 4;
    writer = open(options);
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      const auto key = std::to_string(written.size() % 5);
      const auto event = key + "-" + std::to_string(written.size());
      if (writer.try_write(key, as_bytes(event), outcomes.sink())) written.push_back(event);
    }
  }
  void flush() {
    writer.flush_async([this](const result<void>& got) { flushed = got; });
  }
  void close(duration timeout = seconds{60}) {
    writer.close_async(timeout, [this](const close_report& report) { closed = report; });
  }
  /// Every segment is split in two, or two neighbours become one when there are many.
  void scale() {
    auto got = world.control(controller::get_current_segments{stream});
    REQUIRE(got);
    const auto& all = got->get<controller::segment_ranges>().segments;
    std::vector<segment_id> sealed;
    std::vector<key_range> ranges;
    for (const auto& [id, range] : all) {
      sealed.push_back(id);
      const auto middle = (range.low + range.high) / 2;
      if (all.size() > 4) continue;
      ranges.push_back({range.low, middle});
      ranges.push_back({middle, range.high});
    }
    if (ranges.empty()) ranges.push_back({0.0, 1.0});
    REQUIRE(world.control(controller::scale_stream{stream, sealed, ranges, 0}));
  }
  void seal_stream() { REQUIRE(world.control(controller::seal_stream{stream})); }
  bool until_durable(std::size_t count) {
    return world.run_until([&] { return outcomes.told.size() >= count; }, seconds{10});
  }
  /// The first ones are stored and known to be, all others are not and known not to be.
  void check_prefix() {
    const auto stored_count = stored().size();
    REQUIRE(outcomes.told.size() == written.size());
    for (std::size_t i = 0; i < written.size(); ++i)
      CHECK(outcomes.told[i] ==
            std::to_string(i + 1) + (i < stored_count ? " ok" : " not_written"));
    const auto end = written.begin() + static_cast<std::ptrdiff_t>(stored_count);
    check_exactly_once({written.begin(), end}, stored());
  }
  void check_all() {
    REQUIRE(until_durable(written.size()));
    CHECK(outcomes.errors.empty());
    collecting_reader reader{*this};
    REQUIRE(
        world.run_until([&] { return reader.events().size() >= written.size(); }, seconds{60}));
    check_exactly_once(written, reader.events());
  }
  void end() {
    writer = {};
    finish();
  }
};

}  // namespace

TEST_CASE("seal: while a flush waits") {
  seal_world w;
  w.write(60);
  REQUIRE(w.until_durable(5));
  w.flush();
  w.scale();
  REQUIRE(w.world.run_until([&] { return w.flushed.has_value(); }, seconds{30}));
  CHECK(*w.flushed);
  // Not before the events that went to the successors were durable.
  CHECK(w.outcomes.told == all_ok(60));
  w.check_all();
  w.end();
}

TEST_CASE("seal: again and again while a flush waits") {
  seal_world w;
  w.write(100);
  REQUIRE(w.until_durable(5));
  w.flush();
  for (int i = 0; i < 12; ++i) {
    w.scale();
    w.world.run_for(microseconds{static_cast<std::int64_t>(w.world.random() % 8000)});
  }
  REQUIRE(w.world.run_until([&] { return w.flushed.has_value(); }, seconds{30}));
  CHECK(*w.flushed);
  w.check_all();
  w.end();
}

TEST_CASE("seal: at each moment of a writer's life with its successors") {
  // Some ten milliseconds pass from the first block to the last acknowledgement.
  const auto moment = GENERATE(range(0, 16));
  seal_world w;
  w.write(30);
  w.world.run_for(microseconds{moment * 700});
  w.scale();
  w.write(5);
  w.world.run_for(microseconds{moment * 300});
  // Inside the other one.
  w.scale();
  w.write(5);
  w.check_all();
  w.end();
}

TEST_CASE("seal: the successors are sealed before the writer has reached them") {
  seal_world w;
  w.write(30);
  REQUIRE(w.until_durable(3));
  for (int i = 0; i < 6; ++i)
    w.scale();
  w.write(10);
  w.check_all();
  CHECK(w.count(event_kind::sealed, "segment:") >= 1);
  w.end();
}

TEST_CASE("seal: events that are written between two seals") {
  seal_world w;
  for (int i = 0; i < 10; ++i) {
    w.scale();
    w.write(7);
    w.scale();
    w.world.run_for(milliseconds{static_cast<std::int64_t>(w.world.random() % 10)});
  }
  w.check_all();
  w.end();
}

TEST_CASE("seal: from within a completion, with an event behind it") {
  seal_world w;
  int left = 8;
  std::function<void(const write_result&)> again = [&](const write_result& outcome) {
    CHECK(outcome.outcome);
    if (--left < 0) return;
    w.scale();
    REQUIRE(w.writer.try_write("key", as_bytes("1-" + std::to_string(100 - left)), again));
  };
  REQUIRE(w.writer.try_write("key", as_bytes("1-1"), again));
  REQUIRE(w.world.run_until([&] { return left < 0; }, seconds{60}));
  CHECK(w.stored().size() == 9);
  w.end();
}

TEST_CASE("seal: while the writer closes") {
  seal_world w;
  const auto scales = GENERATE(1, 5);
  w.write(80);
  REQUIRE(w.until_durable(5));
  w.close();
  for (int i = 0; i < scales; ++i) {
    w.scale();
    w.world.run_for(milliseconds{static_cast<std::int64_t>(w.world.random() % 5)});
  }
  REQUIRE(w.world.run_until([&] { return w.closed.has_value(); }, seconds{60}));
  CHECK(w.closed->outcome);
  CHECK(w.closed->durable_through == 80);
  CHECK(w.closed->undurable.empty());
  w.check_all();
  w.end();
}

TEST_CASE("seal: of the whole stream while the writer closes") {
  seal_world w;
  w.write(80);
  REQUIRE(w.until_durable(5));
  w.close();
  w.seal_stream();
  REQUIRE(w.world.run_until([&] { return w.closed.has_value(); }, seconds{60}));
  w.check_prefix();
  const auto stored = w.stored().size();
  REQUIRE(stored < 80);
  CHECK(w.closed->outcome.error() == errc::stream_sealed);
  CHECK(w.closed->durable_through == stored);
  CHECK(w.closed->undurable == std::vector<undurable_range>{{stored + 1, 80, false}});
  w.end();
}

TEST_CASE("seal: of the whole stream while a flush waits") {
  seal_world w;
  w.write(80);
  REQUIRE(w.until_durable(5));
  w.flush();
  w.seal_stream();
  REQUIRE(w.world.run_until([&] { return w.flushed.has_value(); }, seconds{60}));
  REQUIRE_FALSE(*w.flushed);
  CHECK(w.flushed->error() == errc::stream_sealed);
  w.check_prefix();
  w.end();
}

TEST_CASE("seal: of the whole stream inside a scale") {
  const auto moment = GENERATE(range(0, 10));
  seal_world w;
  w.write(60);
  REQUIRE(w.until_durable(5));
  w.scale();
  w.world.run_for(microseconds{moment * 900});
  w.seal_stream();
  w.write(10);
  REQUIRE(w.until_durable(w.written.size()));
  // Over several segments what is stored need not be the first ones: but each is certain.
  const auto stored = w.stored().size();
  const auto& told = w.outcomes.told;
  CHECK(std::none_of(told.begin(), told.end(), [](const std::string& each) {
    return each.ends_with("outcome_unknown");
  }));
  const auto not_stored = static_cast<std::size_t>(
      std::count_if(told.begin(), told.end(),
                    [](const std::string& each) { return each.ends_with("not_written"); }));
  CHECK(stored + not_stored == w.written.size());
  w.end();
}

TEST_CASE("seal: of the whole stream under a writer that is idle") {
  seal_world w;
  w.write(5);
  REQUIRE(w.until_durable(5));
  w.seal_stream();
  w.world.run_for(seconds{60});
  // Nothing had to be told; the next event is.
  CHECK(w.outcomes.told == all_ok(5));
  w.write(1);
  REQUIRE(w.until_durable(6));
  CHECK(w.outcomes.told.back() == "6 not_written");
  w.close();
  REQUIRE(w.closed);
  CHECK(w.closed->outcome.error() == errc::stream_sealed);
  w.end();
}

TEST_CASE("seal: of a stream whose events were lost with their connection") {
  seal_world w;
  w.write(1);
  REQUIRE(w.until_durable(1));
  w.network->mute();
  w.write(20);
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.seal_stream();
  w.world.run_for(seconds{5});
  CHECK(w.outcomes.told == all_ok(1));
  w.network->refuses = false;
  REQUIRE(w.until_durable(21));
  w.check_prefix();
  CHECK(w.stored().size() == 1);
  w.end();
}
