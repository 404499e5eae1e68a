#include "group_manager/open_group_log.hpp"

#include <algorithm>

#include "group_reader/group_model.hpp"
#include "synchronizer/synchronizer_core.hpp"

namespace pravega_actor::internal {

synchronizer_timing group_timing(const client_host& host) {
  const auto& settings = host.settings();
  synchronizer_timing timing;
  timing.opening_timeout = milliseconds{settings.controller_call_timeout_ms};
  timing.operation_timeout = milliseconds{settings.request_timeout_ms};
  timing.requests = {host.backoff(), milliseconds{settings.liveness_timeout_ms},
                     milliseconds{settings.request_timeout_ms}};
  return timing;
}

log_opener open_group_log(const client_host& host, const scoped_group& group) {
  return [context = host.context(), timing = group_timing(host),
          stream = state_stream_of(group)](caf::local_actor* worker, duration timeout) {
    synchronizer_setup setup{stream, timing, parts_of<group_model>(), worker->address()};
    setup.timing.opening_timeout = std::min(timeout, timing.opening_timeout);
    const auto log =
        spawn_synchronizer_as<synchronizer_control>(worker, context, std::move(setup));
    auto core = std::make_shared<synchronizer_core>(context, log);
    // Nothing else keeps the actor.
    return [core, log](state_operation what, duration left, state_done done) {
      core->start(std::move(what), left, std::move(done));
    };
  };
}

}  // namespace pravega_actor::internal
