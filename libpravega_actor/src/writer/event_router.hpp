// Which segment an event goes to.
#pragma once

#include <memory>
#include <vector>

#include "append/append_channel.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Ranges of routing positions and where their events go, sorted by their upper bounds. A
/// position belongs to the range with the least upper bound that is not below it, as in the
/// Java client. While a merge is under way, a segment may have only a part of its range.
class event_router {
 public:
  struct route {
    key_range range;
    std::shared_ptr<append_channel> channel;
  };

  event_router() = default;
  /// The ranges must cover [0, 1] without gap or overlap: protocol_violation otherwise.
  [[nodiscard]] static result<event_router> make(std::vector<route> routes);

  /// A table in which the ranges of `from` belong to `successors` instead, each clipped to
  /// them. protocol_violation if they leave a gap.
  [[nodiscard]] result<event_router> with_successors(
      const append_channel& from, const std::vector<route>& successors) const;

  [[nodiscard]] append_channel& at(double position) const noexcept;
  [[nodiscard]] const std::vector<route>& routes() const noexcept { return routes_; }
  [[nodiscard]] bool single() const noexcept { return routes_.size() == 1; }

 private:
  std::vector<route> routes_;
};

}  // namespace pravega_actor::internal
