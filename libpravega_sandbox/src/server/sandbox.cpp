#include "pravega_sandbox/sandbox.hpp"

#include <malloc.h>

#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "controller/access_gate.hpp"
#include "core/background_thread.hpp"
#include "core/blocked_signals.hpp"
#include "core/forked_child.hpp"
#include "core/trial_resources.hpp"
#include "server/controller_front.hpp"
#include "server/fault_switches.hpp"
#include "server/io_thread.hpp"
#include "server/periodic_job.hpp"
#include "server/server_limits.hpp"
#include "server/store_cluster.hpp"
#include "server/tls_context.hpp"

namespace pravega_sandbox {

namespace {

using asio::ip::tcp;
using pravega_actor::error;
using pravega_actor::internal::blocked_signals;
using pravega_actor::internal::forked_child_error;
using pravega_actor::internal::in_forked_child;

/// Its own, gRPC's server and the one that ends it.
constexpr std::size_t server_threads = 4;
/// Of gRPC, of the event loop, and the first connections.
constexpr std::size_t server_descriptors = 12;
constexpr std::size_t server_bytes = 64u << 20;

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
          options.drop_oldest ? when_full::drop_oldest : when_full::refuse,
          store_limits::segments_max};
}

error out_of_range(const std::string& name) {
  return {errc::invalid_argument, "the option " + name + " is out of its range"};
}

result<void> check(const sandbox_options& options) {
  if (options.stores < 1 || options.stores > stores_max) return out_of_range("stores");
  if (options.failover_ms < 0) return out_of_range("failover_ms");
  if (options.auto_scale_window_ms < 0) return out_of_range("auto_scale_window_ms");
  if (options.retention_period_ms < 0) return out_of_range("retention_period_ms");
  const auto fits = [&](std::uint16_t first) { return first + options.stores - 1 <= 65535; };
  if (!fits(options.store_port)) return out_of_range("store_port");
  if (!fits(options.published_store_port)) return out_of_range("published_store_port");
  if (options.access && !options.access->bearer &&
      accounts::parse(options.access->accounts).size() == 0)
    return error{errc::invalid_argument,
                 "the option access has no user before the first empty line of its accounts"};
  return {};
}

}  // namespace

struct sandbox::parts {
  explicit parts(const sandbox_options& options)
      : store{store_options_of(options)},
        clock{store},
        stores{thread.io(), store,          faults,
               clock,       options.stores, std::chrono::milliseconds{options.failover_ms}},
        controller_calls{store, {}},
        scaling{thread.io(),
                [this](std::chrono::milliseconds window) {
                  clock.update();
                  return controller_calls.scale_by_load(window.count()).size();
                }},
        retention{thread.io(),
                  [this](std::chrono::milliseconds) {
                    clock.update();
                    return controller_calls.apply_retention().size();
                  }},
        transactions{thread.io(),
                     [this](std::chrono::milliseconds) {
                       clock.update();
                       return controller_calls.expire_transactions();
                     }},
        gate{controller_calls, store},
        front{thread.io(), gate,
              [this](grpc_service::job job) {
                thread.post([this, work = std::move(job)] {
                  clock.update();
                  work();
                });
              },
              store.memory().reserve()} {
    if (options.access) gate.guard(*options.access);
  }

  result<void> open(const sandbox_options& options);
  result<void> show(const certificate& shown);
  void stop();
  /// Runs a job on the thread; after `stop` it does not run and the result is empty.
  template <class Job>
  auto run(Job job) -> std::invoke_result_t<Job> {
    if (in_forked_child()) return std::invoke_result_t<Job>();
    std::lock_guard lock{mutex};
    if (stopped) return std::invoke_result_t<Job>();
    return thread.run(std::move(job));
  }

  store_model store;
  store_clock clock;
  fault_switches faults;
  io_thread thread;
  store_cluster stores;
  controller_model controller_calls;
  periodic_job scaling;
  periodic_job retention;
  periodic_job transactions;
  access_gate gate;
  controller_front front;
  endpoint controller_address;
  std::vector<endpoint> store_addresses;
  std::mutex mutex;
  bool stopped = true;
  bool is_under_tls = false;
  bool controller_is_left = false;
};

result<void> sandbox::parts::open(const sandbox_options& options) {
  const auto address = resolve(thread.io(), options.host);
  if (!address) return address.error();
  if (auto done = stores.listen(*address, options.store_port); !done) return done.error();
  if (options.tls) {
    const auto context = make_tls_context(*options.tls);
    if (!context) return context.error();
    stores.set_tls(*context);
    is_under_tls = true;
  }
  const tcp::endpoint at{*address, options.controller_port};
  if (auto done = front.open(at, options.tls ? &*options.tls : nullptr); !done)
    return done.error();
  controller_address.port = front.port();
  const auto host = published(options, *address);
  controller_address.host = host;
  std::vector<endpoint> told;
  for (std::size_t i = 0; i < stores.count(); ++i) {
    store_addresses.push_back({host, stores.port(i)});
    told.push_back(store_addresses.back());
    if (options.published_store_port != 0)
      told.back().port = static_cast<std::uint16_t>(options.published_store_port + i);
  }
  controller_calls.set_addresses(std::move(told), {controller_address});
  scaling.start(std::chrono::milliseconds{options.auto_scale_window_ms});
  retention.start(std::chrono::milliseconds{options.retention_period_ms});
  transactions.start(server_limits::lease_tick);
  store.memory().on_fall(server_limits::trim_bytes_min,
                         [this] { thread.post([] { ::malloc_trim(0); }); });
  thread.start();
  stopped = false;
  return {};
}

result<void> sandbox::parts::show(const certificate& shown) {
  if (!is_under_tls)
    return error{errc::invalid_argument, "the sandbox was started without TLS"};
  const auto context = make_tls_context(shown);
  if (!context) return context.error();
  if (auto done = front.show(shown); !done) return done;
  stores.set_tls(*context);
  return {};
}

// gRPC waits for its calls, which need the thread: so the thread ends last.
void sandbox::parts::stop() {
  const blocked_signals inherited_by_threads_of_grpc;
  std::lock_guard lock{mutex};
  if (!stopped) thread.run([this] { front.stop_listening(); });
  // What it uses must then be kept, too.
  controller_is_left = !front.end() || controller_is_left;
  if (stopped) return;
  stopped = true;
  thread.run([this] {
    scaling.stop();
    retention.stop();
    transactions.stop();
    stores.stop();
  });
  thread.stop();
}

sandbox::sandbox(std::unique_ptr<parts> running) : parts_{std::move(running)} {}

sandbox::~sandbox() {
  stop();
  auto* const ended = parts_.release();
  if (in_forked_child() || ended->controller_is_left) return;
  // The last that holds gRPC waits for the end of gRPC's threads.
  (void)pravega_actor::internal::run_in_background([ended] { delete ended; },
                                                   server_limits::end_max);
}

result<std::unique_ptr<sandbox>> sandbox::start(const sandbox_options& options) {
  if (auto checked = check(options); !checked) return checked.error();
  if (in_forked_child()) return forked_child_error();
  try {
    // Before gRPC is touched, which does not survive a refusal in the middle.
    const auto tried = pravega_actor::internal::try_resources(
        {server_threads + pravega_actor::internal::grpc_threads(),
         server_descriptors + options.stores, server_bytes});
    if (!tried) return tried.error();
    pravega_actor::internal::watch_for_forks();
    const blocked_signals inherited_by_all_threads;
    std::unique_ptr<sandbox> owner{new sandbox{std::make_unique<parts>(options)}};
    if (auto opened = owner->parts_->open(options); !opened) return opened.error();
    return owner;
  } catch (const std::exception& failure) {
    return error{errc::io_error, failure.what()};
  }
}

void sandbox::stop() {
  if (!in_forked_child()) parts_->stop();
}

std::string sandbox::controller_uri() const {
  return (parts_->is_under_tls ? "tls://" : "tcp://") + parts_->controller_address.to_string();
}

endpoint sandbox::controller_endpoint() const {
  return parts_->controller_address;
}

endpoint sandbox::store_endpoint() const {
  return parts_->store_addresses.empty() ? endpoint{} : parts_->store_addresses.front();
}

const std::vector<endpoint>& sandbox::store_endpoints() const {
  return parts_->store_addresses;
}

result<controller::reply> sandbox::call(const controller::request& request) {
  auto answer = parts_->run([this, &request] {
    parts_->clock.update();
    return std::optional{parts_->controller_calls.handle(request)};
  });
  if (in_forked_child()) return forked_child_error();
  if (!answer) return errc::closed;
  return std::move(*answer);
}

sandbox_counters sandbox::counters() {
  return parts_->run([this] {
    const auto& counted = parts_->store.counters();
    sandbox_counters out;
    out.connections_open = parts_->stores.open_connections();
    out.connections_accepted = parts_->stores.accepted_connections();
    out.controller_calls = parts_->front.calls();
    out.appends = counted.appends;
    out.appends_refused_full = counted.appends_refused_full;
    out.events_appended = counted.events_appended;
    out.bytes_appended = counted.bytes_appended;
    out.bytes_dropped = counted.bytes_dropped;
    out.reads = counted.reads;
    out.bytes_read = counted.bytes_read;
    out.memory_bytes = parts_->store.memory_bytes();
    out.memory_bytes_all = parts_->store.memory().used();
    out.auto_scales = parts_->scaling.changes();
    out.retention_truncations = parts_->retention.changes();
    out.tokens_expired = counted.tokens_expired;
    out.tokens_refused = counted.tokens_refused;
    out.token_ends = counted.token_ends;
    out.expired_transactions = parts_->controller_calls.expired_transactions();
    return out;
  });
}

std::size_t sandbox::containers() {
  return parts_->run([this] { return parts_->stores.placement().containers(); });
}

std::size_t sandbox::container_of(const std::string& segment) {
  return parts_->run([&] { return parts_->stores.placement().container_of(segment); });
}

std::size_t sandbox::owner_of(const std::string& segment) {
  return parts_->run([&] { return parts_->stores.placement().owner_of(segment); });
}

result<void> sandbox::move_segment(const std::string& segment, std::size_t store) {
  return parts_->run([&] { return parts_->stores.move_segment(segment, store); });
}

result<void> sandbox::move_container(std::size_t container, std::size_t store) {
  return parts_->run([&] { return parts_->stores.move_container(container, store); });
}

result<void> sandbox::kill_store(std::size_t store) {
  return parts_->run([this, store] { return parts_->stores.kill(store); });
}

result<void> sandbox::start_store(std::size_t store) {
  return parts_->run([this, store] { return parts_->stores.start(store); });
}

std::size_t sandbox::cut_connections() {
  return parts_->run([this] { return parts_->stores.end_connections(); });
}

std::size_t sandbox::cut_connections(std::size_t store) {
  return parts_->run([this, store] { return parts_->stores.end_connections(store); });
}

void sandbox::cut_after_appends(std::uint64_t n, cut_moment moment) {
  parts_->run([this, n, moment] { parts_->faults.cut_after_appends(n, moment); });
}

void sandbox::delay_acks(std::int64_t delay_ms) {
  parts_->run([this, delay_ms] { parts_->faults.delay_acks(delay_ms); });
}

result<void> sandbox::show_certificate(const certificate& shown) {
  return parts_->run([&] { return parts_->show(shown); });
}

void sandbox::stall_handshakes(bool stalled) {
  parts_->run([this, stalled] {
    parts_->stores.stall_handshakes(stalled);
    parts_->front.stall_handshakes(stalled);
  });
}

void sandbox::expire_token_at(std::uint64_t n) {
  parts_->run([this, n] { parts_->faults.tokens().expire_at(n); });
}

void sandbox::refuse_token_at(std::uint64_t n) {
  parts_->run([this, n] { parts_->faults.tokens().refuse_at(n); });
}

void sandbox::spoil_tokens(std::uint64_t count) {
  parts_->run([this, count] { parts_->gate.spoil_tokens(count); });
}

void sandbox::stop_answering(bool stopped) {
  for (std::size_t i = 0; i < parts_->stores.count(); ++i)
    stop_answering(i, stopped);
}

void sandbox::stop_answering(std::size_t store, bool stopped) {
  parts_->run([this, store, stopped] { parts_->stores.set_answering(store, !stopped); });
}

result<void> sandbox::refuse_connections(bool refused) {
  return parts_->run([this, refused]() -> result<void> {
    auto& stores = parts_->stores;
    for (std::size_t i = 0; i < stores.count(); ++i) {
      if (!stores.placement().alive(i)) continue;
      if (auto done = stores.refuse_connections(i, refused); !done) return done;
    }
    return {};
  });
}

result<void> sandbox::refuse_connections(std::size_t store, bool refused) {
  return parts_->run(
      [this, store, refused] { return parts_->stores.refuse_connections(store, refused); });
}

}  // namespace pravega_sandbox
