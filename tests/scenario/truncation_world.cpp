#include "scenario/truncation_world.hpp"

#include <cstdio>

#include "pravega_actor/routing.hpp"

namespace pravega_actor::scenario {

// --- probe ----------------------------------------------------------------------------------

probe::probe(client_world& of, reader_options options) : of_{of} {
  bool opened = false;
  options.request_bytes = 4 * event_bytes;
  options.prefetch_slices = 1;
  of.user->create_reader_async(of.stream, options,
                               [&opened, held = kept_](result<stream_reader> got) {
                                 opened = true;
                                 if (got)
                                   held->handle = std::move(*got);
                                 else
                                   held->over = got.error();
                               });
  REQUIRE(of.world.run_until([&] { return opened; }, seconds{100}));
}

void probe::take(const read_item& item) {
  auto& log = kept_->log;
  if (const auto* slice = std::get_if<event_slice>(&item)) {
    const auto id = slice->in().id;
    if (log.empty() || log.back().in != id || log.back().events == 0)
      log.push_back({id, {}, 0});
    auto at = slice->offset();
    for (const auto& each : *slice) {
      ++log.back().events;
      // Nothing comes twice, or behind what follows it.
      const auto later = kept_->read.lower_bound({id, at});
      CHECK((later == kept_->read.end() || later->first.first != id));
      kept_->read.emplace(std::pair{id, at}, as_text(each.payload));
      at += event_bytes;
    }
  } else if (const auto* gap = std::get_if<segment_gap>(&item)) {
    kept_->gaps.push_back(*gap);
    log.push_back(
        {gap->in.id, "gap " + std::to_string(gap->from) + " to " + std::to_string(gap->to)});
  } else {
    const auto& end = std::get<segment_end>(item);
    log.push_back({end.in.id, end.sealed ? "end" : "own end"});
  }
}

void probe::drain(std::size_t events_max) {
  while (!kept_->over && kept_->read.size() < events_max) {
    auto item = kept_->handle.try_next();
    if (!item) kept_->over = item.error();
    if (!item || !*item) return;
    take(**item);
  }
}

void probe::read_events(std::size_t count) {
  REQUIRE(of_.world.run_until(
      [&] {
        drain(count);
        return kept_->read.size() >= count;
      },
      seconds{60}));
}

void probe::read_rest() {
  constexpr seconds quiet{10};
  auto last = kept_->log.size();
  do {
    last = kept_->log.size();
    (void)of_.world.run_until(
        [&] {
          drain(static_cast<std::size_t>(-1));
          return kept_->over.has_value();
        },
        quiet);
  } while (!kept_->over && kept_->log.size() != last);
}

texts probe::log() const {
  texts out;
  for (const auto& each : kept_->log) {
    const auto what = each.events > 0 ? std::to_string(each.events) + " events" : each.what;
    out.push_back(std::to_string(each.in.number) + ": " + what);
  }
  return out;
}

std::string probe::outcome() const {
  return kept_->over ? std::string{to_string(kept_->over->code())} : std::string{};
}

stream_cut probe::position() {
  kept_->handle.release();
  return kept_->handle.position();
}

// --- truncation_world -----------------------------------------------------------------------

truncation_world::truncation_world(std::int32_t segments, const fault_plan& plan)
    : w{{}, segments, plan} {
  stream_config any;
  any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
  REQUIRE(w.world.control(controller::update_stream{w.stream, any}));
  writer = w.open();
}

truncation_world::~truncation_world() {
  writer = {};
  w.finish();
}

std::vector<segment_with_range> truncation_world::current() {
  auto answer = w.world.control(controller::get_current_segments{w.stream});
  REQUIRE(answer);
  return answer->get<controller::segment_ranges>().segments;
}

void truncation_world::write_to(segment_id which, int count) {
  std::string key;
  for (const auto& each : current()) {
    for (int i = 0; each.id == which && key.empty(); ++i) {
      const auto position = routing_position(std::to_string(i));
      if (position >= each.range.low && position < each.range.high) key = std::to_string(i);
    }
  }
  REQUIRE_FALSE(key.empty());
  for (; count > 0; --count) {
    char event[16];
    std::snprintf(event, sizeof event, "event-%03d", written++);
    REQUIRE(writer.try_write(key, as_bytes(event), outcomes.sink()));
  }
  const auto all = [this] { return outcomes.told.size() == static_cast<std::size_t>(written); };
  REQUIRE(w.world.run_until(all, seconds{120}));
  for (const auto& each : outcomes.errors)
    UNSCOPED_INFO(each.to_string());
  if (!outcomes.errors.empty()) FAIL(outcomes.errors.front().to_string());
  remember();
}

void truncation_world::scale(std::vector<segment_id> sealed, std::vector<key_range> ranges) {
  REQUIRE(w.world.control(
      controller::scale_stream{w.stream, std::move(sealed), std::move(ranges), 0}));
}

void truncation_world::truncate(const std::map<segment_id, std::int64_t>& at) {
  remember();
  REQUIRE(w.world.control(controller::truncate_stream{cut(at)}));
}

void truncation_world::remember() {
  auto answer = w.world.control(controller::get_head_segments{w.stream});
  REQUIRE(answer);
  const auto& head = answer->get<controller::segment_offsets>().offsets;
  for (const auto& name : w.world.segments_of(w.stream)) {
    const auto id = segment::parse(name)->id;
    const auto at = head.find(id);
    auto offset = at == head.end() ? 0 : at->second;
    for (auto& event : w.world.events_of(name)) {
      held.insert_or_assign({id, offset}, std::move(event));
      offset += event_bytes;
    }
  }
}

reader_options truncation_world::from(read_start start, truncation_policy policy) const {
  auto options = w.user->default_reader_options();
  options.start = std::move(start);
  options.on_truncation = policy;
  return options;
}

void truncation_world::check(probe& done, const std::map<segment_id, std::int64_t>& start) {
  remember();
  auto wanted = held;
  for (const auto& [id, offset] : start)
    std::erase_if(wanted, [&, first = offset, in = id](const auto& each) {
      return each.first.first == in && each.first.second < first;
    });
  for (const auto& gap : done.gaps())
    std::erase_if(wanted, [&](const auto& each) {
      const auto& [in, offset] = each.first;
      return in == gap.in.id && offset >= gap.from && (gap.to < 0 || offset < gap.to);
    });
  CHECK(done.read() == wanted);
  probe next{w, from(done.position())};
  next.read_rest();
  CHECK(next.read().empty());
  CHECK(next.gaps().empty());
  CHECK(next.outcome() == done.outcome());
}

}  // namespace pravega_actor::scenario
