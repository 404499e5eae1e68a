// Which requests a segment store takes, and the reply that answers each.
#pragma once

#include <cstdint>

#include "pravega_actor/ports/call_replies.hpp"
#include "wire/commands.hpp"

// clang-format off
/// X(request, reply, access, repeated) for each request to the store of a segment. `access`: what
/// a delegation token for it must allow. `repeated`: see `repetition`.
///
/// A further request needs a row here and, in reply_check.cpp, the check of its reply.
#define PRAVEGA_ACTOR_SEGMENT_REQUESTS(X) \
  X(get_stream_segment_info, stream_segment_info, read, harmless) \
  X(get_segment_attribute, segment_attribute, read, harmless) \
  X(update_segment_attribute, segment_attribute_updated, read_write, doubtful) \
  X(truncate_segment, segment_truncated, read_write, harmless) \
  X(create_segment, segment_created, read_write, doubtful) \
  X(seal_segment, segment_sealed, read_write, doubtful) \
  X(delete_segment, segment_deleted, read_write, doubtful) \
  X(update_segment_policy, segment_policy_updated, read_write, harmless) \
  X(merge_segments, segments_merged, read_write, doubtful) \
  X(conditional_append, data_appended, read_write, doubtful) \
  X(append_block_end, data_appended, read_write, doubtful) \
  X(setup_append, append_setup, read_write, harmless) \
  X(read_segment, segment_read, read, harmless)
// clang-format on

namespace pravega_actor::internal {

/// What it means if a request is sent again because its answer was lost.
enum class repetition : std::uint8_t {
  /// The answer to the second says what the answer to the first would have said.
  harmless,
  /// The second may be refused because the first was carried out.
  doubtful,
};

/// The row of a request.
template <class Request>
struct request_row;

#define X(request, reply_name, access_name, repeated_name)                    \
  template <>                                                                 \
  struct request_row<wire::request> {                                         \
    using reply = wire::reply_name;                                           \
    static constexpr access_operation access = access_operation::access_name; \
    static constexpr repetition repeated = repetition::repeated_name;         \
  };
PRAVEGA_ACTOR_SEGMENT_REQUESTS(X)
#undef X

/// The reply that answers a request.
template <class Request>
using reply_type = typename request_row<Request>::reply;

}  // namespace pravega_actor::internal
