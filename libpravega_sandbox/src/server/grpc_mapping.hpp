// Between the controller's protobuf messages and its calls as plain structs.
#pragma once

#include <grpcpp/support/status.h>

#include <vector>

#include "controller/stream_record.hpp"
#include "pravega_actor/internal/controller.pb.h"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_sandbox {

namespace proto = pravega_actor::internal::controller;

[[nodiscard]] scoped_stream stream_of(const proto::StreamInfo& info);
[[nodiscard]] pravega_actor::segment segment_of(const proto::SegmentId& id);
[[nodiscard]] stream_config config_of(const proto::StreamConfig& message);
[[nodiscard]] cut_offsets offsets_of(
    const google::protobuf::Map<std::int64_t, std::int64_t>& cut);
[[nodiscard]] pravega_actor::stream_cut cut_of(const proto::StreamCut& message);
[[nodiscard]] controller::scale_stream scale_of(const proto::ScaleRequest& message);

// Each fills the message from an answer. Failures stand in the message's own status where it
// has one that fits, else in the returned status, with a code that clients do not retry unless
// that may help.
using ::grpc::Status;
[[nodiscard]] Status fill(const result<std::vector<pravega_actor::endpoint>>& answer,
                          proto::ServerResponse& out);
[[nodiscard]] Status fill(const result<controller::creation>& answer,
                          proto::CreateScopeStatus& out);
[[nodiscard]] Status fill(const result<controller::creation>& answer,
                          proto::CreateStreamStatus& out);
[[nodiscard]] Status fill(const result<controller::deletion>& answer,
                          proto::DeleteScopeStatus& out);
[[nodiscard]] Status fill(const result<controller::deletion>& answer,
                          proto::DeleteStreamStatus& out);
[[nodiscard]] Status fill(const result<controller::done>& answer,
                          proto::UpdateStreamStatus& out);
[[nodiscard]] Status fill(const result<controller::existence>& answer,
                          proto::ExistsResponse& out);
[[nodiscard]] Status fill(const result<controller::existence>& answer,
                          proto::SegmentValidityResponse& out);
[[nodiscard]] Status fill(const result<controller::existence>& answer,
                          proto::StreamCutValidityResponse& out);
[[nodiscard]] Status fill(const result<controller::name_page>& answer,
                          proto::ScopesResponse& out);
[[nodiscard]] Status fill(const result<controller::name_page>& answer, const std::string& scope,
                          proto::StreamsInScopeResponse& out);
[[nodiscard]] Status fill(const result<stream_config>& answer, const scoped_stream& stream,
                          proto::StreamConfig& out);
[[nodiscard]] Status fill(const result<controller::segment_ranges>& answer,
                          const scoped_stream& stream, proto::SegmentRanges& out);
[[nodiscard]] Status fill(const result<controller::segment_offsets>& answer,
                          const scoped_stream& stream, proto::SegmentsAtTime& out);
[[nodiscard]] Status fill(const result<controller::successors>& answer,
                          const scoped_stream& stream, proto::SuccessorResponse& out);
[[nodiscard]] Status fill(const result<controller::segment_list>& answer,
                          const scoped_stream& stream, proto::StreamCutRangeResponse& out);
[[nodiscard]] Status fill(const result<controller::scale_started>& answer,
                          const scoped_stream& stream, proto::ScaleResponse& out);
[[nodiscard]] Status fill(const result<controller::scale_state>& answer,
                          proto::ScaleStatusResponse& out);
[[nodiscard]] Status fill(const result<pravega_actor::endpoint>& answer, proto::NodeUri& out);
[[nodiscard]] Status fill(const result<controller::token>& answer, proto::DelegationToken& out);
[[nodiscard]] Status fill(const result<controller::done>& answer,
                          proto::TimestampResponse& out);
[[nodiscard]] Status fill(const result<controller::deletion>& answer,
                          proto::RemoveWriterResponse& out);

}  // namespace pravega_sandbox
