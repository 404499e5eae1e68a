// A controller whose answers the test writes, and calls that wait for their result.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "controller.grpc.pb.h"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::test {

namespace pb = ::io::pravega::controller::stream::api::grpc::v1;

class scripted_controller final : public pb::ControllerService::Service {
 public:
  explicit scripted_controller(int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port),
                             grpc::InsecureServerCredentials(), &port_);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetMaxSendMessageSize(-1);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~scripted_controller() override {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
  }
  [[nodiscard]] bool up() const { return server_ != nullptr; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string uri() const { return "tcp://" + address(); }
  /// Calls that arrived, of all RPCs.
  [[nodiscard]] int arrived() const { return arrived_; }

  /// Sets the answer of one RPC; `f` takes the request and fills the response.
  template <class Request, class Response>
  void on(const std::string& rpc, std::function<void(const Request&, Response&)> f) {
    const std::lock_guard lock{mutex_};
    scripts_[rpc] = [f](grpc::ServerContext&, const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
      f(dynamic_cast<const Request&>(request), dynamic_cast<Response&>(response));
      return grpc::Status::OK;
    };
  }
  /// Answers one RPC, whatever is asked.
  template <class Response>
  void answer(const std::string& rpc, const Response& response) {
    const std::lock_guard lock{mutex_};
    scripts_[rpc] = [response](grpc::ServerContext&, const google::protobuf::Message&,
                               google::protobuf::Message& to) {
      dynamic_cast<Response&>(to) = response;
      return grpc::Status::OK;
    };
  }
  /// Fails one RPC.
  void fail(const std::string& rpc, grpc::StatusCode code, const std::string& message) {
    const std::lock_guard lock{mutex_};
    scripts_[rpc] = [=](grpc::ServerContext&, const google::protobuf::Message&,
                        google::protobuf::Message&) {
      return grpc::Status{code, message};
    };
  }
  /// Lets one RPC wait until its client gives up.
  void hang(const std::string& rpc) {
    const std::lock_guard lock{mutex_};
    scripts_[rpc] = [](grpc::ServerContext& context, const google::protobuf::Message&,
                       google::protobuf::Message&) {
      while (!context.IsCancelled())
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      return grpc::Status::CANCELLED;
    };
  }

#define RPC(name, request, response)                                        \
  grpc::Status name(grpc::ServerContext* context, const pb::request* asked, \
                    pb::response* told) override {                          \
    return run(#name, *context, *asked, *told);                             \
  }
  RPC(getControllerServerList, ServerRequest, ServerResponse)
  RPC(createStream, StreamConfig, CreateStreamStatus)
  RPC(updateStream, StreamConfig, UpdateStreamStatus)
  RPC(truncateStream, StreamCut, UpdateStreamStatus)
  RPC(sealStream, StreamInfo, UpdateStreamStatus)
  RPC(deleteStream, StreamInfo, DeleteStreamStatus)
  RPC(getCurrentSegments, StreamInfo, SegmentRanges)
  RPC(getEpochSegments, GetEpochSegmentsRequest, SegmentRanges)
  RPC(getSegments, GetSegmentsRequest, SegmentsAtTime)
  RPC(getSegmentsImmediatelyFollowing, SegmentId, SuccessorResponse)
  RPC(getSegmentsBetween, StreamCutRange, StreamCutRangeResponse)
  RPC(scale, ScaleRequest, ScaleResponse)
  RPC(checkScale, ScaleStatusRequest, ScaleStatusResponse)
  RPC(getURI, SegmentId, NodeUri)
  RPC(isSegmentValid, SegmentId, SegmentValidityResponse)
  RPC(isStreamCutValid, StreamCut, StreamCutValidityResponse)
  RPC(createScope, ScopeInfo, CreateScopeStatus)
  RPC(listScopes, ScopesRequest, ScopesResponse)
  RPC(checkScopeExists, ScopeInfo, ExistsResponse)
  RPC(checkStreamExists, StreamInfo, ExistsResponse)
  RPC(listStreamsInScope, StreamsInScopeRequest, StreamsInScopeResponse)
  RPC(listStreamsInScopeForTag, StreamsInScopeWithTagRequest, StreamsInScopeResponse)
  RPC(deleteScope, ScopeInfo, DeleteScopeStatus)
  RPC(deleteScopeRecursive, ScopeInfo, DeleteScopeStatus)
  RPC(getDelegationToken, StreamInfo, DelegationToken)
  RPC(getStreamConfiguration, StreamInfo, StreamConfig)
  RPC(noteTimestampFromWriter, TimestampFromWriter, TimestampResponse)
  RPC(removeWriter, RemoveWriterRequest, RemoveWriterResponse)
#undef RPC

 private:
  using script = std::function<grpc::Status(
      grpc::ServerContext&, const google::protobuf::Message&, google::protobuf::Message&)>;

  grpc::Status run(const std::string& rpc, grpc::ServerContext& context,
                   const google::protobuf::Message& request,
                   google::protobuf::Message& response) {
    ++arrived_;
    script found;
    {
      const std::lock_guard lock{mutex_};
      if (const auto place = scripts_.find(rpc); place != scripts_.end()) found = place->second;
    }
    if (!found) return {grpc::StatusCode::UNIMPLEMENTED, "no script for " + rpc};
    return found(context, request, response);
  }

  std::mutex mutex_;
  std::map<std::string, script> scripts_;
  std::atomic<int> arrived_{0};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

inline std::shared_ptr<controller_port> port_to(const std::string& uri) {
  auto made = make_grpc_controller_port(uri);
  return made ? *made : nullptr;
}

/// Starts a call; the future tells its end.
inline std::future<result<controller::reply>> begin(controller_port& port,
                                                    const controller::request& call,
                                                    duration timeout = std::chrono::seconds{
                                                        20}) {
  auto promise = std::make_shared<std::promise<result<controller::reply>>>();
  auto future = promise->get_future();
  port.start(call, timeout,
             [promise](result<controller::reply> r) { promise->set_value(std::move(r)); });
  return future;
}

/// The reply of one call in its own type.
template <class Call>
result<typename Call::reply> ask(controller_port& port, const Call& call,
                                 duration timeout = std::chrono::seconds{20}) {
  auto future = begin(port, call, timeout);
  if (future.wait_for(std::chrono::seconds{60}) != std::future_status::ready) {
    return error{errc::internal_error, "the callback was not called"};
  }
  return controller::reply_of<Call>(future.get());
}

}  // namespace pravega_actor::test
