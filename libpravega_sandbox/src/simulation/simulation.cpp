#include "pravega_sandbox/simulation.hpp"

#include <algorithm>
#include <caf/scheduler/test_coordinator.hpp>

#include "controller/access_gate.hpp"
#include "core/library_thread.hpp"
#include "core/user_code.hpp"
#include "simulation/seeded_environment.hpp"
#include "simulation/simulated_controller.hpp"
#include "simulation/simulated_network.hpp"
#include "simulation/world_driver.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_sandbox {

namespace {

using coordinator = caf::scheduler::test_coordinator;

/// How often living actors are killed at the end of a world, before it gives up on them.
constexpr int kills_at_end_max = 4;

caf::actor_system_config& testing(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("testing"));
  cfg.set("scheduler.max-threads", std::size_t{1});
  return cfg;
}

}  // namespace

struct simulation::core {
  core(std::uint64_t seed, const fault_plan& plan, const simulation_options& options)
      : world{seed, plan},
        system{testing(config)},
        scheduler{dynamic_cast<coordinator&>(system.scheduler())},
        driver{scheduler, world, std::max<std::uint64_t>(options.steps_at_instant_max, 1)},
        stores{world, store, std::clamp<std::size_t>(options.stores, 1, stores_max)},
        controller{store, stores.addresses()},
        gate{controller, store},
        window{options.auto_scale_window},
        retention_period{options.retention_period} {
    world.clock = [this] { return scheduler.clock().current_time; };
    world.begin();
    env = std::make_shared<seeded_environment>(world);
    network = std::make_shared<simulated_network>(world, store, stores);
    window_lane = world.new_lane();
    const auto offset_ms = env->wall_clock_ms() - to_ms(world.now().time_since_epoch());
    if (options.access)
      gate.guard(*options.access, offset_ms);
    else if (options.tokens)
      gate.require_tokens(*options.tokens, offset_ms);
  }

  void set_now() { store.set_now_ms(to_ms(world.now().time_since_epoch())); }

  const pravega_actor::internal::single_thread_scope here;
  virtual_world world;
  caf::actor_system_config config;
  caf::actor_system system;
  coordinator& scheduler;
  world_driver driver;
  store_model store;
  simulated_stores stores;
  controller_model controller;
  access_gate gate;
  const duration window;
  const duration retention_period;
  std::shared_ptr<seeded_environment> env;
  std::shared_ptr<simulated_network> network;
  std::uint64_t window_lane = 0;
  /// Scripts may refer to what is gone.
  bool ended = false;
};

simulation::simulation(std::uint64_t seed, const fault_plan& plan,
                       const simulation_options& options)
    : core_{std::make_unique<core>(seed, plan, options)} {
  core_->controller.on_replaced([this](const std::string& segment) {
    auto& world = core_->world;
    if (!world.strikes(world.plan.seal_delay)) return false;
    ++world.counters.seal_delays;
    after(world.between(duration{0}, world.plan.seal_delay_max), [this, segment] {
      core_->world.note("sealed late: " + segment);
      core_->set_now();
      core_->store.seal(segment);
    });
    return true;
  });
  core_->controller.on_ending([this] {
    auto& world = core_->world;
    if (!world.strikes(world.plan.transaction_delay)) return false;
    ++world.counters.transaction_delays;
    after(world.between(duration{0}, world.plan.transaction_delay_max), [this] {
      core_->set_now();
      const auto ended = core_->controller.end_transactions();
      core_->world.note("transactions ended late: " + std::to_string(ended));
    });
    return true;
  });
  core_->controller.on_commit([this] {
    auto& world = core_->world;
    if (!world.strikes(world.plan.commit_loss)) return false;
    ++world.counters.commit_losses;
    world.note("the work of a commit is lost");
    return true;
  });
  if (core_->window > duration{0})
    core_->world.schedule(core_->window_lane, core_->window, [this] { scale_by_load(); });
  if (core_->retention_period > duration{0})
    after(core_->retention_period, [this] { apply_retention(); });
}

simulation::~simulation() {
  (void)end();
}

const std::string& simulation::end() {
  auto& driver = core_->driver;
  if (std::exchange(core_->ended, true)) return driver.standstill();
  const pravega_actor::internal::user_code_gone_scope gone;
  heal();
  cut_connections();
  if (driver.stands_still()) driver.kill_actors();
  run_for(seconds{120});
  // The actor system waits for living actors without end, and nobody would run them.
  for (int i = 0; i < kills_at_end_max && live_actors() > 0; ++i) {
    driver.kill_actors();
    run_for(seconds{120});
  }
  // What is held back for longer keeps connections, and these need the network.
  core_->world.drop_all();
  if (live_actors() > 0) {
    driver.drop_jobs();
    core_->system.await_actors_before_shutdown(false);
  }
  return driver.standstill();
}

const std::string& simulation::standstill() const noexcept {
  return core_->driver.standstill();
}

pravega_actor::client_ports simulation::ports() {
  return ports({});
}

pravega_actor::client_ports simulation::ports(authorization_source authorization) {
  return {core_->env, core_->network,
          std::make_shared<simulated_controller>(core_->world, core_->gate,
                                                 std::move(authorization))};
}

caf::actor_system& simulation::system() noexcept {
  return core_->system;
}

pravega_actor::client simulation::make_client(const pravega_actor::config& configuration) {
  auto made = pravega_actor::make_client(core_->system, configuration, ports());
  return std::move(*made);
}

result<controller::reply> simulation::control(const controller::request& call) {
  core_->set_now();
  return core_->controller.handle(call);
}

void simulation::create_stream(const scoped_stream& stream, std::int32_t segments) {
  (void)control(controller::create_scope{stream.scope});
  (void)control(controller::create_stream{stream, pravega_actor::fixed_segments(segments)});
}

std::vector<std::string> simulation::segments_of(const scoped_stream& stream) const {
  std::vector<std::string> names;
  for (auto& name : core_->store.segment_names())
    if (name.starts_with(stream.to_string() + "/")) names.push_back(name);
  return names;
}

std::vector<std::string> simulation::events_of(const std::string& segment) const {
  std::vector<std::string> events;
  const auto held = core_->store.find(segment);
  if (!held) return events;
  std::vector<std::byte> all;
  for (const auto& part : held->read(held->start_offset(), std::size_t{1} << 40))
    all.insert(all.end(), part.view.begin(), part.view.end());
  wire::event_cursor cursor{byte_view{all}, all.size()};
  for (;;) {
    auto next = cursor.next();
    if (next.what != wire::event_step::kind::event) break;
    events.emplace_back(pravega_actor::as_text(next.payload));
  }
  if (const auto torn = cursor.remaining().size(); torn > 0)
    events.push_back("(torn: " + std::to_string(torn) + " bytes)");
  return events;
}

stored_events simulation::stored_events_of(const scoped_stream& stream) const {
  std::vector<pravega_actor::segment> segments;
  for (const auto& name : segments_of(stream))
    if (auto parsed = pravega_actor::segment::parse(name);
        parsed && parsed->to_string() == name)
      segments.push_back(*parsed);
  // What takes a segment's place is of a later epoch.
  std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) {
    return std::pair{a.id.epoch, a.id.number} < std::pair{b.id.epoch, b.id.number};
  });
  stored_events all;
  for (const auto& each : segments)
    all.push_back(events_of(each.to_string()));
  return all;
}

std::vector<segment_with_range> simulation::current_segments(const scoped_stream& stream) {
  const auto current = controller::reply_of<controller::get_current_segments>(
      control(controller::get_current_segments{stream}));
  return current ? current->segments : std::vector<segment_with_range>{};
}

bool simulation::scale(const scoped_stream& stream, const std::vector<segment_id>& sealed,
                       const std::vector<key_range>& ranges) {
  return control(controller::scale_stream{stream, sealed, ranges, core_->env->wall_clock_ms()})
      .has_value();
}

bool simulation::split(const scoped_stream& stream, segment_id of, std::size_t into) {
  for (const auto& each : current_segments(stream)) {
    if (each.id != of || into < 2) continue;
    const auto [low, high] = each.range;
    const auto step = (high - low) / static_cast<double>(into);
    std::vector<key_range> ranges;
    for (std::size_t i = 0; i < into; ++i)
      ranges.push_back({low + step * static_cast<double>(i),
                        i + 1 == into ? high : low + step * static_cast<double>(i + 1)});
    return scale(stream, {of}, ranges);
  }
  return false;
}

bool simulation::merge(const scoped_stream& stream, const std::vector<segment_id>& neighbours) {
  std::vector<segment_with_range> all;
  for (const auto& each : current_segments(stream))
    if (std::find(neighbours.begin(), neighbours.end(), each.id) != neighbours.end())
      all.push_back(each);
  if (all.size() < 2 || all.size() != neighbours.size()) return false;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].range.low != all[i - 1].range.high) return false;
  return scale(stream, neighbours, {{all.front().range.low, all.back().range.high}});
}

bool simulation::strikes(std::string_view actor, std::string_view place) {
  return core_->env->strike_at(std::string{actor} + " " + std::string{place});
}

void simulation::scale_by_load() {
  auto& world = core_->world;
  for (const auto& stream : core_->controller.scale_by_load(to_ms(core_->window))) {
    ++world.counters.auto_scales;
    world.note("stream " + stream.to_string() + " scales by its load");
  }
  world.schedule(core_->window_lane, core_->window, [this] { scale_by_load(); });
}

void simulation::apply_retention() {
  auto& world = core_->world;
  for (const auto& stream : core_->controller.apply_retention()) {
    ++world.counters.retention_truncations;
    world.note("stream " + stream.to_string() + " is truncated by its policy");
  }
  after(core_->retention_period, [this] { apply_retention(); });
}

void simulation::expire_transactions() {
  const auto expired = core_->controller.expire_transactions();
  core_->world.counters.expired_transactions = core_->controller.expired_transactions();
  if (expired > 0)
    core_->world.note("leases of transactions ended: " + std::to_string(expired));
}

std::size_t simulation::stores() const noexcept {
  return core_->stores.count();
}
bool simulation::store_alive(std::size_t store) const {
  return core_->stores.alive(store);
}
std::size_t simulation::owner_of(const std::string& segment) const {
  return core_->stores.owner_of(segment);
}
bool simulation::move_segment(const std::string& segment, std::size_t store) {
  return core_->stores.move_segment(segment, store);
}
bool simulation::kill_store(std::size_t store, duration failover) {
  return core_->stores.kill(store, failover);
}
bool simulation::start_store(std::size_t store) {
  return core_->stores.start(store);
}

void simulation::expire_token_at(std::uint64_t n) {
  core_->network->tokens().expire_at(n);
}
void simulation::refuse_token_at(std::uint64_t n) {
  core_->network->tokens().refuse_at(n);
}
void simulation::spoil_tokens(std::uint64_t count) {
  core_->gate.spoil_tokens(count);
}

void simulation::after(duration delay, std::function<void()> what) {
  core_->world.schedule(core_->world.new_lane(), delay,
                        [held = core_.get(), what = std::move(what)] {
                          if (!held->ended) what();
                        });
}

bool simulation::step() {
  return step_before(time_point::max());
}

bool simulation::step_before(time_point limit) {
  core_->set_now();
  expire_transactions();
  return core_->driver.step_before(limit);
}

bool simulation::run_until(const std::function<bool()>& holds, duration limit) {
  const auto end = now() + limit;
  while (!holds()) {
    if (!step_before(end)) return holds();
  }
  return true;
}

void simulation::run_for(duration span) {
  const auto end = now() + span;
  while (step_before(end)) {
  }
}

std::size_t simulation::cut_connections() {
  return core_->network->cut_all();
}
void simulation::heal() {
  core_->world.healed = true;
  if (core_->world.counters.commit_losses > 0) (void)core_->controller.end_transactions();
}
time_point simulation::now() const {
  return core_->world.now();
}
std::uint64_t simulation::random() {
  return core_->world.random();
}
bool simulation::chance(double probability) {
  return core_->world.chance(probability);
}
const simulation_counters& simulation::counters() const noexcept {
  auto& counted = core_->world.counters;
  const auto& in_stores = core_->store.counters();
  counted.tokens_expired = in_stores.tokens_expired;
  counted.tokens_refused = in_stores.tokens_refused;
  counted.token_ends = in_stores.token_ends;
  return counted;
}
std::size_t simulation::open_connections() const {
  return core_->network->open_connections();
}
std::size_t simulation::live_actors() {
  return core_->system.registry().running();
}
void simulation::note(std::string_view line) {
  core_->world.note(line);
}
const std::set<std::string>& simulation::struck() const noexcept {
  return core_->world.struck;
}
const std::string& simulation::trace() const noexcept {
  return core_->world.trace;
}

}  // namespace pravega_sandbox
