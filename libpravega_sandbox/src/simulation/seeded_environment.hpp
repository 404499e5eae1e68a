// The environment of simulated clients: time, randomness and deaths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/ports/environment.hpp"
#include "simulation/virtual_world.hpp"

namespace pravega_sandbox {

/// The environment port: everything comes from the world's seed.
class seeded_environment final : public environment {
 public:
  explicit seeded_environment(virtual_world& world) : world_{world} {}
  std::int64_t wall_clock_ms() override {
    return 1'700'000'000'000 + to_ms(world_.now().time_since_epoch());
  }
  time_point now() override { return world_.now(); }
  std::uint64_t random() override { return world_.random(); }
  std::int32_t next_flow_id() override { return ++flows_; }
  bool strike(std::string_view machine, std::string_view action, strike_moment moment) override;
  /// A place where an actor may die; true: it does.
  bool strike_at(const std::string& place);

 private:
  virtual_world& world_;
  std::int32_t flows_ = 0;
};

}  // namespace pravega_sandbox
