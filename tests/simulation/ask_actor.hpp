// Questions of a workload to actors of its world.
#pragma once

#include <caf/all.hpp>
#include <functional>

#include "pravega_actor/time.hpp"

namespace simulation_tests {

/// Sends a request and calls back with the answer; `lost` if the actor has ended.
template <class Answer, class Actor, class Message>
void ask(
    caf::actor_system& system, const Actor& whom, Message what,
    std::function<void(const Answer&)> then, std::function<void()> lost = [] {}) {
  system.spawn([=](caf::event_based_actor* self) {
    self->request(whom, pravega_actor::seconds{600}, what)
        .then(then, [lost](const caf::error&) { lost(); });
  });
}

}  // namespace simulation_tests
