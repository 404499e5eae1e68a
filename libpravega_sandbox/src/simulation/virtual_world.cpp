#include "simulation/virtual_world.hpp"

#include <algorithm>
#include <cstdio>

namespace pravega_sandbox {

virtual_world::virtual_world(std::uint64_t seed, const fault_plan& chosen)
    : plan{chosen}, state_{seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL} {}

// splitmix64: the same on every machine.
std::uint64_t virtual_world::random() noexcept {
  state_ += 0x9E3779B97F4A7C15ULL;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

bool virtual_world::chance(double probability) noexcept {
  return static_cast<double>(random() >> 11) * 0x1.0p-53 < probability;
}

duration virtual_world::between(duration low, duration high) noexcept {
  if (high <= low) return low;
  const auto span = static_cast<std::uint64_t>((high - low).count());
  return low + duration{static_cast<std::int64_t>(random() % (span + 1))};
}

void virtual_world::note(std::string_view line) {
  char stamp[32];
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now() - start_).count();
  std::snprintf(stamp, sizeof stamp, "%10lld ", static_cast<long long>(micros));
  trace += stamp;
  trace += line;
  trace += '\n';
}

void virtual_world::schedule(std::uint64_t lane, duration delay, std::function<void()> what) {
  auto& queue = lanes_[lane];
  const auto at = std::max(now() + delay, queue.last);
  queue.last = at;
  queue.waiting.emplace(next_number_++, occurrence{at, std::move(what)});
}

void virtual_world::put_back(std::uint64_t lane, std::function<void()> what) {
  auto& queue = lanes_[lane];
  const auto first = queue.waiting.empty() ? next_number_++ : queue.waiting.begin()->first - 1;
  queue.waiting.emplace(first, occurrence{now(), std::move(what)});
}

void virtual_world::hold(std::uint64_t lane, time_point until) {
  auto& queue = lanes_[lane];
  queue.held = std::max(queue.held, until);
}

void virtual_world::drop(std::uint64_t lane) {
  lanes_.erase(lane);
}

time_point virtual_world::due_at(const lane_queue& lane) {
  return std::max(lane.waiting.begin()->second.at, lane.held);
}

std::size_t virtual_world::due_count() const {
  const auto at = now();
  return static_cast<std::size_t>(
      std::count_if(lanes_.begin(), lanes_.end(), [at](const auto& each) {
        return !each.second.waiting.empty() && due_at(each.second) <= at;
      }));
}

bool virtual_world::next_time(time_point& out) const {
  bool found = false;
  for (const auto& [number, lane] : lanes_) {
    if (lane.waiting.empty()) continue;
    const auto at = due_at(lane);
    if (!found || at < out) out = at;
    found = true;
  }
  return found;
}

void virtual_world::run_due(std::size_t index) {
  const auto at = now();
  for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
    if (lane->second.waiting.empty() || due_at(lane->second) > at || index-- > 0) continue;
    auto what = std::move(lane->second.waiting.begin()->second.what);
    lane->second.waiting.erase(lane->second.waiting.begin());
    if (lane->second.waiting.empty() && lane->second.held <= at) lanes_.erase(lane);
    what();
    return;
  }
}

}  // namespace pravega_sandbox
