#include "simulation/named_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

namespace {

/// Longer than what a plan from a seed holds back: silence, late delivery and seals together.
constexpr seconds all_has_landed{20};

constexpr std::size_t parts_above_bytes = 64;

std::string key_of_number(event_number number) {
  return number % 5 == 0 ? std::string{} : "k" + std::to_string(number % 4);
}

}  // namespace

named_workload::named_workload(pravega_sandbox::simulation& world, named_size size)
    : world_{world}, size_{size} {}

// --- a process ------------------------------------------------------------------------------

void named_workload::start(line& of) {
  if (over_ || of.done) return;
  auto who = std::make_shared<process>();
  who->of = &of;
  who->label = of.name + "-" + std::to_string(of.lives.size());
  auto ports = world_.ports();
  who->network = std::make_shared<mortal_network>(world_, ports.connections);
  ports.connections = who->network;
  config settings;
  settings.restart_intensity_max = 100000;
  auto made = make_client(world_.system(), settings, std::move(ports));
  if (!made) return trouble_.push_back(who->label + ": " + made.error().to_string());
  who->client = std::make_unique<client>(std::move(*made));
  of.lives.push_back(who);
  world_.note(who->label + " begins");
  open(who);
}

void named_workload::open(const living& who) {
  auto options = who->client->default_writer_options();
  options.block_bytes_max = 128;
  options.blocks_in_flight_max = 4;
  options.outstanding_bytes_max = 4096;
  options.name = who->of->name;
  if (size_.large)
    options.large_events = large_event_options{1u << 20, parts_above_bytes, 24, 3};
  who->client->create_writer_async(stream_, options, [this, who](result<event_writer> opened) {
    if (who->dead || over_) return;
    if (opened) return on_opened(who, std::move(*opened));
    ++counters_.not_opened;
    world_.note(who->label + " does not open: " + opened.error().to_string());
    // Perhaps the supervisor of its client was killed: another process begins.
    world_.after(milliseconds{300}, [this, who] { on_failure(who, errc::actor_terminated); });
  });
}

void named_workload::on_opened(const living& who, event_writer writer) {
  who->writer = std::move(writer);
  const auto stored = who->writer.stored();
  world_.note(who->label + " goes on behind " + std::to_string(stored.everywhere()) + ", " +
              std::to_string(stored.highest()));
  if (stored.highest() > 0) ++counters_.resumed;
  // From there, or from anywhere before.
  who->next = stored.everywhere() + 1;
  if (world_.chance(0.4))
    who->next =
        1 + static_cast<event_number>(world_.random() % static_cast<std::uint64_t>(who->next));
  for (auto number = who->next; number <= size_.events; ++number)
    if (number <= stored.highest()) ++counters_.recognised;
  write_some(who);
}

std::string named_workload::payload_of(const line& of, event_number number) const {
  const auto filling = size_.large && number % 3 == 0
                           ? parts_above_bytes + static_cast<std::size_t>(number % 7) * 20
                           : 0;
  return named_history::payload_of(of.name, key_of_number(number), number, filling);
}

result<event_ticket> named_workload::pass_on(const living& who, event_number number) {
  const auto key = key_of_number(number);
  const auto payload = payload_of(*who->of, number);
  if (payload.size() > parts_above_bytes) ++counters_.large;
  const auto done = [this, who, payload](const write_result& outcome) {
    if (outcome.durable) history_.durable(payload);
    if (!outcome.outcome && !who->dead && !over_)
      world_.after(milliseconds{1},
                   [this, who, why = outcome.outcome.error()] { on_failure(who, why); });
  };
  std::optional<std::string_view> chosen;
  if (!key.empty()) chosen = key;
  return who->writer.try_write_numbered(number, chosen, as_bytes(payload), done);
}

bool named_workload::write_one(const living& who) {
  const auto added = pass_on(who, who->next);
  if (added) {
    ++who->next;
    return true;
  }
  if (added.error() == errc::would_block)
    who->writer.when_writable(payload_of(*who->of, who->next).size(), [this, who] {
      world_.after(milliseconds{1}, [this, who] { write_some(who); });
    });
  else
    on_failure(who, added.error());
  return false;
}

void named_workload::write_some(const living& who) {
  if (who->dead || over_ || who->of->done) return;
  auto burst = 1 + world_.random() % 8;
  while (who->next <= size_.events && burst-- > 0)
    if (!write_one(who)) return;
  if (who->next > size_.events) return finish(who);
  const auto pause = world_.chance(0.3) ? world_.random() % 300 : world_.random() % 5;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)},
               [this, who] { write_some(who); });
}

void named_workload::finish(const living& who) {
  who->writer.flush_async([this, who](const result<void>& flushed) {
    if (who->dead || over_) return;
    if (!flushed)
      return world_.after(milliseconds{1},
                          [this, who, why = flushed.error()] { on_failure(who, why); });
    who->of->done = true;
    world_.note(who->label + " has written all");
  });
}

// A writer has failed: its process ends, and the next one begins.
void named_workload::on_failure(const living& who, const error& why) {
  if (who->dead || over_) return;
  // The outcome of one event may say less than the writer does.
  const bool fenced = why == errc::writer_fenced || who->writer.status().last_failure.find(
                                                        "under the name") != std::string::npos;
  ++(fenced ? counters_.fenced : counters_.failed);
  world_.note(who->label + " fails: " + why.to_string());
  const bool last = who->of->lives.back() == who;
  end(who);
  // One that was fenced leaves the rest to who fenced it.
  if (last) replace_later(*who->of);
}

void named_workload::end(const living& who) {
  who->dead = true;
  who->network->die();
  who->writer = {};
  // What remains of it reaches nobody.
  who->client->close_async(seconds{1}, [](const client_close_report&) {});
}

void named_workload::replace_later(line& of) {
  const auto pause = world_.chance(0.5) ? world_.random() % 3 : world_.random() % 500;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this, &of] { start(of); });
}

// --- what disturbs --------------------------------------------------------------------------

void named_workload::disturb_sometimes(line& of) {
  if (over_ || of.done || of.ends >= size_.ends) return;
  const auto pause = world_.chance(0.4) ? world_.random() % 20 : world_.random() % 900;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this, &of] {
    if (over_ || of.done) return;
    const auto last = of.lives.back();
    const bool begun = last->writer.valid() && !last->dead;
    if (begun || world_.chance(0.2)) {
      ++of.ends;
      if (size_.rivals && world_.chance(0.3)) {
        ++counters_.rivals;
        world_.note(last->label + " gets a rival");
        start(of);
      } else if (!last->dead) {
        ++counters_.killed;
        world_.note(last->label + " is killed");
        end(last);
        replace_later(of);
      }
    }
    disturb_sometimes(of);
  });
}

// Splits a segment or merges two neighbours, or makes two of two others.
void named_workload::scale_sometimes() {
  if (over_ || all_done() || counters_.scales >= size_.scales) return;
  const auto pause = world_.chance(0.4) ? world_.random() % 20 : world_.random() % 700;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this] {
    if (over_ || all_done()) return;
    const auto current = world_.current_segments(stream_);
    const auto at = static_cast<std::size_t>(world_.random() % current.size());
    bool scaled = false;
    if (at + 1 < current.size() && world_.chance(0.2)) {
      const auto low = current[at].range.low;
      const auto high = current[at + 1].range.high;
      const auto cut = low + (high - low) / 3;
      scaled =
          world_
              .control(controller::scale_stream{
                  stream_, {current[at].id, current[at + 1].id}, {{low, cut}, {cut, high}}, 0})
              .has_value();
    } else if (at + 1 < current.size() && world_.chance(0.6)) {
      scaled = world_.merge(stream_, {current[at].id, current[at + 1].id});
    } else {
      scaled = world_.split(stream_, current[at].id);
    }
    if (scaled) {
      ++counters_.scales;
      world_.note("scaled");
    }
    scale_sometimes();
  });
}

bool named_workload::all_done() const {
  for (const auto& each : lines_)
    if (!each->done) return false;
  return true;
}

// --- the run --------------------------------------------------------------------------------

std::vector<std::string> named_workload::run() {
  actors_before_ = world_.live_actors();
  world_.create_stream(stream_, size_.segments);
  stream_config any;
  any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
  (void)world_.control(controller::update_stream{stream_, any});
  for (std::size_t i = 0; i < size_.names; ++i) {
    lines_.push_back(std::make_unique<line>());
    auto& mine = *lines_.back();
    mine.name = "name-" + std::to_string(i);
    for (event_number number = 1; number <= size_.events; ++number)
      history_.wants(payload_of(mine, number));
    start(mine);
    disturb_sometimes(mine);
  }
  scale_sometimes();
  if (!world_.run_until([this] { return all_done(); }, seconds{900}))
    trouble_.push_back("not everything was written: no liveness");
  over_ = true;
  world_.heal();
  check_end();
  return trouble_;
}

void named_workload::check_end() {
  for (const auto& each : lines_)
    for (const auto& who : each->lives)
      if (!who->dead) end(who);
  world_.run_for(all_has_landed);
  for (auto& each : history_.check(world_.stored_events_of(stream_)))
    trouble_.push_back(std::move(each));
  for (const auto& each : lines_)
    each->lives.clear();
  if (!world_.run_until([this] { return world_.live_actors() <= actors_before_; },
                        seconds{600}))
    trouble_.push_back("actors are left: " + std::to_string(world_.live_actors()));
}

}  // namespace simulation_tests
