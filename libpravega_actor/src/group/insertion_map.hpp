// A map that remembers the order in which its keys came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace pravega_actor::internal {

/// A map whose entries are walked in the order of their insertion, as in Java's LinkedHashMap.
/// Finding, adding and erasing take logarithmic time. It has no lock.
template <class K, class V>
class insertion_map {
 public:
  [[nodiscard]] bool empty() const noexcept { return by_key_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return by_key_.size(); }

  /// The value of a key, or null. It lives until the key is erased.
  [[nodiscard]] const V* find(const K& key) const {
    const auto at = by_key_.find(key);
    return at == by_key_.end() ? nullptr : &at->second.value;
  }
  /// The smallest key that is not less than `key`, or null.
  [[nodiscard]] const K* first_from(const K& key) const {
    const auto at = by_key_.lower_bound(key);
    return at == by_key_.end() ? nullptr : &at->first;
  }

  /// Adds an entry at the end. False if the key is there; its value then stays.
  bool add(const K& key, V value) {
    const auto [at, fresh] = by_key_.try_emplace(key, slot{std::move(value), next_});
    if (fresh) order_.emplace(next_++, at->first);
    return fresh;
  }
  /// Replaces the value of a key, which keeps its place, or adds it at the end.
  void set(const K& key, V value) {
    const auto at = by_key_.find(key);
    if (at != by_key_.end()) {
      at->second.value = std::move(value);
    } else {
      add(key, std::move(value));
    }
  }
  /// False if the key is not there.
  bool erase(const K& key) {
    const auto at = by_key_.find(key);
    if (at == by_key_.end()) return false;
    order_.erase(at->second.serial);
    by_key_.erase(at);
    return true;
  }

  /// Calls `f(key, value)` for each entry in the order of insertion.
  template <class F>
  void each(F&& f) const {
    for (const auto& [serial, key] : order_)
      f(key, by_key_.find(key)->second.value);
  }
  /// The entries in the order of insertion.
  [[nodiscard]] std::vector<std::pair<K, V>> entries() const {
    std::vector<std::pair<K, V>> all;
    all.reserve(size());
    each([&](const K& key, const V& value) { all.emplace_back(key, value); });
    return all;
  }

  /// Whether both have the same entries in the same order.
  friend bool operator==(const insertion_map& a, const insertion_map& b) {
    return a.size() == b.size() && a.entries() == b.entries();
  }

 private:
  struct slot {
    V value;
    std::uint64_t serial;
  };
  std::map<K, slot> by_key_;
  std::map<std::uint64_t, K> order_;
  std::uint64_t next_ = 0;
};

}  // namespace pravega_actor::internal
