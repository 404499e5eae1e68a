#include "server/store_cluster.hpp"

#include <string>

namespace pravega_sandbox {

using pravega_actor::errc;
using pravega_actor::error;

namespace {

error wrong(const std::string& why) {
  return {errc::invalid_argument, why};
}

}  // namespace

store_cluster::store_cluster(asio::io_context& io, store_model& store, store_faults& faults,
                             store_clock& clock, std::size_t count,
                             std::chrono::milliseconds failover)
    : store_{store}, placement_{count}, failover_{failover} {
  for (std::size_t i = 0; i < placement_.stores(); ++i) {
    const store_session::options options{i, &faults};
    members_.push_back(
        {std::make_unique<store_server>(io, store, clock, options), asio::steady_timer{io}});
  }
  store_.set_owner([this](std::string_view segment) { return placement_.owner_of(segment); });
}

result<void> store_cluster::listen(const asio::ip::address& address, std::uint16_t first_port) {
  auto port = first_port;
  for (auto& each : members_) {
    if (auto done = each.server->listen({address, port}); !done) return done;
    if (first_port != 0) ++port;
  }
  return {};
}

void store_cluster::stop() {
  for (auto& each : members_) {
    each.server->stop_listening();
    each.failover.cancel();
    each.server->end_connections(true);
  }
}

std::uint16_t store_cluster::port(std::size_t store) const {
  return store < count() ? members_[store].server->address().port() : std::uint16_t{0};
}

std::size_t store_cluster::open_connections() const {
  std::size_t open = 0;
  for (const auto& each : members_)
    open += each.server->open();
  return open;
}

std::uint64_t store_cluster::accepted_connections() const {
  std::uint64_t accepted = 0;
  for (const auto& each : members_)
    accepted += each.server->accepted();
  return accepted;
}

result<void> store_cluster::check_living(std::size_t store) const {
  const auto name = std::to_string(store);
  if (store >= count()) return wrong("there is no store " + name);
  if (!placement_.alive(store)) return wrong("store " + name + " is dead");
  return {};
}

result<void> store_cluster::move_segment(std::string_view segment, std::size_t store) {
  if (auto checked = check_living(store); !checked) return checked;
  if (!placement_.move_segment(segment, store)) return errc::limit_exceeded;
  store_.wake_moved();
  return {};
}

result<void> store_cluster::move_container(std::size_t container, std::size_t store) {
  if (auto checked = check_living(store); !checked) return checked;
  if (!placement_.move_container(container, store))
    return wrong("there is no container " + std::to_string(container));
  store_.wake_moved();
  return {};
}

result<void> store_cluster::kill(std::size_t store) {
  if (auto checked = check_living(store); !checked) return checked;
  auto& dying = members_[store];
  placement_.kill(store);
  dying.server->stop_listening();
  dying.server->end_connections(true);
  dying.failover.expires_after(failover_);
  dying.failover.async_wait([this, store](const asio::error_code& cancelled) {
    if (cancelled) return;
    placement_.fail_over(store);
    store_.wake_moved();
  });
  return {};
}

// Faults that were switched on before the store's death are forgotten.
result<void> store_cluster::start(std::size_t store) {
  const auto name = std::to_string(store);
  if (store >= count()) return wrong("there is no store " + name);
  if (placement_.alive(store)) return wrong("store " + name + " lives");
  auto& starting = members_[store];
  if (auto done = starting.server->listen(starting.server->address()); !done) return done;
  starting.failover.cancel();
  starting.server->set_answering(true);
  placement_.start(store);
  store_.wake_moved();
  return {};
}

std::size_t store_cluster::end_connections(std::size_t store) {
  return store < count() ? members_[store].server->end_connections(true) : 0;
}

std::size_t store_cluster::end_connections() {
  std::size_t ended = 0;
  for (std::size_t i = 0; i < count(); ++i)
    ended += end_connections(i);
  return ended;
}

void store_cluster::set_answering(std::size_t store, bool answering) {
  if (store < count()) members_[store].server->set_answering(answering);
}

result<void> store_cluster::refuse_connections(std::size_t store, bool refused) {
  if (auto checked = check_living(store); !checked) return checked;
  auto& server = *members_[store].server;
  if (!refused) return server.listen(server.address());
  server.stop_listening();
  return {};
}

void store_cluster::set_tls(const std::shared_ptr<SSL_CTX>& context) {
  for (auto& each : members_)
    each.server->set_tls(context);
}

void store_cluster::stall_handshakes(bool stalled) {
  for (auto& each : members_)
    each.server->stall_handshakes(stalled);
}

}  // namespace pravega_sandbox
