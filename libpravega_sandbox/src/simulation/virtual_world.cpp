#include "simulation/virtual_world.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

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

void virtual_world::take_out(std::uint64_t number, lane_queue& lane) {
  if (!lane.indexed) return;
  later_.erase({*lane.indexed, number});
  due_.erase(number);
  lane.indexed.reset();
}

void virtual_world::index(std::uint64_t number, lane_queue& lane) {
  take_out(number, lane);
  if (lane.waiting.empty()) return;
  lane.indexed = due_at(lane);
  later_.emplace(*lane.indexed, number);
}

void virtual_world::schedule(std::uint64_t lane, duration delay, std::function<void()> what) {
  auto& queue = lanes_[lane];
  const auto at = std::max(now() + delay, queue.last);
  queue.last = at;
  queue.waiting.emplace(next_number_++, occurrence{at, std::move(what)});
  index(lane, queue);
}

void virtual_world::put_back(std::uint64_t lane, std::function<void()> what) {
  auto& queue = lanes_[lane];
  const auto first = queue.waiting.empty() ? next_number_++ : queue.waiting.begin()->first - 1;
  queue.waiting.emplace(first, occurrence{now(), std::move(what)});
  index(lane, queue);
}

void virtual_world::hold(std::uint64_t lane, time_point until) {
  auto& queue = lanes_[lane];
  queue.held = std::max(queue.held, until);
  index(lane, queue);
}

void virtual_world::drop(std::uint64_t lane) {
  const auto dropped = lanes_.find(lane);
  if (dropped == lanes_.end()) return;
  take_out(lane, dropped->second);
  lanes_.erase(dropped);
}

void virtual_world::drop_all() {
  later_.clear();
  due_.clear();
  // What goes may drop its own lane.
  const auto all = std::exchange(lanes_, {});
}

time_point virtual_world::due_at(const lane_queue& lane) {
  return std::max(lane.waiting.begin()->second.at, lane.held);
}

std::size_t virtual_world::due_count() {
  const auto at = now();
  while (!later_.empty() && later_.begin()->first <= at) {
    due_.insert(later_.begin()->second);
    later_.erase(later_.begin());
  }
  return due_.size();
}

bool virtual_world::next_time(time_point& out) const {
  bool found = !later_.empty();
  if (found) out = later_.begin()->first;
  for (const auto number : due_) {
    const auto at = due_at(lanes_.at(number));
    if (!found || at < out) out = at;
    found = true;
  }
  return found;
}

void virtual_world::run_due(std::size_t index_of_due) {
  if (index_of_due >= due_count()) return;
  const auto number = *std::next(due_.begin(), static_cast<std::ptrdiff_t>(index_of_due));
  const auto lane = lanes_.find(number);
  auto what = std::move(lane->second.waiting.begin()->second.what);
  lane->second.waiting.erase(lane->second.waiting.begin());
  index(number, lane->second);
  if (lane->second.waiting.empty() && lane->second.held <= now()) lanes_.erase(lane);
  what();
}

}  // namespace pravega_sandbox
