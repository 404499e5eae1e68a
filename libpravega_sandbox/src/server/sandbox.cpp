#include "pravega_sandbox/sandbox.hpp"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "server/fault_switches.hpp"
#include "server/grpc_service.hpp"
#include "server/io_thread.hpp"
#include "server/store_server.hpp"

namespace pravega_sandbox {

namespace {

using asio::ip::tcp;
using pravega_actor::error;

result<asio::ip::address> resolve(asio::io_context& io, const std::string& host) {
  asio::error_code failure;
  tcp::resolver resolver{io};
  const auto found = resolver.resolve(host, "0", tcp::resolver::passive, failure);
  if (failure || found.empty()) {
    return error{errc::invalid_argument, "host " + host + ": " + failure.message()};
  }
  return found.begin()->endpoint().address();
}

std::string published(const sandbox_options& options, const asio::ip::address& address) {
  if (!options.published_host.empty()) return options.published_host;
  if (!address.is_unspecified()) return options.host;
  return address.is_v6() ? "::1" : "127.0.0.1";
}

store_options store_options_of(const sandbox_options& options) {
  return {options.memory_bytes_max,
          options.drop_oldest ? when_full::drop_oldest : when_full::refuse};
}

}  // namespace

struct sandbox::parts {
  explicit parts(const sandbox_options& options)
      : store{store_options_of(options)},
        server{thread.io(), store, faults},
        controller_calls{store, {}},
        service{controller_calls,
                [this](grpc_service::job job) { thread.post(std::move(job)); }} {}

  result<void> open(const sandbox_options& options);
  result<void> open_controller(const tcp::endpoint& address);
  void stop();
  /// Runs a job on the thread; after `stop` it does not run and the result is empty.
  template <class Job>
  auto run(Job job) -> std::invoke_result_t<Job> {
    std::lock_guard lock{mutex};
    if (stopped) return std::invoke_result_t<Job>();
    return thread.run(std::move(job));
  }

  store_model store;
  fault_switches faults;
  io_thread thread;
  store_server server;
  controller_model controller_calls;
  grpc_service service;
  std::unique_ptr<::grpc::Server> controller_server;
  endpoint controller_address;
  endpoint store_address;
  std::mutex mutex;
  bool stopped = true;
};

result<void> sandbox::parts::open(const sandbox_options& options) {
  const auto address = resolve(thread.io(), options.host);
  if (!address) return address.error();
  if (auto done = server.listen({*address, options.store_port}); !done) return done.error();
  if (auto done = open_controller({*address, options.controller_port}); !done) {
    return done.error();
  }
  const auto host = published(options, *address);
  controller_address.host = host;
  store_address = {host, server.address().port()};
  auto told = store_address;
  if (options.published_store_port != 0) told.port = options.published_store_port;
  controller_calls.set_addresses({told}, {controller_address});
  stopped = false;
  thread.start();
  return {};
}

// gRPC would share a port that is in use, or print when it cannot: so the port is tried first.
result<void> sandbox::parts::open_controller(const tcp::endpoint& address) {
  asio::error_code failure;
  tcp::acceptor trial{thread.io()};
  trial.open(address.protocol(), failure);
  if (!failure) trial.set_option(asio::socket_base::reuse_address{true}, failure);
  if (!failure) trial.bind(address, failure);
  if (!failure) trial.listen(1, failure);
  if (failure) return listen_error(address, failure.message());
  trial.close(failure);
  int port = 0;
  const endpoint named{address.address().to_string(), address.port()};
  ::grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(named.to_string(), ::grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  controller_server = builder.BuildAndStart();
  if (!controller_server || port == 0) return listen_error(address, "gRPC refuses it");
  controller_address.port = static_cast<std::uint16_t>(port);
  return {};
}

// gRPC waits for its calls, which need the thread: so the thread ends last.
void sandbox::parts::stop() {
  std::lock_guard lock{mutex};
  if (controller_server) {
    controller_server->Shutdown(std::chrono::system_clock::now());
    controller_server.reset();
  }
  if (stopped) return;
  stopped = true;
  thread.run([this] {
    server.stop_listening();
    server.end_connections(true);
  });
  thread.stop();
}

sandbox::sandbox(std::unique_ptr<parts> running) : parts_{std::move(running)} {}

sandbox::~sandbox() {
  stop();
}

result<std::unique_ptr<sandbox>> sandbox::start(const sandbox_options& options) {
  try {
    auto made = std::make_unique<parts>(options);
    auto opened = made->open(options);
    std::unique_ptr<sandbox> owner{new sandbox{std::move(made)}};
    if (!opened) return opened.error();
    return owner;
  } catch (const std::exception& failure) {
    return error{errc::io_error, failure.what()};
  }
}

void sandbox::stop() {
  parts_->stop();
}

std::string sandbox::controller_uri() const {
  return "tcp://" + parts_->controller_address.to_string();
}

endpoint sandbox::controller_endpoint() const {
  return parts_->controller_address;
}

endpoint sandbox::store_endpoint() const {
  return parts_->store_address;
}

result<controller::reply> sandbox::call(const controller::request& request) {
  auto answer = parts_->run([this, &request] {
    parts_->server.update_time();
    return std::optional{parts_->controller_calls.handle(request)};
  });
  if (!answer) return errc::closed;
  return std::move(*answer);
}

sandbox_counters sandbox::counters() {
  return parts_->run([this] {
    const auto& counted = parts_->store.counters();
    sandbox_counters out;
    out.connections_open = parts_->server.open();
    out.connections_accepted = parts_->server.accepted();
    out.controller_calls = parts_->service.calls();
    out.appends = counted.appends;
    out.appends_refused_full = counted.appends_refused_full;
    out.events_appended = counted.events_appended;
    out.bytes_appended = counted.bytes_appended;
    out.reads = counted.reads;
    out.bytes_read = counted.bytes_read;
    out.memory_bytes = parts_->store.memory_bytes();
    return out;
  });
}

std::size_t sandbox::cut_connections() {
  return parts_->run([this] { return parts_->server.end_connections(true); });
}

void sandbox::cut_after_appends(std::uint64_t n, cut_moment moment) {
  parts_->run([this, n, moment] { parts_->faults.cut_after_appends(n, moment); });
}

void sandbox::delay_acks(std::int64_t delay_ms) {
  parts_->run([this, delay_ms] { parts_->faults.delay_acks(delay_ms); });
}

void sandbox::stop_answering(bool stopped) {
  parts_->run([this, stopped] { parts_->server.set_answering(!stopped); });
}

result<void> sandbox::refuse_connections(bool refused) {
  return parts_->run([this, refused]() -> result<void> {
    if (!refused) return parts_->server.listen(parts_->server.address());
    parts_->server.stop_listening();
    return {};
  });
}

}  // namespace pravega_sandbox
