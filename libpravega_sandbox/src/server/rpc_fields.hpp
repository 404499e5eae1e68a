// Fields that messages of several RPCs have, from and to plain structs.
#pragma once

#include <grpcpp/support/status.h>

#include "controller/stream_record.hpp"
#include "pravega_actor/internal/controller.pb.h"
#include "pravega_actor/ports/controller_calls.hpp"

namespace pravega_sandbox {

namespace proto = pravega_actor::internal::pb;
using Status = ::grpc::Status;

// --- requests -------------------------------------------------------------------------------

[[nodiscard]] scoped_stream stream_of(const proto::StreamInfo& info);
/// `any`, which a controller refuses, for a number without a meaning.
[[nodiscard]] pravega_actor::access_operation access_of(const proto::StreamInfo& info);
[[nodiscard]] pravega_actor::segment segment_of(const proto::SegmentId& id);
[[nodiscard]] cut_offsets offsets_of(
    const google::protobuf::Map<std::int64_t, std::int64_t>& cut);
[[nodiscard]] pravega_actor::stream_cut cut_of(const proto::StreamCut& message);

// --- replies --------------------------------------------------------------------------------

/// A failure that the reply's message cannot say, with a code that clients do not retry unless
/// that may help.
[[nodiscard]] Status failure(const pravega_actor::error& why);
void put(const scoped_stream& stream, proto::StreamInfo& out);
void put(const scoped_stream& stream, segment_id id, proto::SegmentId& out);
void put(const scoped_stream& stream, const segment_with_range& segment,
         proto::SegmentRange& out);
void put(const pravega_actor::endpoint& from, proto::NodeUri& out);

}  // namespace pravega_sandbox
