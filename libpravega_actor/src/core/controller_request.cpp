#include <string_view>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::controller {
namespace {

struct rpc_name {
  using text = std::string_view;
  text operator()(const get_controller_servers&) const { return "getControllerServerList"; }
  text operator()(const create_scope&) const { return "createScope"; }
  text operator()(const delete_scope& call) const {
    return call.recursive ? "deleteScopeRecursive" : "deleteScope";
  }
  text operator()(const check_scope&) const { return "checkScopeExists"; }
  text operator()(const list_scopes&) const { return "listScopes"; }
  text operator()(const create_stream&) const { return "createStream"; }
  text operator()(const update_stream&) const { return "updateStream"; }
  text operator()(const truncate_stream&) const { return "truncateStream"; }
  text operator()(const seal_stream&) const { return "sealStream"; }
  text operator()(const delete_stream&) const { return "deleteStream"; }
  text operator()(const check_stream&) const { return "checkStreamExists"; }
  text operator()(const get_stream_config&) const { return "getStreamConfiguration"; }
  text operator()(const list_streams& call) const {
    return call.tag.empty() ? "listStreamsInScope" : "listStreamsInScopeForTag";
  }
  text operator()(const get_current_segments&) const { return "getCurrentSegments"; }
  text operator()(const get_epoch_segments&) const { return "getEpochSegments"; }
  text operator()(const get_head_segments&) const { return "getSegments"; }
  text operator()(const get_successors&) const { return "getSegmentsImmediatelyFollowing"; }
  text operator()(const get_segments_between&) const { return "getSegmentsBetween"; }
  text operator()(const scale_stream&) const { return "scale"; }
  text operator()(const check_scale&) const { return "checkScale"; }
  text operator()(const get_uri&) const { return "getURI"; }
  text operator()(const is_segment_valid&) const { return "isSegmentValid"; }
  text operator()(const is_stream_cut_valid&) const { return "isStreamCutValid"; }
  text operator()(const get_delegation_token&) const { return "getDelegationToken"; }
  text operator()(const note_time&) const { return "noteTimestampFromWriter"; }
  text operator()(const remove_writer&) const { return "removeWriter"; }
};

}  // namespace

std::string_view name_of(const request& call) noexcept {
  return visit(rpc_name{}, call);
}

}  // namespace pravega_actor::controller
