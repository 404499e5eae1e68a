// Hands library events to their subscribers. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "pravega_actor/events.hpp"

namespace pravega_actor::internal {

/// A list of sinks. Sinks are called in order of subscription, in the publishing thread,
/// without a lock held. They must not block, least of all on the thread that unsubscribes them.
class event_bus {
 public:
  using sink = std::function<void(const library_event&)>;

  /// Returns a number for `unsubscribe`. The sink is called here if there is a standing event.
  std::uint64_t subscribe(sink to);
  /// What each subscriber is told at first, also one that comes later: something that was so
  /// from the beginning. To be called before anybody subscribes.
  void set_standing(library_event event);
  /// The sink is not called any more, and what it holds is free, when this returns: calls in
  /// other threads are waited for. Within a call of the sink itself nothing is waited for.
  void unsubscribe(std::uint64_t number);
  void publish(const library_event& event) const;

 private:
  class subscription;
  using sink_map = std::map<std::uint64_t, std::shared_ptr<subscription>>;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 1;
  std::optional<library_event> standing_;
  std::shared_ptr<const sink_map> sinks_ = std::make_shared<sink_map>();
};

}  // namespace pravega_actor::internal
