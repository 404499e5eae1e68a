// How an actor carries out what its machine decided.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string_view>

#include "pravega_actor/ports/environment.hpp"

namespace pravega_actor::internal {

/// Calls `carry_out(action)` for each action, in order. Before and after each, a fault plan may
/// kill the actor; then nothing more is done. `name_of(action)` is for the plan. `self` is any
/// event-based actor, typed or not.
template <class Self, class Actions, class NameOf, class CarryOut>
void perform_actions(Self* self, std::shared_ptr<environment> env, std::string_view machine,
                     const Actions& todo, NameOf name_of, CarryOut carry_out) {
  for (const auto& each : todo) {
    const std::string_view name = name_of(each);
    if (env->strike(machine, name, strike_moment::before))
      return self->quit(caf::exit_reason::kill);
    carry_out(each);
    if (env->strike(machine, name, strike_moment::after))
      return self->quit(caf::exit_reason::kill);
  }
}

}  // namespace pravega_actor::internal
