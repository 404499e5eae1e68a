// Makes the steps of a world, and notices when virtual time stands still.
#pragma once

#include <caf/actor_addr.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "simulation/virtual_world.hpp"

namespace pravega_sandbox {

/// Makes one step after another: a message of an actor, or an occurrence that is due. The seed
/// chooses among them. If there is neither, virtual time moves on. Not for several threads.
class world_driver {
 public:
  /// The coordinator belongs to an actor system with the policy "testing".
  world_driver(caf::scheduler::test_coordinator& scheduler, virtual_world& world,
               std::uint64_t steps_at_instant_max)
      : scheduler_{scheduler}, world_{world}, steps_max_{steps_at_instant_max} {}

  /// Makes a step. Nothing later than `limit` happens; the clock stops there. False if nothing
  /// is left to do until then, or if virtual time stands still.
  bool step_before(time_point limit);
  /// The sentence about the first standstill; empty if there was none.
  [[nodiscard]] const std::string& standstill() const noexcept { return standstill_; }
  /// Whether `step_before` refuses to go on.
  [[nodiscard]] bool stands_still() const noexcept { return stands_still_; }
  /// Sends `kill` to all actors that live, and notes their names. Then steps are made again,
  /// also after a standstill.
  void kill_actors();
  /// Gives up what is ready to run: its actors end when nobody refers to them.
  void drop_jobs();

 private:
  struct seen_actor {
    std::string name;
    caf::actor_addr address;
  };

  bool may_step();
  void run_job(std::size_t choice);
  void remember(const caf::resumable& job);
  void forget_ended_actors();
  void stop();

  caf::scheduler::test_coordinator& scheduler_;
  virtual_world& world_;
  const std::uint64_t steps_max_;
  std::uint64_t steps_at_instant_ = 0;
  time_point instant_{};
  bool stands_still_ = false;
  std::string standstill_;
  /// Who made the last steps of an instant, and how many.
  std::map<std::string, std::uint64_t> busy_;
  /// Actors that have run. CAF's registry counts actors, but does not list them.
  std::map<caf::actor_id, seen_actor> actors_;
  std::size_t forget_at_ = 64;
};

}  // namespace pravega_sandbox
