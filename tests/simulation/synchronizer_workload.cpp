#include "simulation/synchronizer_workload.hpp"

#include <algorithm>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "simulation/synchronizer_writer.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::text_model;

namespace {

/// Synchronizers die where the plan says so, as actors of the application do.
class deadly_environment final : public environment {
 public:
  deadly_environment(pravega_sandbox::simulation& world, std::shared_ptr<environment> inner)
      : world_{world}, inner_{std::move(inner)} {}
  std::int64_t wall_clock_ms() override { return inner_->wall_clock_ms(); }
  time_point now() override { return inner_->now(); }
  std::uint64_t random() override { return inner_->random(); }
  std::int32_t next_flow_id() override { return inner_->next_flow_id(); }
  bool strike(std::string_view machine, std::string_view action, strike_moment at) override {
    if (machine != synchronizer_machine::actor) return inner_->strike(machine, action, at);
    const auto* moment = at == strike_moment::before ? "before " : "after ";
    return world_.strikes(machine, moment + std::string{action});
  }

 private:
  pravega_sandbox::simulation& world_;
  const std::shared_ptr<environment> inner_;
};

}  // namespace

synchronizer_workload::synchronizer_workload(pravega_sandbox::simulation& world,
                                             std::uint64_t seed, const synchronizer_size& size)
    : world_{world},
      seed_{seed},
      size_{size},
      run_{std::make_shared<shared_run>(shared_run{world, {}, {}, size.operations, {}})} {
  world.create_stream(stream_, 1);
  config settings;
  settings.restart_intensity_max = 100000;
  for (std::size_t i = 0; i < std::min<std::size_t>(size.writers, 3); ++i)
    clients_.push_back(std::make_unique<client>(world.make_client(settings)));
}

synchronizer_workload::~synchronizer_workload() = default;

text_handle synchronizer_workload::open(std::size_t writer) {
  auto& core = access::core_of(*clients_[writer % clients_.size()]);
  auto context = std::make_shared<segment_context>(*core.context());
  context->env = std::make_shared<deadly_environment>(world_, context->env);
  synchronizer_setup setup;
  setup.stream = stream_;
  setup.timing.operation_timeout =
      seconds{static_cast<std::int64_t>(2 + (seed_ + writer) % 20)};
  setup.timing.resolve_timeout =
      milliseconds{static_cast<std::int64_t>(seed_ % 4 * 1000 + 200)};
  setup.timing.requests.answer_timeout = seconds{2};
  auto& system = world_.system();
  return spawn_synchronizer<text_model>(&system, std::move(context), setup);
}

void synchronizer_workload::start_writers() {
  for (std::size_t i = 0; i < size_.writers; ++i) {
    writers_.push_back(std::make_shared<writer_result>());
    spawn_writer({"w" + std::to_string(i), run_, [this, i] { return open(i); }},
                 writers_.back());
  }
}

void synchronizer_workload::kill_some() {
  if (all_done()) return;
  const auto& victim = writers_[world_.random() % writers_.size()];
  if (victim->synchronizer && !victim->last)
    caf::anon_send_exit(victim->synchronizer, caf::exit_reason::kill);
  world_.after(milliseconds{static_cast<std::int64_t>(300 + world_.random() % 4000)},
               [this] { kill_some(); });
}

bool synchronizer_workload::all_done() const {
  return std::all_of(writers_.begin(), writers_.end(),
                     [](const auto& each) { return each->last.has_value(); });
}

void synchronizer_workload::close() {
  for (const auto& each : writers_) {
    caf::anon_send_exit(each->synchronizer, caf::exit_reason::user_shutdown);
    each->synchronizer = nullptr;
  }
  std::size_t closed = 0;
  for (const auto& each : clients_)
    each->close_async(seconds{60}, [&](const client_close_report&) { ++closed; });
  world_.run_until([&] { return closed == clients_.size(); }, seconds{120});
  clients_.clear();
  world_.run_for(seconds{300});
}

// Writers end at different times: the longest state is the last.
void synchronizer_workload::check(std::vector<std::string>& found) const {
  std::vector<std::string> last;
  for (const auto& each : writers_)
    if (each->last && each->last->state && each->last->state->size() >= last.size())
      last = *each->last->state;
  for (auto& each : run_->history.check(last))
    found.push_back(std::move(each));
}

std::vector<std::string> synchronizer_workload::run() {
  std::vector<std::string> found;
  start_writers();
  if (size_.kills) world_.after(seconds{1}, [this] { kill_some(); });
  if (!world_.run_until([this] { return all_done(); }, seconds{2000}))
    found.emplace_back("not everything was done: no liveness");
  world_.heal();
  // Entries whose answer was lost may still be on their way.
  world_.run_for(seconds{60});
  writers_.push_back(std::make_shared<writer_result>());
  run_->operations = 0;
  spawn_writer({"last", run_, [this] { return open(0); }}, writers_.back());
  if (!world_.run_until([this] { return all_done(); }, seconds{100}))
    found.emplace_back("a new synchronizer does not see the state");
  close();
  check(found);
  return found;
}

}  // namespace simulation_tests
