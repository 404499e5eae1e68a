#include "simulation/simulated_stores.hpp"

#include <algorithm>

namespace pravega_sandbox {

namespace {

constexpr std::uint16_t store_port = 12345;
constexpr duration crash_min = milliseconds{10};
constexpr duration failover_min = milliseconds{100};
/// A segment moves soon after the request that was the occasion.
constexpr duration move_delay_max = milliseconds{20};

}  // namespace

simulated_stores::simulated_stores(virtual_world& world, store_model& store, std::size_t count)
    : world_{world}, store_{store}, placement_{count} {
  for (std::size_t i = 0; i < placement_.stores(); ++i)
    addresses_.push_back({"store-" + std::to_string(i), store_port});
  store_.set_owner([this](std::string_view segment) { return placement_.owner_of(segment); });
}

std::size_t simulated_stores::index_of(const endpoint& address) const {
  const auto found = std::find(addresses_.begin(), addresses_.end(), address);
  return static_cast<std::size_t>(found - addresses_.begin());
}

bool simulated_stores::reachable(std::size_t store) const {
  const auto down = down_until_.find(store);
  return alive(store) && (down == down_until_.end() || world_.now() >= down->second);
}

bool simulated_stores::move_segment(std::string_view segment, std::size_t store) {
  const auto from = placement_.owner_of(segment);
  if (!placement_.move_segment(segment, store)) return false;
  if (from == store) return true;
  ++world_.counters.moves;
  world_.note("segment " + std::string{segment} + " moves from store " + std::to_string(from) +
              " to " + std::to_string(store));
  store_.wake_moved();
  return true;
}

bool simulated_stores::kill(std::size_t store, duration failover) {
  if (!placement_.kill(store)) return false;
  ++world_.counters.store_kills;
  world_.note("store " + std::to_string(store) + " dies");
  const auto death = ++deaths_[store];
  if (on_death_) on_death_(store, "the store died");
  world_.schedule(world_.new_lane(), failover, [this, store, death] {
    if (deaths_[store] != death || alive(store)) return;
    placement_.fail_over(store);
    world_.note("the segments of store " + std::to_string(store) + " move to others");
    store_.wake_moved();
  });
  return true;
}

bool simulated_stores::start(std::size_t store) {
  if (!placement_.start(store)) return false;
  world_.note("store " + std::to_string(store) + " lives again");
  store_.wake_moved();
  return true;
}

void simulated_stores::crash(std::size_t store, duration down) {
  ++world_.counters.crashes;
  world_.note("store " + std::to_string(store) + " crashes");
  down_until_[store] = world_.now() + down;
  if (on_death_) on_death_(store, "the store crashed");
}

// The last store that lives is never killed.
void simulated_stores::at_connect(std::size_t store) {
  if (world_.strikes(world_.plan.crash))
    crash(store, world_.between(crash_min, world_.plan.crash_max));
  if (count() < 2 || placement_.living() < 2 || !alive(store)) return;
  if (!world_.strikes(world_.plan.store_kill)) return;
  const auto failover = world_.between(failover_min, world_.plan.failover_max);
  const auto down = world_.between(failover_min, world_.plan.store_down_max);
  if (!kill(store, failover)) return;
  world_.schedule(world_.new_lane(), down, [this, store] { (void)start(store); });
}

void simulated_stores::at_request(std::string_view segment) {
  if (count() < 2 || !world_.strikes(world_.plan.move)) return;
  const auto soon = world_.between(duration{0}, move_delay_max);
  world_.schedule(world_.new_lane(), soon, [this, moved = std::string{segment}] {
    if (world_.faults()) move_somewhere(moved);
  });
}

void simulated_stores::move_somewhere(const std::string& segment) {
  (void)move_segment(segment, any_living());
}

// There is one: the plan spares the last; a script that killed all makes the move fail.
std::size_t simulated_stores::any_living() {
  std::vector<std::size_t> choices;
  for (std::size_t i = 0; i < count(); ++i)
    if (alive(i)) choices.push_back(i);
  return choices.empty() ? count() : choices[world_.random() % choices.size()];
}

}  // namespace pravega_sandbox
