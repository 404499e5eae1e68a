// The end of a run with transactions, and who judges it.
#include <algorithm>

#include "pravega_actor/actors.hpp"
#include "simulation/transaction_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

namespace {

struct member_setup {
  event_reader_handle reader;
  std::function<void(const std::string&)> saw;
};

// One that takes everything and releases it at once.
event_subscriber::behavior_type taker(event_subscriber::pointer self, member_setup setup) {
  self->monitor(setup.reader);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  self->send(setup.reader, subscribe_event_reader{event_subscriber{self}, 1});
  const auto release = [self, setup](std::uint64_t number) {
    self->request(setup.reader, seconds{100}, release_through{number})
        .then([](const items_released&) {}, [](const caf::error&) {});
  };
  return {
      [self, setup, release](const slice_delivered& got) {
        for (const auto& each : got.slice)
          setup.saw(std::string{as_text(each.payload)});
        release(got.number);
        self->send(setup.reader, read_demand{1});
      },
      [release](const segment_ended& got) { release(got.number); },
      [release](const gap_delivered& got) { release(got.number); },
      [release](const checkpoint_reached& got) { release(got.number); },
      [self](const event_reader_ended&) { self->quit(); },
  };
}

}  // namespace

// --- writers --------------------------------------------------------------------------------

// While nobody dies and the controller answers, pings keep them open for longer than a lease.
void transaction_workload::check_kept() {
  const bool any = std::any_of(processes_.begin(), processes_.end(),
                               [](const auto& each) { return !each->kept.empty(); });
  if (!size_.calm || sealed_ || !any) return;
  world_.run_for(seconds{25});
  for (const auto& who : processes_)
    for (const auto& each : who->kept) {
      const bool is_over = history_.was_asked(each->name) || abort_asked_.contains(each->name);
      if (!is_over && state_of(each->name) != transaction_state::open)
        complain(each->name + " was kept, and is " +
                 std::string{to_string(state_of(each->name))});
    }
}

// What is open is aborted, or left to its lease.
void transaction_workload::close_writers() {
  std::size_t waiting = 0;
  for (const auto& who : processes_) {
    for (const auto& each : who->kept)
      if (!each->leave_open) abort_asked_.insert(each->name);
    ++waiting;
    who->writer.close_async(seconds{60}, [&](const transactional_close_report& report) {
      record_report(report);
      --waiting;
    });
  }
  if (!world_.run_until([&] { return waiting == 0 && leaving_.empty(); }, seconds{120}))
    complain("not every writer closed");
  for (const auto& who : processes_) {
    who->kept.clear();
    who->writer = {};
  }
}

transaction_state transaction_workload::state_of(const std::string& name) {
  const auto id = transaction_id::parse(name);
  if (!id) return transaction_state::unknown;
  const auto got = controller::reply_of<controller::check_transaction>(
      world_.control(controller::check_transaction{stream_, *id}));
  return got ? got->state : transaction_state::unknown;
}

void transaction_workload::check_reports() {
  for (const auto& name : history_.names()) {
    const auto state = state_of(name);
    const auto said = history_.of(name);
    const bool final =
        state == transaction_state::committed || state == transaction_state::aborted;
    const bool fits = said == outcome::committed ? state == transaction_state::committed
                      : said == outcome::aborted ? state == transaction_state::aborted
                                                 : final;
    if (!fits && !deleted_)
      complain(name + " was reported as " + to_string(said) + ", but is " +
               std::string{to_string(state)});
    if (state == transaction_state::committed && !history_.was_asked(name))
      complain(name + " is committed, and nobody asked for it");
    if (said == outcome::unknown && state == transaction_state::committed)
      ++counters_.unknown_but_there;
  }
}

// --- readers --------------------------------------------------------------------------------

// A segment comes after its predecessors.
std::vector<std::string> transaction_workload::stored() {
  std::vector<std::string> all;
  for (const auto& of_segment : world_.stored_events_of(stream_))
    all.insert(all.end(), of_segment.begin(), of_segment.end());
  return all;
}

void transaction_workload::read_with_group() {
  // The other one may have lost its actors.
  make_reading_client();
  const scoped_group named{"scope", "group"};
  reader_group_config config;
  config.group_refresh_time_ms = 500;
  config.starting_cuts[stream_] = std::nullopt;
  bool made = false;
  reading_->reader_groups().ensure_group_async(
      named, config, group_start::head, [&](const result<ensured_group>& got) {
        made = true;
        if (!got) complain("the group: " + got.error().to_string());
      });
  if (!world_.run_until([&] { return made; }, seconds{60}))
    return complain("the group was not made");
  const auto count = std::make_shared<std::size_t>(0);
  for (const std::string reader : {"one", "two"})
    create_event_reader_actor(
        *reading_, named, reader, {}, [this, count](result<event_reader_handle> opened) {
          // One may have read everything before the other has joined.
          if (!opened) return;
          (void)world_.system().spawn(taker,
                                      member_setup{*opened, [this, count](const auto& event) {
                                                     history_.saw("the group", event);
                                                     ++*count;
                                                   }});
        });
  const auto all = stored().size();
  if (!world_.run_until([&] { return *count >= all; }, seconds{200}))
    complain("the group has read " + std::to_string(*count) + " of " + std::to_string(all) +
             " events");
}

void transaction_workload::check_readers() {
  for (const auto& each : history_.contradictions())
    complain(each);
  if (deleted_) return;
  const auto all = stored();
  for (const auto& event : all)
    history_.saw("the stores", event);
  if (!world_.run_until([&] { return events_read_ >= all.size(); }, seconds{200}))
    complain("the reader has " + std::to_string(events_read_) + " of " +
             std::to_string(all.size()) + " events");
  reading_over_ = true;
  reader_ = {};
  read_with_group();
  for (const std::string reader : {"the reader", "the group", "the stores"})
    for (const auto& each : history_.check(reader))
      complain(reader + ": " + each);
}

void transaction_workload::end_world() {
  reading_over_ = true;
  std::size_t waiting = processes_.size() + 1;
  const auto count = [&](const client_close_report&) { --waiting; };
  for (const auto& each : processes_)
    each->client->close_async(seconds{60}, count);
  reading_->close_async(seconds{60}, count);
  if (!world_.run_until([&] { return waiting == 0; }, seconds{120}))
    complain("not every client closed");
  reader_ = {};
  for (const auto& each : processes_)
    each->client.reset();
  reading_.reset();
  world_.run_for(seconds{300});
  for (const auto& name : world_.segments_of(stream_))
    if (name.find("#transaction.") != std::string::npos) complain(name + " is left");
  if (world_.open_connections() != 0)
    complain(std::to_string(world_.open_connections()) + " connections are left");
  if (world_.live_actors() != actors_before_)
    complain(std::to_string(world_.live_actors() - actors_before_) + " actors are left");
}

}  // namespace simulation_tests
