// One thread and virtual time for actors that talk to a mini store.
#pragma once

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "host/segment_context.hpp"
#include "supervision/supervisor.hpp"
#include "support/mini_store.hpp"
#include "support/splitmix.hpp"

namespace pravega_actor::test {

using namespace internal;

class world_environment final : public environment {
 public:
  std::function<time_point()> clock;
  /// Asked for every action; counts them.
  std::function<bool(std::string_view machine, std::string_view action, strike_moment)>
      on_strike;
  std::int64_t wall_clock_ms() override { return to_ms(now().time_since_epoch()); }
  time_point now() override { return clock(); }
  std::uint64_t random() override { return random_(); }
  std::int32_t next_flow_id() override { return ++flow_; }
  bool strike(std::string_view machine, std::string_view action, strike_moment at) override {
    return on_strike && on_strike(machine, action, at);
  }

 private:
  splitmix random_{1};
  std::int32_t flow_ = 0;
};

using controller_script = std::function<result<controller::reply>(const controller::request&)>;

inline caf::behavior scripted_controller_actor(caf::event_based_actor* self,
                                               std::shared_ptr<controller_script> script) {
  self->set_default_handler(caf::drop);
  return {[script](const controller_call& what) {
    return controller_answer{(*script)(what.call)};
  }};
}

using session_script = std::function<result<std::shared_ptr<session>>(const open_session&)>;

inline caf::behavior scripted_connections(caf::event_based_actor* self,
                                          std::shared_ptr<session_script> script) {
  self->set_default_handler(caf::drop);
  return {[script](const open_session& what) { return session_opened{(*script)(what)}; }};
}

/// Collects messages of one type, in order.
template <class... Messages>
struct inbox {
  std::vector<std::variant<Messages...>> got;
  template <class T>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& each : got)
      n += std::holds_alternative<T>(each) ? 1 : 0;
    return n;
  }
};
template <class... Messages>
caf::behavior collector(caf::event_based_actor*, std::shared_ptr<inbox<Messages...>> to) {
  return {[to](const Messages& what) { to->got.emplace_back(what); }...};
}

struct world_config : caf::actor_system_config {
  world_config() { set("scheduler.policy", caf::atom("testing")); }
};

struct actor_world {
  mini_store store;
  world_config settings;
  caf::actor_system system{settings};
  caf::scheduler::test_coordinator& jobs =
      dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::shared_ptr<world_environment> env = std::make_shared<world_environment>();
  std::shared_ptr<controller_script> on_call = std::make_shared<controller_script>();
  std::shared_ptr<session_script> on_session = std::make_shared<session_script>();
  std::shared_ptr<segment_context> context = std::make_shared<segment_context>();
  std::vector<library_event> events_seen;
  std::size_t calls = 0;

  actor_world() {
    env->clock = [this] { return jobs.clock().now(); };
    store.clock = env->clock;
    *on_call = [this](const controller::request& what) { return answer(what); };
    *on_session = [this](const open_session&) { return result{store.connect_session()}; };
    context->env = env;
    context->bus = std::make_shared<event_bus>();
    context->bus->subscribe([this](const library_event& e) { events_seen.push_back(e); });
    context->controller = std::make_shared<actor_slot<controller_service>>();
    context->controller->set(
        caf::actor_cast<controller_service>(system.spawn(scripted_controller_actor, on_call)));
    context->connections = std::make_shared<actor_slot<connection_service>>();
    context->connections->set(
        caf::actor_cast<connection_service>(system.spawn(scripted_connections, on_session)));
    context->pool = std::make_shared<buffer_pool>();
    context->controller_address = "controller:9090";
  }
  ~actor_world() {
    caf::anon_send_exit(context->controller->get(), caf::exit_reason::user_shutdown);
    caf::anon_send_exit(context->connections->get(), caf::exit_reason::user_shutdown);
    context->controller->clear();
    context->connections->clear();
    jobs.run();
  }
  actor_world(const actor_world&) = delete;
  actor_world& operator=(const actor_world&) = delete;

  result<controller::reply> answer(const controller::request& what) {
    ++calls;
    if (what.holds<controller::get_uri>()) return controller::reply{endpoint{"store", 1}};
    if (what.holds<controller::get_delegation_token>())
      return controller::reply{controller::token{"fresh"}};
    return errc::unsupported_operation;
  }

  /// Everything that can be done without time passing.
  void run() {
    do {
      jobs.run();
    } while (store.step());
  }
  /// The same, and time passes.
  void run_for(duration how_long) {
    constexpr milliseconds step{5};
    run();
    for (duration passed{0}; passed < how_long; passed += step) {
      jobs.advance_time(step);
      run();
    }
  }
};

}  // namespace pravega_actor::test
