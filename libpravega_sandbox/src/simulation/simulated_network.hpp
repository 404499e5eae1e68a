// The connection port in memory: connections to the sandbox's segment store, with faults.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"
#include "simulation/virtual_world.hpp"
#include "store/store_session.hpp"

namespace pravega_sandbox {

class simulated_connection;

/// Connects to one or more stores by their addresses; each is a range of sessions over the same
/// model.
class simulated_network final : public connection_port {
 public:
  simulated_network(virtual_world& world, store_model& store, std::vector<endpoint> stores);
  ~simulated_network() override;

  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override;
  std::size_t open_connections() const override;

  /// Ends all connections.
  std::size_t cut_all();
  /// Ends all connections of a store and refuses new ones until then.
  void crash(std::size_t store, duration down);

  // For connections:
  [[nodiscard]] virtual_world& world() noexcept { return world_; }
  [[nodiscard]] store_model& store() noexcept { return store_; }
  [[nodiscard]] store_faults& faults() noexcept;
  [[nodiscard]] bool down(std::size_t store) const;
  void forget(std::uint64_t number);

 private:
  class planned_faults;
  virtual_world& world_;
  store_model& store_;
  const std::vector<endpoint> stores_;
  std::unique_ptr<planned_faults> faults_;
  std::map<std::size_t, time_point> down_until_;
  std::map<std::uint64_t, std::weak_ptr<simulated_connection>> connections_;
  std::uint64_t next_ = 1;
};

}  // namespace pravega_sandbox
