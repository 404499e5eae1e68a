// Appends by hand, without the client: to segments that no writer of the client writes to.
#pragma once

#include <memory>
#include <string>

#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// Appends events to a segment over a connection of its own, and runs the world until they are
/// acknowledged.
void append_by_hand(simulation& world, const std::string& name, const texts& events);

/// A transaction whose owner is the test.
struct hand_transaction {
  simulation& world;
  scoped_stream stream;
  controller::created_transaction made;

  hand_transaction(simulation& in, const scoped_stream& of);
  /// Writes events to the part of the segment with this number.
  void write(std::int32_t number, const texts& events) const;
  void commit() const;
  void abort() const;
  [[nodiscard]] transaction_state state() const;
};

}  // namespace pravega_actor::scenario
