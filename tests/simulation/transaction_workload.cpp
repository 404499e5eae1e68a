#include "simulation/transaction_workload.hpp"

#include <utility>

#include "pravega_actor/actors.hpp"

namespace simulation_tests {

using namespace pravega_actor;

transaction_workload::transaction_workload(pravega_sandbox::simulation& world,
                                           transaction_size size)
    : world_{world}, size_{size} {}

transaction_workload::~transaction_workload() = default;

// The trace has it, too: at the moment when it went wrong.
void transaction_workload::complain(std::string what) {
  world_.note("WRONG: " + what);
  trouble_.push_back(std::move(what));
}

// --- processes ------------------------------------------------------------------------------

void transaction_workload::start(process& who) {
  auto ports = world_.ports();
  who.link = std::make_shared<breakable_link>(world_, ports.controller);
  ports.controller = who.link;
  who.network = std::make_shared<mortal_network>(world_, ports.connections);
  ports.connections = who.network;
  config settings;
  settings.restart_intensity_max = 100000;
  auto made = make_client(world_.system(), settings, std::move(ports));
  if (!made) return complain(who.name + ": " + made.error().to_string());
  who.client = std::make_unique<client>(std::move(*made));
  transactional_writer_options options;
  if (size_.large) {
    options.writer = who.client->default_writer_options();
    options.writer->large_events = large_event_options{1u << 20, 2000, 500, 4};
  }
  who.client->open_transactional_writer_async(
      stream_, options,
      [this, &who, life = who.life](const result<transactional_event_writer>& opened) {
        if (life != who.life) return;
        if (opened) {
          who.writer = *opened;
          return;
        }
        // An actor was killed.
        if (size_.calm) complain(who.name + ": " + opened.error().to_string());
        world_.after(milliseconds{300}, [this, &who, life] {
          if (life == who.life && !over_) kill(who);
        });
      });
}

// Its lanes go on in its next life.
std::vector<transaction_workload::one> transaction_workload::take_all_of(process& who) {
  ++who.life;
  who.failures = 0;
  auto all = std::exchange(who.kept, {});
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto& lane = lanes_[i];
    if (lane.of != &who || lane.done) continue;
    if (lane.current) all.push_back(std::exchange(lane.current, nullptr));
    ++lane.turn;
    later(i);
  }
  for (const auto& each : all)
    each->gone = true;
  return all;
}

// Only one process at a time writes to it.
void transaction_workload::offer(const one& what) {
  if (!std::exchange(what->offered, true)) left_.push_back({what->id, what->only_ends});
}

// Without a word to anybody: what its client does from now on, nobody hears. Others may know
// the ids of its transactions.
void transaction_workload::kill(process& who) {
  world_.note(who.name + " is killed");
  ++counters_.killed;
  who.link->now = breakable_link::condition::silent;
  who.network->die();
  const auto all = take_all_of(who);
  for (const auto& each : all) {
    each->dead = true;
    if (world_.chance(0.8)) offer(each);
  }
  who.writer = {};
  who.client.reset();
  for (const auto& each : all)
    each->handle = {};
  start(who);
}

void transaction_workload::close(process& who) {
  world_.note(who.name + " closes");
  ++counters_.closed;
  auto all = take_all_of(who);
  for (const auto& each : all)
    if (!each->leave_open) abort_asked_.insert(each->name);
  leaving_.push_front({std::move(who.client), std::exchange(who.writer, {}), std::move(all)});
  const auto at = leaving_.begin();
  at->client->close_async(seconds{30}, [this, at](const client_close_report& report) {
    for (const auto& each : report.transactional_writers)
      record_report(each);
    // It writes no more.
    for (const auto& each : at->transactions)
      if (each->leave_open) offer(each);
    world_.after(microseconds{1}, [this, at] { leaving_.erase(at); });
  });
  start(who);
}

// --- lanes ----------------------------------------------------------------------------------

void transaction_workload::later(std::size_t lane) {
  const auto pause = static_cast<std::int64_t>(world_.random() % 400);
  world_.after(milliseconds{pause},
               [this, lane, turn = lanes_[lane].turn] { next(lane, turn); });
}

void transaction_workload::next(std::size_t lane, std::uint64_t turn) {
  auto& mine = lanes_[lane];
  if (over_ || mine.done || turn != mine.turn) return;
  if (mine.left == 0) {
    mine.done = true;
    return;
  }
  if (!mine.of->writer.valid()) return later(lane);
  --mine.left;
  if (!left_.empty() && world_.chance(0.7)) return resume_left(lane);
  transaction_options options;
  options.lease = seconds{static_cast<std::int64_t>(10 + world_.random() % 10)};
  options.leave_open = world_.chance(0.3);
  const auto timeout = seconds{static_cast<std::int64_t>(1 + world_.random() % 60)};
  mine.of->writer.begin_async(timeout, options,
                              [this, what = begin_request{lane, turn, options.leave_open}](
                                  result<transaction> got) { begun(what, std::move(got)); });
}

void transaction_workload::resume_left(std::size_t lane) {
  const auto& mine = lanes_[lane];
  const auto chosen = left_.back();
  left_.pop_back();
  world_.note(mine.of->name + " resumes " + chosen.id.to_string());
  transaction_options options;
  options.lease = seconds{12};
  options.leave_open = world_.chance(0.3);
  const begin_request what{lane, mine.turn, options.leave_open, chosen.only_to_end, true};
  mine.of->writer.resume_async(
      chosen.id, seconds{20}, options,
      [this, what](result<transaction> got) { begun(what, std::move(got)); });
}

void transaction_workload::begun(const begin_request& what, result<transaction> got) {
  auto& mine = lanes_[what.lane];
  if (over_ || what.turn != mine.turn) {
    // Its process is gone, and so is the handle in a moment.
    if (got && !what.leave_open) abort_asked_.insert(got->id().to_string());
    return;
  }
  if (!got) return not_begun(what, got.error());
  mine.of->failures = 0;
  ++counters_.begun;
  if (what.resumes) ++(what.only_ends ? counters_.taken : counters_.resumed);
  const auto made = std::make_shared<open_one>();
  mine.current = made;
  auto& fresh = *made;
  fresh.of = mine.of;
  fresh.lane = what.lane;
  fresh.handle = std::move(*got);
  fresh.id = fresh.handle.id();
  fresh.name = fresh.id.to_string();
  fresh.leave_open = what.leave_open;
  fresh.only_ends = what.only_ends;
  fresh.events_left = what.only_ends ? 0 : static_cast<std::size_t>(world_.random() % 12);
  fresh.handle.on_ended([this, weak = std::weak_ptr{made}](const transaction_ended& how) {
    const auto of = weak.lock();
    if (!of || !of->dead) record_end(how);
  });
  world_.note(fresh.of->name + " has " + fresh.name);
  write_some(made);
}

void transaction_workload::not_begun(const begin_request& what, const error& why) {
  auto& who = *lanes_[what.lane].of;
  ++counters_.not_begun;
  world_.note(who.name + " has no transaction: " + why.to_string());
  const bool actors_ended = why == errc::closed || why == errc::actor_terminated ||
                            why == errc::retries_exhausted || why == errc::cancelled;
  if (size_.calm && !sealed_ && !what.resumes)
    complain(who.name + " could not begin: " + why.to_string());
  if (actors_ended && ++who.failures >= 3)
    world_.after(microseconds{1}, [this, &who, life = who.life] {
      if (life == who.life && !over_) kill(who);
    });
  later(what.lane);
}

}  // namespace simulation_tests
