// Consumer actors that crash, are replaced and hold several slices, in a simulated world.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"

namespace simulation_tests {

struct consumer_size {
  std::size_t events = 250;
  std::int32_t segments = 2;
  /// Splits and merges while events are written and read.
  std::size_t scales = 3;
  /// Times that the reader is closed and another one goes on at its position.
  std::size_t reader_changes = 3;
};

struct consumer_counters {
  std::uint64_t crashes = 0;
  std::uint64_t takeovers = 0;
  std::uint64_t reader_changes = 0;
  std::uint64_t scales = 0;
  /// Items that came again with their old numbers.
  std::uint64_t redelivered = 0;
};

/// One writer, one reader actor at a time, and consumers of it. What a consumer has processed
/// it puts into the ledger before it releases it; what it holds when it crashes is gone.
class consumer_workload {
 public:
  using offsets = std::map<pravega_actor::segment_id, std::int64_t>;

  consumer_workload(pravega_sandbox::simulation& world, consumer_size size);
  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] const consumer_counters& counters() const noexcept { return counters_; }

  // For consumers:
  [[nodiscard]] pravega_sandbox::simulation& world() noexcept { return world_; }
  void commit(const pravega_actor::event_slice& slice);
  /// A reader's item was received.
  void received(std::uint64_t reader, std::uint64_t number);
  void consumer_ended(std::uint64_t consumer, bool crashed);
  void reading_ended(const pravega_actor::reader_ended& how);
  void complain(std::string what) { trouble_.push_back(std::move(what)); }

 private:
  void open_writer();
  void write_some();
  void open_reader(const pravega_actor::read_start& start);
  void use(const pravega_actor::stream_reader_handle& opened);
  void add_consumer();
  void disturb_sometimes();
  void change_reader();
  void scale_once();
  void check_position(const pravega_actor::stream_cut& position);
  void look_whether_all_is_released();
  [[nodiscard]] offsets tail();
  void close_all();
  void check_ledger();
  void end_world();

  pravega_sandbox::simulation& world_;
  const consumer_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  std::unique_ptr<pravega_actor::client> client_;
  pravega_actor::event_writer writer_;
  std::size_t written_ = 0;
  std::size_t durable_ = 0;
  pravega_actor::stream_reader_handle reader_;
  /// Counts the readers; items of an earlier one may still come.
  std::uint64_t readers_ = 0;
  /// The highest number of the present reader.
  std::uint64_t highest_ = 0;
  /// The consumer that was subscribed last.
  std::uint64_t consumers_ = 0;
  pravega_actor::reader_subscriber consumer_;
  bool changing_ = false;
  bool all_released_ = false;
  bool over_ = false;
  /// What consumers have processed: payloads by segment and offset.
  std::map<pravega_actor::segment_id, std::map<std::int64_t, std::string>> ledger_;
  std::size_t actors_before_ = 0;
  consumer_counters counters_;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
