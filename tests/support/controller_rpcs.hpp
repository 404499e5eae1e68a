// The controller's RPCs with their messages, for calls past the library.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <future>
#include <memory>

#include "core/controller_service.hpp"
#include "pravega_actor/internal/controller.pb.h"

namespace pravega_actor::test {

using namespace internal;

template <class Request, class Reply>
struct rpc {
  const char* name;
};

namespace rpcs {

namespace pb = ::pravega_actor::internal::pb;

// clang-format off
inline constexpr rpc<pb::ServerRequest, pb::ServerResponse> getControllerServerList{"getControllerServerList"};
inline constexpr rpc<pb::ScopeInfo, pb::CreateScopeStatus> createScope{"createScope"};
inline constexpr rpc<pb::ScopesRequest, pb::ScopesResponse> listScopes{"listScopes"};
inline constexpr rpc<pb::ScopeInfo, pb::ExistsResponse> checkScopeExists{"checkScopeExists"};
inline constexpr rpc<pb::ScopeInfo, pb::DeleteScopeStatus> deleteScope{"deleteScope"};
inline constexpr rpc<pb::ScopeInfo, pb::DeleteScopeStatus> deleteScopeRecursive{"deleteScopeRecursive"};
inline constexpr rpc<pb::StreamConfig, pb::CreateStreamStatus> createStream{"createStream"};
inline constexpr rpc<pb::StreamConfig, pb::UpdateStreamStatus> updateStream{"updateStream"};
inline constexpr rpc<pb::StreamCut, pb::UpdateStreamStatus> truncateStream{"truncateStream"};
inline constexpr rpc<pb::StreamInfo, pb::UpdateStreamStatus> sealStream{"sealStream"};
inline constexpr rpc<pb::StreamInfo, pb::DeleteStreamStatus> deleteStream{"deleteStream"};
inline constexpr rpc<pb::StreamInfo, pb::ExistsResponse> checkStreamExists{"checkStreamExists"};
inline constexpr rpc<pb::StreamInfo, pb::StreamConfig> getStreamConfiguration{"getStreamConfiguration"};
inline constexpr rpc<pb::StreamsInScopeRequest, pb::StreamsInScopeResponse> listStreamsInScope{"listStreamsInScope"};
inline constexpr rpc<pb::StreamsInScopeWithTagRequest, pb::StreamsInScopeResponse> listStreamsInScopeForTag{"listStreamsInScopeForTag"};
inline constexpr rpc<pb::StreamInfo, pb::SegmentRanges> getCurrentSegments{"getCurrentSegments"};
inline constexpr rpc<pb::GetEpochSegmentsRequest, pb::SegmentRanges> getEpochSegments{"getEpochSegments"};
inline constexpr rpc<pb::GetSegmentsRequest, pb::SegmentsAtTime> getSegments{"getSegments"};
inline constexpr rpc<pb::SegmentId, pb::SuccessorResponse> getSegmentsImmediatlyFollowing{"getSegmentsImmediatlyFollowing"};
inline constexpr rpc<pb::SegmentId, pb::SuccessorResponse> getSegmentsImmediatelyFollowing{"getSegmentsImmediatelyFollowing"};
inline constexpr rpc<pb::StreamCutRange, pb::StreamCutRangeResponse> getSegmentsBetween{"getSegmentsBetween"};
inline constexpr rpc<pb::ScaleRequest, pb::ScaleResponse> scale{"scale"};
inline constexpr rpc<pb::ScaleStatusRequest, pb::ScaleStatusResponse> checkScale{"checkScale"};
inline constexpr rpc<pb::SegmentId, pb::NodeUri> getURI{"getURI"};
inline constexpr rpc<pb::SegmentId, pb::SegmentValidityResponse> isSegmentValid{"isSegmentValid"};
inline constexpr rpc<pb::StreamCut, pb::StreamCutValidityResponse> isStreamCutValid{"isStreamCutValid"};
inline constexpr rpc<pb::StreamInfo, pb::DelegationToken> getDelegationToken{"getDelegationToken"};
inline constexpr rpc<pb::TimestampFromWriter, pb::TimestampResponse> noteTimestampFromWriter{"noteTimestampFromWriter"};
inline constexpr rpc<pb::RemoveWriterRequest, pb::RemoveWriterResponse> removeWriter{"removeWriter"};
inline constexpr rpc<pb::ReaderGroupConfiguration, pb::CreateReaderGroupResponse> createReaderGroup{"createReaderGroup"};
inline constexpr rpc<pb::ReaderGroupInfo, pb::ReaderGroupConfigResponse> getReaderGroupConfig{"getReaderGroupConfig"};
inline constexpr rpc<pb::ReaderGroupConfiguration, pb::UpdateReaderGroupResponse> updateReaderGroup{"updateReaderGroup"};
inline constexpr rpc<pb::ReaderGroupInfo, pb::DeleteReaderGroupStatus> deleteReaderGroup{"deleteReaderGroup"};
inline constexpr rpc<pb::StreamInfo, pb::SubscribersResponse> listSubscribers{"listSubscribers"};
inline constexpr rpc<pb::SubscriberStreamCut, pb::UpdateSubscriberStatus> updateSubscriberStreamCut{"updateSubscriberStreamCut"};
inline constexpr rpc<pb::CreateTxnRequest, pb::CreateTxnResponse> createTransaction{"createTransaction"};
inline constexpr rpc<pb::PingTxnRequest, pb::PingTxnStatus> pingTransaction{"pingTransaction"};
inline constexpr rpc<pb::TxnRequest, pb::TxnStatus> commitTransaction{"commitTransaction"};
inline constexpr rpc<pb::TxnRequest, pb::TxnStatus> abortTransaction{"abortTransaction"};
inline constexpr rpc<pb::TxnRequest, pb::TxnState> checkTransactionState{"checkTransactionState"};
inline constexpr rpc<pb::ListCompletedTxnRequest, pb::ListCompletedTxnResponse> listCompletedTransactions{"listCompletedTransactions"};
// Messages do not matter for what the sandbox does not offer.
inline constexpr rpc<pb::StreamInfo, pb::StreamInfo> createKeyValueTable{"createKeyValueTable"};
// clang-format on

}  // namespace rpcs

/// Calls and waits.
inline grpc::Status call_rpc(const std::shared_ptr<grpc::Channel>& channel, const char* name,
                             const google::protobuf::MessageLite& request,
                             google::protobuf::MessageLite& reply,
                             std::chrono::milliseconds timeout, bool waits_for_server = false) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  context.set_wait_for_ready(waits_for_server);
  const grpc::Slice slice{request.SerializeAsString()};
  const grpc::ByteBuffer sent{&slice, 1};
  grpc::ByteBuffer received;
  std::promise<grpc::Status> promise;
  grpc::GenericStub stub{channel};
  stub.UnaryCall(&context, internal::controller_rpc_path(name), {}, &sent, &received,
                 [&promise](grpc::Status status) { promise.set_value(std::move(status)); });
  auto status = promise.get_future().get();
  if (!status.ok()) return status;
  grpc::ProtoBufferReader reader{&received};
  if (received.Valid() && reply.ParseFromZeroCopyStream(&reader)) return status;
  return {grpc::StatusCode::DATA_LOSS, "not the reply's message"};
}

}  // namespace pravega_actor::test
