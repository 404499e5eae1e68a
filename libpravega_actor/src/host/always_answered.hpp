// A callback that is called whatever becomes of the actor that was to call it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/user_code.hpp"
#include "host/client_host.hpp"

namespace pravega_actor::internal {

/// Calls `done` once: with what comes, or with an error when the actor that was to answer is
/// never started. An error then names the controller. What `done` throws is published and goes
/// no further.
template <class T>
[[nodiscard]] std::function<void(result<T>)> always_answered(
    const client_host& host, std::function<void(result<T>)> done) {
  struct keeper {
    std::function<void(result<T>)> done;
    threw_handler threw;
    keeper(std::function<void(result<T>)> held, threw_handler handler)
        : done{std::move(held)}, threw{std::move(handler)} {}
    keeper(const keeper&) = delete;
    keeper& operator=(const keeper&) = delete;
    ~keeper() { answer(error{errc::actor_terminated, "the client's supervisor has ended"}); }
    void answer(result<T> outcome) {
      if (auto once = std::exchange(done, nullptr)) call_user(threw, once, std::move(outcome));
    }
  };
  auto held =
      std::make_shared<keeper>(unless_gone(std::move(done)), publish_threw(host.context()));
  return [held = std::move(held),
          controller = host.context()->controller_address](result<T> outcome) {
    if (!outcome && outcome.error().controller().empty())
      outcome = outcome.error().with_controller(controller);
    held->answer(std::move(outcome));
  };
}

}  // namespace pravega_actor::internal
