// What append channels want from their writer.
#pragma once

#include <string>
#include <vector>

#include "append/append_log.hpp"
#include "core/checked_mutex.hpp"
#include "pravega_actor/error.hpp"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::internal {

class append_channel;

/// What owns channels: the writer's log. One lock serves it and all its channels.
class append_owner {
 public:
  /// The name of that lock in annotations.
  static constexpr lock_name guard{};

  virtual ~append_owner() = default;
  [[nodiscard]] virtual checked_mutex& mutex() PRAVEGA_ACTOR_RETURNS_LOCK(guard) = 0;
  /// Blocks became durable, in the segment's order. With the lock held; `deliver` follows.
  virtual void on_durable(const append_log::blocks& durable) PRAVEGA_ACTOR_REQUIRES(guard) = 0;

  // Without the lock:
  /// Completes events and wakes waiters after one or more `on_durable`.
  virtual void deliver() = 0;
  /// The segment is sealed and its last event number final: its successors take what is left in
  /// its log, and all that would have come to it. Retires the channel.
  virtual void replace_segment(append_channel& channel,
                               const std::vector<controller::successor>& successors,
                               const std::string& delegation_token) = 0;
  /// The segment takes no more events; `certain` as in `append_machine::give_up`.
  virtual void on_gave_up(append_channel& channel, const error& reason, bool certain) = 0;
  /// The first event has come for a segment that connects only then (see `append_policy`).
  virtual void on_first_event(append_channel&) {}
  /// Something failed that is being mended; it explains a deadline that passes meanwhile.
  virtual void on_trouble(const error& reason) = 0;
};

}  // namespace pravega_actor::internal
