// A random workload of event writers in a simulated world.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/history_checker.hpp"
#include "simulation/truncation_checker.hpp"

namespace simulation_tests {

struct workload_size {
  std::size_t writers = 2;
  std::size_t events_per_writer = 120;
  std::int32_t segments = 3;
  /// A reader follows from the head and is now and then replaced by a new one that goes on at
  /// its position.
  bool with_reader = true;
  /// Splits and merges at random moments while events are written.
  std::size_t scales = 0;
  /// Truncations at valid cuts at random moments; the reader reports gaps and stops now and
  /// then. A writer whose segment is truncated away while it has events in doubt fails, and
  /// another takes its place.
  std::size_t truncations = 0;
  /// The stream is sealed at a random moment, perhaps before everything is written.
  bool seal = false;
  /// Some events are stored in parts, a few of them larger than the writer's limit.
  bool large = false;
};

/// Writers that write at random moments with random keys and sizes, and are closed at the end.
class writer_workload {
 public:
  writer_workload(pravega_sandbox::simulation& world, workload_size size);

  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] std::size_t scales_done() const noexcept { return scales_done_; }
  [[nodiscard]] std::size_t truncations_done() const noexcept { return truncations_done_; }
  [[nodiscard]] std::size_t events_missing() const { return checker_.missing(); }
  /// Events that the seal of the stream kept from being stored.
  [[nodiscard]] std::size_t events_refused() const;
  /// Events that were written in parts.
  [[nodiscard]] std::size_t large_events() const noexcept { return large_events_; }

 private:
  using offsets = std::map<pravega_actor::segment_id, std::int64_t>;
  struct participant {
    std::string name;
    /// It has taken the place of so many.
    std::size_t lost = 0;
    pravega_actor::event_writer writer;
    std::size_t left = 0;
    bool closed = false;
    pravega_actor::close_report report;
    std::map<std::string, std::size_t> per_key;
  };
  void open_reader(pravega_actor::reader_options options);
  void read_available();
  void record(const pravega_actor::read_item& item);
  void replace_reader();
  [[nodiscard]] bool all_read() const;
  void scale_sometimes();
  void scale_once();
  // In writer_workload_asides.cpp:
  /// Waits until what this writer has written so far is durable, and checks that it is.
  void flush(participant& who);
  /// Questions to the controller and the segment stores, while all goes on.
  void ask_sometimes();
  void seal_sometime();
  [[nodiscard]] bool end_by_seal(const pravega_actor::error& why) const;
  void check_asides();
  // In writer_workload_truncation.cpp:
  void truncate_sometimes();
  void truncate_once();
  /// Tells the checker what the segments hold.
  void remember();
  [[nodiscard]] offsets head();
  [[nodiscard]] offsets some_cut();
  [[nodiscard]] offsets tail_cut();
  [[nodiscard]] offsets any_cut();
  void check_reading_later();
  /// A writer failed because its segment is gone.
  void replace_writer(participant& who);
  [[nodiscard]] std::vector<std::string> truncation_verdict();
  [[nodiscard]] bool all_closed() const;
  void open(participant& who);
  [[nodiscard]] std::size_t filling();
  void write_some(participant& who);
  [[nodiscard]] bool write_one(participant& who);
  void close(participant& who);
  [[nodiscard]] std::vector<std::string> verdict(bool ended);
  void end_world(std::vector<std::string>& found);

  pravega_sandbox::simulation& world_;
  const workload_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  std::unique_ptr<pravega_actor::client> client_;
  write_history history_;
  std::vector<std::unique_ptr<participant>> all_;
  pravega_actor::stream_reader reader_;
  std::map<std::string, std::vector<std::string>> read_;
  std::vector<std::string> read_in_order_;
  std::size_t events_read_ = 0;
  std::size_t scales_done_ = 0;
  std::size_t truncations_done_ = 0;
  std::size_t large_events_ = 0;
  truncation_checker checker_;
  std::vector<offsets> old_cuts_;
  /// Writers that failed, by name.
  std::set<std::string> failed_;
  /// With truncations: what the reader must have, it has. With a seal: it is at the end.
  bool reading_complete_ = false;
  std::size_t flushes_open_ = 0;
  std::size_t questions_open_ = 0;
  bool sealed_ = false;
  /// The client is being closed: nothing new begins.
  bool over_ = false;
  std::size_t actors_before_ = 0;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
