// What all supervisors of a client report of their children.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/supervision_policy.hpp"

namespace pravega_actor::internal {

/// Thread-safe. Supervisors write, and are forgotten when they end; readers need no actor to
/// answer.
class status_board {
 public:
  struct line {
    std::string path;
    child_status child;
  };
  /// A supervisor: its path, and a number of its own. Two may have the same path at once: in
  /// trees of the application, a writer may be restarted while its old supervisor is ending.
  using supervisor_place = std::pair<std::string, std::uint64_t>;

  void set(const supervisor_place& of, child_status child) {
    std::lock_guard lock{mutex_};
    auto& children = supervisors_[of];
    auto& place = children[child.name];
    if (place.name.empty()) place.order = next_++;
    static_cast<child_status&>(place) = std::move(child);
  }
  /// The child is gone for good.
  void forget(const supervisor_place& of, const std::string& id) {
    std::lock_guard lock{mutex_};
    const auto at = supervisors_.find(of);
    if (at != supervisors_.end()) at->second.erase(id);
  }
  void forget(const supervisor_place& supervisor) {
    std::lock_guard lock{mutex_};
    supervisors_.erase(supervisor);
  }
  /// All children of all supervisors: parents before their children, children in the order in
  /// which they were added.
  [[nodiscard]] std::vector<line> lines() const {
    std::lock_guard lock{mutex_};
    std::vector<line> out;
    for (const auto& [supervisor, children] : supervisors_) {
      std::vector<const entry*> in_order;
      for (const auto& [id, each] : children)
        in_order.push_back(&each);
      std::sort(in_order.begin(), in_order.end(),
                [](const entry* a, const entry* b) { return a->order < b->order; });
      for (const auto* each : in_order)
        out.push_back({supervisor.first + "/" + each->name, *each});
    }
    return out;
  }

 private:
  struct entry : child_status {
    std::uint64_t order = 0;
  };
  mutable std::mutex mutex_;
  std::uint64_t next_ = 1;
  std::map<supervisor_place, std::map<std::string, entry>> supervisors_;
};

}  // namespace pravega_actor::internal
