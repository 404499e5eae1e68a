// The segment stores of a simulated world: which of them live, and who serves what.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/virtual_world.hpp"
#include "store/segment_placement.hpp"
#include "store/store_model.hpp"

namespace pravega_sandbox {

/// All serve one durable model. Draws their deaths and the moves of segments from the plan.
class simulated_stores {
 public:
  /// Sets the model's owner function; outlives what asks for owners.
  simulated_stores(virtual_world& world, store_model& store, std::size_t count);
  simulated_stores(const simulated_stores&) = delete;
  simulated_stores& operator=(const simulated_stores&) = delete;

  /// Ends the connections of a store that died.
  using end_connections = std::function<void(std::size_t store, const std::string& why)>;
  void on_death(end_connections told) { on_death_ = std::move(told); }

  [[nodiscard]] std::size_t count() const noexcept { return placement_.stores(); }
  [[nodiscard]] const std::vector<endpoint>& addresses() const noexcept { return addresses_; }
  /// `count()` if it is none of them.
  [[nodiscard]] std::size_t index_of(const endpoint& address) const;
  [[nodiscard]] std::size_t owner_of(std::string_view segment) const {
    return placement_.owner_of(segment);
  }
  [[nodiscard]] bool alive(std::size_t store) const { return placement_.alive(store); }
  /// Whether it accepts connections.
  [[nodiscard]] bool reachable(std::size_t store) const;

  /// False if there is no such living store.
  bool move_segment(std::string_view segment, std::size_t store);
  /// False if there is no such living store. Its segments move after `failover`, unless it
  /// lives again by then.
  bool kill(std::size_t store, duration failover);
  /// False if there is no such dead store.
  bool start(std::size_t store);
  /// Ends all its connections and refuses new ones for so long; it keeps its segments.
  void crash(std::size_t store, duration down);

  // What the plan does:
  /// A client connects to the store.
  void at_connect(std::size_t store);
  /// A request about a segment has come.
  void at_request(std::string_view segment);

 private:
  void move_somewhere(const std::string& segment);
  [[nodiscard]] std::size_t any_living();

  virtual_world& world_;
  store_model& store_;
  segment_placement placement_;
  std::vector<endpoint> addresses_;
  end_connections on_death_;
  std::map<std::size_t, time_point> down_until_;
  /// By store: which of its deaths a failover belongs to.
  std::map<std::size_t, std::uint64_t> deaths_;
};

}  // namespace pravega_sandbox
