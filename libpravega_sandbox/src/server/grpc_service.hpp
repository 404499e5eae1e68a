// The controller's gRPC service.
#pragma once

#include <controller.grpc.pb.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "controller/controller_model.hpp"
#include "server/grpc_mapping.hpp"

namespace pravega_sandbox {

/// Decodes on gRPC's threads and asks the model on its own, through `post`. What is not
/// overridden is answered with UNIMPLEMENTED.
class grpc_service final : public proto::ControllerService::CallbackService {
 public:
  using job = std::function<void()>;
  grpc_service(controller_model& model, std::function<void(job)> post)
      : model_{model}, post_{std::move(post)} {}

  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_.load(); }

 private:
  using reactor = ::grpc::ServerUnaryReactor;
  using call_context = ::grpc::CallbackServerContext;

  // clang-format off
  reactor* getControllerServerList(call_context*, const proto::ServerRequest*, proto::ServerResponse*) override;
  reactor* createScope(call_context*, const proto::ScopeInfo*, proto::CreateScopeStatus*) override;
  reactor* listScopes(call_context*, const proto::ScopesRequest*, proto::ScopesResponse*) override;
  reactor* checkScopeExists(call_context*, const proto::ScopeInfo*, proto::ExistsResponse*) override;
  reactor* deleteScope(call_context*, const proto::ScopeInfo*, proto::DeleteScopeStatus*) override;
  reactor* deleteScopeRecursive(call_context*, const proto::ScopeInfo*, proto::DeleteScopeStatus*) override;
  reactor* createStream(call_context*, const proto::StreamConfig*, proto::CreateStreamStatus*) override;
  reactor* updateStream(call_context*, const proto::StreamConfig*, proto::UpdateStreamStatus*) override;
  reactor* truncateStream(call_context*, const proto::StreamCut*, proto::UpdateStreamStatus*) override;
  reactor* sealStream(call_context*, const proto::StreamInfo*, proto::UpdateStreamStatus*) override;
  reactor* deleteStream(call_context*, const proto::StreamInfo*, proto::DeleteStreamStatus*) override;
  reactor* checkStreamExists(call_context*, const proto::StreamInfo*, proto::ExistsResponse*) override;
  reactor* getStreamConfiguration(call_context*, const proto::StreamInfo*, proto::StreamConfig*) override;
  reactor* listStreamsInScope(call_context*, const proto::StreamsInScopeRequest*, proto::StreamsInScopeResponse*) override;
  reactor* listStreamsInScopeForTag(call_context*, const proto::StreamsInScopeWithTagRequest*, proto::StreamsInScopeResponse*) override;
  reactor* getCurrentSegments(call_context*, const proto::StreamInfo*, proto::SegmentRanges*) override;
  reactor* getEpochSegments(call_context*, const proto::GetEpochSegmentsRequest*, proto::SegmentRanges*) override;
  reactor* getSegments(call_context*, const proto::GetSegmentsRequest*, proto::SegmentsAtTime*) override;
  reactor* getSegmentsImmediatlyFollowing(call_context*, const proto::SegmentId*, proto::SuccessorResponse*) override;
  reactor* getSegmentsImmediatelyFollowing(call_context*, const proto::SegmentId*, proto::SuccessorResponse*) override;
  reactor* getSegmentsBetween(call_context*, const proto::StreamCutRange*, proto::StreamCutRangeResponse*) override;
  reactor* scale(call_context*, const proto::ScaleRequest*, proto::ScaleResponse*) override;
  reactor* checkScale(call_context*, const proto::ScaleStatusRequest*, proto::ScaleStatusResponse*) override;
  reactor* getURI(call_context*, const proto::SegmentId*, proto::NodeUri*) override;
  reactor* isSegmentValid(call_context*, const proto::SegmentId*, proto::SegmentValidityResponse*) override;
  reactor* isStreamCutValid(call_context*, const proto::StreamCut*, proto::StreamCutValidityResponse*) override;
  reactor* getDelegationToken(call_context*, const proto::StreamInfo*, proto::DelegationToken*) override;
  reactor* noteTimestampFromWriter(call_context*, const proto::TimestampFromWriter*, proto::TimestampResponse*) override;
  reactor* removeWriter(call_context*, const proto::RemoveWriterRequest*, proto::RemoveWriterResponse*) override;
  // clang-format on

  template <class Call, class Fill>
  reactor* answer(call_context* at, Call call, Fill fill_reply);

  controller_model& model_;
  std::function<void(job)> post_;
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace pravega_sandbox
