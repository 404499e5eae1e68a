// One writer of a state that several synchronizers share.
#pragma once

#include <memory>

#include "simulation/synchronizer_workload.hpp"

namespace simulation_tests {

/// The writer's own message.
struct next_step {};

/// Runs until the writer has made its operations and has seen a last state. If its synchronizer
/// dies, it opens another.
void spawn_writer(const writer_setup& setup, std::shared_ptr<writer_result> to);

}  // namespace simulation_tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(simulation_tests::next_step)
