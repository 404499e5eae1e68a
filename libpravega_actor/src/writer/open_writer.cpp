#include "writer/open_writer.hpp"

#include "host/always_answered.hpp"
#include "host/end_task.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

result<void> check(const writer_options& options) {
  const auto largest = limits::event_payload_bytes_max + limits::event_header_bytes;
  const auto bad = [](const char* what) {
    return error{errc::invalid_argument, what}.with_stage(stage::configuration);
  };
  if (options.blocks_in_flight_max == 0) return bad("blocks_in_flight_max must be at least 1");
  if (options.outstanding_events_max == 0)
    return bad("outstanding_events_max must be at least 1");
  if (options.block_bytes_max == 0 || options.block_bytes_max > largest)
    return bad("block_bytes_max must be 1 to 8388616");
  return {};
}

event_writer_setup make_setup(const client_host& host, const scoped_stream& stream,
                              const writer_options& options) {
  const auto& settings = host.settings();
  event_writer_setup setup;
  setup.stream = stream;
  setup.options = options;
  setup.supervision = host.child_policy();
  setup.timing = {host.backoff(), milliseconds{settings.handshake_timeout_ms},
                  milliseconds{settings.writer_recovery_timeout_ms}};
  return setup;
}

}  // namespace

void open_writer(client_host& host, const scoped_stream& stream, const writer_options& options,
                 const writer_use& use, std::function<void(result<opened_writer>)> done) {
  if (auto valid = check_names(stream); !valid) return done(valid.error());
  if (auto valid = check(options); !valid) return done(valid.error());
  done = always_answered(host, std::move(done));
  auto setup = make_setup(host, stream, options);
  setup.use = use;
  const bool added = host.add_drained_child(
      "writer", [setup = std::move(setup), done, context = host.context()](
                    caf::event_based_actor* parent, const std::string& path) {
        auto mine = setup;
        mine.path = path;
        return drained_child{parent->spawn(event_writer_actor, context, std::move(mine), done)};
      });
  if (!added) done(closed_client_error());
}

}  // namespace pravega_actor::internal
