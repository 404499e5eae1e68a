// What a member learns.
#include "group_reader/member_machine.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "group/group_shares.hpp"

namespace pravega_actor::internal {

segment_offsets member_machine::positions() const {
  segment_offsets all;
  for (const auto& [of, what] : held_)
    all.emplace(of, what.released);
  return all;
}

position member_machine::released() const {
  position all;
  for (const auto& [of, what] : held_)
    all.segments.emplace(of, position::entry{what.at.range, what.released});
  return all;
}

// --- the synchronizer -----------------------------------------------------------------------

void member_machine::take(seen_state now, const moment& at) {
  state_ = std::move(now.state);
  bytes_since_compaction_ = now.bytes_since_compaction;
  trouble_since_.reset();
  if (decisions_) {
    decisions_->on_fetched(*state_, at.now);
    if (is_next_to_acquire(*state_, setup_.reader)) decisions_->on_segments_freed(at.now);
  }
  if (setup_.lease > duration{0}) watch_others(at);
}

void member_machine::watch_others(const moment& at) {
  std::erase_if(others_, [&](const auto& each) { return !state_->is_online(each.first); });
  const auto& distances = state_->content().distance_to_tail;
  for (const auto& [reader, owned] : state_->content().assigned) {
    if (reader == setup_.reader) continue;
    const auto reported = distances.find(reader);
    const auto distance = reported == distances.end() ? 0 : reported->second;
    auto [known, fresh] = others_.try_emplace(reader);
    auto& sign = known->second;
    if (!fresh && sign.distance_ms == distance && sign.segments == owned.size()) continue;
    sign = {distance, owned.size(), at.now};
  }
}

void member_machine::bury(const segment_offsets& positions) {
  for (const auto& [of, offset] : positions)
    held_.emplace(of, held{{of, unknown_range}, phase::at_end, offset, offset, false, {}});
  life_ = life::member;
  has_left_ = false;
  leaving_ = true;
}

void member_machine::end_now(const result<void>& outcome) {
  life_ = life::ended;
  waits_ = waits::for_nothing;
  todo_.emplace_back(end{failure_ ? result<void>{*failure_} : outcome});
}

// A member that fails leaves the group, so that others read on. One that is offline has left.
void member_machine::fail(const error& why) {
  if (life_ == life::ended) return;
  if (why.code() == errc::reader_offline) has_left_ = true;
  if (life_ == life::outside || leaving_ || has_left_) return end_now(why);
  failure_ = why;
  leaving_ = true;
  todo_.emplace_back(stop_reading{why});
}

// Another attempt may help. Leaving may be tried again though it may have been done: the next
// state shows it.
void member_machine::bear(const error& why, const moment& at) {
  const bool in_doubt = leaving_ && why.code() == errc::outcome_unknown;
  if (!why.retriable() && !in_doubt) return fail(why);
  if (!trouble_since_) trouble_since_ = at.now;
  if (at.now - *trouble_since_ >= setup_.recovery_timeout) return fail(why);
  try_again_ = at.now + group_times::unit;
}

// Only this reader's own writes change what is assigned to it while it is online. Anything else
// means that it was taken offline, and perhaps that another one came under its name.
bool member_machine::assigned_as_held() const {
  const auto* assigned = state_->assigned(setup_.reader);
  if (assigned == nullptr || assigned->size() != held_.size()) return false;
  return std::all_of(assigned->begin(), assigned->end(),
                     [&](const auto& each) { return held_.contains(each.first.name); });
}

void member_machine::on_fetched(result<seen_state> got, const moment& at) {
  waits_ = waits::for_nothing;
  if (!got) return bear(got.error(), at);
  take(*std::move(got), at);
  may_compact_ = true;
}

void member_machine::on_proposed(bool accepted, seen_state now, const moment& at) {
  const auto what = std::exchange(waits_, waits::for_nothing);
  take(std::move(now), at);
  if (accepted)
    on_accepted(what, at);
  else if (what == waits::for_acquisition)
    decisions_->on_outraced(at.now, at.random);
  proposed_.clear();
}

// A write that is in doubt may still come: the member then leaves, since leaving is right after
// any of its writes.
void member_machine::on_proposal_failed(const error& why, const moment& at) {
  // Joining may have been done.
  const bool in_doubt = why.code() == errc::outcome_unknown;
  if (waits_ == waits::for_joining && in_doubt) on_joined(at);
  in_doubt_ = in_doubt_ || in_doubt;
  waits_ = waits::for_nothing;
  proposed_.clear();
  bear(why, at);
}

void member_machine::on_accepted(waits what, const moment& at) {
  switch (what) {
    case waits::for_joining:
      return on_joined(at);
    case waits::for_leaving:
      has_left_ = true;
      return end_now({});
    case waits::for_acquisition:
      hold_acquired();
      return decisions_->on_rebalanced(*state_, at.now);
    case waits::for_completion:
      drop(phase::complete);
      return decisions_->on_segments_freed(at.now);
    case waits::for_giving_back:
      drop(phase::drained);
      return decisions_->on_rebalanced(*state_, at.now);
    case waits::for_checkpoint:
      return decisions_->on_checkpoint(*state_, at.now);
    case waits::for_confirmation:
      if (!confirmation_ || confirmation_->checkpoint != proposed_checkpoint_) return;
      confirmation_.reset();
      return begin_to_give_back(at);
    default:
      return;
  }
}

void member_machine::on_joined(const moment& at) {
  life_ = life::member;
  has_left_ = false;
  decisions_.emplace(setup_.reader, state_->config(), at.now, setup_.initial_delay, at.random);
  decisions_->on_fetched(*state_, at.now);
}

void member_machine::hold_acquired() {
  for (const auto& name : proposed_)
    if (const auto* at = find_segment(*state_->assigned(setup_.reader), name))
      hold(*at, state_->assigned(setup_.reader)->at(*at));
}

void member_machine::hold(const group_segment& at, std::int64_t offset) {
  held fresh{at, phase::reading, offset, offset, false, {}};
  if (is_read_to_end(*state_, at.name, offset)) {
    held_.insert_or_assign(at.name, std::move(fresh));
    return on_end_released({at.name, offset, offset < 0});
  }
  held_.insert_or_assign(at.name, std::move(fresh));
  std::optional<std::int64_t> limit;
  if (state_->is_end_segment(at.name) &&
      state_->end_offset(at.name) != std::numeric_limits<std::int64_t>::max())
    limit = state_->end_offset(at.name);
  todo_.emplace_back(begin_segment{at.name, offset, limit});
}

// The segments of the last proposal are not this reader's any more.
void member_machine::drop(phase now) {
  for (const auto& name : proposed_) {
    const auto at = held_.find(name);
    if (at == held_.end() || at->second.now != now) continue;
    held_.erase(at);
    if (now == phase::complete) todo_.emplace_back(stop_segment{name});
  }
}

void member_machine::on_appended(const result<void>& outcome, const moment& at) {
  waits_ = waits::for_nothing;
  if (!outcome) return bear(outcome.error(), at);
  trouble_since_.reset();
}

// The next fetch shows whether it was done.
void member_machine::on_compacted(const result<void>&) {
  waits_ = waits::for_nothing;
}

// --- others ---------------------------------------------------------------------------------

void member_machine::on_stopped(const segment& of, std::int64_t handed_out) {
  const auto at = held_.find(of);
  if (at == held_.end() || at->second.now != phase::draining) return;
  auto& what = at->second;
  what.handed_out = what.given_back ? what.handed_out : handed_out;
  if (what.released >= what.handed_out) what.now = phase::drained;
}

void member_machine::on_successors(const segment& of, result<successors> found) {
  const auto at = held_.find(of);
  if (at == held_.end() || at->second.now != phase::ended) return;
  if (!found) return fail(found.error());
  at->second.next = *std::move(found);
  at->second.now = phase::complete;
}

void member_machine::on_published(const result<void>& outcome, const moment& at) {
  publishing_ = false;
  if (outcome) published_ = std::move(publishing_positions_);
  report_published_ = static_cast<bool>(outcome);
  publish_again_ = at.now + group_times::config_window;
}

void member_machine::on_config(result<group_init> got) {
  asking_config_ = false;
  if (got) reset_ = *std::move(got);
}

void member_machine::on_end_delivered(const segment& of) {
  const auto at = held_.find(of);
  if (at != held_.end() && at->second.now == phase::reading) at->second.now = phase::at_end;
}

bool member_machine::on_released(const segment& of, std::int64_t offset) {
  has_read_ = true;
  const auto at = held_.find(of);
  if (at == held_.end() || leaving_) return false;
  auto& what = at->second;
  // What was given back early is not processed, whatever is released later.
  if (what.given_back || what.now == phase::ended || what.now == phase::complete) return false;
  what.released = offset;
  if (what.now != phase::draining || offset < what.handed_out) return false;
  what.now = phase::drained;
  return true;
}

void member_machine::on_end_released(const segment_end& at) {
  const auto found = held_.find(at.in);
  if (found == held_.end() || leaving_) return;
  auto& what = found->second;
  if (what.now != phase::reading && what.now != phase::at_end) return;
  what.released = at.sealed ? -1 : at.offset;
  const bool last = !at.sealed || state_->is_end_segment(at.in);
  what.now = last ? phase::complete : phase::ended;
  if (!last) todo_.emplace_back(ask_successors{at.in});
}

std::optional<std::string> member_machine::checkpoint_to_deliver() const {
  if (life_ != life::member || finished_ || delivered_ || confirmation_) return std::nullopt;
  for (auto& id : state_->checkpoints_for(setup_.reader))
    if (!is_silent_checkpoint(id)) return std::move(id);
  return std::nullopt;
}

void member_machine::on_checkpoint_released(const std::string& name) {
  if (delivered_ != name || leaving_) return;
  delivered_.reset();
  offered_.reset();
  if (state_->owes(setup_.reader, name)) confirmation_ = confirmation_due{name, positions()};
}

result<void> member_machine::give_back(const segment& of, std::int64_t offset) {
  const auto at = held_.find(of);
  const bool held_now =
      at != held_.end() && at->second.now != phase::ended && at->second.now != phase::complete;
  if (!held_now || at->second.given_back)
    return error{errc::invalid_argument, "the reader does not hold the segment any more"}
        .with_subject(of.to_string());
  auto& what = at->second;
  if (offset < what.released)
    return error{errc::invalid_argument, "the offset lies before the released position"}
        .with_subject(of.to_string());
  what.given_back = true;
  what.released = what.handed_out = offset;
  drain(of, what);
  return {};
}

}  // namespace pravega_actor::internal
