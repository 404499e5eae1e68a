#include "group_reader/open_event_reader.hpp"

#include "core/access.hpp"
#include "group_reader/item_feed.hpp"
#include "group_reader/reader_keeper.hpp"
#include "host/always_answered.hpp"
#include "host/end_task.hpp"
#include "reader/reader_options.hpp"

namespace pravega_actor::internal {

namespace {

result<void> check_request(const event_reader_request& what) {
  if (auto valid = check_names(what.group); !valid) return valid;
  if (auto valid = check_name(what.reader); !valid)
    return valid.error().with_subject("reader " + what.reader);
  if (what.options.initial_allocation_delay < duration{0} || what.options.lease < duration{0})
    return error{errc::invalid_argument,
                 "initial_allocation_delay and lease must be at least 0"}
        .with_stage(stage::configuration);
  reader_options reading;
  reading.request_bytes = what.options.request_bytes;
  reading.prefetch_slices = what.options.prefetch_slices;
  reading.event_payload_bytes_max = what.options.event_payload_bytes_max;
  return internal::check(scoped_stream{what.group.scope, what.group.group}, reading);
}

event_reader_setup make_setup(const client_host& host, const event_reader_request& what) {
  const auto& settings = host.settings();
  event_reader_setup setup;
  setup.group = what.group;
  setup.reader = what.reader;
  setup.options = what.options;
  setup.owner = what.owner;
  setup.reset_group = what.reset_group;
  setup.supervision = host.child_policy();
  setup.recovery_timeout = milliseconds{settings.reader_recovery_timeout_ms};
  setup.timing = {host.backoff(), setup.recovery_timeout,
                  milliseconds{settings.liveness_timeout_ms}};
  setup.synchronizing.opening_timeout = milliseconds{settings.controller_call_timeout_ms};
  setup.synchronizing.requests = {host.backoff(), milliseconds{settings.handshake_timeout_ms},
                                  milliseconds{settings.controller_call_timeout_ms}};
  setup.leaving_timeout = milliseconds{settings.controller_call_timeout_ms};
  return setup;
}

drained_factory factory_of(std::shared_ptr<const segment_context> context,
                           event_reader_setup setup,
                           std::function<void(result<event_reader_handle>)> done) {
  return [=](const child_start& as) -> result<drained_child> {
    auto mine = setup;
    mine.path = as.path;
    return drained_child{as.spawn(reader_keeper, context, std::move(mine), done)};
  };
}

}  // namespace

void open_event_reader(client_host& host, const event_reader_request& what,
                       std::function<void(result<event_reader_handle>)> done) {
  if (auto valid = check_request(what); !valid) return done(valid.error());
  done = always_answered(host, std::move(done));
  const bool added = host.add_drained_child(
      "event-reader", factory_of(host.context(), make_setup(host, what), done));
  if (!added) done(closed_client_error());
}

started_child start_event_reader(client_host& host, const child_start& as,
                                 const event_reader_request& what,
                                 std::function<void(result<event_reader_handle>)> done) {
  if (auto valid = check_request(what); !valid) {
    done(valid.error());
    return valid.error();
  }
  done = always_answered(host, std::move(done));
  auto setup = make_setup(host, what);
  setup.is_supervised = true;
  auto started = host.make_drained(as, factory_of(host.context(), std::move(setup), done));
  if (const auto& made = started.get(); !made) done(made.error());
  return started;
}

void open_event_reader_handle(client_host& host, event_reader_request what,
                              std::function<void(result<event_reader>)> done) {
  auto feed = std::make_shared<item_feed>();
  const feed_subscriber_handle subscriber = host.system().spawn(feed_subscriber, feed);
  what.owner = subscriber.address();
  open_event_reader(host, what, [feed, subscriber, done](result<event_reader_handle> opened) {
    if (!opened) {
      caf::anon_send_exit(subscriber, caf::exit_reason::user_shutdown);
      return done(opened.error());
    }
    feed->open(*opened, subscriber);
    caf::anon_send(subscriber, feed_from{*opened});
    done(access::make<event_reader>(feed));
  });
}

}  // namespace pravega_actor::internal
