// Events that are too large for one append.
#pragma once

#include <cstddef>

#include "pravega_actor/export.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::limits {

/// Largest payload of a large event that is written, and the most that the options of a reader
/// may allow: with its header, it is the longest event that Java's form of an event pointer can
/// name (30 bits).
inline constexpr std::size_t large_event_bytes_max = (1u << 30) - 9;
/// Smallest and largest part of a large event.
inline constexpr std::size_t large_event_part_bytes_min = 16;
inline constexpr std::size_t large_event_part_bytes_max = event_payload_bytes_max;

}  // namespace pravega_actor::limits

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How a writer stores events that are too large for one append. It writes such an event to a
/// segment of its own, in parts, and merges that into the event's segment: exactly once, in
/// order with the writer's other events, which wait meanwhile. Readers get one event; their
/// option `event_payload_bytes_max` must allow it.
struct large_event_options {
  /// Largest payload: at most limits::large_event_bytes_max. The writer holds one copy of a
  /// payload, or the `event_payload` of a message.
  std::size_t payload_bytes_max = limits::large_event_bytes_max;
  /// Events with a larger payload are stored in parts: at most limits::event_payload_bytes_max,
  /// what one append takes.
  std::size_t above_bytes = limits::event_payload_bytes_max;
  /// Size of a part: limits::large_event_part_bytes_min to limits::large_event_part_bytes_max.
  std::size_t part_bytes = 1u << 20;
  /// Parts that may wait for their acknowledgement; at least 1.
  std::size_t parts_in_flight_max = 16;
};

}  // namespace pravega_actor
