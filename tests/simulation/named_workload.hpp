// Processes that write numbered events under one name, die, come back and meet each other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/mortal_network.hpp"
#include "simulation/named_history.hpp"

namespace simulation_tests {

struct named_size {
  /// Names under which events are written to the same stream.
  std::size_t names = 1;
  pravega_actor::event_number events = 80;
  std::int32_t segments = 2;
  std::size_t scales = 3;
  /// Processes of a name that are killed, or that get a rival, before all is written.
  std::size_t ends = 4;
  /// A rival begins while the process before it goes on.
  bool rivals = true;
  /// Each third event is stored in parts.
  bool large = false;
};

struct named_counters {
  std::uint64_t killed = 0;
  std::uint64_t rivals = 0;
  std::uint64_t fenced = 0;
  /// Openings that failed.
  std::uint64_t not_opened = 0;
  /// Writers that failed for another reason.
  std::uint64_t failed = 0;
  std::uint64_t scales = 0;
  /// Processes that found events of those before them.
  std::uint64_t resumed = 0;
  /// Events that were recognised as stored.
  std::uint64_t recognised = 0;
  /// Events that were written in parts.
  std::uint64_t large = 0;
};

class named_workload {
 public:
  named_workload(pravega_sandbox::simulation& world, named_size size);
  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] const named_counters& counters() const noexcept { return counters_; }

 private:
  struct process;
  /// A name, with its processes of which the last one is to go on.
  struct line {
    std::string name;
    std::vector<std::shared_ptr<process>> lives;
    std::size_t ends = 0;
    bool done = false;
  };
  struct process {
    line* of = nullptr;
    std::string label;
    std::shared_ptr<mortal_network> network;
    std::unique_ptr<pravega_actor::client> client;
    pravega_actor::event_writer writer;
    pravega_actor::event_number next = 1;
    bool dead = false;
  };
  using living = std::shared_ptr<process>;

  void start(line& of);
  void open(const living& who);
  void on_opened(const living& who, pravega_actor::event_writer writer);
  void write_some(const living& who);
  [[nodiscard]] bool write_one(const living& who);
  [[nodiscard]] pravega_actor::result<pravega_actor::event_ticket> pass_on(
      const living& who, pravega_actor::event_number number);
  [[nodiscard]] std::string payload_of(const line& of,
                                       pravega_actor::event_number number) const;
  void finish(const living& who);
  void on_failure(const living& who, const pravega_actor::error& why);
  void end(const living& who);
  void replace_later(line& of);
  void disturb_sometimes(line& of);
  void scale_sometimes();
  [[nodiscard]] bool all_done() const;
  void check_end();

  pravega_sandbox::simulation& world_;
  const named_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  named_history history_;
  std::vector<std::unique_ptr<line>> lines_;
  named_counters counters_;
  std::size_t actors_before_ = 0;
  bool over_ = false;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
