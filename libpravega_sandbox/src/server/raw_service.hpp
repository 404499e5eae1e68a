// A gRPC service whose unary calls come and go in bytes, under their names.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

namespace pravega_sandbox {

/// Whether a header may be sent back as it came: gRPC aborts the process over a value that is
/// not printable ASCII.
[[nodiscard]] bool may_repeat(std::string_view value) noexcept;

/// Takes the calls of every path that no other service of the server has.
class raw_service : public ::grpc::CallbackGenericService {
 public:
  /// One call. It is there until `finish`.
  class call {
   public:
    /// "/package.Service/rpc".
    [[nodiscard]] virtual const std::string& path() const = 0;
    [[nodiscard]] virtual const ::grpc::ByteBuffer& request() const = 0;
    /// The first value of a header, or "". Names are in lower case.
    [[nodiscard]] virtual std::string header(const std::string& name) const = 0;
    /// Ends the call; once, from any thread. Errors, and buffers that are not valid, go
    /// without a message.
    virtual void finish(const ::grpc::Status& status, ::grpc::ByteBuffer reply) = 0;
    /// The trailers will repeat this header, if the call has it. Before `finish`.
    virtual void repeat(const std::string& name) = 0;
    /// The client does not wait any more.
    [[nodiscard]] virtual bool cancelled() const = 0;

   protected:
    ~call() = default;
  };

  /// Takes a call over, on a thread of gRPC.
  virtual void serve(call& one) = 0;
  /// A call that was taken over and may have been finished meanwhile was cancelled.
  virtual void cancelled(call&) {}

 private:
  ::grpc::ServerGenericBidiReactor* CreateReactor(
      ::grpc::GenericCallbackServerContext* context) final;
};

}  // namespace pravega_sandbox
