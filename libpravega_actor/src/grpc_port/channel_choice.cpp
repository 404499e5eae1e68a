#include "grpc_port/channel_choice.hpp"

#include <algorithm>

namespace pravega_actor::internal {
namespace {

/// Less is better.
int rank_of(const channel_view& of, bool told) {
  const bool failing = of.now == channel_view::state::failing;
  int rank = failing ? 4 : (of.avoided ? 2 : 0);
  if (failing ? of.avoided : of.now != channel_view::state::ready) ++rank;
  return 2 * rank + (told ? 0 : 1);
}

}  // namespace

void channel_health::answered(time_point now) {
  heard_ = now;
  avoided_until_.reset();
  silences_ = 0;
}

bool channel_health::unanswered(time_point began, time_point now) {
  if (now - began < silence_min) return false;
  if (heard_ && *heard_ >= began) return false;
  if (replaced_ && *replaced_ > began) return false;
  replaced_ = now;
  auto time = avoided_first;
  for (std::uint32_t i = 0; i < silences_ && time < avoided_max; ++i)
    time *= 2;
  ++silences_;
  avoided_until_ = now + std::min(time, avoided_max);
  return true;
}

// Well answers to other calls do not take it back: those who ask again must meet another one.
void channel_health::doubted(time_point now) {
  doubted_until_ = now + avoided_first;
}

bool channel_health::avoided(time_point now) const {
  return (avoided_until_ && now < *avoided_until_) || (doubted_until_ && now < *doubted_until_);
}

std::size_t choose_channel(std::span<const channel_view> all, std::size_t told,
                           std::size_t turn) {
  std::size_t best = 0;
  int best_rank = 0;
  bool found = false;
  const auto look_at = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = from + (turn + i) % count;
      const int rank = rank_of(all[at], from == 0 && told > 0);
      if (found && rank >= best_rank) continue;
      best = at;
      best_rank = rank;
      found = true;
    }
  };
  look_at(0, told);
  look_at(told, all.size() - told);
  return best;
}

}  // namespace pravega_actor::internal
