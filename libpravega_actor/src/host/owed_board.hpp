// What segment stores owe to the writers and readers of a client.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "pravega_actor/owed_line.hpp"

namespace pravega_actor::internal {

class owed_source {
 public:
  virtual ~owed_source() = default;
  /// Adds what is owed now. Thread-safe.
  virtual void add_owed(std::vector<owed_line>& to) const = 0;
};

/// Thread-safe. Forgets writers and readers that are gone.
class owed_board {
 public:
  void add(std::weak_ptr<const owed_source> source) {
    std::lock_guard lock{mutex_};
    std::erase_if(sources_, [](const auto& each) { return each.expired(); });
    sources_.push_back(std::move(source));
  }
  [[nodiscard]] std::vector<owed_line> lines() const {
    std::vector<owed_line> out;
    for (const auto& each : living())
      each->add_owed(out);
    return out;
  }

 private:
  // Asked without the lock: the last reference may go here.
  [[nodiscard]] std::vector<std::shared_ptr<const owed_source>> living() const {
    std::vector<std::shared_ptr<const owed_source>> out;
    std::lock_guard lock{mutex_};
    for (const auto& each : sources_)
      if (auto alive = each.lock()) out.push_back(std::move(alive));
    return out;
  }
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<const owed_source>> sources_;
};

}  // namespace pravega_actor::internal
