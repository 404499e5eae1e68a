#include "grpc_port/channel_choice.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace std::chrono_literals;
using internal::channel_health;
using internal::channel_view;
using internal::choose_channel;
using state = channel_view::state;

namespace {

constexpr channel_view ready{state::ready, false};
constexpr channel_view connecting{state::connecting, false};
constexpr channel_view failing{state::failing, false};
constexpr channel_view silent{state::ready, true};
constexpr channel_view silent_connecting{state::connecting, true};

const time_point start{1h};

}  // namespace

TEST_CASE("an attempt without an answer gives the channel up, once") {
  channel_health health;
  CHECK_FALSE(health.avoided(start));
  // Two calls were under way: both run out of time, the channel is replaced for the first.
  CHECK(health.unanswered(start, start + 10s));
  CHECK_FALSE(health.unanswered(start + 1s, start + 11s));
  CHECK(health.avoided(start + 11s));
  // A call of the new channel is another matter.
  CHECK(health.unanswered(start + 12s, start + 22s));
}

TEST_CASE("a slow call does not give up a channel on which others are answered") {
  channel_health health;
  health.answered(start + 5s);
  CHECK_FALSE(health.unanswered(start, start + 10s));
  CHECK_FALSE(health.avoided(start + 10s));
  // What came before the attempt says nothing about it.
  CHECK(health.unanswered(start + 6s, start + 16s));
}

TEST_CASE("an attempt that had hardly any time says nothing about its channel") {
  channel_health health;
  CHECK_FALSE(health.unanswered(start, start + channel_health::silence_min - 1ms));
  CHECK_FALSE(health.avoided(start + 1s));
  CHECK(health.unanswered(start, start + channel_health::silence_min));
}

TEST_CASE("a silent endpoint is avoided for longer each time, until it answers") {
  channel_health health;
  auto now = start;
  auto expected = channel_health::avoided_first;
  for (int round = 0; round < 10; ++round) {
    REQUIRE(health.unanswered(now, now + 10s));
    now += 10s;
    CHECK(health.avoided(now + expected - 1ms));
    CHECK_FALSE(health.avoided(now + expected));
    expected = std::min<duration>(2 * expected, channel_health::avoided_max);
    now += 1s;
  }
  CHECK(expected == channel_health::avoided_max);
  health.answered(now);
  CHECK_FALSE(health.avoided(now));
  REQUIRE(health.unanswered(now + 1s, now + 2s));
  CHECK_FALSE(health.avoided(now + 2s + channel_health::avoided_first));
}

TEST_CASE(
    "an endpoint whose answer is in doubt is avoided for a while, whatever else it says") {
  channel_health health;
  health.doubted(start);
  health.answered(start + 1s);
  CHECK(health.avoided(start + channel_health::avoided_first - 1ms));
  CHECK_FALSE(health.avoided(start + channel_health::avoided_first));
}

TEST_CASE("channels of one kind take turns") {
  const std::vector<channel_view> all{ready, ready, ready};
  std::vector<int> taken(3);
  for (std::size_t turn = 0; turn < 9; ++turn)
    ++taken[choose_channel(all, 0, turn)];
  CHECK(taken == std::vector<int>{3, 3, 3});
  // Those that were told take the turns among themselves.
  for (std::size_t turn = 0; turn < 9; ++turn)
    CHECK(choose_channel(all, 2, turn) == turn % 2);
}

TEST_CASE("a choice prefers what is likely to answer") {
  struct row {
    std::vector<channel_view> all;
    std::size_t told;
    std::size_t chosen;
  };
  const std::vector<row> rows{
      {{failing}, 0, 0},
      {{silent}, 0, 0},
      {{connecting, ready}, 0, 1},
      {{failing, connecting}, 0, 1},
      // Another controller before the one that was silent.
      {{silent, ready}, 0, 1},
      {{silent, connecting}, 0, 1},
      {{failing, silent}, 0, 1},
      {{failing, silent_connecting}, 0, 1},
      {{silent_connecting, silent}, 0, 1},
      // What a controller told comes before what is configured, unless that is better off.
      {{ready, ready}, 1, 0},
      {{connecting, ready}, 1, 1},
      {{connecting, connecting}, 1, 0},
      {{silent, ready}, 1, 1},
      {{failing, connecting}, 1, 1},
      {{failing, failing}, 1, 0},
      {{silent, failing}, 1, 0},
  };
  int number = 0;
  for (const auto& [all, told, chosen] : rows) {
    CAPTURE(number++);
    for (std::size_t turn = 0; turn < 4; ++turn)
      CHECK(choose_channel(all, told, turn) == chosen);
  }
}
