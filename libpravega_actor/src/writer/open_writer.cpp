#include "writer/open_writer.hpp"

#include "host/always_answered.hpp"
#include "host/end_task.hpp"
#include "pravega_actor/limits.hpp"
#include "writer/writer_name.hpp"

namespace pravega_actor::internal {

namespace {

error bad_option(const char* what) {
  return error{errc::invalid_argument, what}.with_stage(stage::configuration);
}

result<void> check_large_events(const large_event_options& options) {
  if (options.payload_bytes_max > limits::large_event_bytes_max)
    return bad_option("large_events: payload_bytes_max must be at most 1073741815");
  if (options.above_bytes > limits::event_payload_bytes_max)
    return bad_option("large_events: above_bytes must be at most 8388608");
  if (options.part_bytes < limits::large_event_part_bytes_min ||
      options.part_bytes > limits::large_event_part_bytes_max)
    return bad_option("large_events: part_bytes must be 16 to 8388608");
  if (options.parts_in_flight_max == 0)
    return bad_option("large_events: parts_in_flight_max must be at least 1");
  return {};
}

}  // namespace

result<void> check_writer(const scoped_stream& stream, const writer_options& options) {
  if (auto valid = check_names(stream); !valid) return valid;
  const auto largest = limits::event_payload_bytes_max + limits::event_header_bytes;
  if (options.blocks_in_flight_max == 0)
    return bad_option("blocks_in_flight_max must be at least 1");
  if (options.outstanding_events_max == 0)
    return bad_option("outstanding_events_max must be at least 1");
  if (options.block_bytes_max == 0 || options.block_bytes_max > largest)
    return bad_option("block_bytes_max must be 1 to 8388616");
  if (!options.name.empty())
    if (auto valid = check_writer_name(options.name); !valid) return valid;
  return options.large_events ? check_large_events(*options.large_events) : result<void>{};
}

append_timing append_timing_of(const client_host& host) {
  const auto& settings = host.settings();
  return {host.backoff(), milliseconds{settings.handshake_timeout_ms},
          milliseconds{settings.writer_recovery_timeout_ms}};
}

namespace {

event_writer_setup make_setup(const client_host& host, const scoped_stream& stream,
                              const writer_options& options) {
  event_writer_setup setup;
  setup.stream = stream;
  setup.options = options;
  setup.supervision = host.child_policy();
  setup.timing = append_timing_of(host);
  const auto& settings = host.settings();
  setup.requests = {host.backoff(), milliseconds{settings.handshake_timeout_ms},
                    milliseconds{settings.controller_call_timeout_ms}};
  return setup;
}

drained_factory factory_of(const client_host& host, const scoped_stream& stream,
                           const writer_options& options, const writer_use& use,
                           std::function<void(result<opened_writer>)> done) {
  auto setup = make_setup(host, stream, options);
  setup.use = use;
  return [setup = std::move(setup), done = std::move(done),
          context = host.context()](const child_start& as) {
    auto mine = setup;
    mine.path = as.path;
    return drained_child{as.spawn(event_writer_actor, context, std::move(mine), done)};
  };
}

}  // namespace

void open_writer(client_host& host, const scoped_stream& stream, const writer_options& options,
                 const writer_use& use, std::function<void(result<opened_writer>)> done) {
  if (auto valid = check_writer(stream, options); !valid) return done(valid.error());
  done = always_answered(host, std::move(done));
  if (!host.add_drained_child("writer", factory_of(host, stream, options, use, done)))
    done(closed_client_error());
}

started_child start_writer(client_host& host, const child_start& as,
                           const scoped_stream& stream, const writer_options& options,
                           std::function<void(result<opened_writer>)> done) {
  done = always_answered(host, std::move(done));
  const auto refused = [&done](const error& why) {
    done(why);
    return started_child{why};
  };
  if (auto valid = check_writer(stream, options); !valid) return refused(valid.error());
  const writer_use use{true, {}, true};
  auto started = host.make_drained(as, factory_of(host, stream, options, use, done));
  if (const auto& made = started.get(); !made) return refused(made.error());
  return started;
}

}  // namespace pravega_actor::internal
