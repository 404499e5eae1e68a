// The connection port in memory: connections to the sandbox's segment stores, with faults.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "pravega_actor/ports/connection_port.hpp"
#include "simulation/simulated_stores.hpp"
#include "store/store_session.hpp"
#include "store/token_orders.hpp"

namespace pravega_sandbox {

class simulated_connection;

/// Connects to the stores by their addresses; each connection is a session of one of them, over
/// the model of all.
class simulated_network final : public connection_port {
 public:
  simulated_network(virtual_world& world, store_model& store, simulated_stores& stores);
  ~simulated_network() override;

  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override;
  std::size_t open_connections() const override;

  /// Ends all connections.
  std::size_t cut_all();
  [[nodiscard]] token_orders& tokens() noexcept { return tokens_; }

  // For connections:
  [[nodiscard]] virtual_world& world() noexcept { return world_; }
  [[nodiscard]] store_model& store() noexcept { return store_; }
  [[nodiscard]] store_faults& faults() noexcept;
  void forget(std::uint64_t number);

 private:
  class planned_faults;
  void end_of_store(std::size_t store, const std::string& why);

  virtual_world& world_;
  store_model& store_;
  simulated_stores& stores_;
  token_orders tokens_;
  std::unique_ptr<planned_faults> faults_;
  std::map<std::uint64_t, std::weak_ptr<simulated_connection>> connections_;
  std::uint64_t next_ = 1;
};

}  // namespace pravega_sandbox
