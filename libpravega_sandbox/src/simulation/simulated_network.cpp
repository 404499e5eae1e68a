#include "simulation/simulated_network.hpp"

#include <algorithm>

#include "simulation/simulated_connection.hpp"

namespace pravega_sandbox {

/// Draws the store's own faults from the plan.
class simulated_network::planned_faults final : public store_faults {
 public:
  explicit planned_faults(virtual_world& world) : world_{world} {}
  bool close_before(const append_info& append) override {
    if (!world_.strikes(world_.plan.cut_before_apply)) return false;
    world_.note("append " + std::to_string(append.event_number) + " cut before it is applied");
    return true;
  }
  ack_plan after(const append_info& append) override {
    ack_plan plan;
    if (world_.strikes(world_.plan.cut_after_apply)) {
      plan.close = true;
      world_.note("append " + std::to_string(append.event_number) + " cut after it is applied");
    } else if (world_.faults() && world_.chance(0.05)) {
      plan.delay_ms = static_cast<std::int64_t>(world_.random() % 200);
    }
    return plan;
  }
  bool wrong_host(std::string_view segment) override {
    if (!world_.strikes(world_.plan.wrong_host)) return false;
    world_.note("wrong host for " + std::string{segment});
    return true;
  }
  std::size_t read_bytes(std::string_view, std::int64_t, std::size_t available) override {
    return world_.chance(0.5) ? available : 1 + world_.random() % available;
  }

 private:
  virtual_world& world_;
};

simulated_network::simulated_network(virtual_world& world, store_model& store,
                                     std::vector<endpoint> stores)
    : world_{world},
      store_{store},
      stores_{std::move(stores)},
      faults_{std::make_unique<planned_faults>(world)} {}

simulated_network::~simulated_network() = default;

store_faults& simulated_network::faults() noexcept {
  return *faults_;
}

bool simulated_network::down(std::size_t store) const {
  auto at = down_until_.find(store);
  return at != down_until_.end() && world_.now() < at->second;
}

std::shared_ptr<connection> simulated_network::connect(
    const endpoint& to, duration timeout, std::shared_ptr<connection_handler> handler) {
  const auto found = std::find(stores_.begin(), stores_.end(), to);
  const auto store = static_cast<std::size_t>(found - stores_.begin());
  const auto number = next_++;
  ++world_.counters.connections;
  auto made = std::make_shared<simulated_connection>(*this, number, store, std::move(handler));
  connections_.emplace(number, made);
  const auto unreachable = [&](const char* why) {
    return error{errc::segment_store_unreachable, why}
        .with_stage(stage::connect)
        .with_segment_store(to.to_string());
  };
  if (world_.strikes(world_.plan.crash) && found != stores_.end())
    crash(store, world_.between(milliseconds{10}, world_.plan.crash_max));
  if (found == stores_.end() || down(store) || world_.strikes(world_.plan.refuse)) {
    const bool silent = found == stores_.end();
    made->refuse(unreachable(silent ? "no answer" : "refused"),
                 silent ? timeout : world_.network_delay());
  } else {
    made->establish();
  }
  world_.note("connection " + std::to_string(number) + " to " + to.to_string());
  return made;
}

std::size_t simulated_network::open_connections() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const auto& each) {
        auto held = each.second.lock();
        return held && held->open();
      }));
}

void simulated_network::forget(std::uint64_t number) {
  connections_.erase(number);
}

std::size_t simulated_network::cut_all() {
  std::size_t count = 0;
  for (auto& held : std::map{connections_}) {
    auto each = held.second.lock();
    if (!each || !each->open()) continue;
    each->cut("cut by the script");
    ++count;
  }
  return count;
}

void simulated_network::crash(std::size_t store, duration for_time) {
  ++world_.counters.crashes;
  world_.note("store " + std::to_string(store) + " crashes");
  down_until_[store] = world_.now() + for_time;
  for (auto& held : std::map{connections_}) {
    auto each = held.second.lock();
    if (each && each->store() == store) each->cut("the store crashed");
  }
}

}  // namespace pravega_sandbox
