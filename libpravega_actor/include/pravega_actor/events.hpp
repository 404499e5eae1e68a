// Events inside the library, as values that applications may subscribe to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pravega_actor/error.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/log.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// What a `library_event` reports.
enum class event_kind : std::uint8_t {
  /// A supervised actor was started for the first time.
  started,
  /// A supervised actor ended and was started again.
  restarted,
  /// A supervised actor ended as it should.
  stopped,
  /// A supervisor reached its restart intensity and ended.
  gave_up,
  /// A segment's connection is up and its writer or reader is set up.
  connected,
  /// A segment's connection ended; the library reconnects.
  disconnected,
  /// A segment's connection is up again.
  reconnected,
  /// A segment is sealed.
  sealed,
  /// A sealed segment has several successors, with which its writer or reader continues.
  split,
  /// A sealed segment shares its successor with others.
  merged,
  /// A sealed segment has one successor of its own.
  replaced,
  /// Another segment store than before serves a segment.
  moved,
  /// A writer or reader ended with an error.
  failed,
  /// The application's code threw an exception in a completion or another callback. The
  /// library drops it and continues.
  callback_threw,
  /// Credentials go to a controller on another machine without TLS: anybody on the network
  /// path can read them. It is the first event of each subscriber, and comes once.
  credentials_exposed,
};

[[nodiscard]] std::string_view to_string(event_kind kind) noexcept;

/// The level at which `client::log_to` logs an event.
[[nodiscard]] log_level level_of(event_kind kind) noexcept;

/// One event in the library.
struct library_event {
  event_kind kind = event_kind::started;
  /// The actor's path in the supervision tree, for example
  /// "client/writer-1/segment:scope/stream/0.#epoch.0".
  std::string path;
  /// The cause in words; may be "".
  std::string cause;
  /// Monotonic time.
  time_point at{};
  /// The error that caused the event; none if the event is not a failure.
  std::optional<error> reason = std::nullopt;
  /// The writer or reader that the event concerns, for example "writer-1"; or "".
  std::string feature = {};
  /// The name of the segment that the event concerns, or "".
  std::string segment = {};
};

/// The same with `feature` and `segment` taken from its path, where they are empty.
[[nodiscard]] library_event with_places(library_event event);

}  // namespace pravega_actor
