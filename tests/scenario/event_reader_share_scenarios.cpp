// Readers of a group that come, go, vanish, idle or are slow: what the others get, and when.
#include <algorithm>

#include "pravega_actor/reader_group_manager.hpp"
#include "scenario/group_scene.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

std::size_t count_of(group_scene& w, const std::string& reader) {
  const auto now = w.state();
  const auto* owned = now.assigned(reader);
  return owned == nullptr ? 0 : owned->size();
}

reader_group_config without_checkpoints() {
  auto config = group_scene::quick();
  config.automatic_checkpoint_interval_ms = 0;
  return config;
}

std::vector<int> sorted_numbers(const texts& events) {
  std::vector<int> all;
  for (const auto& each : events)
    all.push_back(std::stoi(each));
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<int> first(int count) {
  std::vector<int> all;
  for (int i = 0; i < count; ++i)
    all.push_back(i);
  return all;
}

/// A process takes all segments and vanishes.
void take_all_as(group_scene& w, const std::string& reader) {
  std::vector<group_update> updates{add_reader{reader}};
  w.state().unassigned().each([&](const group_segment& free, std::int64_t) {
    updates.emplace_back(acquire_segment{reader, free.name});
  });
  w.propose(updates);
}

void declare_offline(group_scene& w, const std::string& reader) {
  std::optional<result<bool>> declared;
  w.user->reader_groups().set_reader_offline_async(
      w.group, reader, std::nullopt, [&](const result<bool>& done) { declared = done; });
  REQUIRE(w.until([&] { return declared.has_value(); }));
  CHECK(**declared);
}

}  // namespace

TEST_CASE("event reader: what one leaves or loses the others share evenly within seconds") {
  group_scene w{6};
  auto a = w.open_reader("a");
  auto b = w.open_reader("b");
  auto c = w.open_reader("c");
  w.write(30);
  std::size_t most = 0;
  const auto shares = [&](std::size_t of_a, std::size_t of_b, std::size_t of_c) {
    return w.until(
        [&] {
          const auto b_has = count_of(w, "b");
          const auto c_has = count_of(w, "c");
          most = std::max({most, b_has, c_has});
          return count_of(w, "a") == of_a && b_has == of_b && c_has == of_c;
        },
        seconds{10});
  };
  REQUIRE(shares(2, 2, 2));
  most = 0;
  w.close(a);
  CHECK(shares(0, 3, 3));
  // Neither takes more than its share on the way.
  CHECK(most == 3);
  caf::anon_send_exit(*b.handle, caf::exit_reason::kill);
  CHECK(shares(0, 0, 6));
  caf::anon_send_exit(b.subscriber, caf::exit_reason::user_shutdown);
  w.close(c);
}

TEST_CASE("event reader: the name of a process that vanished is taken over, from the start") {
  group_scene w{2, without_checkpoints()};
  w.write(20);
  // It took everything, and nobody knows how far it came.
  take_all_as(w, "worker");
  CHECK(w.open_reader("worker").handle.error() == errc::reader_exists);
  declare_offline(w, "worker");
  auto again = w.open_reader("worker");
  REQUIRE(again.handle);
  REQUIRE(w.until([&] { return again.inbox->events().size() == 20; }, seconds{10}));
  CHECK(sorted_numbers(again.inbox->events()) == first(20));
  w.close(again);
}

TEST_CASE("event reader: idle segments are kept, and hold the busy one up by nothing") {
  group_scene w{20};
  auto a = w.open_reader("a");
  auto b = w.open_reader("b");
  REQUIRE(
      w.until([&] { return count_of(w, "a") == 10 && count_of(w, "b") == 10; }, seconds{20}));
  const auto before = w.state().content().assigned;
  w.world.run_for(seconds{300});
  const auto after = w.state().content().assigned;
  REQUIRE(after.size() == before.size());
  for (const auto& [reader, owned] : before)
    CHECK(after.at(reader).size() == owned.size());
  auto writer = w.open();
  duration longest{0};
  for (std::size_t i = 1; i <= 50; ++i) {
    const auto written = w.world.now();
    REQUIRE(writer.try_write("one key", as_bytes(std::string{"event"})));
    REQUIRE(w.until([&] { return a.inbox->events().size() + b.inbox->events().size() == i; },
                    seconds{5}));
    longest = std::max(longest, w.world.now() - written);
    w.world.run_for(milliseconds{500});
  }
  CHECK(longest < milliseconds{50});
  writer = {};
  w.close(a);
  w.close(b);
}

TEST_CASE("event reader: a slow application keeps its membership and its segments") {
  group_scene w{2};
  event_reader_options leased;
  leased.lease = seconds{10};
  auto slow = w.open_reader("slow", leased);
  auto other = w.open_reader("other", leased);
  REQUIRE(w.until([&] { return count_of(w, "slow") == 1 && count_of(w, "other") == 1; },
                  seconds{20}));
  slow.inbox->releases = false;
  w.write(40);
  const auto before = w.state().content().assigned.at("slow");
  w.world.run_for(seconds{900});
  const auto now = w.state();
  REQUIRE(now.assigned("slow") != nullptr);
  CHECK(*now.assigned("slow") == before);
  CHECK(slow.inbox->ended.empty());
  slow.inbox->releases = true;
  REQUIRE(ask<items_released>(w.world, *slow.handle, release_through{slow.inbox->last}));
  w.write(40);
  const auto all = [&] {
    auto got = slow.inbox->events();
    const auto more = other.inbox->events();
    got.insert(got.end(), more.begin(), more.end());
    return sorted_numbers(got);
  };
  REQUIRE(w.until([&] { return all().size() >= 80; }));
  w.world.run_for(seconds{5});
  CHECK(all() == first(80));
  w.close(slow);
  w.close(other);
}

TEST_CASE("event reader: closing while segments are handed over ends, and nothing is lost") {
  group_scene w{4, without_checkpoints()};
  event_reader_options eager;
  eager.release_between_checkpoints = true;
  auto a = w.open_reader("a", eager);
  a.inbox->releases = false;
  w.write(40);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 40; }));
  auto b = w.open_reader("b", eager);
  // Two segments are to go to the other, and wait for the release of what was delivered.
  w.world.run_for(seconds{10});
  CHECK(count_of(w, "a") == 4);
  w.write(40);
  w.world.run_for(seconds{5});
  CHECK(a.inbox->events().size() < 80);
  const auto began = w.world.now();
  w.close(a);
  CHECK(w.world.now() - began < seconds{5});
  REQUIRE(w.until([&] { return b.inbox->events().size() >= 80; }, seconds{10}));
  w.world.run_for(seconds{5});
  CHECK(sorted_numbers(b.inbox->events()) == first(80));
  w.close(b);
}

TEST_CASE("event reader: live cuts wait for a vanished reader until it is declared offline") {
  group_scene w{2, without_checkpoints()};
  w.write(20);
  take_all_as(w, "gone");
  using cuts = reader_group_manager::cuts;
  std::optional<result<cuts>> live;
  w.user->reader_groups().generate_stream_cuts_async(
      w.group, seconds{60}, [&](const result<cuts>& got) { live = got; });
  w.world.run_for(seconds{10});
  CHECK_FALSE(live);
  declare_offline(w, "gone");
  REQUIRE(w.until([&] { return live.has_value(); }, seconds{5}));
  REQUIRE(*live);
  // Nothing of it is processed as far as is known.
  for (const auto& [id, offset] : (*live)->at(w.stream).offsets)
    CHECK(offset == 0);
}
