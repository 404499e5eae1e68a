// The outcomes of a failed writer's events.
#pragma once

#include <vector>

#include "pravega_actor/event_writer.hpp"

namespace pravega_actor::internal {

/// Pure. Asked for one ticket after the other, in ascending order. Without memory the outcomes
/// lack their reasons.
class event_outcomes {
 public:
  /// `why` the writer failed; `report` must outlive this object.
  event_outcomes(const error& why, const close_report& report);

  /// Valid until the next call.
  [[nodiscard]] const write_result& of(event_ticket ticket);

 private:
  // Copies of an error share its context.
  const close_report& report_;
  std::vector<undurable_range>::const_iterator at_;
  const error not_written_;
  const error unknown_;
  const error earlier_;
  write_result current_;
};

}  // namespace pravega_actor::internal
