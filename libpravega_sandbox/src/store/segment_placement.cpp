#include "store/segment_placement.hpp"

#include <algorithm>
#include <cstdint>

#include "store/store_limits.hpp"

namespace pravega_sandbox {

namespace {

// What a segment, its transient parts and its transactions share.
std::string_view without_epoch(std::string_view segment) {
  for (const std::string_view mark : {".#epoch.", "#"})
    segment = segment.substr(0, segment.find(mark));
  return segment;
}

// FNV-1a: the same on every machine.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char each : text)
    hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001B3ULL;
  return hash ^ (hash >> 32);
}

}  // namespace

segment_placement::segment_placement(std::size_t stores)
    : stores_(std::max<std::size_t>(1, stores)) {
  owners_.resize(stores_.size() * store_limits::containers_per_store);
  for (std::size_t i = 0; i < owners_.size(); ++i)
    owners_[i] = i % stores_.size();
}

std::size_t segment_placement::container_of(std::string_view segment) const {
  return static_cast<std::size_t>(hash_of(without_epoch(segment)) % owners_.size());
}

std::size_t segment_placement::owner_of(std::string_view segment) const {
  const auto moved = moved_.find(without_epoch(segment));
  return moved != moved_.end() ? moved->second : owners_[container_of(segment)];
}

std::size_t segment_placement::containers_of(std::size_t store) const {
  return static_cast<std::size_t>(std::count(owners_.begin(), owners_.end(), store));
}

bool segment_placement::alive(std::size_t store) const {
  return store < stores_.size() && stores_[store].alive;
}

std::size_t segment_placement::living() const {
  return static_cast<std::size_t>(std::count_if(
      stores_.begin(), stores_.end(), [](const store_state& each) { return each.alive; }));
}

bool segment_placement::move_container(std::size_t container, std::size_t store) {
  if (container >= owners_.size() || !alive(store)) return false;
  owners_[container] = store;
  return true;
}

bool segment_placement::move_segment(std::string_view segment, std::size_t store) {
  if (!alive(store)) return false;
  const auto name = without_epoch(segment);
  const auto known = moved_.find(name);
  if (known != moved_.end()) {
    known->second = store;
    return true;
  }
  if (moved_.size() >= store_limits::moved_segments_max) return false;
  moved_.emplace(name, store);
  return true;
}

bool segment_placement::kill(std::size_t store) {
  if (!alive(store)) return false;
  stores_[store] = {false, false};
  return true;
}

void segment_placement::fail_over(std::size_t store) {
  if (store >= stores_.size() || stores_[store].alive) return;
  stores_[store].given_up = true;
  settle();
}

bool segment_placement::start(std::size_t store) {
  if (store >= stores_.size() || stores_[store].alive) return false;
  stores_[store] = {};
  settle();
  for (;;) {
    const auto from = most_loaded();
    if (containers_of(from) <= containers_of(store) + 1) return true;
    *std::find(owners_.begin(), owners_.end(), from) = store;
  }
}

std::size_t segment_placement::least_loaded() const {
  auto best = stores_.size();
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const bool better = best == stores_.size() || containers_of(i) < containers_of(best);
    if (stores_[i].alive && better) best = i;
  }
  return best;
}

std::size_t segment_placement::most_loaded() const {
  auto best = stores_.size();
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const bool better = best == stores_.size() || containers_of(i) > containers_of(best);
    if (stores_[i].alive && better) best = i;
  }
  return best;
}

// Without a living store everything waits for one.
void segment_placement::settle() {
  if (living() == 0) return;
  const auto lost = [this](std::size_t store) { return stores_[store].given_up; };
  for (auto& owner : owners_)
    if (lost(owner)) owner = least_loaded();
  std::erase_if(moved_, [&](const auto& each) { return lost(each.second); });
}

}  // namespace pravega_sandbox
