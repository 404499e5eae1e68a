// What of a transaction outlives its actor.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pravega_actor/transactional_event_writer.hpp"

namespace pravega_actor::internal {

/// Thread-safe. The transaction's actor writes to it; if that actor dies, the actor above it
/// reads what is to be done. Handles read how the transaction ended.
class transaction_board {
 public:
  /// What calls get once the transaction is over.
  struct last_answers {
    result<void> to_commit;
    result<void> to_abort;
  };

  void set_id(const transaction_id& id) {
    std::lock_guard lock{mutex_};
    id_ = id;
  }
  [[nodiscard]] std::optional<transaction_id> id() const {
    std::lock_guard lock{mutex_};
    return id_;
  }
  /// A commit was asked for, and everything before it is durable: it may be committed.
  void set_complete() {
    std::lock_guard lock{mutex_};
    complete_ = true;
  }
  [[nodiscard]] bool complete() const {
    std::lock_guard lock{mutex_};
    return complete_;
  }
  void set_last(last_answers last) {
    std::lock_guard lock{mutex_};
    last_ = std::move(last);
  }
  /// None: it is not over, or the actor died before.
  [[nodiscard]] std::optional<last_answers> last() const {
    std::lock_guard lock{mutex_};
    return last_;
  }
  /// `name` lives as long as the program.
  void set_phase(std::string_view name) {
    std::lock_guard lock{mutex_};
    phase_ = name;
  }
  [[nodiscard]] std::string phase() const {
    std::lock_guard lock{mutex_};
    return std::string{phase_};
  }

 private:
  mutable std::mutex mutex_;
  std::optional<transaction_id> id_;
  bool complete_ = false;
  std::optional<last_answers> last_;
  std::string_view phase_ = "creating";
};

}  // namespace pravega_actor::internal
