// What every supervisor of a client says of its children, for whoever asks.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "supervision/supervisor_machine.hpp"

namespace pravega_actor {

/// Thread-safe. Supervisors write, and are forgotten when they end; readers need no actor to
/// answer.
class status_board {
 public:
  struct line {
    std::string path;
    supervisor_machine::child_status child;
  };

  void set(const std::string& supervisor_path,
           std::vector<supervisor_machine::child_status> children) {
    std::lock_guard lock{mutex_};
    supervisors_[supervisor_path] = std::move(children);
  }
  void forget(const std::string& supervisor_path) {
    std::lock_guard lock{mutex_};
    supervisors_.erase(supervisor_path);
  }
  /// All children of all supervisors, parents before their children.
  [[nodiscard]] std::vector<line> lines() const {
    std::lock_guard lock{mutex_};
    std::vector<line> out;
    for (const auto& [path, children] : supervisors_)
      for (const auto& each : children)
        out.push_back({path + "/" + each.id, each});
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<supervisor_machine::child_status>> supervisors_;
};

}  // namespace pravega_actor
