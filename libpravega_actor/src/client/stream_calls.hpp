// How the stream manager starts an operation and, in its waiting forms, waits for it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "client/client_core.hpp"
#include "client/logger_scope.hpp"
#include "client/stream_worker.hpp"
#include "core/rendezvous.hpp"

namespace pravega_actor {

/// Operations that have no time of their own.
[[nodiscard]] inline duration usual_limit(const std::shared_ptr<client_core>& core) {
  if (!core) return duration{0};
  const auto& settings = core->settings();
  return milliseconds{settings.controller_call_timeout_ms + settings.request_timeout_ms};
}

/// Spawns the worker of an operation; `begin(teller<T>)` is its first step. No limit: each step
/// has only its own.
template <class T, class F>
void start_operation(const std::shared_ptr<client_core>& core, std::optional<duration> limit,
                     std::function<void(const result<T>&)> done, F begin) {
  if (!core || core->closed()) return done(errc::closed);
  const auto& settings = core->settings();
  stream_worker_timing timing;
  timing.call_timeout = milliseconds{settings.controller_call_timeout_ms};
  timing.infos = {core->backoff(), milliseconds{settings.liveness_timeout_ms},
                  milliseconds{settings.request_timeout_ms}};
  timing.total = limit;
  const auto& address = core->context()->controller_address;
  teller<T> tell{[done = std::move(done), address](const result<T>& outcome) {
    if (outcome || outcome.error().at() == stage::none || !outcome.error().controller().empty())
      return done(outcome);
    done(outcome.error().with_controller(address));
  }};
  const logger_scope here{&core->system()};
  core->system().spawn(
      stream_worker, core->context(), timing,
      std::function<step()>{[begin = std::move(begin), tell] { return begin(tell); }});
}

/// Waits for what `start(callback)` starts.
template <class T, class F>
[[nodiscard]] result<T> wait_for(duration limit, F start) {
  constexpr seconds answer_margin{5};
  auto answered = std::make_shared<rendezvous<result<T>>>();
  start([answered](const result<T>& outcome) { answered->set(outcome); });
  if (auto outcome = answered->wait_until(clock_type::now() + limit + answer_margin))
    return std::move(*outcome);
  return error{errc::deadline_exceeded, "the client's actors do not answer"};
}

}  // namespace pravega_actor
