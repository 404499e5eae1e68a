// Every place where a fault plan may kill an actor of the library.
#pragma once

#include <set>
#include <string>

namespace simulation_tests {

/// "segment_writer before locate", "segment_writer after locate", ...: before and after each
/// action of each machine, from the types of the actions.
[[nodiscard]] std::set<std::string> all_places();

}  // namespace simulation_tests
