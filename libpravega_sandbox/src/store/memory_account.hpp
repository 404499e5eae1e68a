// The memory that peers can make a sandbox take, in one account.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace pravega_sandbox {

/// What memory is taken for.
enum class memory_use : std::uint8_t {
  /// What segments hold.
  events,
  /// Names, scopes, streams, segments and attributes.
  metadata,
  /// Connections: what they receive into, frames that are not whole yet, writers.
  connections,
  /// Reads that wait at tails.
  waiting_reads,
  /// Replies that peers have not taken. They refer to events for the most part, so they have a
  /// limit of their own and leave the others their room.
  replies,
};
inline constexpr std::size_t memory_uses = 5;

/// Events have their limit; everything else may use what events leave of it, and the reserve.
/// Sizes are estimates of what is allocated. Not thread-safe.
class memory_account {
 public:
  explicit memory_account(std::size_t events_bytes_max) noexcept;
  memory_account(const memory_account&) = delete;
  memory_account& operator=(const memory_account&) = delete;

  [[nodiscard]] std::size_t used(memory_use use) const noexcept {
    return used_[static_cast<std::size_t>(use)];
  }
  /// Of all uses but replies.
  [[nodiscard]] std::size_t used() const noexcept;
  /// How much the events may be in all; less than their limit when the rest needs more than the
  /// reserve.
  [[nodiscard]] std::size_t events_max() const noexcept;
  /// What may be taken for everything but events and replies.
  [[nodiscard]] std::size_t free() const noexcept;
  /// Events, and everything else but replies, at most.
  [[nodiscard]] std::size_t bytes_max() const noexcept { return events_bytes_max_ + reserve_; }
  [[nodiscard]] std::size_t reserve() const noexcept { return reserve_; }
  /// Whether so many replies wait that peers must take some before they are read from.
  [[nodiscard]] bool crowded() const noexcept { return used(memory_use::replies) > reserve_; }

  /// For what was asked before, or cannot be refused.
  void add(memory_use use, std::size_t bytes) noexcept;
  void give_back(memory_use use, std::size_t bytes) noexcept;

  /// Is called when the use has fallen by this much, measured from its highest since the last
  /// call. The memory itself may be freed soon afterwards.
  void on_fall(std::size_t bytes, std::function<void()> told);

 private:
  const std::size_t events_bytes_max_;
  const std::size_t reserve_;
  std::array<std::size_t, memory_uses> used_{};
  std::size_t highest_ = 0;
  std::size_t fall_bytes_ = 0;
  std::function<void()> on_fall_;
};

/// What one holder has taken; it goes back when the holder ends.
class memory_share {
 public:
  memory_share(memory_account& account, memory_use use) noexcept
      : account_{account}, use_{use} {}
  ~memory_share() { set(0); }
  memory_share(const memory_share&) = delete;
  memory_share& operator=(const memory_share&) = delete;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// False, and nothing changes, if there is no room to grow.
  [[nodiscard]] bool resize(std::size_t bytes) noexcept {
    if (bytes > bytes_ && bytes - bytes_ > account_.free()) return false;
    set(bytes);
    return true;
  }
  /// Whether there is room for it or not.
  void set(std::size_t bytes) noexcept;

 private:
  memory_account& account_;
  const memory_use use_;
  std::size_t bytes_ = 0;
};

}  // namespace pravega_sandbox
