// Closes a client in order: writers first, then the tree.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <vector>

#include "pravega_actor/client.hpp"

namespace pravega_actor {

/// Told to itself: there is no writer to wait for.
struct closing_idle {};

struct closing_state {
  client_close_report report;
  caf::actor root;
  std::size_t writers_left = 0;
  duration timeout{0};
  std::function<void(const client_close_report&)> done;
  const char* name = "closing";
};

/// Asks each writer to drain (four fifths of the time), then stops the root supervisor, and
/// calls `done` once with what was found.
caf::behavior closing(caf::stateful_actor<closing_state>* self, std::vector<caf::actor> writers,
                      const caf::actor& root, duration timeout,
                      std::function<void(const client_close_report&)> done);

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::closing_idle)
