#include "simulation/group_workload.hpp"

#include <algorithm>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "group_reader/find_group_start.hpp"
#include "group_reader/open_event_reader.hpp"
#include "simulation/ask_actor.hpp"
#include "simulation/simulated_member.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;

group_workload::group_workload(pravega_sandbox::simulation& world, group_size size)
    : world_{world}, size_{size} {}

// --- the group and its writer ---------------------------------------------------------------

void group_workload::create_group() {
  reader_group_config config;
  config.automatic_checkpoint_interval_ms = 2'000;
  config.group_refresh_time_ms = 500;
  config.starting_cuts[stream_] = std::nullopt;
  config.id = {1, 2};
  if (size_.life == group_life::whole) config.retention = group_retention::automatic;
  const auto made = world_.control(controller::create_reader_group{group_, config});
  if (!made) return complain("the group: " + made.error().to_string());
  open_aside();
  initialize_group();
}

void group_workload::open_aside() {
  synchronizer_setup setup;
  setup.stream = state_stream_of(group_);
  auto& core = access::core_of(*client_);
  aside_ = spawn_synchronizer<group_model>(&world_.system(), core.context(), setup);
}

void group_workload::initialize_group() {
  const auto config = world_.control(controller::get_reader_group_config{group_});
  if (!config) return complain("the configuration: " + config.error().to_string());
  const auto call = [this](controller::request what, auto answered, auto) {
    answered(world_.control(what));
  };
  find_group_start(call, config->get<reader_group_config>(), [this](result<group_init> start) {
    if (!start) return complain("the start: " + start.error().to_string());
    ask<state_fetched<group_model>>(
        world_.system(), aside_, initialize_state<group_model>{*start},
        [this](const state_fetched<group_model>& got) {
          if (!got.outcome)
            return world_.after(milliseconds{500}, [this] { initialize_group(); });
          for (std::size_t i = 0; i < size_.members; ++i)
            add_member();
        },
        [this] {
          open_aside();
          initialize_group();
        });
  });
}

void group_workload::open_writer() {
  client_->create_writer_async(stream_, client_->default_writer_options(),
                               [this](result<event_writer> opened) {
                                 if (!opened) {
                                   world_.after(milliseconds{500}, [this] { open_writer(); });
                                   return;
                                 }
                                 writer_ = std::move(*opened);
                                 write_some();
                               });
}

// A payload is "number:key:filling".
void group_workload::write_some() {
  auto burst = 1 + world_.random() % 4;
  while (written_ < size_.events && burst-- > 0) {
    const auto key = std::to_string(world_.random() % 7);
    const auto payload = std::to_string(written_) + ":" + key + ":" +
                         std::string(static_cast<std::size_t>(world_.random() % 90), 'x');
    const auto added =
        writer_.try_write(key, as_bytes(payload), [this](const write_result& outcome) {
          if (outcome.outcome) ++durable_;
        });
    if (!added) return complain("write: " + added.error().to_string());
    ++written_;
  }
  const auto pause = world_.chance(0.1) ? world_.random() % 300 : world_.random() % 60;
  if (written_ < size_.events)
    world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this] { write_some(); });
}

// --- members --------------------------------------------------------------------------------

void group_workload::add_member() {
  ++opening_;
  open_reader(++last_member_);
}

void group_workload::open_reader(std::uint64_t member) {
  event_reader_request what;
  what.group = group_;
  what.reader = "reader-" + std::to_string(member);
  what.options.request_bytes = 256;
  what.options.release_between_checkpoints = member % 3 == 0;
  open_event_reader(access::core_of(*client_), what,
                    [this, member](result<event_reader_handle> opened) {
                      if (opened && over_)
                        ask<event_reader_closed>(world_.system(), *opened, close_reader{},
                                                 [](const event_reader_closed&) {});
                      if (over_) return;
                      if (opened) return use(member, *opened);
                      world_.note("member " + std::to_string(member) +
                                  " could not join: " + opened.error().to_string());
                      // Another name: the group may count this one.
                      world_.after(milliseconds{500}, [this] {
                        if (!over_) open_reader(++last_member_);
                      });
                    });
}

void group_workload::use(std::uint64_t member, const event_reader_handle& opened) {
  --opening_;
  ++counters_.joined;
  world_.note("member " + std::to_string(member) + " joined");
  members_[member] = {
      opened, world_.system().spawn(simulated_member, member_setup{this, opened, member})};
}

// The reader belongs to its application: both end together.
void group_workload::member_ended(std::uint64_t member, bool crashed) {
  ended_.insert(member);
  const auto at = members_.find(member);
  if (at == members_.end()) return;
  const auto reader = at->second.reader;
  members_.erase(at);
  if (over_) return;
  if (crashed) {
    ++counters_.crashes;
    world_.note("member " + std::to_string(member) + " crashed");
  }
  ask<event_reader_closed>(world_.system(), reader, close_reader{},
                           [](const event_reader_closed&) {});
  world_.after(milliseconds{static_cast<std::int64_t>(world_.random() % 2'000)}, [this] {
    if (!over_ && members_.size() + opening_ < size_.members) add_member();
  });
}

void group_workload::reading_ended(std::uint64_t member, const event_reader_ended& how) {
  ended_.insert(member);
  if (!how.outcome && how.outcome.error() == errc::closed) return;
  ++counters_.failures;
  world_.note("member " + std::to_string(member) + " ended: " +
              (how.outcome ? std::string{"all read"} : how.outcome.error().to_string()));
  if (how.outcome) ++counters_.finished;
  if (how.outcome && !sealed_) complain("a member found the end of all data");
}

void group_workload::commit(std::uint64_t member, const event_slice& slice) {
  auto& of = ledger_[slice.in()];
  for (const auto each : slice) {
    auto& record = of[each.offset];
    const std::string payload{as_text(each.payload)};
    if (record.members.empty()) {
      record.payload = payload;
      const auto first = payload.find(':');
      orders_[payload.substr(first + 1, 1)].push_back(std::stoul(payload.substr(0, first)));
    }
    if (record.payload != payload) complain("another event stands at the same place");
    if (record.released && !was_reset_)
      complain("event " + payload + " was processed again though its release was confirmed");
    for (const auto other : record.members)
      if (!ended_.contains(other) && !was_reset_)
        complain("event " + payload + " was processed by the living members " +
                 std::to_string(other) + " and " + std::to_string(member));
    counters_.processed_again += record.members.empty() ? 0 : 1;
    record.members.insert(member);
  }
}

void group_workload::confirmed(const std::vector<event_slice>& slices) {
  for (const auto& slice : slices)
    for (const auto each : slice)
      ledger_[slice.in()][each.offset].released = true;
}

}  // namespace simulation_tests
