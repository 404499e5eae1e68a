// Name look-up in the background, because getaddrinfo blocks and cannot be interrupted.
#pragma once

#include "transport/asio_settings.hpp"  // before asio

#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "pravega_actor/endpoint.hpp"

namespace pravega_actor::internal {

using socket_addresses = std::vector<asio::ip::tcp::endpoint>;

/// The addresses of a host that is an address itself; empty if it is a name. The unspecified
/// address, which a server on all interfaces publishes, means the loopback address.
[[nodiscard]] socket_addresses numeric_address(const endpoint& of);

/// Looks up names in threads that exist only while there is something to look up. Each of them
/// is at one name, and all who ask for that name share its answer: a name server that does not
/// answer for one host holds up others only if lookups_at_once_max hosts are like that.
class name_lookup {
 public:
  static constexpr std::size_t lookups_at_once_max = 4;

  /// Called from the look-up's thread.
  using callback = std::function<void(result<socket_addresses>)>;

  name_lookup();
  /// Does not wait for a look-up under way: it may take the resolver's whole time-out.
  ~name_lookup();
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;

  /// Errors come back from here, and `done` is not called then.
  [[nodiscard]] result<void> start(const endpoint& of, callback done);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace pravega_actor::internal
