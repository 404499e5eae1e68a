// Racing synchronizers of one state, each driven by an actor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/synchronizer_history.hpp"
#include "support/text_model.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace simulation_tests {

struct synchronizer_size {
  std::size_t writers = 3;
  /// Operations of each writer.
  std::size_t operations = 15;
  /// Synchronizers are killed from outside, besides the plan's kills.
  bool kills = true;
};

struct synchronizer_counters {
  std::uint64_t accepted = 0;
  std::uint64_t outdated = 0;
  std::uint64_t compactions = 0;
  std::uint64_t resets = 0;
  std::uint64_t deaths = 0;
};

/// What all writers of a run share.
struct shared_run {
  pravega_sandbox::simulation& world;
  synchronizer_history history;
  synchronizer_counters counters;
  std::size_t operations = 0;
  std::vector<std::string> problems;
};

using text_handle = pravega_actor::synchronizer_handle<pravega_actor::test::text_model>;

struct writer_setup {
  std::string name;
  std::shared_ptr<shared_run> run;
  /// Spawns a synchronizer.
  std::function<text_handle()> open;
};

/// One writer; `last` is set when it is done.
struct writer_result {
  std::optional<pravega_actor::synced<std::vector<std::string>>> last;
  text_handle synchronizer;
};

/// Runs everything to the end; returns what is wrong.
class synchronizer_workload {
 public:
  synchronizer_workload(pravega_sandbox::simulation& world, std::uint64_t seed,
                        const synchronizer_size& size);
  synchronizer_workload(const synchronizer_workload&) = delete;
  synchronizer_workload& operator=(const synchronizer_workload&) = delete;
  ~synchronizer_workload();

  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] const shared_run& seen() const noexcept { return *run_; }

 private:
  [[nodiscard]] text_handle open(std::size_t writer);
  void start_writers();
  void kill_some();
  [[nodiscard]] bool all_done() const;
  void close();
  void check(std::vector<std::string>& found) const;

  pravega_sandbox::simulation& world_;
  const std::uint64_t seed_;
  const synchronizer_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "state"};
  std::shared_ptr<shared_run> run_;
  std::vector<std::unique_ptr<pravega_actor::client>> clients_;
  std::vector<std::shared_ptr<writer_result>> writers_;
};

}  // namespace simulation_tests
