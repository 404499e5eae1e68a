// The segment stores of a running sandbox: a listener each, one model behind all of them.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "pravega_actor/result.hpp"
#include "server/store_server.hpp"
#include "store/segment_placement.hpp"

namespace pravega_sandbox {

using pravega_actor::result;

/// Used on the thread of its io_context, except for `listen` before that runs. Errors are
/// invalid_argument (no such store, or not in the right state) and io_error.
class store_cluster {
 public:
  /// Sets the model's owner function.
  store_cluster(asio::io_context& io, store_model& store, store_faults& faults,
                store_clock& clock, std::size_t count, std::chrono::milliseconds failover);
  store_cluster(const store_cluster&) = delete;
  store_cluster& operator=(const store_cluster&) = delete;

  /// Store i listens on `first_port` + i; 0: each on any free port.
  [[nodiscard]] result<void> listen(const asio::ip::address& address, std::uint16_t first_port);
  void stop();

  [[nodiscard]] std::size_t count() const noexcept { return members_.size(); }
  [[nodiscard]] const segment_placement& placement() const noexcept { return placement_; }
  [[nodiscard]] std::uint16_t port(std::size_t store) const;
  [[nodiscard]] std::size_t open_connections() const;
  [[nodiscard]] std::uint64_t accepted_connections() const;

  [[nodiscard]] result<void> move_segment(std::string_view segment, std::size_t store);
  [[nodiscard]] result<void> move_container(std::size_t container, std::size_t store);
  /// Its segments move to the others after the failover time.
  [[nodiscard]] result<void> kill(std::size_t store);
  [[nodiscard]] result<void> start(std::size_t store);

  /// Returns how many there were.
  std::size_t end_connections(std::size_t store);
  std::size_t end_connections();
  void set_answering(std::size_t store, bool answering);
  [[nodiscard]] result<void> refuse_connections(std::size_t store, bool refused);
  /// See `store_server`; of all stores.
  void set_tls(const std::shared_ptr<SSL_CTX>& context);
  void stall_handshakes(bool stalled);

 private:
  struct member {
    std::unique_ptr<store_server> server;
    asio::steady_timer failover;
  };
  [[nodiscard]] result<void> check_living(std::size_t store) const;

  store_model& store_;
  segment_placement placement_;
  const std::chrono::milliseconds failover_;
  std::vector<member> members_;
};

}  // namespace pravega_sandbox
