// Runs seeded simulations of senders under back-pressure at one writer actor, under faults, and
// checks that each one's events are stored once and in the order of sending.
//
//   sender_simulation --first N --count N [--trace FILE] [--show]
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "pravega_sandbox/simulation.hpp"
#include "simulation/seed_runs.hpp"
#include "support/ordered_sender.hpp"

namespace {

using namespace pravega_actor;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using test::sender_record;

struct totals {
  std::uint64_t refusals = 0;
  std::uint64_t credits = 0;
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t deaths = 0;
};

/// Some senders that write, and some that reserve room and die or do nothing.
class sender_workload {
 public:
  sender_workload(simulation& world, std::uint64_t seed) : world_{world}, seed_{seed} {}
  sender_workload(const sender_workload&) = delete;
  sender_workload& operator=(const sender_workload&) = delete;
  ~sender_workload() = default;

  /// Runs everything to the end; returns what is wrong.
  std::vector<std::string> run();
  void count(totals& sum) const {
    for (const auto& each : records_) {
      sum.refusals += each->refusals;
      sum.credits += each->credits;
    }
    sum.deaths += deaths_;
  }

 private:
  void open();
  void start_senders();
  void disturb();
  [[nodiscard]] bool all_done() const {
    return !records_.empty() && std::all_of(records_.begin(), records_.end(),
                                            [](const auto& each) { return each->done; });
  }
  void close_writer_actor();
  void check(std::vector<std::string>& found) const;

  simulation& world_;
  const std::uint64_t seed_;
  const scoped_stream stream_{"scope", "stream"};
  std::unique_ptr<client> client_;
  event_writer_handle writer_;
  std::vector<std::shared_ptr<sender_record>> records_;
  std::vector<caf::actor> idle_;
  std::uint64_t deaths_ = 0;
  std::optional<close_report> report_;
};

void sender_workload::open() {
  auto options = client_->default_writer_options();
  options.block_bytes_max = 600;
  options.blocks_in_flight_max = 3;
  // The largest message fits: five events of at most 318 bytes, and what the writer adds.
  options.outstanding_bytes_max = 2000 + 500 * (seed_ % 4);
  options.outstanding_events_max = 10 + seed_ % 30;
  create_writer_actor(*client_, stream_, options, [this](result<event_writer_handle> opened) {
    // A controller that is away for longer than a call's deadline: ask again.
    if (!opened) return world_.after(milliseconds{500}, [this] { open(); });
    writer_ = std::move(*opened);
    start_senders();
  });
}

void sender_workload::start_senders() {
  for (std::uint64_t i = 0; i < 2 + seed_ % 4; ++i) {
    auto record = test::make_record("sender-" + std::to_string(i), 120, 3, 300, seed_ * 10 + i);
    records_.push_back(record);
    world_.system().spawn(test::ordered_sender, test::sender_setup{writer_, record, 3 + 4 * i,
                                                                   i % 2 == 0, seed_ + i});
  }
  disturb();
}

// An actor asks for room and does not use it; some die soon.
void sender_workload::disturb() {
  if (all_done()) return;
  auto idle = world_.system().spawn([this](caf::event_based_actor* self) -> caf::behavior {
    self->send(writer_, await_credit{1 + world_.random() % 1500, 1 + world_.random() % 5});
    return {[](const credit&) {}};
  });
  if (idle_.size() == 2 || world_.chance(0.8)) {
    ++deaths_;
    world_.after(milliseconds{static_cast<std::int64_t>(world_.random() % 300)},
                 [idle] { caf::anon_send_exit(idle, caf::exit_reason::kill); });
  } else {
    idle_.push_back(idle);
  }
  world_.after(milliseconds{static_cast<std::int64_t>(100 + world_.random() % 2000)},
               [this] { disturb(); });
}

void sender_workload::close_writer_actor() {
  world_.system().spawn([this](caf::event_based_actor* self) {
    self->request(writer_, caf::infinite, close_writer{seconds{100}})
        .then([this](const writer_closed& closed) { report_ = closed.report; },
              [](const caf::error&) {});
  });
}

void sender_workload::check(std::vector<std::string>& found) const {
  std::map<std::string, std::vector<std::string>> segments;
  for (const auto& name : world_.segments_of(stream_))
    segments[name] = world_.events_of(name);
  for (auto& each : test::check_order(records_, segments))
    found.push_back(std::move(each));
  for (const auto& each : records_) {
    if (each->failure) found.push_back(each->name + ": " + each->failure->to_string());
    if (!std::is_sorted(each->tickets.begin(), each->tickets.end()))
      found.push_back(each->name + ": answers came out of order");
  }
  if (!report_ || !report_->outcome) found.push_back("the writer did not close");
}

std::vector<std::string> sender_workload::run() {
  std::vector<std::string> found;
  const auto actors_before = world_.live_actors();
  world_.create_stream(stream_, static_cast<std::int32_t>(1 + seed_ % 3));
  config settings;
  settings.restart_intensity_max = 100000;
  client_ = std::make_unique<client>(world_.make_client(settings));
  open();
  if (!world_.run_until([this] { return all_done(); }, seconds{900}))
    found.push_back("not everything was completed: no liveness");
  world_.heal();
  close_writer_actor();
  world_.run_until([this] { return report_.has_value(); }, seconds{120});
  for (const auto& each : idle_)
    caf::anon_send_exit(each, caf::exit_reason::kill);
  idle_.clear();
  writer_ = nullptr;
  bool closed = false;
  client_->close_async(seconds{60}, [&](const client_close_report&) { closed = true; });
  if (!world_.run_until([&] { return closed; }, seconds{120}))
    found.push_back("the client did not close");
  world_.run_for(seconds{200});
  client_.reset();
  world_.run_for(seconds{200});
  check(found);
  if (world_.live_actors() != actors_before)
    found.push_back(std::to_string(world_.live_actors() - actors_before) + " actors are left");
  return found;
}

std::vector<std::string> run_one(std::uint64_t seed, std::ostream& trace, totals& sum) {
  simulation world{seed, fault_plan::from_seed(seed), {1, duration{0}}};
  sender_workload work{world, seed};
  auto found = work.run();
  work.count(sum);
  sum.cuts += world.counters().cuts;
  sum.kills += world.counters().kills;
  trace << "== seed " << seed << '\n' << world.trace();
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  simulation_tests::seed_runs runs{argc, argv};
  totals sum;
  runs.run_all(
      [&sum](std::uint64_t seed, std::ostream& trace) { return run_one(seed, trace, sum); });
  std::cout << runs.summary() << sum.refusals << " refusals, " << sum.credits << " credits, "
            << sum.deaths << " dead senders with reserved room, " << sum.cuts << " cuts, "
            << sum.kills << " kills\n";
  const bool exercised = sum.refusals > 0 && sum.credits > 0 && sum.cuts > 0 && sum.kills > 0;
  return runs.end(exercised);
}
