// What the simulated parts share: time, randomness, the plan, the trace and what is due.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/client_types.hpp"

namespace pravega_sandbox {

/// Virtual time is CAF's test clock; the driver of the world moves it. Occurrences with the
/// same `lane` happen in the order they were scheduled; between lanes the seed chooses.
class virtual_world {
 public:
  virtual_world(std::uint64_t seed, const fault_plan& chosen);

  std::function<time_point()> clock;
  fault_plan plan;
  simulation_counters counters;
  bool healed = false;
  std::string trace;
  /// Where actors have died.
  std::set<std::string> struck;

  [[nodiscard]] time_point now() const { return clock(); }
  [[nodiscard]] bool faults() const { return !healed && now() - start_ < plan.heal_after; }
  void begin() { start_ = now(); }
  [[nodiscard]] std::uint64_t random() noexcept;
  [[nodiscard]] bool chance(double probability) noexcept;
  /// A fault's chance: none after the heal.
  [[nodiscard]] bool strikes(double probability) noexcept {
    return probability > 0 && faults() && chance(probability);
  }
  [[nodiscard]] duration between(duration low, duration high) noexcept;
  [[nodiscard]] duration network_delay() noexcept {
    return between(plan.delay_min, plan.delay_max);
  }
  void note(std::string_view line);

  [[nodiscard]] std::uint64_t new_lane() noexcept { return next_lane_++; }
  /// Never earlier than what was scheduled before in the same lane.
  void schedule(std::uint64_t lane, duration delay, std::function<void()> what);
  /// What is happening happens again, before everything else in its lane.
  void put_back(std::uint64_t lane, std::function<void()> what);
  /// Nothing of the lane happens before this time.
  void hold(std::uint64_t lane, time_point until);
  /// Forgets what is scheduled in the lane.
  void drop(std::uint64_t lane);
  void drop_all();
  [[nodiscard]] std::size_t due_count();
  [[nodiscard]] bool next_time(time_point& out) const;
  /// Runs the due occurrence of this number, in the order of lanes.
  void run_due(std::size_t index_of_due);

 private:
  struct occurrence {
    time_point at;
    std::function<void()> what;
  };
  struct lane_queue {
    std::multimap<std::int64_t, occurrence> waiting;
    time_point last{};
    time_point held{};
    /// Under which time it is in `later_`, or was before it became due.
    std::optional<time_point> indexed;
  };
  [[nodiscard]] static time_point due_at(const lane_queue& lane);
  void take_out(std::uint64_t number, lane_queue& lane);
  void index(std::uint64_t number, lane_queue& lane);

  std::uint64_t state_;
  std::uint64_t next_lane_ = 1;
  std::int64_t next_number_ = 1;
  time_point start_{};
  std::map<std::uint64_t, lane_queue> lanes_;
  /// Lanes with something waiting: by their time, and by their number once that has come.
  std::set<std::pair<time_point, std::uint64_t>> later_;
  std::set<std::uint64_t> due_;
};

}  // namespace pravega_sandbox
