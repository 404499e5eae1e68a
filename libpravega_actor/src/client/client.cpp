#include "pravega_actor/client.hpp"

#include <new>

#include "client/client_core.hpp"
#include "client/logger_scope.hpp"
#include "client/own_actor_system.hpp"
#include "client/system_ports.hpp"
#include "core/access.hpp"
#include "core/background_thread.hpp"
#include "core/bounded_timeout.hpp"
#include "core/forked_child.hpp"
#include "core/library_thread.hpp"
#include "core/logger.hpp"
#include "core/rendezvous.hpp"
#include "core/trial_resources.hpp"
#include "core/user_code.hpp"
#include "core/waiting.hpp"
#include "pravega_actor/actors.hpp"
#include "reader/open_reader.hpp"
#include "supervision/weak_handle.hpp"
#include "writer/open_writer.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// Whoever destroys an actor system waits for its threads, so none of them may be the one. Where
// there is no thread to do it, the client is kept: that is the least harm.
void destroy(client_core* core) {
  if (in_forked_child()) return;
  if (on_library_thread() && core->owns_system())
    (void)start_in_background([core] { delete core; });
  else
    delete core;
}

result<client> assemble(own_actor_system owned, caf::actor_system& system,
                        const config& configuration, client_ports ports) {
  std::shared_ptr<client_core> core{
      new client_core{std::move(owned.settings), std::move(owned.system), system, configuration,
                      std::move(ports)},
      destroy};
  core->start();
  return access::make<client>(std::move(core));
}

client_close_report failed_close(const error& why) {
  client_close_report report;
  report.outcome = why.with_stage(stage::close);
  return report;
}

}  // namespace

/// The last handle closes the client.
struct client::guard {
  std::shared_ptr<client_core> core;
  explicit guard(std::shared_ptr<client_core> held) : core{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (in_forked_child()) {
      leave_alone(std::move(core));
      return;
    }
    if (core->closed()) return;
    if (may_wait()) {
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

namespace {

result<void> check_with_ports(const config& configuration, const client_ports& ports) {
  if (auto valid = check(configuration); !valid) return valid.error();
  if (!ports.env || !ports.connections || !ports.controller)
    return error{errc::invalid_argument, "a port is missing"};
  return {};
}

}  // namespace

result<client> client::create(const config& configuration,
                              std::shared_ptr<credentials> identity) {
  return unless_out_of_memory([&]() -> result<client> {
    auto ports = system_ports_of(configuration, std::move(identity), own_actor_system::threads);
    if (!ports) return ports.error();
    return create(configuration, std::move(*ports));
  });
}

result<client> client::create(const config& configuration, client_ports ports) {
  if (auto valid = check_with_ports(configuration, ports); !valid) return valid.error();
  if (in_forked_child()) return forked_child_error();
  return unless_out_of_memory([&]() -> result<client> {
    watch_for_forks();
    if (auto tried = try_resources({own_actor_system::threads}); !tried) return tried.error();
    const logger_scope here;
    auto owned = make_own_actor_system();
    if (!owned) return owned.error();
    auto& in = *owned->system;
    return assemble(std::move(*owned), in, configuration, std::move(ports));
  });
}

result<client> make_client(caf::actor_system& system, const config& configuration,
                           std::shared_ptr<credentials> identity) {
  auto ports = unless_out_of_memory(
      [&] { return system_ports_of(configuration, std::move(identity), 0); });
  if (!ports) return ports.error();
  return make_client(system, configuration, std::move(*ports));
}

result<client> make_client(caf::actor_system& system, const config& configuration,
                           client_ports ports) {
  if (auto valid = check_with_ports(configuration, ports); !valid) return valid.error();
  if (in_forked_child()) return forked_child_error();
  return unless_out_of_memory(
      [&] { return assemble({}, system, configuration, std::move(ports)); });
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
  const auto late = error{errc::deadline_exceeded, "the writer was not opened"}
                        .with_stage(stage::controller_call)
                        .with_controller(core_->context()->controller_address);
  return wait_for<event_writer>(
      milliseconds{core_->settings().controller_call_timeout_ms}, late,
      [&](auto done) { create_writer_async(stream, options, std::move(done)); });
}

void client::create_writer_async(const scoped_stream& stream, const writer_options& options,
                                 std::function<void(result<event_writer>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_writer(*core_, stream, options, {},
              [done = std::move(done)](result<opened_writer> opened) {
                if (opened)
                  done(std::move(opened->handle));
                else
                  done(opened.error());
              });
}

void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options,
                         std::function<void(result<event_writer_handle>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_writer(access::core_of(with), stream, options, {true, {}},
              [done = std::move(done)](result<opened_writer> opened) {
                if (opened)
                  done(std::move(opened->actor));
                else
                  done(opened.error());
              });
}

namespace {

// The owner gets the writer as a message. Until then it is kept: nothing else may refer to it
// while it waits.
template <class Owner>
void open_writer_for(const Owner& owner, const client& with, const scoped_stream& stream,
                     const writer_options& options) {
  const auto tell = [to = owner, stream](result<event_writer_handle> opened) {
    caf::anon_send(to, writer_opened{stream, std::move(opened)});
  };
  if (in_forked_child()) return tell(forked_child_error());
  open_writer(access::core_of(with), stream, options, {true, owner.address()},
              [tell](result<opened_writer> opened) {
                if (opened)
                  tell(std::move(opened->actor));
                else
                  tell(opened.error());
              });
}

}  // namespace

void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options, const caf::actor& owner) {
  open_writer_for(owner, with, stream, options);
}

void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options, const writer_owner& owner) {
  open_writer_for(owner, with, stream, options);
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
  const auto late = error{errc::deadline_exceeded, "the reader was not opened"}
                        .with_stage(stage::controller_call)
                        .with_controller(core_->context()->controller_address);
  return wait_for<stream_reader>(
      milliseconds{core_->settings().controller_call_timeout_ms}, late,
      [&](auto done) { create_reader_async(stream, options, std::move(done)); });
}

void client::create_reader_async(const scoped_stream& stream, const reader_options& options,
                                 std::function<void(result<stream_reader>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_reader(*core_, {stream, options, reader_use::handle, {}},
              [done = std::move(done)](result<opened_reader> opened) {
                if (!opened) return done(opened.error());
                done(std::move(opened->handle));
              });
}

void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options,
                         std::function<void(result<stream_reader_handle>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_reader(access::core_of(with), {stream, options, reader_use::messages, {}},
              [done = std::move(done)](result<opened_reader> opened) {
                if (!opened) return done(opened.error());
                done(std::move(opened->actor));
              });
}

namespace {

// The owner gets the reader as a message. Until then it is kept, as a writer's owner is.
template <class Owner>
void open_reader_for(const Owner& owner, const client& with, const scoped_stream& stream,
                     const reader_options& options) {
  const auto tell = [to = owner, stream](result<stream_reader_handle> opened) {
    caf::anon_send(to, reader_opened{stream, std::move(opened)});
  };
  if (in_forked_child()) return tell(forked_child_error());
  open_reader(access::core_of(with), {stream, options, reader_use::messages, owner.address()},
              [tell](result<opened_reader> opened) {
                if (!opened) return tell(opened.error());
                tell(std::move(opened->actor));
              });
}

}  // namespace

void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options, const caf::actor& owner) {
  open_reader_for(owner, with, stream, options);
}

void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options, const reader_owner& owner) {
  open_reader_for(owner, with, stream, options);
}

stream_manager client::streams() const {
  return access::make<stream_manager>(core_);
}

std::uint64_t client::subscribe(std::function<void(const library_event&)> sink) {
  return in_forked_child() ? 0 : core_->bus().subscribe(unless_gone(std::move(sink)));
}

void client::unsubscribe(std::uint64_t number) {
  if (!in_forked_child()) core_->bus().unsubscribe(number);
}

std::uint64_t client::log_to(log_sink sink) {
  if (in_forked_child()) return 0;
  const auto level = parse_log_level(core_->settings().log_level).value_or(log_level::off);
  return core_->bus().subscribe([to = logger{level, std::move(sink)}](const library_event& e) {
    to.write(level_of(e.kind), [&e] {
      auto line = e.path + ": " + std::string{to_string(e.kind)};
      return e.cause.empty() ? line : line + ": " + e.cause;
    });
  });
}

result<client_status> client::status() const {
  if (in_forked_child()) return forked_child_error();
  const error late{errc::deadline_exceeded, "the client's actors do not answer"};
  return wait_for<client_status>(duration{0}, late,
                                 [this](auto done) { core_->request_status(std::move(done)); });
}

client_close_report client::close() {
  return close(milliseconds{core_->settings().close_timeout_ms});
}

client_close_report client::close(duration timeout) {
  if (in_forked_child()) return failed_close(forked_child_error());
  auto closed = std::make_shared<rendezvous<client_close_report>>();
  timeout = bounded_timeout(timeout);
  // It lives until everything has ended, also when nobody waits.
  core_->close(timeout,
               [closed, held = core_](const client_close_report& r) { closed->set(r); });
  // Where nobody may wait it closes behind the caller.
  if (auto allowed = check_may_wait(); !allowed) return failed_close(allowed.error());
  if (auto report = closed->wait_until(clock_type::now() + timeout + answer_margin))
    return *report;
  return failed_close(error{errc::deadline_exceeded, "the client's actors did not end"});
}

void client::close_async(duration timeout,
                         std::function<void(const client_close_report&)> done) {
  if (in_forked_child()) return done(failed_close(forked_child_error()));
  core_->close(bounded_timeout(timeout), [done = unless_gone(std::move(done)), held = core_](
                                             const client_close_report& r) { done(r); });
}

}  // namespace pravega_actor
