// One consumer: takes slices, holds several, processes and releases at random places.
#pragma once

#include <utility>
#include <vector>

#include "simulation/consumer_workload.hpp"

namespace simulation_tests {

/// It looks at what it holds.
struct consumer_tick {};

using consumer_inside = pravega_actor::reader_subscriber::extend<caf::reacts_to<consumer_tick>>;

struct consumer_setup {
  consumer_workload* work = nullptr;
  pravega_actor::stream_reader_handle reader;
  std::uint64_t reader_number = 0;
  std::uint64_t number = 0;
};

struct consumer_state {
  consumer_setup setup;
  /// Received and not processed; ends and gaps have no slice.
  std::vector<std::pair<std::uint64_t, pravega_actor::event_slice>> held;
  /// Slices demanded that have not come.
  std::size_t demanded = 0;
  bool crashed = false;
  const char* name = "simulated_consumer";
  ~consumer_state() { setup.work->consumer_ended(setup.number, crashed); }
};

/// Subscribes at once. Ends with its reader, or crashes.
consumer_inside::behavior_type simulated_consumer(
    consumer_inside::stateful_pointer<consumer_state> self, consumer_setup setup);

}  // namespace simulation_tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(simulation_tests::consumer_tick)
