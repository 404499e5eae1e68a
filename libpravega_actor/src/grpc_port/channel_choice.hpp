// Which channel takes the next call, and when a silent one is given up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// What the calls to one endpoint have shown. If something on its way swallows a connection,
/// gRPC takes the connection for healthy for minutes: only a call without an answer shows it.
class channel_health {
 public:
  /// An attempt that had less time says nothing: an answer may still be on its way.
  static constexpr duration silence_min = milliseconds{200};
  /// After a silence, other endpoints are preferred for this time, which doubles from one
  /// silence to the next.
  static constexpr duration avoided_first = seconds{5};
  static constexpr duration avoided_max = seconds{60};

  /// Something came from the other side: a reply, or an error that the controller sent.
  void answered(time_point now);
  /// An attempt that began at `began` ran out of its time. True if nothing has come since, and
  /// the channel is the one it was then: the caller makes a new one.
  [[nodiscard]] bool unanswered(time_point began, time_point now);
  /// It gave an answer that may be its own alone: others are asked meanwhile.
  void doubted(time_point now);
  /// Whether other endpoints are to be preferred.
  [[nodiscard]] bool avoided(time_point now) const;

 private:
  std::optional<time_point> heard_;
  std::optional<time_point> replaced_;
  std::optional<time_point> avoided_until_;
  std::optional<time_point> doubted_until_;
  std::uint32_t silences_ = 0;
};

/// A channel at the moment of a choice.
struct channel_view {
  enum class state : std::uint8_t { ready, connecting, failing };
  state now = state::connecting;
  bool avoided = false;
};

/// Chooses for each call. The endpoints that a controller named come first in `all`, then the
/// configured ones; there must be at least one. Connected channels are chosen before those that
/// may become connected, and these before those that fail. Among equals, the named ones are
/// chosen first, and the channels of one kind take turns. An avoided channel comes after all
/// that do not fail.
[[nodiscard]] std::size_t choose_channel(std::span<const channel_view> all, std::size_t told,
                                         std::size_t turn);

}  // namespace pravega_actor::internal
