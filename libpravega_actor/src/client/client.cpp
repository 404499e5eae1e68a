#include "pravega_actor/client.hpp"

#include "client/client_core.hpp"
#include "client/logger_scope.hpp"
#include "core/bounded_timeout.hpp"
#include "core/library_thread.hpp"
#include "core/logger.hpp"
#include "core/rendezvous.hpp"
#include "pravega_actor/actors.hpp"
#include "transport/quiet_thread.hpp"

namespace pravega_actor {

namespace {

constexpr seconds answer_margin{5};

struct library_thread_hook final : caf::thread_hook {
  void init(caf::actor_system&) override {}
  void thread_started() override { mark_library_thread(); }
  void thread_terminates() override {}
};

// CAF's default policy burns CPU while idle and answers slower than "sharing".
std::unique_ptr<caf::actor_system_config> make_system_config() {
  auto made = std::make_unique<caf::actor_system_config>();
  made->set("scheduler.policy", caf::atom("sharing"));
  made->set("scheduler.max-threads", std::size_t{2});
  made->add_thread_hook<library_thread_hook>();
  return made;
}

// Whoever destroys an actor system waits for its threads, so none of them may be the one.
void destroy(client_core* core) {
  if (on_library_thread() && core->owns_system())
    detail::start_quiet_thread([core] { delete core; }).detach();
  else
    delete core;
}

result<client> assemble(std::unique_ptr<caf::actor_system_config> system_config,
                        std::unique_ptr<caf::actor_system> owned, caf::actor_system& system,
                        const config& configuration, client_ports ports) {
  std::shared_ptr<client_core> core{new client_core{std::move(system_config), std::move(owned),
                                                    system, configuration, std::move(ports)},
                                    destroy};
  core->start();
  return client{std::move(core)};
}

}  // namespace

/// The last handle closes the client.
struct client::guard {
  std::shared_ptr<client_core> core;
  explicit guard(std::shared_ptr<client_core> held) : core{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (core->closed()) return;
    const bool waits = !on_library_thread() && !write_log::inside_completion();
    if (waits) {
      client last{core, nullptr};
      (void)last.close();
    } else {
      close_elsewhere();
    }
  }
  void close_elsewhere() {
    const milliseconds timeout{core->settings().close_timeout_ms};
    // It lives until everything has ended.
    core->close(timeout, [held = core](const client_close_report&) {});
  }
};

result<client_ports> make_system_ports(const std::string& controller_uri,
                                       const controller_port_options& options) {
  auto calls = make_grpc_controller_port(controller_uri, options);
  if (!calls) return calls.error();
  auto connections = make_tcp_connection_port();
  if (!connections)
    return error{errc::io_error, "no descriptor or thread for the event loop of connections"};
  return client_ports{make_system_environment(), std::move(connections), std::move(*calls)};
}

namespace {

result<void> check_with_ports(const config& configuration, const client_ports& ports) {
  if (auto valid = check(configuration); !valid) return valid.error();
  if (!ports.env || !ports.connections || !ports.controller)
    return error{errc::invalid_argument, "a port is missing"};
  return {};
}

}  // namespace

result<client> client::create(const config& configuration) {
  auto ports = make_system_ports(configuration.controller_uri,
                                 {milliseconds{configuration.liveness_timeout_ms}});
  if (!ports) return ports.error();
  return create(configuration, std::move(*ports));
}

result<client> client::create(const config& configuration, client_ports ports) {
  if (auto valid = check_with_ports(configuration, ports); !valid) return valid.error();
  const logger_scope here;
  auto system_config = make_system_config();
  auto system = std::make_unique<caf::actor_system>(*system_config);
  auto& in = *system;
  return assemble(std::move(system_config), std::move(system), in, configuration,
                  std::move(ports));
}

result<client> make_client(caf::actor_system& system, const config& configuration) {
  auto ports = make_system_ports(configuration.controller_uri,
                                 {milliseconds{configuration.liveness_timeout_ms}});
  if (!ports) return ports.error();
  return make_client(system, configuration, std::move(*ports));
}

result<client> make_client(caf::actor_system& system, const config& configuration,
                           client_ports ports) {
  if (auto valid = check_with_ports(configuration, ports); !valid) return valid.error();
  return assemble(nullptr, nullptr, system, configuration, std::move(ports));
}

client::client(std::shared_ptr<client_core> core)
    : core_{std::move(core)}, guard_{std::make_shared<guard>(core_)} {}

client::client(std::shared_ptr<client_core> core, std::nullptr_t) : core_{std::move(core)} {}

writer_options client::default_writer_options() const {
  const auto& c = core_->settings();
  writer_options options;
  options.outstanding_bytes_max = static_cast<std::size_t>(c.writer_outstanding_bytes_max);
  options.outstanding_events_max = static_cast<std::size_t>(c.writer_outstanding_events_max);
  options.block_bytes_max = static_cast<std::size_t>(c.writer_block_bytes_max);
  options.blocks_in_flight_max = static_cast<std::size_t>(c.writer_blocks_in_flight_max);
  options.close_timeout = milliseconds{c.close_timeout_ms};
  return options;
}

result<event_writer> client::create_writer(const scoped_stream& stream) {
  return create_writer(stream, default_writer_options());
}

result<event_writer> client::create_writer(const scoped_stream& stream,
                                           const writer_options& options) {
  auto opened = std::make_shared<rendezvous<result<event_writer>>>();
  create_writer_async(stream, options, [opened](result<event_writer> r) { opened->set(r); });
  const auto wait = milliseconds{core_->settings().controller_call_timeout_ms} + answer_margin;
  auto outcome = opened->wait_until(clock_type::now() + wait);
  if (outcome) return std::move(*outcome);
  return error{errc::deadline_exceeded, "the writer was not opened"}
      .with_stage(stage::controller_call)
      .with_controller(core_->context()->controller_address);
}

void client::create_writer_async(const scoped_stream& stream, const writer_options& options,
                                 std::function<void(result<event_writer>)> done) {
  core_->open_writer(stream, options, [done = std::move(done)](result<opened_writer> opened) {
    if (opened)
      done(std::move(opened->handle));
    else
      done(opened.error());
  });
}

void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options,
                         std::function<void(result<event_writer_handle>)> done) {
  with.core().open_writer(stream, options,
                          [done = std::move(done)](result<opened_writer> opened) {
                            if (!opened) return done(opened.error());
                            caf::anon_send(opened->actor, keep_open{opened->handle});
                            done(caf::actor_cast<event_writer_handle>(opened->actor));
                          });
}

reader_options client::default_reader_options() const {
  const auto& c = core_->settings();
  reader_options options;
  options.request_bytes = static_cast<std::size_t>(c.reader_request_bytes);
  options.prefetch_slices = static_cast<std::size_t>(c.reader_prefetch_slices);
  return options;
}

result<stream_reader> client::create_reader(const scoped_stream& stream,
                                            const reader_options& options) {
  auto opened = std::make_shared<rendezvous<result<stream_reader>>>();
  create_reader_async(stream, options, [opened](result<stream_reader> r) { opened->set(r); });
  const auto wait = milliseconds{core_->settings().controller_call_timeout_ms} + answer_margin;
  auto outcome = opened->wait_until(clock_type::now() + wait);
  if (outcome) return std::move(*outcome);
  return error{errc::deadline_exceeded, "the reader was not opened"}
      .with_stage(stage::controller_call)
      .with_controller(core_->context()->controller_address);
}

void client::create_reader_async(const scoped_stream& stream, const reader_options& options,
                                 std::function<void(result<stream_reader>)> done) {
  core_->open_reader(stream, options, [done = std::move(done)](result<opened_reader> opened) {
    if (opened)
      done(std::move(opened->handle));
    else
      done(opened.error());
  });
}

void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options,
                         std::function<void(result<stream_reader_handle>)> done) {
  with.core().open_reader(stream, options,
                          [done = std::move(done)](result<opened_reader> opened) {
                            if (!opened) return done(opened.error());
                            caf::anon_send(opened->actor, keep_reader_open{opened->handle});
                            done(caf::actor_cast<stream_reader_handle>(opened->actor));
                          });
}

stream_manager client::streams() const {
  return stream_manager{core_};
}

std::uint64_t client::subscribe(std::function<void(const library_event&)> sink) {
  return core_->bus().subscribe(std::move(sink));
}

void client::unsubscribe(std::uint64_t number) {
  core_->bus().unsubscribe(number);
}

std::uint64_t client::log_to(log_sink sink) {
  const auto level = parse_log_level(core_->settings().log_level).value_or(log_level::off);
  return core_->bus().subscribe([to = logger{level, std::move(sink)}](const library_event& e) {
    to.write(level_of(e.kind), [&e] {
      auto line = e.path + ": " + std::string{to_string(e.kind)};
      return e.cause.empty() ? line : line + ": " + e.cause;
    });
  });
}

result<client_status> client::status() const {
  auto answered = std::make_shared<rendezvous<client_status>>();
  core_->request_status([answered](const client_status& s) { answered->set(s); });
  if (auto status = answered->wait_until(clock_type::now() + answer_margin)) return *status;
  return error{errc::deadline_exceeded, "the client's actors do not answer"};
}

client_close_report client::close() {
  return close(milliseconds{core_->settings().close_timeout_ms});
}

client_close_report client::close(duration timeout) {
  auto closed = std::make_shared<rendezvous<client_close_report>>();
  timeout = bounded_timeout(timeout);
  // It lives until everything has ended, also when nobody waits.
  core_->close(timeout,
               [closed, held = core_](const client_close_report& r) { closed->set(r); });
  if (write_log::inside_completion()) {
    client_close_report pending;
    pending.outcome =
        error{errc::would_block, "a completion must not wait; the client closes behind it"}
            .with_stage(stage::close);
    return pending;
  }
  if (auto report = closed->wait_until(clock_type::now() + timeout + answer_margin))
    return *report;
  client_close_report late;
  late.outcome = error{errc::deadline_exceeded, "the client's actors did not end"}.with_stage(
      stage::close);
  return late;
}

void client::close_async(duration timeout,
                         std::function<void(const client_close_report&)> done) {
  core_->close(bounded_timeout(timeout), [done = std::move(done), held = core_](
                                             const client_close_report& r) { done(r); });
}

}  // namespace pravega_actor
