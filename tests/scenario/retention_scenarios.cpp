// Streams that are truncated by their policies while they are written and read.
#include <algorithm>

#include "scenario/traffic.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

constexpr auto period = seconds{60};
/// An event "k-nnn" with its header has about this many bytes.
constexpr std::int64_t event_bytes_min = 8 + 3;
constexpr std::int64_t event_bytes_max = 8 + 8;

using offsets = std::map<segment_id, std::int64_t>;

struct kept_world : client_world {
  explicit kept_world(const retention_policy& policy, std::int32_t segments = 1)
      : client_world{{}, segments, {}, {1, {}, period}} {
    stream_config config;
    config.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    config.retention = policy;
    REQUIRE(world.control(controller::update_stream{stream, config}));
  }
  offsets head() {
    auto got = world.control(controller::get_head_segments{stream});
    REQUIRE(got);
    return got->get<controller::segment_offsets>().offsets;
  }
  std::uint64_t truncations() const { return world.counters().retention_truncations; }
  bool truncated(std::uint64_t times, duration limit = seconds{3600}) {
    return world.run_until([&] { return truncations() >= times; }, limit);
  }
  texts read_retained(std::size_t events) {
    collecting_reader fresh{*this};
    REQUIRE(world.run_until([&] { return fresh.events().size() >= events; }, seconds{60}));
    world.run_for(seconds{5});
    CHECK(fresh.gaps().empty());
    return fresh.events();
  }
};

/// The last events of each key, none missing, in order.
void check_is_suffix(const texts& written, const texts& read) {
  std::map<std::string, texts> all, got;
  const auto key_of = [](const std::string& event) { return event.substr(0, event.find('-')); };
  for (const auto& each : written)
    all[key_of(each)].push_back(each);
  for (const auto& each : read)
    got[key_of(each)].push_back(each);
  for (const auto& [key, events] : got) {
    const auto& wanted = all[key];
    REQUIRE(events.size() <= wanted.size());
    CHECK(std::equal(events.rbegin(), events.rend(), wanted.rbegin()));
  }
}

}  // namespace

TEST_CASE("retention: by size, readers find at least as much, and up to two periods more") {
  const std::int64_t kept = 2000;
  kept_world w{retain_bytes(kept), 2};
  steady_writer work{w, w.open(), milliseconds{500}};
  REQUIRE(w.truncated(5));
  work.finish(seconds{10});
  const auto& written = work.written();
  const auto head = w.head();
  CHECK(std::any_of(head.begin(), head.end(), [](const auto& at) { return at.second > 0; }));
  const auto retained = w.read_retained(static_cast<std::size_t>(kept / event_bytes_max));
  check_is_suffix(written, retained);
  std::int64_t bytes = 0;
  for (const auto& each : retained)
    bytes += 8 + static_cast<std::int64_t>(each.size());
  CHECK(bytes >= kept);
  const auto of_a_period = to_ms(period) / 500 * event_bytes_max;
  CHECK(bytes <= kept + 2 * of_a_period);
  CHECK(retained.size() < written.size());
  w.finish();
}

TEST_CASE("retention: by time, what is younger stays, what is older by a period goes") {
  kept_world w{retain_time(seconds{300}), 2};
  steady_writer work{w, w.open(), seconds{1}};
  w.world.run_for(seconds{290});
  CHECK(w.truncations() == 0);
  REQUIRE(w.truncated(5));
  w.world.run_for(seconds{30});
  work.finish(seconds{10});
  const auto written = work.written();
  const auto retained = w.read_retained(300);
  check_is_suffix(written, retained);
  // One event each second.
  CHECK(retained.size() >= 300);
  CHECK(retained.size() <= 300 + 2 * 60);
  w.finish();
}

TEST_CASE("retention: by time, an idle stream ends up empty, and by size it keeps its bytes") {
  const bool by_time = GENERATE(true, false);
  kept_world w{by_time ? retain_time(seconds{120}) : retain_bytes(1000)};
  steady_writer work{w, w.open(), milliseconds{500}};
  REQUIRE(w.truncated(2));
  work.finish(seconds{10});
  w.world.run_for(seconds{3600});
  const auto at = w.truncations();
  w.world.run_for(seconds{3600});
  CHECK(w.truncations() == at);
  const auto left = w.stored();
  if (by_time)
    CHECK(left.empty());
  else
    CHECK(static_cast<std::int64_t>(left.size()) * event_bytes_max >= 1000);
  CHECK(left.size() < work.written().size());
  w.finish();
}

TEST_CASE("retention: a reader that falls behind is told of each gap and goes on") {
  kept_world w{retain_time(seconds{120})};
  auto options = w.user->default_reader_options();
  options.prefetch_slices = 1;
  options.request_bytes = 100;
  collecting_reader reader{w, w.stream, options};
  steady_writer work{w, w.open(), seconds{1}, 1};
  for (int round = 0; round < 2; ++round) {
    w.world.run_for(seconds{30});
    const auto before = reader.events().size();
    CHECK(before > 0);
    reader.pause();
    const auto at = w.truncations();
    REQUIRE(w.truncated(at + 5));
    reader.resume();
  }
  work.finish(seconds{10});
  REQUIRE(w.world.run_until(
      [&] {
        return !reader.events().empty() && reader.events().back() == work.written().back();
      },
      seconds{60}));
  REQUIRE(reader.gaps().size() == 2);
  CHECK_FALSE(reader.over());
  std::int64_t lost_bytes = 0;
  for (const auto& gap : reader.gaps()) {
    CHECK(gap.to > gap.from);
    lost_bytes += gap.to - gap.from;
  }
  // Exactly the events in the gaps are missing, and none comes twice.
  const auto& got = reader.events();
  std::size_t at = 0;
  for (const auto& each : work.written()) {
    if (at < got.size() && got[at] == each)
      ++at;
    else
      lost_bytes -= 8 + static_cast<std::int64_t>(each.size());
  }
  CHECK(at == got.size());
  CHECK(lost_bytes == 0);
  w.finish();
}

TEST_CASE("retention: a reader that must not lose anything ends with an error") {
  kept_world w{retain_time(seconds{120})};
  auto options = w.user->default_reader_options();
  options.on_truncation = truncation_policy::fail;
  options.prefetch_slices = 1;
  options.request_bytes = 100;
  collecting_reader reader{w, w.stream, options};
  steady_writer work{w, w.open(), seconds{1}, 1};
  w.world.run_for(seconds{30});
  reader.pause();
  REQUIRE(w.truncated(5));
  reader.resume();
  REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{60}));
  CHECK(reader.over()->code() == errc::segment_truncated);
  CHECK(reader.over()->subject() == "scope/stream/0.#epoch.0");
  CHECK(reader.gaps().empty());
  // What it had is not lost, and comes in order.
  CHECK(std::equal(reader.events().begin(), reader.events().end(), work.written().begin()));
  work.finish(seconds{10});
  w.finish();
}

TEST_CASE("retention: segments of old epochs go, and readers go on with those that are left") {
  kept_world w{retain_time(seconds{120})};
  auto options = w.user->default_reader_options();
  options.prefetch_slices = 1;
  options.request_bytes = 100;
  collecting_reader late{w, w.stream, options};
  steady_writer work{w, w.open(), seconds{1}};
  w.world.run_for(seconds{60});
  late.pause();
  w.world.run_for(seconds{60});
  const std::vector<key_range> halves{{0.0, 0.5}, {0.5, 1.0}};
  REQUIRE(w.world.control(controller::scale_stream{w.stream, {{0, 0}}, halves, 0}));
  w.world.run_for(seconds{30});
  REQUIRE(
      w.world.control(controller::scale_stream{w.stream, {{1, 1}, {2, 1}}, {{0.0, 1.0}}, 0}));
  const auto only_third = [&] { return w.head().begin()->first == segment_id{3, 2}; };
  REQUIRE(w.world.run_until(only_third, seconds{900}));
  CHECK(w.world.segments_of(w.stream) == texts{"scope/stream/3.#epoch.2"});
  late.resume();
  work.finish(seconds{10});
  REQUIRE(w.world.run_until(
      [&] {
        return std::count(late.events().begin(), late.events().end(), work.written().back()) ==
               1;
      },
      seconds{60}));
  CHECK_FALSE(late.over());
  // The rest of the first segment, and its successors as a whole.
  REQUIRE_FALSE(late.gaps().empty());
  CHECK(late.gaps().front().in.id == segment_id{0, 0});
  CHECK(late.gaps().front().to == -1);
  CHECK(late.ends().front().in.id == segment_id{0, 0});
  auto sorted = late.events();
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
  check_is_suffix(work.written(), w.read_retained(1));
  w.finish();
}

TEST_CASE("retention: a policy that is taken away or given ends and begins truncation") {
  kept_world w{{}};
  steady_writer work{w, w.open(), seconds{1}};
  w.world.run_for(seconds{900});
  CHECK(w.truncations() == 0);
  const auto set = [&](const retention_policy& policy) {
    stream_config config;
    config.retention = policy;
    REQUIRE(w.world.control(controller::update_stream{w.stream, config}));
  };
  set(retain_time(seconds{60}));
  REQUIRE(w.truncated(3, seconds{400}));
  set({});
  const auto at = w.truncations();
  w.world.run_for(seconds{900});
  CHECK(w.truncations() == at);
  work.finish(seconds{10});
  w.finish();
}
