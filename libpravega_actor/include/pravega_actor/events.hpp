// What happens inside the library, as values that applications may subscribe to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/error.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/log.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

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
  /// A segment that was sealed has several successors, which its writer or reader goes on with.
  split,
  /// A segment that was sealed shares its successor with others.
  merged,
  /// A segment that was sealed has one successor of its own.
  replaced,
  /// A segment is served by another segment store than before.
  moved,
  /// A writer or reader ended with an error.
  failed,
  /// The application's code threw an exception in a completion or another callback. It is
  /// dropped; the library goes on.
  callback_threw,
};

[[nodiscard]] std::string_view to_string(event_kind kind) noexcept;

/// The level at which `client::log_to` logs it.
[[nodiscard]] log_level level_of(event_kind kind) noexcept;

/// One happening.
struct library_event {
  event_kind kind = event_kind::started;
  /// The actor's path in the supervision tree, for example
  /// "client/writer-1/segment:scope/stream/0.#epoch.0".
  std::string path;
  /// Why, in words; "" when there is nothing to say.
  std::string cause;
  /// Monotonic time.
  time_point at{};
};

}  // namespace pravega_actor
