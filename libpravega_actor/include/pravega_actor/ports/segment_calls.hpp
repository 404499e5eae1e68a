// Calls to the controller about the segments of a stream.
#pragma once

#include <cstdint>
#include <map>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/call_replies.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Asks for the segments that accept events.
struct get_current_segments {
  using reply = segment_ranges;
  scoped_stream stream;
  /// The use of the delegation token in the reply.
  access_operation access = access_operation::unspecified;
};
/// Asks for the segments of an epoch.
struct get_epoch_segments {
  using reply = segment_ranges;
  scoped_stream stream;
  std::int32_t epoch = 0;
};
/// Asks for the head of the stream (0.13 ignores the time stamp of this call).
struct get_head_segments {
  using reply = segment_offsets;
  scoped_stream stream;
};
/// Asks for the successors of a sealed segment.
struct get_successors {
  using reply = successors;
  segment of;
};
/// Asks for the segments between two cuts. An empty `from` means the first epoch, an empty `to`
/// the tail.
struct get_segments_between {
  using reply = segment_list;
  scoped_stream stream;
  std::map<segment_id, std::int64_t> from;
  std::map<segment_id, std::int64_t> to;
};
/// Asks for the segment store that serves a segment.
struct get_uri {
  using reply = endpoint;
  segment of;
};
/// Asks whether a segment accepts appends.
struct is_segment_valid {
  using reply = existence;
  segment of;
};
/// Asks for a token that segment stores accept for a limited time.
struct get_delegation_token {
  using reply = token;
  scoped_stream stream;
  access_operation access = access_operation::unspecified;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_SEGMENT_CALLS(X) \
  X(get_current_segments, "getCurrentSegments", StreamInfo, SegmentRanges) \
  X(get_epoch_segments, "getEpochSegments", GetEpochSegmentsRequest, SegmentRanges) \
  X(get_head_segments, "getSegments", GetSegmentsRequest, SegmentsAtTime) \
  X(get_successors, "getSegmentsImmediatelyFollowing", SegmentId, SuccessorResponse) \
  X(get_segments_between, "getSegmentsBetween", StreamCutRange, StreamCutRangeResponse) \
  X(get_uri, "getURI", SegmentId, NodeUri) \
  X(is_segment_valid, "isSegmentValid", SegmentId, SegmentValidityResponse) \
  X(get_delegation_token, "getDelegationToken", StreamInfo, DelegationToken)
// clang-format on
