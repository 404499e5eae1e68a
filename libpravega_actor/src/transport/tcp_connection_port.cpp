#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "transport/tcp_link.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

/// The user's handle: letting it go closes the connection.
class tcp_connection final : public connection {
 public:
  explicit tcp_connection(std::shared_ptr<tcp_link> link) : link_{std::move(link)} {}
  ~tcp_connection() override { link_->close(); }

  void send(std::span<const shared_bytes> parts) override { link_->send(parts); }
  std::size_t unsent_bytes() const override { return link_->unsent_bytes(); }
  void close() override { link_->close(); }

 private:
  const std::shared_ptr<tcp_link> link_;
};

class tcp_connection_port final : public connection_port {
 public:
  explicit tcp_connection_port(std::shared_ptr<tls_context> tls)
      : core_{io_core::start(io_thread_, std::move(tls))} {}

  ~tcp_connection_port() override {
    core_->stop();
    // A handler may hold the last reference to the port: its thread cannot wait for itself.
    if (io_thread_.get_id() == std::this_thread::get_id()) {
      io_thread_.detach();
    } else {
      io_thread_.join();
    }
  }

  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override {
    return std::make_shared<tcp_connection>(
        tcp_link::start(core_, to, timeout, std::move(handler)));
  }

  std::size_t open_connections() const override { return core_->open_count.load(); }

 private:
  std::thread io_thread_;
  const std::shared_ptr<io_core> core_;
};

/// Null if there is no descriptor for an event loop, no thread, or no memory.
std::shared_ptr<connection_port> make_port(std::shared_ptr<tls_context> tls) {
  try {
    return std::make_shared<tcp_connection_port>(std::move(tls));
  } catch (const std::system_error&) {
    return nullptr;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

std::shared_ptr<connection_port> make_tcp_connection_port() {
  return make_port(nullptr);
}

result<std::shared_ptr<connection_port>> make_tls_connection_port(
    const tls_settings& settings) {
  auto tls = tls_context::open(settings);
  if (!tls) return tls.error();
  auto made = make_port(std::move(*tls));
  if (!made)
    return error{errc::io_error, "no descriptor or thread for the event loop of connections"};
  return made;
}

}  // namespace pravega_actor
