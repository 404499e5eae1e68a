#include "synchronizer/open_synchronizer.hpp"

#include "host/always_answered.hpp"
#include "host/end_task.hpp"

namespace pravega_actor::internal {

namespace {

synchronizer_setup make_setup(const client_host& host, const synchronizer_request& what) {
  const auto& settings = host.settings();
  synchronizer_setup setup;
  setup.stream = what.stream;
  setup.parts = what.parts;
  setup.owner = what.owner;
  setup.timing.opening_timeout = milliseconds{settings.controller_call_timeout_ms};
  setup.timing.operation_timeout = what.options.operation_timeout;
  setup.timing.resolve_timeout = what.options.resolve_timeout;
  setup.timing.requests = {host.backoff(), milliseconds{settings.liveness_timeout_ms},
                           milliseconds{settings.request_timeout_ms}};
  return setup;
}

}  // namespace

void open_synchronizer(client_host& host, const synchronizer_request& what,
                       std::function<void(result<synchronizer_control>)> done) {
  if (auto valid = check_names(what.stream); !valid) return done(valid.error());
  done = always_answered(host, std::move(done));
  const bool added = host.add_child(
      "synchronizer",
      [setup = make_setup(host, what), done, context = host.context()](const child_start& as) {
        return as.spawn(synchronizer_actor, context, setup, done);
      });
  if (!added) done(closed_client_error());
}

}  // namespace pravega_actor::internal
