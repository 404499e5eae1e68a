// A controller whose answers the test writes, and calls that wait for their result.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "grpc_port/messages.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "server/raw_service.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace pb = internal::pb;

class scripted_controller final : private pravega_sandbox::raw_service {
 public:
  /// Without credentials: plain.
  explicit scripted_controller(int port = 0, const std::string& host = "127.0.0.1",
                               std::shared_ptr<grpc::ServerCredentials> credentials = nullptr);
  ~scripted_controller() override;
  [[nodiscard]] bool up() const { return server_ != nullptr; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string address() const { return host_ + ":" + std::to_string(port_); }
  [[nodiscard]] std::string uri() const { return "tcp://" + address(); }
  /// Calls that arrived, of all RPCs.
  [[nodiscard]] int arrived() const { return arrived_; }
  /// The header `authorization` of each call so far, or "".
  [[nodiscard]] std::vector<std::string> authorizations() {
    const std::lock_guard lock{mutex_};
    return authorizations_;
  }

  /// Sets the answer of one RPC; `f` takes the request and fills the response.
  template <class Request, class Response>
  void on(const std::string& rpc, std::function<void(const Request&, Response&)> f) {
    script(rpc, [f](const grpc::ByteBuffer& bytes) {
      Request request;
      Response response;
      if (!internal::parse(bytes, request, {}))
        return outcome{{grpc::StatusCode::INVALID_ARGUMENT, "bad bytes"}, {}};
      f(request, response);
      return outcome{grpc::Status::OK, internal::bytes_of(response)};
    });
  }
  /// Answers one RPC, whatever is asked.
  void answer(const std::string& rpc, const google::protobuf::MessageLite& response) {
    answer(rpc, internal::bytes_of(response));
  }
  void answer(const std::string& rpc, const grpc::ByteBuffer& bytes) {
    script(rpc, [bytes](const auto&) { return outcome{grpc::Status::OK, bytes}; });
  }
  /// Fails one RPC.
  void fail(const std::string& rpc, grpc::StatusCode code, const std::string& message) {
    script(rpc, [=](const auto&) { return outcome{{code, message}, {}}; });
  }
  /// Lets one RPC wait until its client gives up.
  void hang(const std::string& rpc) { script(rpc, nullptr); }

 private:
  struct outcome {
    grpc::Status status;
    grpc::ByteBuffer reply;
  };
  /// Null: the call hangs.
  using answerer = std::function<outcome(const grpc::ByteBuffer&)>;

  void script(const std::string& rpc, answerer how);
  void serve(call& one) override;
  void cancelled(call& one) override;

  const std::string host_;
  std::mutex mutex_;
  std::map<std::string, answerer> scripts_;
  std::set<call*> hanging_;
  std::vector<std::string> authorizations_;
  std::atomic<int> arrived_{0};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

[[nodiscard]] std::shared_ptr<controller_port> port_to(
    const std::string& uri, const controller_port_options& options = {});

/// Starts a call; the future tells its end.
[[nodiscard]] std::future<result<controller::reply>> begin(
    controller_port& port, const controller::request& call,
    duration timeout = std::chrono::seconds{20});

/// The outcome of one call.
[[nodiscard]] result<controller::reply> ask_any(controller_port& port,
                                                const controller::request& call,
                                                duration timeout = std::chrono::seconds{20});

/// Whether gRPC could not connect. On a busy Debian 13 this happens to one connection in 300,
/// with the text "No such file or directory", though the server listens. The controller client
/// repeats such a call.
[[nodiscard]] bool lacked_connection(const result<controller::reply>& got);

/// The reply of one call in its own type. A call that lacked a connection is repeated, for ten
/// seconds at most: gRPC waits before it connects again.
template <class Call>
result<typename Call::reply> ask(controller_port& port, const Call& call,
                                 duration timeout = std::chrono::seconds{20}) {
  const auto end = clock_type::now() + seconds{10};
  auto got = ask_any(port, call, timeout);
  while (lacked_connection(got) && clock_type::now() < end) {
    std::this_thread::sleep_for(milliseconds{20});
    got = ask_any(port, call, timeout);
  }
  return controller::reply_of<Call>(got);
}

/// The error of a call that must fail.
[[nodiscard]] error failure_of(controller_port& port, const controller::request& call,
                               duration timeout = std::chrono::seconds{20});

}  // namespace pravega_actor::test
