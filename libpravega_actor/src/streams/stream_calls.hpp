// How the stream manager starts an operation and, in its waiting forms, waits for it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/bounded_timeout.hpp"
#include "core/forked_child.hpp"
#include "core/user_code.hpp"
#include "core/waiting.hpp"
#include "host/client_host.hpp"
#include "host/end_task.hpp"
#include "streams/stream_worker.hpp"

namespace pravega_actor::internal {

/// Operations that have no time of their own.
[[nodiscard]] inline duration usual_limit(const std::shared_ptr<client_host>& host) {
  if (!host) return duration{0};
  const auto& settings = host->settings();
  return milliseconds{settings.controller_call_timeout_ms + settings.request_timeout_ms};
}

/// Longest times of an operation.
struct operation_limits {
  /// For all steps together, if there is one.
  std::optional<duration> total;
  /// For one controller call with its repetitions; else controller_call_timeout.
  std::optional<duration> call = std::nullopt;

  /// Of an operation whose caller gave it a time: that is each call's as well.
  static operation_limits given(duration timeout) { return {timeout, timeout}; }
};

/// Spawns the worker of an operation; `begin(teller<T>)` is its first step. An exception of
/// `done` becomes a library event and goes no further. Operations with a `log_step` need
/// `open_log`.
template <class T, class F>
void start_operation(const std::shared_ptr<client_host>& host, const operation_limits& limits,
                     std::function<void(const result<T>&)> done, F begin,
                     log_opener open_log = {}) {
  if (in_forked_child()) return done(forked_child_error());
  if (!host || host->closed()) return done(errc::closed);
  const auto& settings = host->settings();
  stream_worker_timing timing;
  const duration usual = milliseconds{settings.controller_call_timeout_ms};
  timing.call_timeout = bounded_timeout(limits.call.value_or(usual));
  timing.log_timeout = milliseconds{settings.request_timeout_ms};
  timing.infos = {host->backoff(), milliseconds{settings.liveness_timeout_ms},
                  milliseconds{settings.request_timeout_ms}};
  if (limits.total) timing.total = bounded_timeout(*limits.total);
  const auto& address = host->context()->controller_address;
  teller<T> tell{[done = unless_gone(std::move(done)), address,
                  threw = publish_threw(host->context())](const result<T>& outcome) {
    if (outcome || outcome.error().at() == stage::none || !outcome.error().controller().empty())
      return call_user(threw, done, outcome);
    call_user(threw, done, outcome.error().with_controller(address));
  }};
  std::function<step()> first{[begin = std::move(begin), tell] { return begin(tell); }};
  std::function<void(const error&)> give_up{[tell](const error& why) { tell(why); }};
  const bool added = host->add_task([&] {
    return host->system().spawn(stream_worker, host->context(), timing, std::move(first),
                                std::move(give_up), std::move(open_log));
  });
  if (!added) tell(closed_client_error());
}

/// Waits for what `start(callback)` starts.
template <class T, class F>
[[nodiscard]] result<T> wait_for(duration limit, F start) {
  const error late{errc::deadline_exceeded, "the client's actors do not answer"};
  return wait_for<T>(limit, late, std::move(start));
}

}  // namespace pravega_actor::internal
