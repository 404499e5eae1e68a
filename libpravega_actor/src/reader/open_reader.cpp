#include "reader/open_reader.hpp"

#include "host/always_answered.hpp"
#include "host/end_task.hpp"

namespace pravega_actor::internal {

namespace {

stream_reader_setup make_setup(const client_host& host, const reader_request& what) {
  const auto& settings = host.settings();
  stream_reader_setup setup;
  setup.stream = what.stream;
  setup.options = what.options;
  setup.use = what.use;
  setup.owner = what.owner;
  setup.supervision = host.child_policy();
  setup.timing = {host.backoff(), milliseconds{settings.reader_recovery_timeout_ms},
                  milliseconds{settings.liveness_timeout_ms}};
  setup.requests = {host.backoff(), milliseconds{settings.handshake_timeout_ms},
                    milliseconds{settings.controller_call_timeout_ms}};
  return setup;
}

}  // namespace

void open_reader(client_host& host, const reader_request& what,
                 std::function<void(result<opened_reader>)> done) {
  done = always_answered(host, std::move(done));
  const bool added =
      host.add_child("reader", [setup = make_setup(host, what), done, context = host.context()](
                                   caf::event_based_actor* parent, const std::string& path) {
        auto mine = setup;
        mine.path = path;
        return caf::actor_cast<caf::actor>(
            parent->spawn(stream_reader_actor, context, std::move(mine), done));
      });
  if (!added) done(closed_client_error());
}

}  // namespace pravega_actor::internal
