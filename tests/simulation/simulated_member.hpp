// The application of one member of a group: takes items, holds several, processes and releases
// them at random places.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "simulation/group_workload.hpp"

namespace simulation_tests {

/// It looks at what it holds.
struct member_tick {};

using member_inside = pravega_actor::event_subscriber::extend<caf::reacts_to<member_tick>>;

struct member_setup {
  group_workload* work = nullptr;
  pravega_actor::event_reader_handle reader;
  std::uint64_t number = 0;
};

struct member_state {
  member_setup setup;
  /// Received and not processed; only slices have a slice.
  std::vector<std::pair<std::uint64_t, pravega_actor::event_slice>> held;
  /// Slices demanded that have not come.
  std::size_t demanded = 0;
  bool crashed = false;
  /// The reader delivers nothing more.
  bool over = false;
  const char* name = "simulated_member";
  ~member_state() { setup.work->member_ended(setup.number, crashed); }
};

/// Subscribes at once. Ends with its reader, or crashes.
member_inside::behavior_type simulated_member(
    member_inside::stateful_pointer<member_state> self, member_setup setup);

}  // namespace simulation_tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(simulation_tests::member_tick)
