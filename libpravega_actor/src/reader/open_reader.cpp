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
  setup.ends_failed = what.ends_failed;
  setup.supervision = host.child_policy();
  setup.timing = {host.backoff(), milliseconds{settings.reader_recovery_timeout_ms},
                  milliseconds{settings.liveness_timeout_ms}};
  setup.requests = {host.backoff(), milliseconds{settings.handshake_timeout_ms},
                    milliseconds{settings.controller_call_timeout_ms}};
  return setup;
}

auto factory_of(const client_host& host, const reader_request& what,
                std::function<void(result<opened_reader>)> done) {
  return [setup = make_setup(host, what), done = std::move(done),
          context = host.context()](const child_start& as) {
    auto mine = setup;
    mine.path = as.path;
    return as.spawn(stream_reader_actor, context, std::move(mine), done);
  };
}

}  // namespace

void open_reader(client_host& host, const reader_request& what,
                 std::function<void(result<opened_reader>)> done) {
  done = always_answered(host, std::move(done));
  if (!host.add_child("reader", factory_of(host, what, done))) done(closed_client_error());
}

started_child start_reader(client_host& host, const child_start& as, const reader_request& what,
                           std::function<void(result<opened_reader>)> done) {
  done = always_answered(host, std::move(done));
  auto started = host.make_drained(
      as,
      [make = factory_of(host, what, done)](const child_start& here) -> result<drained_child> {
        return drained_child{make(here)};
      });
  if (const auto& made = started.get(); !made) done(made.error());
  return started;
}

}  // namespace pravega_actor::internal
