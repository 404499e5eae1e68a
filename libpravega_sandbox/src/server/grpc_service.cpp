#include "server/grpc_service.hpp"

namespace pravega_sandbox {

template <class Call, class Fill>
grpc_service::reactor* grpc_service::answer(call_context* at, Call call, Fill fill_reply) {
  ++calls_;
  auto* done = at->DefaultReactor();
  post_([this, done, call = std::move(call), fill_reply] {
    done->Finish(fill_reply(controller::reply_of<Call>(model_.handle(call))));
  });
  return done;
}

grpc_service::reactor* grpc_service::getControllerServerList(call_context* context,
                                                             const proto::ServerRequest*,
                                                             proto::ServerResponse* out) {
  return answer(context, controller::get_controller_servers{},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::createScope(call_context* context,
                                                 const proto::ScopeInfo* in,
                                                 proto::CreateScopeStatus* out) {
  return answer(context, controller::create_scope{in->scope()},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::listScopes(call_context* context,
                                                const proto::ScopesRequest* in,
                                                proto::ScopesResponse* out) {
  return answer(context, controller::list_scopes{in->continuationtoken().token()},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::checkScopeExists(call_context* context,
                                                      const proto::ScopeInfo* in,
                                                      proto::ExistsResponse* out) {
  return answer(context, controller::check_scope{in->scope()},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::deleteScope(call_context* context,
                                                 const proto::ScopeInfo* in,
                                                 proto::DeleteScopeStatus* out) {
  return answer(context, controller::delete_scope{in->scope(), false},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::deleteScopeRecursive(call_context* context,
                                                          const proto::ScopeInfo* in,
                                                          proto::DeleteScopeStatus* out) {
  return answer(context, controller::delete_scope{in->scope(), true},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::createStream(call_context* context,
                                                  const proto::StreamConfig* in,
                                                  proto::CreateStreamStatus* out) {
  return answer(context, controller::create_stream{stream_of(in->streaminfo()), config_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::updateStream(call_context* context,
                                                  const proto::StreamConfig* in,
                                                  proto::UpdateStreamStatus* out) {
  return answer(context, controller::update_stream{stream_of(in->streaminfo()), config_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::truncateStream(call_context* context,
                                                    const proto::StreamCut* in,
                                                    proto::UpdateStreamStatus* out) {
  return answer(context, controller::truncate_stream{cut_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::sealStream(call_context* context,
                                                const proto::StreamInfo* in,
                                                proto::UpdateStreamStatus* out) {
  return answer(context, controller::seal_stream{stream_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::deleteStream(call_context* context,
                                                  const proto::StreamInfo* in,
                                                  proto::DeleteStreamStatus* out) {
  return answer(context, controller::delete_stream{stream_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::checkStreamExists(call_context* context,
                                                       const proto::StreamInfo* in,
                                                       proto::ExistsResponse* out) {
  return answer(context, controller::check_stream{stream_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::getStreamConfiguration(call_context* context,
                                                            const proto::StreamInfo* in,
                                                            proto::StreamConfig* out) {
  auto stream = stream_of(*in);
  return answer(context, controller::get_stream_config{stream},
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::listStreamsInScope(call_context* context,
                                                        const proto::StreamsInScopeRequest* in,
                                                        proto::StreamsInScopeResponse* out) {
  const auto& scope = in->scope().scope();
  return answer(context, controller::list_streams{scope, "", in->continuationtoken().token()},
                [scope, out](const auto& reply) { return fill(reply, scope, *out); });
}

grpc_service::reactor* grpc_service::listStreamsInScopeForTag(
    call_context* context, const proto::StreamsInScopeWithTagRequest* in,
    proto::StreamsInScopeResponse* out) {
  const auto& scope = in->scope().scope();
  return answer(context,
                controller::list_streams{scope, in->tag(), in->continuationtoken().token()},
                [scope, out](const auto& reply) { return fill(reply, scope, *out); });
}

grpc_service::reactor* grpc_service::getCurrentSegments(call_context* context,
                                                        const proto::StreamInfo* in,
                                                        proto::SegmentRanges* out) {
  auto stream = stream_of(*in);
  return answer(context, controller::get_current_segments{stream, {}},
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::getEpochSegments(call_context* context,
                                                      const proto::GetEpochSegmentsRequest* in,
                                                      proto::SegmentRanges* out) {
  auto stream = stream_of(in->streaminfo());
  return answer(context, controller::get_epoch_segments{stream, in->epoch()},
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

// As the real controller, without regard to the time stamp.
grpc_service::reactor* grpc_service::getSegments(call_context* context,
                                                 const proto::GetSegmentsRequest* in,
                                                 proto::SegmentsAtTime* out) {
  auto stream = stream_of(in->streaminfo());
  return answer(context, controller::get_head_segments{stream},
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::getSegmentsImmediatlyFollowing(
    call_context* context, const proto::SegmentId* in, proto::SuccessorResponse* out) {
  return getSegmentsImmediatelyFollowing(context, in, out);
}

grpc_service::reactor* grpc_service::getSegmentsImmediatelyFollowing(
    call_context* context, const proto::SegmentId* in, proto::SuccessorResponse* out) {
  auto stream = stream_of(in->streaminfo());
  return answer(context, controller::get_successors{segment_of(*in)},
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::getSegmentsBetween(call_context* context,
                                                        const proto::StreamCutRange* in,
                                                        proto::StreamCutRangeResponse* out) {
  auto stream = stream_of(in->streaminfo());
  return answer(
      context,
      controller::get_segments_between{stream, offsets_of(in->from()), offsets_of(in->to())},
      [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::scale(call_context* context, const proto::ScaleRequest* in,
                                           proto::ScaleResponse* out) {
  auto stream = stream_of(in->streaminfo());
  return answer(context, scale_of(*in),
                [stream, out](const auto& reply) { return fill(reply, stream, *out); });
}

grpc_service::reactor* grpc_service::checkScale(call_context* context,
                                                const proto::ScaleStatusRequest* in,
                                                proto::ScaleStatusResponse* out) {
  return answer(context, controller::check_scale{stream_of(in->streaminfo()), in->epoch()},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::getURI(call_context* context, const proto::SegmentId* in,
                                            proto::NodeUri* out) {
  return answer(context, controller::get_uri{segment_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::isSegmentValid(call_context* context,
                                                    const proto::SegmentId* in,
                                                    proto::SegmentValidityResponse* out) {
  return answer(context, controller::is_segment_valid{segment_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::isStreamCutValid(call_context* context,
                                                      const proto::StreamCut* in,
                                                      proto::StreamCutValidityResponse* out) {
  return answer(context, controller::is_stream_cut_valid{cut_of(*in)},
                [out](const auto& reply) { return fill(reply, *out); });
}

grpc_service::reactor* grpc_service::getDelegationToken(call_context* context,
                                                        const proto::StreamInfo* in,
                                                        proto::DelegationToken* out) {
  return answer(context, controller::get_delegation_token{stream_of(*in), {}},
                [out](const auto& reply) { return fill(reply, *out); });
}

// There are no watermarks: what a writer notes is accepted and forgotten.
grpc_service::reactor* grpc_service::noteTimestampFromWriter(call_context* context,
                                                             const proto::TimestampFromWriter*,
                                                             proto::TimestampResponse* out) {
  ++calls_;
  out->set_result(proto::TimestampResponse::SUCCESS);
  auto* done = context->DefaultReactor();
  done->Finish(Status::OK);
  return done;
}

grpc_service::reactor* grpc_service::removeWriter(call_context* context,
                                                  const proto::RemoveWriterRequest*,
                                                  proto::RemoveWriterResponse* out) {
  ++calls_;
  out->set_result(proto::RemoveWriterResponse::SUCCESS);
  auto* done = context->DefaultReactor();
  done->Finish(Status::OK);
  return done;
}

}  // namespace pravega_sandbox
