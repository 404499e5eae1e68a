#include "client/client_core.hpp"

#include <algorithm>
#include <utility>

#include "client/closing.hpp"
#include "client/logger_scope.hpp"
#include "client/status_collector.hpp"
#include "core/bounded_timeout.hpp"
#include "core/user_code.hpp"
#include "host/controller_caller.hpp"
#include "host/end_task.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

duration ms(std::int64_t count) {
  return milliseconds{count};
}

template <class Handle>
std::vector<Handle> living(const std::vector<weak_handle<Handle>>& known) {
  std::vector<Handle> found;
  for (const auto& each : known)
    if (auto alive = each.lock()) found.push_back(std::move(alive));
  return found;
}

// Ended actors are forgotten. Returned are references to the others: the last one of an actor
// must not be dropped under the lock.
template <class Handle>
[[nodiscard]] std::vector<Handle> sweep(std::vector<weak_handle<Handle>>& known) {
  auto alive = living(known);
  known.assign(alive.begin(), alive.end());
  return alive;
}

}  // namespace

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

std::shared_ptr<segment_context> client_core::make_context(const client_ports& ports) const {
  auto context = std::make_shared<segment_context>();
  context->env = ports.env;
  context->bus = std::make_shared<event_bus>();
  if (ports.controller->credentials_sent() == credential_use::exposed)
    context->bus->set_standing({event_kind::credentials_exposed, "client",
                                "they go without TLS to " + ports.controller->address(),
                                ports.env->now()});
  context->board = std::make_shared<status_board>();
  context->owed = std::make_shared<owed_board>();
  context->controller = std::make_shared<actor_slot<controller_service>>();
  context->connections = std::make_shared<actor_slot<connection_service>>();
  context->pool = std::make_shared<buffer_pool>();
  context->writing = std::make_shared<shared_limit>(
      static_cast<std::size_t>(settings_.writers_outstanding_bytes_max));
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
  const auto controller = [calls, slot = context_->controller](const child_start& as) {
    auto now = as.spawn(controller_client, calls);
    slot->set(now);
    return now;
  };
  caf::anon_send(life_->root, supervise{{"controller", controller}});
  const auto per_store = static_cast<std::size_t>(settings_.connections_per_store_max);
  const auto connected = [setup = connections(), per_store,
                          slot = context_->connections](const child_start& as) {
    auto now = as.spawn(connection_manager, setup, per_store);
    slot->set(now);
    return now;
  };
  caf::anon_send(life_->root, supervise{{"connections", connected}});
}

bool client_core::add_child(const std::string& kind, child_factory make) {
  supervisor_handle root;
  std::string id;
  {
    std::lock_guard lock{life_->mutex};
    if (life_->closing || !life_->root) return false;
    id = kind + "-" + std::to_string(life_->next_child++);
    root = life_->root;
  }
  caf::anon_send(root, supervise{{id, std::move(make), restart_type::temporary}});
  return true;
}

namespace {

// The client's end must know of the child as soon as its user does, and of all children that
// are made before it begins.
started_child make_known(client_life& life, const child_start& as,
                         const drained_factory& make) {
  std::vector<drained_child> still_alive;
  std::lock_guard lock{life.mutex};
  if (life.closing) return closed_client_error();
  auto made = make(as);
  if (!made) return made.error();
  still_alive = sweep(life.drained);
  life.drained.emplace_back(*made);
  return *made;
}

}  // namespace

bool client_core::add_drained_child(const std::string& kind, drained_factory make) {
  return add_child(kind, [make = std::move(make), life = life_](const child_start& as) {
    return make_known(*life, as, make);
  });
}

started_child client_core::make_drained(const child_start& as, const drained_factory& make) {
  if (&as.supervisor->system() != &system_)
    return error{errc::invalid_argument,
                 "the supervisor belongs to another actor system than the client"};
  return make_known(*life_, as, make);
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
  if (!added) guarded(closed_client_error());
}

bool client_core::add_task(const std::function<client_task()>& spawn) {
  const logger_scope here{&system_};
  std::vector<client_task> still_alive;
  std::lock_guard lock{life_->mutex};
  if (life_->closing) return false;
  auto& tasks = life_->tasks;
  if (tasks.size() >= life_->tasks_before_sweep) {
    still_alive = sweep(tasks);
    life_->tasks_before_sweep = std::max<std::size_t>(64, 2 * tasks.size());
  }
  tasks.emplace_back(spawn());
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
    drained.clear();
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
    parts = {living(life_->drained), living(life_->tasks), life_->root};
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
  supervisor_handle root;
  std::vector<client_task> tasks;
  {
    std::lock_guard lock{life_->mutex};
    root = std::exchange(life_->root, nullptr);
    life_->drained.clear();
    tasks = living(life_->tasks);
  }
  for (const auto& each : tasks)
    caf::anon_send(each, end_task{});
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
}

}  // namespace pravega_actor::internal
