// The actor that carries out one operation on streams, or on a group's state, and ends.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "host/end_task.hpp"
#include "host/segment_context.hpp"
#include "requests/segment_requests.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

struct stream_worker_timing {
  /// Longest time for one controller call with its retries.
  duration call_timeout = seconds{30};
  /// Longest time for one operation on the replicated state.
  duration log_timeout = seconds{30};
  /// Of questions to segment stores.
  request_timing infos;
  /// Longest time for all steps together, if there is one.
  std::optional<duration> total;
};

/// Carries out operations on a replicated state. `done` is called once, in any thread.
using log_access = std::function<void(state_operation, duration timeout, state_done done)>;
/// Opens the replicated state for a worker, with which it ends. `timeout` is what is left for
/// it.
using log_opener = std::function<log_access(caf::local_actor* worker, duration timeout)>;

// The worker's own messages; `number` is the step's.
struct worker_call_answered {
  std::uint64_t number = 0;
  result<controller::reply> outcome;
};
struct worker_pause_over {
  std::uint64_t number = 0;
};
struct worker_log_answered {
  std::uint64_t number = 0;
  result<state_outcome> outcome;
};

/// What the worker understands, its own messages included.
using stream_worker_inside =
    client_task::extend<caf::reacts_to<worker_call_answered>, caf::reacts_to<worker_pause_over>,
                        caf::reacts_to<worker_log_answered>>;

struct stream_worker_state {
  /// Questions to segment stores that are open at once.
  static constexpr std::size_t infos_open_max = 64;
  std::shared_ptr<const segment_context> context;
  stream_worker_timing timing;
  time_point deadline = time_point::max();
  /// The step that waits for its answer.
  step now;
  std::uint64_t number = 0;
  /// Who asks the controller for the step.
  client_task asked;
  segment_requests stores;
  /// Empty for operations without a replicated state.
  log_opener open_log;
  /// Opened by the first step that needs it.
  log_access log;
  std::function<void(const error&)> give_up;
  std::vector<result<segment_info>> infos;
  std::size_t infos_asked = 0;
  std::size_t infos_missing = 0;
  const char* name = "stream_worker";
  ~stream_worker_state();
};

/// Carries out `begin()` and the steps that follow from it. A task (see `end_task`): if it is
/// ended early, `give_up` reports its outcome.
stream_worker_inside::behavior_type stream_worker(
    stream_worker_inside::stateful_pointer<stream_worker_state> self,
    std::shared_ptr<const segment_context> context, stream_worker_timing timing,
    const std::function<step()>& begin, std::function<void(const error&)> give_up,
    log_opener open_log);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::worker_call_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::worker_pause_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::worker_log_answered)
