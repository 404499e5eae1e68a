// The course of a group's run: what disturbs it, how it ends, and what is checked then.
#include <algorithm>

#include "simulation/ask_actor.hpp"
#include "simulation/group_workload.hpp"
#include "simulation/simulated_member.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;

void group_workload::disturb_sometimes() {
  if (over_ || all_processed_) return;
  if (counters_.scales < size_.scales && world_.chance(0.2)) scale_once();
  if (counters_.crashes + counters_.leaves < size_.changes && world_.chance(0.1))
    change_members();
  if (counters_.compactions < size_.compactions && world_.chance(0.05)) compact_once();
  world_.after(milliseconds{static_cast<std::int64_t>(100 + world_.random() % 400)},
               [this] { disturb_sometimes(); });
}

// One leaves in good order, or another one comes.
void group_workload::change_members() {
  if (members_.empty()) return;
  auto at = members_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(world_.random() % members_.size()));
  ++counters_.leaves;
  world_.note("member " + std::to_string(at->first) + " leaves");
  caf::anon_send_exit(at->second.application, caf::exit_reason::user_shutdown);
}

// Splits one segment or merges two neighbours.
void group_workload::scale_once() {
  const auto current = world_.current_segments(stream_);
  const auto at = static_cast<std::size_t>(world_.random() % current.size());
  const bool merges = at + 1 < current.size() && world_.chance(0.5);
  const bool scaled = merges ? world_.merge(stream_, {current[at].id, current[at + 1].id})
                             : world_.split(stream_, current[at].id);
  if (!scaled) return complain("a scale failed");
  ++counters_.scales;
  world_.note("scaled");
}

void group_workload::compact_once() {
  ++counters_.compactions;
  world_.note("compacts");
  ask<state_compacted<group_model>>(world_.system(), aside_, compact_state{},
                                    [](const state_compacted<group_model>&) {});
}

// --- what happens once in the life of a group ------------------------------------------------

// Behind so much log a member compacts it.
void group_workload::outgrow_log() {
  const group_update unknown{clear_checkpoints_before{std::string(60'000, 'x')}};
  const std::vector<group_update> many(10, unknown);
  ask<updates_appended>(world_.system(), aside_, append_updates<group_model>{many},
                        [](const updates_appended&) {});
}

// The controller has the new configuration, the state only knows that there will be one.
void group_workload::begin_reset() {
  auto config = world_.control(controller::get_reader_group_config{group_});
  if (!config) return complain("the configuration: " + config.error().to_string());
  const auto changed = world_.control(
      controller::update_reader_group{group_, config->get<reader_group_config>()});
  if (!changed) return complain("the reset: " + changed.error().to_string());
  was_reset_ = true;
  ++counters_.resets;
  world_.note("a reset begins");
  ask<updates_appended>(world_.system(), aside_,
                        append_updates<group_model>{{updating_config{true}}},
                        [](const updates_appended&) {});
}

void group_workload::seal_stream() {
  sealed_ = true;
  world_.note("sealed");
  if (!world_.control(controller::seal_stream{stream_})) complain("the stream was not sealed");
}

// What no member understands ends them all, and nobody can join.
void group_workload::damage_state() {
  world_.note("the state is damaged");
  client_->create_writer_async(state_stream_of(group_), client_->default_writer_options(),
                               [this](result<event_writer> opened) {
                                 if (!opened) return;
                                 (void)opened->try_write("", as_bytes(std::string{"junk"}),
                                                         [](const write_result&) {});
                                 opened->flush_async([kept = *opened](const result<void>&) {});
                               });
}

void group_workload::live_on() {
  if (size_.life == group_life::whole) {
    outgrow_log();
    world_.run_for(seconds{15});
    begin_reset();
    world_.run_for(seconds{25});
    seal_stream();
  } else {
    damage_state();
  }
  world_.run_for(seconds{5});
}

// --- the end --------------------------------------------------------------------------------

std::size_t group_workload::stored_events() {
  std::size_t count = 0;
  for (const auto& name : world_.segments_of(stream_))
    count += world_.events_of(name).size();
  return count;
}

// A release whose answer was lost with its reader counts as well.
bool group_workload::all_is_processed() {
  std::size_t processed = 0;
  for (const auto& [of, events] : ledger_)
    processed += events.size();
  return durable_ == size_.events && processed == stored_events();
}

void group_workload::look_whether_all_is_processed() {
  if (over_ || all_processed_) return;
  all_processed_ = all_is_processed();
  world_.after(milliseconds{200}, [this] { look_whether_all_is_processed(); });
}

void group_workload::check_ledger() {
  for (const auto& name : world_.segments_of(stream_)) {
    const auto parsed = segment::parse(name);
    std::vector<std::string> processed;
    if (parsed)
      for (const auto& [offset, record] : ledger_[*parsed])
        processed.push_back(record.payload);
    if (processed != world_.events_of(name))
      complain(name + " holds " + std::to_string(world_.events_of(name).size()) + " events, " +
               std::to_string(processed.size()) + " were processed");
  }
  for (const auto& [key, numbers] : orders_)
    if (!std::is_sorted(numbers.begin(), numbers.end()))
      complain("the events of key " + key + " were processed out of order");
}

void group_workload::close_members() {
  over_ = true;
  world_.heal();
  std::size_t open = members_.size();
  for (const auto& [number, member] : members_)
    ask<event_reader_closed>(
        world_.system(), member.reader, close_reader{},
        [&open](const event_reader_closed&) { --open; }, [&open] { --open; });
  if (!world_.run_until([&] { return open == 0; }, seconds{120}))
    complain("not every member has left");
  // Readers that died are taken offline.
  world_.run_for(seconds{30});
}

// What was processed without a confirmed release may come again, nothing else.
void group_workload::check_position(const segment& of, std::int64_t offset) {
  if (offset < 0) return;
  for (const auto& [at, record] : ledger_[of])
    if (at < offset ? record.members.empty() : record.released)
      complain("the group goes on at " + std::to_string(offset) + " in " + of.to_string() +
               ", and the event at " + std::to_string(at) + " lies on its wrong side");
}

void group_workload::check_state() {
  // The earlier one may have died.
  caf::anon_send_exit(aside_, caf::exit_reason::user_shutdown);
  open_aside();
  bool known = false;
  ask<state_fetched<group_model>>(
      world_.system(), aside_, fetch_state{},
      [this, &known](const state_fetched<group_model>& got) {
        known = true;
        if (!got.outcome) return complain("the state: " + got.outcome.error().to_string());
        const auto& state = *got.outcome->state;
        for (const auto& reader : state.readers())
          complain(reader + " is still a member");
        state.unassigned().each([this](const group_segment& at, std::int64_t offset) {
          check_position(at.name, offset);
        });
      },
      [this, &known] {
        known = true;
        complain("the synchronizer ended");
      });
  if (!world_.run_until([&] { return known; }, seconds{120}))
    complain("the state of the group is not known");
}

void group_workload::close_client() {
  bool done = false;
  writer_ = {};
  client_->close_async(seconds{60}, [&](const client_close_report&) { done = true; });
  if (!world_.run_until([&] { return done; }, seconds{120}))
    complain("the client did not close");
}

void group_workload::end_world() {
  members_.clear();
  caf::anon_send_exit(aside_, caf::exit_reason::user_shutdown);
  aside_ = nullptr;
  world_.run_for(seconds{200});
  client_.reset();
  world_.run_for(seconds{200});
  if (world_.open_connections() != 0) complain("connections are left");
  if (world_.live_actors() != actors_before_)
    complain(std::to_string(world_.live_actors() - actors_before_) + " actors are left");
}

std::vector<std::string> group_workload::run() {
  actors_before_ = world_.live_actors();
  world_.create_stream(stream_, size_.segments);
  stream_config any;
  any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
  (void)world_.control(controller::update_stream{stream_, any});
  config settings;
  settings.restart_intensity_max = 100000;
  client_ = std::make_unique<client>(world_.make_client(settings));
  create_group();
  open_writer();
  disturb_sometimes();
  look_whether_all_is_processed();
  if (!world_.run_until([this] { return all_processed_; }, seconds{300}))
    complain("not everything was processed: no liveness");
  if (size_.life != group_life::quiet) live_on();
  check_ledger();
  close_members();
  if (size_.life == group_life::quiet) check_state();
  close_client();
  end_world();
  return trouble_;
}

}  // namespace simulation_tests
