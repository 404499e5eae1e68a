// How an actor carries out what its machine decided.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "core/alternative_names.hpp"
#include "pravega_actor/ports/environment.hpp"

namespace pravega_actor::internal {

/// Calls `carry_out()`, which is the machine's action of this name. Before and after it, a
/// fault plan may kill the actor. Returns false if it did; then the actor must do nothing more.
/// `self` is any event-based actor, typed or not.
template <class Self, class CarryOut>
bool perform_named(Self* self, std::shared_ptr<environment> env, std::string_view machine,
                   std::string_view action, CarryOut carry_out) {
  const auto struck = [&](strike_moment at) {
    if (!env->strike(machine, action, at)) return false;
    self->quit(caf::exit_reason::kill);
    return true;
  };
  if (struck(strike_moment::before)) return false;
  carry_out();
  return !struck(strike_moment::after);
}

/// The same for one action of a `Machine`: a variant, which the performer visits.
template <class Machine, class Self, class Action, class Performer>
bool perform_action(Self* self, const std::shared_ptr<environment>& env, Action&& todo,
                    const Performer& performer) {
  return perform_named(self, env, Machine::actor, alternative_name(todo),
                       [&] { std::visit(performer, std::forward<Action>(todo)); });
}

/// The same for each of several actions, in order.
template <class Machine, class Self, class Actions, class Performer>
bool perform_actions(Self* self, const std::shared_ptr<environment>& env, Actions&& todo,
                     const Performer& performer) {
  for (auto& each : todo)
    if (!perform_action<Machine>(self, env, each, performer)) return false;
  return true;
}

}  // namespace pravega_actor::internal
