// The replies of the controller, checked against their requests and as plain structs. Errors
// are bare: a code and what is wrong; the call's context comes later.
//
// Of the segments in a reply none comes twice, all belong to the stream that was asked about
// (unless the reply does not say), and ranges neither overlap nor leave gaps. Statuses that are
// not known, and empty lists where there must be something, are violations of the protocol.
#pragma once

#include "grpc_port/messages.hpp"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::detail {

using answer = result<controller::reply>;

// Scopes and streams: decode_streams.cpp.
[[nodiscard]] answer decode(const controller::create_scope& call,
                            const pb::CreateScopeStatus& from);
[[nodiscard]] answer decode(const controller::delete_scope& call,
                            const pb::DeleteScopeStatus& from);
[[nodiscard]] answer decode(const controller::check_scope& call,
                            const pb::ExistsResponse& from);
[[nodiscard]] answer decode(const controller::list_scopes& call,
                            const pb::ScopesResponse& from);
[[nodiscard]] answer decode(const controller::create_stream& call,
                            const pb::CreateStreamStatus& from);
[[nodiscard]] answer decode(const controller::update_stream& call,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(const controller::truncate_stream& call,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(const controller::seal_stream& call,
                            const pb::UpdateStreamStatus& from);
[[nodiscard]] answer decode(const controller::delete_stream& call,
                            const pb::DeleteStreamStatus& from);
[[nodiscard]] answer decode(const controller::check_stream& call,
                            const pb::ExistsResponse& from);
[[nodiscard]] answer decode(const controller::get_stream_config& call,
                            const pb::StreamConfig& from);
[[nodiscard]] answer decode(const controller::list_streams& call,
                            const pb::StreamsInScopeResponse& from);
[[nodiscard]] answer decode(const controller::get_delegation_token& call,
                            const pb::DelegationToken& from);
[[nodiscard]] answer decode(const controller::note_time& call,
                            const pb::TimestampResponse& from);
[[nodiscard]] answer decode(const controller::remove_writer& call,
                            const pb::RemoveWriterResponse& from);

// Segments: decode_segments.cpp.
[[nodiscard]] answer decode(const controller::get_controller_servers& call,
                            const pb::ServerResponse& from);
[[nodiscard]] answer decode(const controller::get_current_segments& call,
                            const pb::SegmentRanges& from);
[[nodiscard]] answer decode(const controller::get_epoch_segments& call,
                            const pb::SegmentRanges& from);
[[nodiscard]] answer decode(const controller::get_head_segments& call,
                            const pb::SegmentsAtTime& from);
[[nodiscard]] answer decode(const controller::get_successors& call,
                            const pb::SuccessorResponse& from);
[[nodiscard]] answer decode(const controller::get_segments_between& call,
                            const pb::StreamCutRangeResponse& from);
[[nodiscard]] answer decode(const controller::scale_stream& call,
                            const pb::ScaleResponse& from);
[[nodiscard]] answer decode(const controller::check_scale& call,
                            const pb::ScaleStatusResponse& from);
[[nodiscard]] answer decode(const controller::get_uri& call, const pb::NodeUri& from);
[[nodiscard]] answer decode(const controller::is_segment_valid& call,
                            const pb::SegmentValidityResponse& from);
[[nodiscard]] answer decode(const controller::is_stream_cut_valid& call,
                            const pb::StreamCutValidityResponse& from);

/// What the controller's plain FAILURE becomes: the same call would fail again.
inline constexpr errc plain_failure = errc::precondition_failed;

/// A reply names no stream, or the one that was asked about.
[[nodiscard]] result<void> check_stream_of(const pb::StreamInfo& told,
                                           const scoped_stream& asked);

/// The error of a status in a reply. An unknown status (no name) breaks the protocol.
[[nodiscard]] error refusal(errc code, const std::string& status_name);

}  // namespace pravega_actor::detail
