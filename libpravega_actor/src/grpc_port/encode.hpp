// The requests of the controller port as protobuf messages.
#pragma once

#include "grpc_port/messages.hpp"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::detail {

[[nodiscard]] pb::ServerRequest encode(const controller::get_controller_servers& call);
[[nodiscard]] pb::ScopeInfo encode(const controller::create_scope& call);
[[nodiscard]] pb::ScopeInfo encode(const controller::delete_scope& call);
[[nodiscard]] pb::ScopeInfo encode(const controller::check_scope& call);
[[nodiscard]] pb::ScopesRequest encode(const controller::list_scopes& call);
[[nodiscard]] pb::StreamConfig encode(const controller::create_stream& call);
[[nodiscard]] pb::StreamConfig encode(const controller::update_stream& call);
[[nodiscard]] pb::StreamCut encode(const controller::truncate_stream& call);
[[nodiscard]] pb::StreamInfo encode(const controller::seal_stream& call);
[[nodiscard]] pb::StreamInfo encode(const controller::delete_stream& call);
[[nodiscard]] pb::StreamInfo encode(const controller::check_stream& call);
[[nodiscard]] pb::StreamInfo encode(const controller::get_stream_config& call);
[[nodiscard]] pb::StreamsInScopeRequest encode_all(const controller::list_streams& call);
[[nodiscard]] pb::StreamsInScopeWithTagRequest encode_tagged(
    const controller::list_streams& call);
[[nodiscard]] pb::StreamInfo encode(const controller::get_current_segments& call);
[[nodiscard]] pb::GetEpochSegmentsRequest encode(const controller::get_epoch_segments& call);
[[nodiscard]] pb::GetSegmentsRequest encode(const controller::get_head_segments& call);
[[nodiscard]] pb::SegmentId encode(const controller::get_successors& call);
[[nodiscard]] pb::StreamCutRange encode(const controller::get_segments_between& call);
[[nodiscard]] pb::ScaleRequest encode(const controller::scale_stream& call);
[[nodiscard]] pb::ScaleStatusRequest encode(const controller::check_scale& call);
[[nodiscard]] pb::SegmentId encode(const controller::get_uri& call);
[[nodiscard]] pb::SegmentId encode(const controller::is_segment_valid& call);
[[nodiscard]] pb::StreamCut encode(const controller::is_stream_cut_valid& call);
[[nodiscard]] pb::StreamInfo encode(const controller::get_delegation_token& call);
[[nodiscard]] pb::TimestampFromWriter encode(const controller::note_time& call);
[[nodiscard]] pb::RemoveWriterRequest encode(const controller::remove_writer& call);

}  // namespace pravega_actor::detail
