#include "server/raw_service.hpp"

#include <atomic>
#include <utility>

namespace pravega_sandbox {
namespace {

class unary_call final : public ::grpc::ServerGenericBidiReactor, public raw_service::call {
 public:
  unary_call(raw_service& service, std::string path)
      : service_{service}, path_{std::move(path)} {
    StartRead(&request_);
  }

  const std::string& path() const override { return path_; }
  const ::grpc::ByteBuffer& request() const override { return request_; }
  bool cancelled() const override { return cancelled_.load(); }

  void finish(const ::grpc::Status& status, ::grpc::ByteBuffer reply) override {
    if (!status.ok() || !reply.Valid()) return Finish(status);
    reply_ = std::move(reply);
    StartWriteAndFinish(&reply_, {}, status);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return Finish({::grpc::StatusCode::INVALID_ARGUMENT, "a call without a message"});
    service_.serve(*this);
  }
  void OnCancel() override {
    cancelled_ = true;
    service_.cancelled(*this);
  }
  void OnDone() override { delete this; }

  raw_service& service_;
  const std::string path_;
  std::atomic<bool> cancelled_{false};
  ::grpc::ByteBuffer request_;
  ::grpc::ByteBuffer reply_;
};

}  // namespace

// gRPC hands it back in OnDone.
::grpc::ServerGenericBidiReactor* raw_service::CreateReactor(
    ::grpc::GenericCallbackServerContext* context) {
  return new unary_call{*this, context->method()};
}

}  // namespace pravega_sandbox
