#include "client/client_core.hpp"

#include <algorithm>
#include <utility>

#include "client/closing.hpp"
#include "client/controller_caller.hpp"
#include "client/end_task.hpp"
#include "client/logger_scope.hpp"
#include "core/bounded_timeout.hpp"
#include "core/user_code.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

namespace {

duration ms(std::int64_t count) {
  return milliseconds{count};
}

// Calls `done` once: with what comes (an error then names the controller), or with an error
// when nothing will, because the actor that was to answer is never started. What it throws is
// told and goes no further.
template <class T>
std::function<void(result<T>)> always_answered(std::function<void(result<T>)> done,
                                               const std::string& controller,
                                               threw_handler threw) {
  struct keeper {
    std::function<void(result<T>)> done;
    threw_handler threw;
    keeper(std::function<void(result<T>)> held, threw_handler told)
        : done{std::move(held)}, threw{std::move(told)} {}
    keeper(const keeper&) = delete;
    keeper& operator=(const keeper&) = delete;
    ~keeper() { tell(error{errc::actor_terminated, "the client's supervisor has ended"}); }
    void tell(result<T> outcome) {
      if (auto once = std::exchange(done, nullptr)) call_user(threw, once, std::move(outcome));
    }
  };
  return [held = std::make_shared<keeper>(std::move(done), std::move(threw)),
          controller](result<T> outcome) {
    if (!outcome && outcome.error().controller().empty())
      outcome = outcome.error().with_controller(controller);
    held->tell(std::move(outcome));
  };
}

std::vector<caf::actor> living(const std::vector<caf::actor_addr>& known) {
  std::vector<caf::actor> found;
  for (const auto& each : known)
    if (auto alive = caf::actor_cast<caf::actor>(each)) found.push_back(std::move(alive));
  return found;
}

result<void> check(const scoped_stream& stream) {
  auto valid = check_name(stream.scope);
  if (valid) valid = check_stream_name(stream.stream);
  if (valid) return valid;
  return valid.error().with_subject(stream.to_string());
}

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

}  // namespace

threw_handler publish_threw(const std::shared_ptr<const segment_context>& context) {
  return [bus = context->bus, env = context->env](const char* what) {
    bus->publish({event_kind::callback_threw, "client", what, env->now()});
  };
}

client_core::client_core(std::unique_ptr<caf::actor_system_config> system_config,
                         std::unique_ptr<caf::actor_system> owned, caf::actor_system& system,
                         const config& configuration, client_ports ports)
    : settings_{configuration},
      ports_{std::move(ports)},
      system_config_{std::move(system_config)},
      owned_{std::move(owned)},
      system_{system},
      context_{make_context(ports_)},
      life_{std::make_shared<client_life>()} {}

retry_policy client_core::backoff() const {
  return {ms(settings_.backoff_initial_ms), settings_.backoff_multiplier,
          ms(settings_.backoff_max_ms), settings_.backoff_jitter};
}

supervision_policy client_core::child_policy() const {
  supervision_policy policy;
  policy.restarts_max = static_cast<std::uint32_t>(settings_.restart_intensity_max);
  policy.period = ms(settings_.restart_period_ms);
  policy.backoff = backoff();
  return policy;
}

std::shared_ptr<segment_context> client_core::make_context(const client_ports& ports) const {
  auto context = std::make_shared<segment_context>();
  context->env = ports.env;
  context->bus = std::make_shared<event_bus>();
  context->board = std::make_shared<status_board>();
  context->owed = std::make_shared<owed_board>();
  context->controller = std::make_shared<actor_slot>();
  context->connections = std::make_shared<actor_slot>();
  context->pool = std::make_shared<buffer_pool>();
  context->append = {backoff(), ms(settings_.handshake_timeout_ms),
                     ms(settings_.writer_recovery_timeout_ms)};
  context->request_timeout =
      ms(std::max(settings_.controller_call_timeout_ms,
                  settings_.connect_timeout_ms + settings_.handshake_timeout_ms)) +
      seconds{1};
  context->controller_address = ports.controller->address();
  return context;
}

connection_setup client_core::connections() const {
  connection_timing timing;
  timing.connect_timeout = ms(settings_.connect_timeout_ms);
  timing.handshake_timeout = ms(settings_.handshake_timeout_ms);
  timing.keep_alive_interval = ms(settings_.keep_alive_interval_ms);
  timing.liveness_timeout = ms(settings_.liveness_timeout_ms);
  return {ports_.connections, ports_.env, context_->pool, timing};
}

void client_core::start() {
  const logger_scope here{&system_};
  life_->root = system_.spawn(supervisor, supervisor_setup{"client", child_policy(), ports_.env,
                                                           context_->bus, context_->board});
  supervise_services();
}

void client_core::supervise_services() {
  controller_client_setup calls;
  calls.port = ports_.controller;
  calls.env = ports_.env;
  calls.backoff = backoff();
  calls.attempt_timeout = ms(settings_.controller_attempt_timeout_ms);
  calls.call_timeout = ms(settings_.controller_call_timeout_ms);
  caf::anon_send(life_->root, supervise{"controller", restart_type::permanent,
                                        [calls, slot = context_->controller](
                                            caf::event_based_actor* parent, std::uint64_t) {
                                          auto now = parent->spawn(controller_client, calls);
                                          slot->set(now);
                                          return now;
                                        }});
  const auto per_store = static_cast<std::size_t>(settings_.connections_per_store_max);
  caf::anon_send(life_->root,
                 supervise{"connections", restart_type::permanent,
                           [setup = connections(), per_store, slot = context_->connections](
                               caf::event_based_actor* parent, std::uint64_t) {
                             auto now = parent->spawn(connection_manager, setup, per_store);
                             slot->set(now);
                             return now;
                           }});
}

bool client_core::add_child(
    const std::string& kind,
    std::function<caf::actor(caf::event_based_actor*, const std::string&)> make) {
  caf::actor root;
  std::string id;
  {
    std::lock_guard lock{life_->mutex};
    if (life_->closing || !life_->root) return false;
    id = kind + "-" + std::to_string(life_->next_child++);
    root = life_->root;
  }
  caf::anon_send(root, supervise{id, restart_type::temporary,
                                 [make = std::move(make), path = "client/" + id](
                                     caf::event_based_actor* parent, std::uint64_t) {
                                   return make(parent, path);
                                 }});
  return true;
}

void client_core::open_writer(const scoped_stream& stream, const writer_options& options,
                              std::function<void(result<opened_writer>)> done) {
  if (auto valid = check(stream); !valid) return done(valid.error());
  if (auto valid = check(options); !valid) return done(valid.error());
  done =
      always_answered(std::move(done), context_->controller_address, publish_threw(context_));
  const bool added = add_child(
      "writer", [stream, options, done, policy = child_policy(), context = context_,
                 life = life_](caf::event_based_actor* parent, const std::string& path) {
        event_writer_setup setup;
        setup.stream = stream;
        setup.options = options;
        setup.supervision = policy;
        setup.path = path;
        // Whoever closes the client must know of the writer as soon as its user does.
        std::lock_guard lock{life->mutex};
        auto actor = parent->spawn(event_writer_actor, context, std::move(setup), done);
        std::erase_if(life->writers, [](const caf::actor_addr& each) {
          return caf::actor_cast<caf::actor>(each) == nullptr;
        });
        life->writers.push_back(actor.address());
        return actor;
      });
  if (!added) done(client_closed());
}

void client_core::open_reader(const scoped_stream& stream, const reader_options& options,
                              std::function<void(result<opened_reader>)> done) {
  done =
      always_answered(std::move(done), context_->controller_address, publish_threw(context_));
  stream_reader_setup setup;
  setup.stream = stream;
  setup.options = options;
  setup.supervision = child_policy();
  setup.timing = {backoff(), ms(settings_.reader_recovery_timeout_ms),
                  ms(settings_.liveness_timeout_ms)};
  setup.requests = {backoff(), ms(settings_.handshake_timeout_ms),
                    ms(settings_.controller_call_timeout_ms)};
  const bool added =
      add_child("reader", [setup = std::move(setup), done, context = context_](
                              caf::event_based_actor* parent, const std::string& path) {
        auto mine = setup;
        mine.path = path;
        return parent->spawn(stream_reader_actor, context, std::move(mine), done);
      });
  if (!added) done(client_closed());
}

void client_core::call(controller::request request, duration timeout,
                       std::function<void(const result<controller::reply>&)> done) {
  auto guarded = [done = std::move(done),
                  threw = publish_threw(context_)](const result<controller::reply>& outcome) {
    call_user(threw, done, outcome);
  };
  const bool added = add_task([&] {
    return system_.spawn(controller_caller, context_, std::move(request),
                         bounded_timeout(timeout), guarded);
  });
  if (!added) guarded(client_closed());
}

bool client_core::add_task(const std::function<caf::actor()>& spawn) {
  const logger_scope here{&system_};
  std::lock_guard lock{life_->mutex};
  if (life_->closing) return false;
  auto& tasks = life_->tasks;
  if (tasks.size() >= life_->tasks_before_sweep) {
    std::erase_if(tasks, [](const caf::actor_addr& each) {
      return caf::actor_cast<caf::actor>(each) == nullptr;
    });
    life_->tasks_before_sweep = std::max<std::size_t>(64, 2 * tasks.size());
  }
  tasks.push_back(spawn().address());
  return true;
}

bool client_core::closed() const {
  std::lock_guard lock{life_->mutex};
  return life_->closing;
}

void client_life::finish(const client_close_report& found) {
  std::vector<closer> told;
  {
    std::lock_guard lock{mutex};
    closed = true;
    report = found;
    root = nullptr;
    writers.clear();
    tasks.clear();
    told.swap(closers);
  }
  for (const auto& each : told)
    call_unheard(each, found);
}

void client_core::close(duration timeout, client_life::closer done) {
  closing_parts parts;
  {
    std::unique_lock lock{life_->mutex};
    if (life_->closed) {
      const auto report = life_->report;
      lock.unlock();
      return done(report);
    }
    life_->closers.push_back(std::move(done));
    if (std::exchange(life_->closing, true)) return;
    parts = {living(life_->writers), living(life_->tasks), life_->root};
  }
  const logger_scope here{&system_};
  system_.spawn(closing, std::move(parts), timeout,
                [life = life_, context = context_](const client_close_report& found) {
                  context->controller->clear();
                  context->connections->clear();
                  life->finish(found);
                });
}

void client_core::request_status(std::function<void(const client_status&)> done) {
  const logger_scope here{&system_};
  system_.spawn(status_collector, context_, std::move(done));
}

client_core::~client_core() {
  if (ports_.controller) ports_.controller->shut_down();
  context_->controller->clear();
  context_->connections->clear();
  caf::actor root;
  std::vector<caf::actor> tasks;
  {
    std::lock_guard lock{life_->mutex};
    root = std::exchange(life_->root, nullptr);
    life_->writers.clear();
    tasks = living(life_->tasks);
  }
  for (const auto& each : tasks)
    caf::anon_send(each, end_task{});
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
}

}  // namespace pravega_actor
