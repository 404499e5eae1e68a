// What every supervisor of a client says of its children, for whoever asks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "supervision/supervisor_machine.hpp"

namespace pravega_actor::internal {

/// Thread-safe. Supervisors write, and are forgotten when they end; readers need no actor to
/// answer.
class status_board {
 public:
  struct line {
    std::string path;
    supervisor_machine::child_status child;
  };

  void set(const std::string& supervisor_path, supervisor_machine::child_status child) {
    std::lock_guard lock{mutex_};
    auto& children = supervisors_[supervisor_path];
    auto& place = children[child.id];
    if (place.id.empty()) place.order = next_++;
    static_cast<supervisor_machine::child_status&>(place) = std::move(child);
  }
  /// The child is gone for good.
  void forget(const std::string& supervisor_path, const std::string& id) {
    std::lock_guard lock{mutex_};
    const auto at = supervisors_.find(supervisor_path);
    if (at != supervisors_.end()) at->second.erase(id);
  }
  void forget(const std::string& supervisor_path) {
    std::lock_guard lock{mutex_};
    supervisors_.erase(supervisor_path);
  }
  /// All children of all supervisors: parents before their children, children in the order in
  /// which they were added.
  [[nodiscard]] std::vector<line> lines() const {
    std::lock_guard lock{mutex_};
    std::vector<line> out;
    for (const auto& [path, children] : supervisors_) {
      std::vector<const entry*> in_order;
      for (const auto& [id, each] : children)
        in_order.push_back(&each);
      std::sort(in_order.begin(), in_order.end(),
                [](const entry* a, const entry* b) { return a->order < b->order; });
      for (const auto* each : in_order)
        out.push_back({path + "/" + each->id, *each});
    }
    return out;
  }

 private:
  struct entry : supervisor_machine::child_status {
    std::uint64_t order = 0;
  };
  mutable std::mutex mutex_;
  std::uint64_t next_ = 1;
  std::map<std::string, std::map<std::string, entry>> supervisors_;
};

}  // namespace pravega_actor::internal
