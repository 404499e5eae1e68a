#include "simulation/simulated_network.hpp"

#include <algorithm>

#include "simulation/simulated_connection.hpp"

namespace pravega_sandbox {

/// Draws the store's own faults from the plan.
class simulated_network::planned_faults final : public store_faults {
 public:
  planned_faults(virtual_world& world, simulated_stores& stores, token_orders& tokens)
      : world_{world}, stores_{stores}, tokens_{tokens} {}
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
    stores_.at_request(segment);
    if (!world_.strikes(world_.plan.wrong_host)) return false;
    world_.note("wrong host for " + std::string{segment});
    return true;
  }
  std::optional<token_state> token_counts_as(std::string_view segment) override {
    auto ordered = tokens_.next();
    if (!ordered && world_.strikes(world_.plan.token_expiry)) ordered = token_state::expired;
    if (ordered)
      world_.note(std::string{"a token for "}.append(segment).append(
          *ordered == token_state::expired ? " counts as expired" : " counts as wrong"));
    return ordered;
  }
  std::size_t read_bytes(std::string_view, std::int64_t, std::size_t available) override {
    return world_.chance(0.5) ? available : 1 + world_.random() % available;
  }

 private:
  virtual_world& world_;
  simulated_stores& stores_;
  token_orders& tokens_;
};

simulated_network::simulated_network(virtual_world& world, store_model& store,
                                     simulated_stores& stores)
    : world_{world},
      store_{store},
      stores_{stores},
      faults_{std::make_unique<planned_faults>(world, stores, tokens_)} {
  stores_.on_death(
      [this](std::size_t which, const std::string& why) { end_of_store(which, why); });
}

simulated_network::~simulated_network() = default;

store_faults& simulated_network::faults() noexcept {
  return *faults_;
}

std::shared_ptr<connection> simulated_network::connect(
    const endpoint& to, duration timeout, std::shared_ptr<connection_handler> handler) {
  const auto store = stores_.index_of(to);
  const bool known = store < stores_.count();
  const auto number = next_++;
  ++world_.counters.connections;
  auto made = std::make_shared<simulated_connection>(*this, number, store, std::move(handler));
  connections_.emplace(number, made);
  const auto unreachable = [&](const char* why) {
    return error{errc::segment_store_unreachable, why}
        .with_stage(stage::connect)
        .with_segment_store(to.to_string());
  };
  if (known) stores_.at_connect(store);
  if (!known || !stores_.reachable(store) || world_.strikes(world_.plan.refuse)) {
    made->refuse(unreachable(known ? "refused" : "no answer"),
                 known ? world_.network_delay() : timeout);
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

void simulated_network::end_of_store(std::size_t store, const std::string& why) {
  for (auto& held : std::map{connections_}) {
    auto each = held.second.lock();
    if (each && each->store() == store) each->lose_store(why);
  }
}

}  // namespace pravega_sandbox
