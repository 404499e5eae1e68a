// A random workload of event writers in a simulated world.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/history_checker.hpp"

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
};

/// Writers that write at random moments with random keys and sizes, and are closed at the end.
class writer_workload {
 public:
  writer_workload(pravega_sandbox::simulation& world, workload_size size);

  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] std::size_t scales_done() const noexcept { return scales_done_; }

 private:
  struct participant {
    std::string name;
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
  [[nodiscard]] bool all_closed() const;
  void open(participant& who);
  void write_some(participant& who);
  [[nodiscard]] bool write_one(participant& who);
  void close(participant& who);
  [[nodiscard]] std::vector<std::string> verdict(bool ended);

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
  /// The client is being closed: nothing new begins.
  bool over_ = false;
  std::size_t actors_before_ = 0;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
