#include "server/raw_service.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "server/server_limits.hpp"

namespace pravega_sandbox {
namespace {

class unary_call final : public ::grpc::ServerGenericBidiReactor, public raw_service::call {
 public:
  unary_call(raw_service& service, ::grpc::GenericCallbackServerContext* context)
      : service_{service}, context_{context}, path_{context->method()} {
    StartRead(&request_);
  }

  const std::string& path() const override { return path_; }
  const ::grpc::ByteBuffer& request() const override { return request_; }
  std::string header(const std::string& name) const override {
    const auto& all = context_->client_metadata();
    const auto found = all.find(name);
    return found == all.end() ? std::string{}
                              : std::string{found->second.data(), found->second.size()};
  }
  bool cancelled() const override { return cancelled_.load(); }

  void repeat(const std::string& name) override {
    if (auto value = header(name); may_repeat(value))
      context_->AddTrailingMetadata(name, std::move(value));
  }

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
  /// gRPC keeps it until OnDone.
  ::grpc::GenericCallbackServerContext* const context_;
  const std::string path_;
  std::atomic<bool> cancelled_{false};
  ::grpc::ByteBuffer request_;
  ::grpc::ByteBuffer reply_;
};

}  // namespace

bool may_repeat(std::string_view value) noexcept {
  constexpr char first_printable = 0x20;
  constexpr char last_printable = 0x7e;
  return !value.empty() && value.size() <= server_limits::repeated_header_bytes_max &&
         std::all_of(value.begin(), value.end(), [](char each) {
           return each >= first_printable && each <= last_printable;
         });
}

// gRPC hands it back in OnDone.
::grpc::ServerGenericBidiReactor* raw_service::CreateReactor(
    ::grpc::GenericCallbackServerContext* context) {
  return new unary_call{*this, context};
}

}  // namespace pravega_sandbox
