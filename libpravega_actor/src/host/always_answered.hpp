// A callback that is called whatever becomes of the actor that was to call it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "core/answer_once.hpp"
#include "host/client_host.hpp"

namespace pravega_actor::internal {

/// Calls `done` once: with what comes, or with an error when the actor that was to answer is
/// never started. An error then names the controller. What `done` throws is published and goes
/// no further.
template <class T>
[[nodiscard]] std::function<void(result<T>)> always_answered(
    const client_host& host, std::function<void(result<T>)> done) {
  const answer_once<T> once{std::move(done), publish_threw(host.context()),
                            error{errc::actor_terminated, "the client's supervisor has ended"}};
  return [once, controller = host.context()->controller_address](result<T> outcome) {
    if (!outcome && outcome.error().controller().empty())
      outcome = outcome.error().with_controller(controller);
    once(outcome);
  };
}

}  // namespace pravega_actor::internal
