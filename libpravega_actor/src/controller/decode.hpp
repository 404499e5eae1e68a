// The replies of the controller, checked and as plain structs. Errors are bare: a code and what
// is wrong; the call's context comes later.
#pragma once

#include <type_traits>

#include "controller.pb.h"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::detail {

namespace pb = ::io::pravega::controller::stream::api::grpc::v1;

using answer = result<controller::reply>;
/// Says which call is answered: several calls share a message.
template <class Call>
using reply_to = std::type_identity<Call>;

// Scopes and streams: decode_streams.cpp.
[[nodiscard]] answer decode(reply_to<controller::create_scope>,
                            const pb::CreateScopeStatus& from);
[[nodiscard]] answer decode(reply_to<controller::delete_scope>,
                            const pb::DeleteScopeStatus& from);
[[nodiscard]] answer decode(reply_to<controller::check_scope>, const pb::ExistsResponse& from);
[[nodiscard]] answer decode(reply_to<controller::list_scopes>, const pb::ScopesResponse& from);
[[nodiscard]] answer decode(reply_to<controller::create_stream>,
                            const pb::CreateStreamStatus& from);
[[nodiscard]] answer decode(reply_to<controller::update_stream>,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(reply_to<controller::truncate_stream>,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(reply_to<controller::seal_stream>,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(reply_to<controller::delete_stream>,
                            const pb::DeleteStreamStatus& from);
[[nodiscard]] answer decode(reply_to<controller::check_stream>, const pb::ExistsResponse& from);
[[nodiscard]] answer decode(reply_to<controller::get_stream_config>,
                            const pb::StreamConfig& from);
[[nodiscard]] answer decode(reply_to<controller::list_streams>,
                            const pb::StreamsInScopeResponse& from);
[[nodiscard]] answer decode(reply_to<controller::get_delegation_token>,
                            const pb::DelegationToken& from);
[[nodiscard]] answer decode(reply_to<controller::note_time>, const pb::TimestampResponse& from);
[[nodiscard]] answer decode(reply_to<controller::remove_writer>,
                            const pb::RemoveWriterResponse& from);

// Segments: decode_segments.cpp.
[[nodiscard]] answer decode(reply_to<controller::get_controller_servers>,
                            const pb::ServerResponse& from);
[[nodiscard]] answer decode(reply_to<controller::get_current_segments>,
                            const pb::SegmentRanges& from);
[[nodiscard]] answer decode(reply_to<controller::get_epoch_segments>,
                            const pb::SegmentRanges& from);
[[nodiscard]] answer decode(reply_to<controller::get_head_segments>,
                            const pb::SegmentsAtTime& from);
[[nodiscard]] answer decode(reply_to<controller::get_successors>,
                            const pb::SuccessorResponse& from);
[[nodiscard]] answer decode(reply_to<controller::get_segments_between>,
                            const pb::StreamCutRangeResponse& from);
[[nodiscard]] answer decode(reply_to<controller::scale_stream>, const pb::ScaleResponse& from);
[[nodiscard]] answer decode(reply_to<controller::check_scale>,
                            const pb::ScaleStatusResponse& from);
[[nodiscard]] answer decode(reply_to<controller::get_uri>, const pb::NodeUri& from);
[[nodiscard]] answer decode(reply_to<controller::is_segment_valid>,
                            const pb::SegmentValidityResponse& from);
[[nodiscard]] answer decode(reply_to<controller::is_stream_cut_valid>,
                            const pb::StreamCutValidityResponse& from);

/// What the controller's plain FAILURE becomes: the same call would fail again.
inline constexpr errc plain_failure = errc::precondition_failed;

/// The error of a status in a reply. An unknown status (no name) breaks the protocol.
[[nodiscard]] error refusal(errc code, const std::string& status_name);

}  // namespace pravega_actor::detail
