// What a stream holds of the events of a writer with a name.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The number that the application gives an event: 1 to limits::event_number_max. The numbers
/// of a writer with a name grow; they may have gaps.
using event_number = std::int64_t;

/// Which events of a writer with a name its stream held when the writer was opened. An event
/// with a number up to that of its range was stored, if it was ever written.
class stored_numbers {
 public:
  /// A range of routing positions, and the highest number stored there; 0: none.
  struct part {
    key_range range;
    event_number number = 0;
    friend bool operator==(const part&, const part&) = default;
  };

  /// Nothing is stored.
  stored_numbers() = default;

  /// Sorted by range; together they cover the key space. Empty: nothing is stored.
  [[nodiscard]] const std::vector<part>& parts() const noexcept { return parts_; }
  /// Every event up to this one was stored, whatever its key. The application may go on behind
  /// it, or anywhere before: the writer recognises what is stored.
  [[nodiscard]] event_number everywhere() const noexcept;
  /// The highest number stored in any range.
  [[nodiscard]] event_number highest() const noexcept;
  /// For events with this routing key.
  [[nodiscard]] event_number of(std::string_view routing_key) const noexcept;
  /// For a routing position in [0, 1].
  [[nodiscard]] event_number at(double position) const noexcept;

  /// A segment that took the keys of `range` holds the events up to `number`: the parts in this
  /// range have at least this number.
  void raise(const key_range& range, event_number number);

 private:
  std::vector<part> parts_;
};

}  // namespace pravega_actor
