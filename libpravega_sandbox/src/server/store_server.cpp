#include "server/store_server.hpp"

#include <unistd.h>

#include <utility>

#include "pravega_actor/endpoint.hpp"
#include "server/server_limits.hpp"

namespace pravega_sandbox {

store_server::store_server(asio::io_context& io, store_model& store, store_clock& clock,
                           store_session::options options)
    : io_{io},
      store_{store},
      clock_{clock},
      options_{options},
      acceptor_{io, [this](int descriptor) { take(descriptor); }} {}

void store_server::take(int descriptor) {
  asio::ip::tcp::socket socket{io_};
  asio::error_code failure;
  socket.assign(acceptor_.address().protocol(), descriptor, failure);
  if (failure) ::close(descriptor);
  if (failure || connections_.size() >= server_limits::connections_max) return;
  auto stream = tls_ ? make_tls_stream(descriptor, *tls_) : make_plain_stream(descriptor);
  if (!stream) return;
  const auto id = ++accepted_;
  connection_owner& owner = *this;
  auto connection = std::make_shared<store_connection>(std::move(socket), std::move(stream),
                                                       owner, store_, options_, id);
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
  if (answering) resume_all();
}

void store_server::stall_handshakes(bool stalled) {
  stalled_ = stalled;
  if (!stalled) resume_all();
}

void store_server::resume_all() {
  const auto waiting = connections_;
  for (const auto& [id, connection] : waiting)
    connection->resume();
}

}  // namespace pravega_sandbox
