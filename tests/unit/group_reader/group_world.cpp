#include "unit/group_reader/group_world.hpp"

#include <algorithm>

#include "group/group_shares.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace {

const scoped_stream stream{"scope", "stream"};

}  // namespace

group_world::group_world(const options& what) : options_{what}, random_{what.seed} {
  group_init init;
  init.config.automatic_checkpoint_interval_ms = what.checkpoint_interval_ms;
  init.config.group_refresh_time_ms = 500;
  for (int i = 0; i < what.segments; ++i) {
    const double width = 1.0 / what.segments;
    const segment name{stream, {next_number_++, 0}};
    stored_[name].at = {name, {width * i, width * (i + 1)}};
    init.starting_segments.add({name, unknown_range}, 0);
  }
  states_.push_back(std::make_shared<const group_state>(*group_state::create(init)));
  for (int i = 0; i < what.members; ++i)
    add_member();
}

// --- time -----------------------------------------------------------------------------------

group_world::machine::moment group_world::moment() {
  return {now_,
          1'700'000'000'000 +
              std::chrono::duration_cast<milliseconds>(now_.time_since_epoch()).count(),
          static_cast<double>(random_.below(1'000)) / 1'000.0,
          {random_(), random_()}};
}

void group_world::at(duration later, std::function<void()> what) {
  agenda_.emplace(now_ + later, std::move(what));
}

void group_world::run(duration how_long, bool disturbed) {
  disturbed_ = disturbed;
  const auto until = now_ + how_long;
  if (disturbed) disturb(++runs_);
  while (!agenda_.empty() && agenda_.begin()->first <= until) {
    auto next = agenda_.extract(agenda_.begin());
    now_ = next.key();
    next.mapped()();
  }
  now_ = until;
  disturbed_ = false;
}

void group_world::complain(const std::string& what) {
  complaints_.push_back(what);
}

// --- members --------------------------------------------------------------------------------

void group_world::add_member() {
  auto fresh = std::make_unique<member>();
  fresh->name = "reader-" + std::to_string(members_.size());
  machine::setup setup;
  setup.reader = fresh->name;
  setup.recovery_timeout = seconds{60};
  setup.releases_between_checkpoints = options_.releases_between_checkpoints;
  setup.lease = options_.lease;
  fresh->machine_ = machine{setup};
  members_.push_back(std::move(fresh));
  const auto which = members_.size() - 1;
  step(which);
  application(which);
}

void group_world::forgive(const member& whose) {
  for (const auto& each : whose.unreleased)
    for (auto event = each.from / event_bytes; event < each.to / event_bytes; ++event)
      stored_[each.of].forgiven.insert(event);
}

void group_world::bury(member& whose) {
  whose.alive = false;
  forgive(whose);
}

void group_world::vanish(std::size_t which) {
  auto& whose = *members_[which];
  for (const auto& [of, events] : whose.handed_out)
    stored_[of].forgiven.insert(events.begin(), events.end());
  bury(whose);
}

void group_world::kill_member(std::size_t which) {
  auto& whose = *members_[which];
  if (!whose.alive) return;
  bury(whose);
  at(milliseconds{random_.below(3'000)}, [this, which] { take_offline(which, true); });
}

// The positions are those that the member had released: what a supervisor knows. A peer gives
// none; the group goes on at the last checkpoint.
void group_world::take_offline(std::size_t which, bool with_positions) {
  auto& whose = *members_[which];
  if (!state().is_online(whose.name)) return;
  if (!with_positions) {
    // The living reader handed out events since its last confirmed position.
    for (const auto& [of, events] : whose.handed_out)
      stored_[of].forgiven.insert(events.begin(), events.end());
    forgive(whose);
    whose.suspected = true;
    at(seconds{4}, [this, which] {
      if (members_[which]->alive) complain("a reader did not notice that it is offline");
    });
  }
  const auto positions = with_positions ? whose.machine_.positions() : segment_offsets{};
  if (!apply({remove_reader{whose.name, positions}})) complain("a reader could not be removed");
}

std::size_t group_world::segments_of(std::size_t which) const {
  const auto* assigned = state().assigned(members_[which]->name);
  return assigned == nullptr ? 0 : assigned->size();
}

std::size_t group_world::finished_members() const {
  return static_cast<std::size_t>(std::count_if(
      members_.begin(), members_.end(), [](const auto& each) { return each->finished; }));
}

void group_world::step(std::size_t which) {
  auto& whose = *members_[which];
  for (bool again = whose.alive; again && whose.alive;) {
    again = false;
    for (const auto& what : whose.machine_.step(moment()))
      perform(which, what, again);
  }
}

group_world::machine::seen_state group_world::newest(std::size_t which) {
  members_[which]->view = states_.size();
  return {states_.back(), 0};
}

bool group_world::apply(const std::vector<group_update>& updates) {
  auto next = *states_.back();
  if (auto applied = next.apply(updates); !applied) {
    complain("an update does not fit: " + applied.error().detail());
    return false;
  }
  states_.push_back(std::make_shared<const group_state>(std::move(next)));
  for (const auto& id : state().content().checkpoints.checkpoints)
    if (const auto* positions = state().positions(id);
        positions != nullptr && !is_silent_checkpoint(id) && judged_.insert(id).second)
      judge_checkpoint(id, *positions);
  return true;
}

void group_world::answer_proposal(std::size_t which, const std::vector<group_update>& updates) {
  auto& whose = *members_[which];
  if (!whose.alive) return;
  const bool accepted = whose.view == states_.size();
  if (accepted) (void)apply(updates);
  whose.machine_.on_proposed(accepted, newest(which), moment());
  step(which);
}

// It was not written; or nobody knows, and it was or was not.
void group_world::fail_proposal(std::size_t which, const std::vector<group_update>& updates) {
  auto& whose = *members_[which];
  const auto how = random_.below(4);
  if (how == 0 && whose.view == states_.size()) (void)apply(updates);
  const error why{how < 2 ? errc::outcome_unknown : errc::connection_lost};
  whose.machine_.on_proposal_failed(why, moment());
  step(which);
}

// Carried out after a while, if the member lives.
void group_world::later(std::size_t which, std::function<void(bool fails)> then) {
  const bool fails = disturbed_ && options_.faults.outages && random_.below(20) == 0;
  at(milliseconds{1 + random_.below(20)}, [this, which, then, fails] {
    if (members_[which]->alive) then(fails);
  });
}

bool group_world::ask_synchronizer(std::size_t which, const machine::action& what) {
  if (std::holds_alternative<machine::fetch>(what)) {
    later(which, [this, which](bool fails) {
      auto& m = members_[which]->machine_;
      if (fails)
        m.on_fetched(error{errc::connection_lost}, moment());
      else
        m.on_fetched(newest(which), moment());
      step(which);
    });
    return true;
  }
  if (const auto* write = std::get_if<machine::propose>(&what)) {
    later(which, [this, which, updates = write->updates](bool fails) {
      if (!fails) return answer_proposal(which, updates);
      fail_proposal(which, updates);
    });
    return true;
  }
  const auto* append = std::get_if<machine::append>(&what);
  if (append == nullptr) return false;
  later(which, [this, which, updates = append->updates](bool) {
    (void)apply(updates);
    members_[which]->machine_.on_appended({}, moment());
    step(which);
  });
  return true;
}

void group_world::end_member(member& whose, const machine::end& how) {
  const bool expected = how.outcome || how.outcome.error() == errc::reader_offline ||
                        how.outcome.error() == errc::outcome_unknown;
  if (!expected) complain(whose.name + " ended: " + how.outcome.error().to_string());
  if (!whose.machine_.has_left()) complain(whose.name + " ended without having left");
  bury(whose);
}

void group_world::perform(std::size_t which, const machine::action& what, bool& again) {
  auto& whose = *members_[which];
  if (ask_synchronizer(which, what)) return;
  if (std::holds_alternative<machine::compact>(what)) {
    whose.machine_.on_compacted({});
    again = true;
  } else if (const auto* begin = std::get_if<machine::begin_segment>(&what)) {
    whose.reading[begin->of] = {begin->offset, begin->end};
  } else if (const auto* stop = std::get_if<machine::stop_segment>(&what)) {
    const auto stopped = whose.reading.extract(stop->of);
    whose.machine_.on_stopped(stop->of, stopped ? stopped.mapped().offset : 0);
    again = true;
  } else if (const auto* ask = std::get_if<machine::ask_successors>(&what)) {
    later(which, [this, which, of = ask->of](bool) {
      members_[which]->machine_.on_successors(of, successors_of(of));
      step(which);
    });
  } else if (const auto* wake = std::get_if<machine::wake>(&what)) {
    whose.wake = wake->at;
    at(wake->at - now_, [this, which] {
      if (now_ >= members_[which]->wake) step(which);
    });
  } else if (std::holds_alternative<machine::finish>(what)) {
    whose.finished = true;
  } else if (const auto* end = std::get_if<machine::end>(&what)) {
    end_member(whose, *end);
  } else if (std::holds_alternative<machine::stop_reading>(what)) {
    whose.reading.clear();
    whose.stopped = true;
    forgive(whose);
    at(seconds{1}, [this] { add_member(); });
  }
}

group_world::machine::successors group_world::successors_of(const segment& of) const {
  machine::successors all;
  for (const auto& next : stored_.at(of).successors) {
    const auto& found = stored_.at(next);
    auto& ids = all[found.at];
    for (const auto& before : found.predecessors)
      ids.insert(before.id.value());
  }
  return all;
}

// --- the application ------------------------------------------------------------------------

void group_world::application(std::size_t which) {
  if (!members_[which]->alive) return;
  hand_out(which);
  if (random_.below(3) != 0) release(which);
  at(milliseconds{1 + random_.below(40)}, [this, which] { application(which); });
}

void group_world::hand_out(std::size_t which) {
  auto& whose = *members_[which];
  if (whose.stopped || whose.unreleased.size() >= 5) return;
  if (const auto name = whose.machine_.checkpoint_to_deliver()) {
    whose.machine_.on_checkpoint_delivered(*name);
    whose.before[*name] = whose.handed_out;
    whose.unreleased.push_back({{}, 0, 0, false, *name});
    return;
  }
  if (whose.reading.empty()) return;
  auto chosen = whose.reading.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(whose.reading.size())));
  auto& [of, where] = *chosen;
  const auto& in = stored_.at(of);
  const auto end = where.end.value_or(in.events * event_bytes);
  if (where.offset < end) return hand_out_slice(whose, of, where);
  const bool cut = where.end && where.offset >= *where.end;
  if (!in.sealed && !cut) return;
  whose.unreleased.push_back({of, where.offset, where.offset, true, {}});
  whose.machine_.on_end_delivered(of);
  whose.reading.erase(chosen);
}

void group_world::hand_out_slice(member& to, const segment& of, place& where) {
  auto& in = stored_.at(of);
  for (const auto& before : in.predecessors)
    if (const auto& reads = stored_.at(before).reads;
        std::find(reads.begin(), reads.end(), 0) != reads.end())
      complain(of.to_string() + " was read before its predecessor " + before.to_string());
  const auto left = (where.end.value_or(in.events * event_bytes) - where.offset) / event_bytes;
  const auto count = 1 + static_cast<std::int64_t>(random_.below(
                             static_cast<std::uint64_t>(std::min<std::int64_t>(left, 4))));
  const auto from = where.offset;
  for (auto event = from / event_bytes; event < from / event_bytes + count; ++event) {
    auto& reads = in.reads.at(static_cast<std::size_t>(event));
    if (event > 0 && in.reads.at(static_cast<std::size_t>(event - 1)) == 0)
      complain(of.to_string() + ": an event was skipped");
    if (to.suspected) in.forgiven.insert(event);
    if (++reads > 1) {
      ++read_again_;
      if (!to.suspected && in.forgiven.erase(event) == 0)
        complain(to.name + " read event " + std::to_string(event) + " of " + of.to_string() +
                 " again");
    }
    to.handed_out[of].insert(event);
  }
  where.offset += count * event_bytes;
  to.unreleased.push_back({of, from, where.offset, false, {}});
}

void group_world::release(std::size_t which) {
  auto& whose = *members_[which];
  if (whose.machine_.is_leaving()) return;
  bool due = false;
  for (auto left = random_.below(4); left > 0 && !whose.unreleased.empty(); --left) {
    const auto done = whose.unreleased.front();
    whose.unreleased.pop_front();
    if (!done.checkpoint.empty()) {
      whose.machine_.on_checkpoint_released(done.checkpoint);
      due = true;
    } else if (done.end) {
      const auto& in = stored_.at(done.of);
      const bool sealed = in.sealed && done.to == in.events * event_bytes;
      whose.machine_.on_end_released({done.of, done.to, sealed});
      due = true;
    } else {
      due = whose.machine_.on_released(done.of, done.to) || due;
    }
  }
  if (due) step(which);
}

}  // namespace pravega_actor::test
