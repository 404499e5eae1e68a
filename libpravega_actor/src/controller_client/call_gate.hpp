// Who asks a controller that cannot be reached.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace pravega_actor::internal {

/// A pure machine. When a controller could not be reached several times in a row, one call goes
/// on trying and the others wait for its outcome: a writer of a thousand segments would
/// otherwise ask a thousand times a second for as long as the controller is away.
class call_gate {
 public:
  using call_id = std::uint64_t;
  /// Attempts in a row that did not reach the controller, before calls wait for each other.
  static constexpr std::uint32_t unreachable_max = 3;

  /// Whether a call may make an attempt; if not, it waits until it is named by `on_reached` or
  /// `on_end`.
  [[nodiscard]] bool admit(call_id call) {
    const bool open = unreachable_ < unreachable_max || !asks_ || *asks_ == call;
    if (!open) {
      waiting_.insert(call);
      return false;
    }
    if (unreachable_ >= unreachable_max) asks_ = call;
    return true;
  }
  void on_unreachable() noexcept {
    if (unreachable_ < unreachable_max) ++unreachable_;
  }
  /// There was an answer, whatever it says. Returns the calls that go on, the oldest first.
  [[nodiscard]] std::vector<call_id> on_reached() {
    unreachable_ = 0;
    asks_.reset();
    std::vector<call_id> all{waiting_.begin(), waiting_.end()};
    waiting_.clear();
    return all;
  }
  /// A call is over. Returns the one that asks in its place.
  [[nodiscard]] std::optional<call_id> on_end(call_id call) {
    waiting_.erase(call);
    if (asks_ != call) return std::nullopt;
    asks_.reset();
    if (waiting_.empty()) return std::nullopt;
    const auto next = *waiting_.begin();
    waiting_.erase(waiting_.begin());
    return next;
  }
  [[nodiscard]] bool waits(call_id call) const { return waiting_.contains(call); }

 private:
  std::uint32_t unreachable_ = 0;
  /// The call that asks for all.
  std::optional<call_id> asks_;
  std::set<call_id> waiting_;
};

}  // namespace pravega_actor::internal
