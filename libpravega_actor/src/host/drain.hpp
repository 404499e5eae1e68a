// How a client ends actors that have to finish something first.
#pragma once

#include <caf/all.hpp>
#include <functional>

#include "pravega_actor/client.hpp"

namespace pravega_actor::internal {

/// Accept nothing new, finish what is under way, and end; answered with `drained`. What is not
/// finished within the time fails.
struct drain {
  duration timeout{0};
};
/// The answer to `drain`.
struct drained {
  /// The first failure.
  result<void> outcome;
  /// Adds the feature's part to the client's report; may be empty.
  std::function<void(client_close_report& report)> add_to;
};

/// A child that the client's end drains before it stops the tree.
using drained_child = caf::typed_actor<caf::replies_to<drain>::with<drained>>;

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::drained)
