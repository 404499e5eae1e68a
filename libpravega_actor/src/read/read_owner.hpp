// What read channels want from their reader.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "core/checked_mutex.hpp"
#include "read/read_flow.hpp"

namespace pravega_actor::internal {

class read_channel;

/// Consumers that wait for an item, by number. Each is called once, without the lock.
using waiting_consumers = std::map<std::uint64_t, std::function<void()>>;

/// What owns channels: the queue of a stream reader. One lock serves it and all its channels;
/// everything but `mutex` is called with it held.
class read_owner {
 public:
  /// A channel for whose large event there is room; the owner counts it already.
  struct event_begins {
    std::shared_ptr<read_channel> in;
    std::size_t bytes = 0;
  };
  /// The name of the lock in annotations.
  static constexpr lock_name guard{};

  virtual ~read_owner() = default;
  [[nodiscard]] virtual checked_mutex& mutex() const PRAVEGA_ACTOR_RETURNS_LOCK(guard) = 0;
  /// Takes over what changed in a channel.
  virtual void account(const read_channel& channel, const read_flow::changes& what) noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
  /// Moves the consumers that wait to `to` if there is something to take.
  virtual void collect_consumers(waiting_consumers& to) noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
  /// How many of `wanted` bytes a channel may ask for at present; they count until the account
  /// says that they are answered. 0: the channel waits for room; see `next_refused`.
  [[nodiscard]] virtual std::size_t grant(const read_channel& channel,
                                          std::size_t wanted) noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
  /// Whether there is room for an event of which only a part came; it counts until the account
  /// says that it is over. If there is none, the event waits for room; see `next_event`.
  [[nodiscard]] virtual bool claim(const read_channel& channel,
                                   std::size_t event_bytes) noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
  [[nodiscard]] virtual std::optional<event_begins> next_event() noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
  /// A channel that may ask now, after `grant` gave it nothing. It waits no more.
  [[nodiscard]] virtual std::shared_ptr<read_channel> next_refused() noexcept
      PRAVEGA_ACTOR_REQUIRES(guard) = 0;
};

}  // namespace pravega_actor::internal
