// Reads a stream's events, up to its present tail or on and on.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// Where to begin and when to end.
struct read_plan {
  scoped_stream stream;
  read_start from;
  /// False: end at the tail that the stream has when reading begins.
  bool follow = false;
};

struct read_hooks {
  /// Gets every slice; false ends the reading.
  std::function<bool(const event_slice&)> on_slice;
  /// Events that were truncated away.
  std::function<void(const segment_gap&)> on_gap;
  /// Nothing came for a while; false ends the reading.
  std::function<bool()> on_idle;
};

enum class read_end { reached, enough, stopped };

struct read_outcome_of {
  read_end end = read_end::reached;
  /// Where to go on, not counting what is left of the slice that was taken last.
  stream_cut position;
};

/// Reads until the tail, the end of every segment, a false `on_slice`, or a stop signal.
[[nodiscard]] result<read_outcome_of> read_stream(client& pravega, const read_plan& plan,
                                                  const read_hooks& hooks);

/// "head", "tail" or the text of a stream cut.
[[nodiscard]] result<read_start> parse_start(const std::string& text);

}  // namespace pravega_actor::tool
