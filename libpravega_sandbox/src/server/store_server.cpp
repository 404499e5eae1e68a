#include "server/store_server.hpp"

#include <utility>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "server/server_limits.hpp"

namespace pravega_sandbox {

using pravega_actor::errc;
using pravega_actor::error;

error listen_error(const asio::ip::tcp::endpoint& address, const std::string& reason) {
  const pravega_actor::endpoint named{address.address().to_string(), address.port()};
  return error{errc::io_error, "cannot listen on " + named.to_string() + ": " + reason};
}

store_server::store_server(asio::io_context& io, store_model& store, store_clock& clock,
                           store_session::options options)
    : io_{io},
      store_{store},
      clock_{clock},
      options_{options},
      acceptor_{io},
      accept_pause_{io} {}

pravega_actor::result<void> store_server::listen(const asio::ip::tcp::endpoint& address) {
  if (acceptor_.is_open()) return {};
  asio::error_code failure;
  acceptor_.open(address.protocol(), failure);
  if (!failure) acceptor_.set_option(asio::socket_base::reuse_address{true}, failure);
  if (!failure) acceptor_.bind(address, failure);
  if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (!failure) address_ = acceptor_.local_endpoint(failure);
  if (failure) {
    stop_listening();
    return listen_error(address, failure.message());
  }
  accept();
  return {};
}

void store_server::stop_listening() {
  asio::error_code ignored;
  acceptor_.close(ignored);
  accept_pause_.cancel();
}

// An error of one accept (too many files, a peer that left) is no reason to stop; without the
// pause it could come back at once.
void store_server::accept() {
  acceptor_.async_accept([this](const asio::error_code& failure, asio::ip::tcp::socket socket) {
    if (failure == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (!failure) {
      if (connections_.size() < server_limits::connections_max) add(std::move(socket));
      accept();
      return;
    }
    accept_pause_.expires_after(server_limits::accept_pause);
    accept_pause_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled && acceptor_.is_open()) accept();
    });
  });
}

void store_server::add(asio::ip::tcp::socket socket) {
  const auto id = ++accepted_;
  connection_owner& owner = *this;
  auto connection =
      std::make_shared<store_connection>(std::move(socket), owner, store_, options_, id);
  connections_.emplace(id, connection);
  connection->start();
}

void store_server::on_ended(store_connection& connection) {
  connections_.erase(connection.id());
}

std::size_t store_server::end_connections(bool abrupt) {
  const auto ending = connections_;
  for (const auto& [id, connection] : ending)
    connection->end(abrupt);
  return ending.size();
}

void store_server::set_answering(bool answering) {
  answering_ = answering;
  if (!answering) return;
  const auto waiting = connections_;
  for (const auto& [id, connection] : waiting)
    connection->resume();
}

}  // namespace pravega_sandbox
