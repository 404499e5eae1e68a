#include "scripted_controller.hpp"

#include <grpcpp/server_builder.h>

#include "core/controller_service.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

scripted_controller::scripted_controller(int port, const std::string& host,
                                         std::shared_ptr<grpc::ServerCredentials> credentials)
    : host_{host} {
  if (!credentials) credentials = grpc::InsecureServerCredentials();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(host + ":" + std::to_string(port), credentials, &port_);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxSendMessageSize(-1);
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
}

scripted_controller::~scripted_controller() {
  if (server_) server_->Shutdown(std::chrono::system_clock::now());
}

void scripted_controller::script(const std::string& rpc, answerer how) {
  const std::lock_guard lock{mutex_};
  scripts_[internal::controller_rpc_path(rpc)] = std::move(how);
}

void scripted_controller::serve(call& one) {
  ++arrived_;
  answerer found;
  {
    const std::lock_guard lock{mutex_};
    authorizations_.push_back(one.header("authorization"));
    const auto place = scripts_.find(one.path());
    if (place == scripts_.end()) {
      found = [](const auto&) {
        return outcome{{grpc::StatusCode::UNIMPLEMENTED, "no script for it"}, {}};
      };
    } else if (place->second == nullptr && !one.cancelled()) {
      hanging_.insert(&one);
      return;
    } else {
      found = place->second;
    }
  }
  if (!found) return one.finish(grpc::Status::CANCELLED, {});
  auto told = found(one.request());
  one.finish(told.status, std::move(told.reply));
}

void scripted_controller::cancelled(call& one) {
  {
    const std::lock_guard lock{mutex_};
    if (hanging_.erase(&one) == 0) return;
  }
  one.finish(grpc::Status::CANCELLED, {});
}

std::shared_ptr<controller_port> port_to(const std::string& uri,
                                         const controller_port_options& options) {
  auto made = make_grpc_controller_port(uri, options);
  return made ? *made : nullptr;
}

std::future<result<controller::reply>> begin(controller_port& port,
                                             const controller::request& call,
                                             duration timeout) {
  auto promise = std::make_shared<std::promise<result<controller::reply>>>();
  auto future = promise->get_future();
  port.start(call, timeout,
             [promise](result<controller::reply> r) { promise->set_value(std::move(r)); });
  return future;
}

result<controller::reply> ask_any(controller_port& port, const controller::request& call,
                                  duration timeout) {
  auto future = begin(port, call, timeout);
  if (future.wait_for(std::chrono::seconds{60}) != std::future_status::ready)
    return error{errc::internal_error, "the callback was not called"};
  auto got = future.get();
  // A check that fails next says why.
  if (!got) UNSCOPED_INFO(got.error().to_string());
  return got;
}

bool lacked_connection(const result<controller::reply>& got) {
  return !got && got.error() == errc::controller_unreachable &&
         got.error().detail().find("failed to connect to all addresses") != std::string::npos;
}

error failure_of(controller_port& port, const controller::request& call, duration timeout) {
  const auto got = ask_any(port, call, timeout);
  return got ? error{errc::internal_error, "the call succeeded"} : got.error();
}

}  // namespace pravega_actor::test
