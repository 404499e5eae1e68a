#include "simulation/consumer_workload.hpp"

#include "simulation/ask_actor.hpp"
#include "simulation/simulated_consumer.hpp"

namespace simulation_tests {

using namespace pravega_actor;

namespace {

constexpr std::size_t header_bytes = limits::event_header_bytes;

}  // namespace

consumer_workload::consumer_workload(pravega_sandbox::simulation& world, consumer_size size)
    : world_{world}, size_{size} {}

// --- the writer -----------------------------------------------------------------------------

void consumer_workload::open_writer() {
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

void consumer_workload::write_some() {
  auto burst = 1 + world_.random() % 4;
  while (written_ < size_.events && burst-- > 0) {
    const auto key = "key-" + std::to_string(world_.random() % 7);
    const auto payload = std::to_string(written_) +
                         std::string(static_cast<std::size_t>(world_.random() % 90), 'x');
    const auto added =
        writer_.try_write(key, as_bytes(payload), [this](const write_result& outcome) {
          if (outcome.outcome) ++durable_;
        });
    if (!added) return complain("write: " + added.error().to_string());
    ++written_;
  }
  const auto pause = world_.chance(0.1) ? world_.random() % 300 : world_.random() % 12;
  if (written_ < size_.events)
    world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this] { write_some(); });
}

// --- the reader and its consumers -----------------------------------------------------------

void consumer_workload::open_reader(const read_start& start) {
  auto options = client_->default_reader_options();
  options.start = start;
  options.request_bytes = 256;
  create_reader_actor(*client_, stream_, options,
                      [this, start](result<stream_reader_handle> opened) {
                        if (opened) return use(*opened);
                        world_.after(milliseconds{500}, [this, start] {
                          if (!over_) open_reader(start);
                        });
                      });
}

void consumer_workload::use(const stream_reader_handle& opened) {
  reader_ = opened;
  ++readers_;
  highest_ = 0;
  changing_ = false;
  add_consumer();
}

void consumer_workload::add_consumer() {
  if (over_ || changing_) return;
  world_.note("consumer " + std::to_string(++consumers_));
  // The earlier one still processes what it holds, for a while.
  world_.after(
      milliseconds{static_cast<std::int64_t>(world_.random() % 500)},
      [old = consumer_] { caf::anon_send_exit(old, caf::exit_reason::user_shutdown); });
  consumer_ = world_.system().spawn(simulated_consumer,
                                    consumer_setup{this, reader_, readers_, consumers_});
}

void consumer_workload::consumer_ended(std::uint64_t consumer, bool crashed) {
  if (!crashed) return;
  ++counters_.crashes;
  world_.note("consumer " + std::to_string(consumer) + " crashed");
  if (consumer != consumers_) return;
  world_.after(milliseconds{static_cast<std::int64_t>(world_.random() % 200)},
               [this, consumer] {
                 if (consumer == consumers_) add_consumer();
               });
}

void consumer_workload::received(std::uint64_t reader, std::uint64_t number) {
  if (reader != readers_) return;
  if (number > highest_ + 1) complain("item " + std::to_string(number) + " came too early");
  if (number <= highest_) ++counters_.redelivered;
  highest_ = std::max(highest_, number);
}

void consumer_workload::reading_ended(const reader_ended& how) {
  if (!how.outcome && how.outcome.error() == errc::closed) return;
  complain("reading ended: " +
           (how.outcome ? std::string{"everything is read"} : how.outcome.error().to_string()));
}

void consumer_workload::commit(const event_slice& slice) {
  auto& of = ledger_[slice.in().id];
  for (const auto each : slice)
    of[each.offset] = as_text(each.payload);
}

// --- disturbances ---------------------------------------------------------------------------

void consumer_workload::disturb_sometimes() {
  if (over_ || all_released_) return;
  if (reader_ && !changing_ && world_.chance(0.15)) {
    ++counters_.takeovers;
    add_consumer();
  }
  if (counters_.scales < size_.scales && world_.chance(0.3)) scale_once();
  if (counters_.reader_changes < size_.reader_changes && world_.chance(0.2)) change_reader();
  world_.after(milliseconds{static_cast<std::int64_t>(100 + world_.random() % 400)},
               [this] { disturb_sometimes(); });
}

void consumer_workload::change_reader() {
  if (!reader_ || changing_) return;
  changing_ = true;
  ++counters_.reader_changes;
  ask<reader_closed>(world_.system(), reader_, close_reader{},
                     [this](const reader_closed& closed) {
                       if (!closed.outcome)
                         complain("closed: " + closed.outcome.error().to_string());
                       check_position(closed.position);
                       open_reader(closed.position);
                     });
}

// Splits one segment or merges two neighbours.
void consumer_workload::scale_once() {
  auto answer = world_.control(controller::get_current_segments{stream_});
  if (!answer) return complain("scale: " + answer.error().to_string());
  const auto current = answer->get<controller::segment_ranges>().segments;
  const auto at = static_cast<std::size_t>(world_.random() % current.size());
  const auto& range = current[at].range;
  controller::scale_stream what{stream_, {current[at].id}, {}, 0};
  if (at + 1 < current.size() && world_.chance(0.5)) {
    what.sealed.push_back(current[at + 1].id);
    what.ranges = {{range.low, current[at + 1].range.high}};
  } else {
    const double middle = (range.low + range.high) / 2;
    what.ranges = {{range.low, middle}, {middle, range.high}};
  }
  auto scaled = world_.control(what);
  if (!scaled) return complain("scale: " + scaled.error().to_string());
  ++counters_.scales;
  world_.note("scaled");
}

// --- checks ---------------------------------------------------------------------------------

// Everything before a released position is processed.
void consumer_workload::check_position(const stream_cut& position) {
  for (const auto& [id, offset] : position.offsets) {
    std::int64_t reached = 0;
    for (const auto& [at, payload] : ledger_[id]) {
      if (at != reached || at >= offset) break;
      reached = at + static_cast<std::int64_t>(header_bytes + payload.size());
    }
    if (reached < offset)
      complain("the position " + position.to_string() + " lies beyond what is processed, " +
               std::to_string(reached) + " in " + segment{stream_, id}.to_string());
  }
}

consumer_workload::offsets consumer_workload::tail() {
  offsets found;
  auto answer = world_.control(controller::get_current_segments{stream_});
  if (!answer) return found;
  for (const auto& each : answer->get<controller::segment_ranges>().segments) {
    auto& at = found[each.id];
    for (const auto& payload : world_.events_of(segment{stream_, each.id}.to_string()))
      at += static_cast<std::int64_t>(header_bytes + payload.size());
  }
  return found;
}

void consumer_workload::look_whether_all_is_released() {
  if (over_ || all_released_) return;
  if (reader_ && !changing_ && durable_ == size_.events)
    ask<reader_position>(world_.system(), reader_, get_position{},
                         [this](const reader_position& at) {
                           if (at.released.offsets == tail()) all_released_ = true;
                         });
  world_.after(milliseconds{200}, [this] { look_whether_all_is_released(); });
}

void consumer_workload::check_ledger() {
  std::map<std::string, std::vector<std::string>> processed;
  for (const auto& [id, events] : ledger_)
    for (const auto& [offset, payload] : events)
      processed[segment{stream_, id}.to_string()].push_back(payload);
  std::size_t count = 0;
  for (const auto& name : world_.segments_of(stream_)) {
    const auto stored = world_.events_of(name);
    count += stored.size();
    if (processed[name] != stored)
      complain(name + " holds " + std::to_string(stored.size()) + " events, " +
               std::to_string(processed[name].size()) + " were processed");
  }
  if (count != size_.events) complain("the workload was not written whole");
}

// --- the run --------------------------------------------------------------------------------

std::vector<std::string> consumer_workload::run() {
  actors_before_ = world_.live_actors();
  world_.create_stream(stream_, size_.segments);
  stream_config any;
  any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
  (void)world_.control(controller::update_stream{stream_, any});
  config settings;
  settings.restart_intensity_max = 100000;
  client_ = std::make_unique<client>(world_.make_client(settings));
  open_writer();
  open_reader(read_from_head{});
  disturb_sometimes();
  look_whether_all_is_released();
  if (!world_.run_until([this] { return all_released_; }, seconds{900}))
    complain("not everything was processed and released: no liveness");
  check_ledger();
  close_all();
  end_world();
  return trouble_;
}

void consumer_workload::close_all() {
  over_ = true;
  world_.heal();
  bool reader_done = !reader_;
  if (reader_)
    ask<reader_closed>(world_.system(), reader_, close_reader{},
                       [&](const reader_closed& closed) {
                         reader_done = true;
                         if (closed.position.offsets != tail())
                           complain("the last position is not the tail");
                       });
  if (!world_.run_until([&] { return reader_done; }, seconds{120}))
    complain("the reader did not close");
  bool done = false;
  writer_ = {};
  client_->close_async(seconds{60}, [&](const client_close_report&) { done = true; });
  if (!world_.run_until([&] { return done; }, seconds{120}))
    complain("the client did not close");
}

void consumer_workload::end_world() {
  reader_ = nullptr;
  consumer_ = nullptr;
  world_.run_for(seconds{200});
  client_.reset();
  world_.run_for(seconds{200});
  if (world_.open_connections() != 0) complain("connections are left");
  if (world_.live_actors() != actors_before_)
    complain(std::to_string(world_.live_actors() - actors_before_) + " actors are left");
}

}  // namespace simulation_tests
