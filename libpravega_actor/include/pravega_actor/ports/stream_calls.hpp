// Calls to the controller about a stream as a whole.
#pragma once

#include <cstdint>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/call_replies.hpp"
#include "pravega_actor/stream_config.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Creates a stream in an existing scope.
struct create_stream {
  using reply = creation;
  scoped_stream stream;
  stream_config config;
};
/// Replaces a stream's configuration.
struct update_stream {
  using reply = done;
  scoped_stream stream;
  stream_config config;
};
/// Deletes the events before a cut.
struct truncate_stream {
  using reply = done;
  stream_cut cut;
};
/// Seals a stream: it accepts no more events.
struct seal_stream {
  using reply = done;
  scoped_stream stream;
};
/// Deletes a sealed stream.
struct delete_stream {
  using reply = deletion;
  scoped_stream stream;
};
/// Asks whether a stream exists.
struct check_stream {
  using reply = existence;
  scoped_stream stream;
};
/// Asks for a stream's configuration.
struct get_stream_config {
  using reply = stream_config;
  scoped_stream stream;
};
/// Starts a scale: seals segments and opens new ones for the given ranges.
struct scale_stream {
  using reply = scale_started;
  scoped_stream stream;
  std::vector<segment_id> sealed;
  /// Together they cover the ranges of the sealed segments exactly.
  std::vector<key_range> ranges;
  /// Wall clock, milliseconds since 1970.
  std::int64_t time_ms = 0;
};
/// Asks whether the scale that began in an epoch is complete.
struct check_scale {
  using reply = scale_state;
  scoped_stream stream;
  std::int32_t epoch = 0;
};
/// Asks whether a cut lies in the stream and covers all keys.
struct is_stream_cut_valid {
  using reply = existence;
  stream_cut cut;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_STREAM_CALLS(X) \
  X(create_stream, "createStream", StreamConfig, CreateStreamStatus) \
  X(update_stream, "updateStream", StreamConfig, UpdateStreamStatus) \
  X(truncate_stream, "truncateStream", StreamCut, UpdateStreamStatus) \
  X(seal_stream, "sealStream", StreamInfo, UpdateStreamStatus) \
  X(delete_stream, "deleteStream", StreamInfo, DeleteStreamStatus) \
  X(check_stream, "checkStreamExists", StreamInfo, ExistsResponse) \
  X(get_stream_config, "getStreamConfiguration", StreamInfo, StreamConfig) \
  X(scale_stream, "scale", ScaleRequest, ScaleResponse) \
  X(check_scale, "checkScale", ScaleStatusRequest, ScaleStatusResponse) \
  X(is_stream_cut_valid, "isStreamCutValid", StreamCut, StreamCutValidityResponse)
// clang-format on
