// What a member does.
#include <algorithm>
#include <utility>

#include "group/group_shares.hpp"
#include "group_reader/member_machine.hpp"

namespace pravega_actor::internal {

namespace {

// While something overdue waits for an event, for example a checkpoint for its release.
constexpr milliseconds overdue_pause{250};

}  // namespace

member_machine::actions member_machine::step(const moment& at) {
  if (life_ != life::ended && waits_ == waits::for_nothing && at.now >= try_again_)
    (void)decide(at);
  if (life_ == life::member && !leaving_) look_aside(at);
  if (life_ != life::ended) {
    auto due = try_again_;
    if (decisions_) due = std::max(due, decisions_->next_due(*state_));
    todo_.emplace_back(
        wake{std::clamp(due, at.now + overdue_pause, at.now + group_times::unit)});
  }
  return std::exchange(todo_, {});
}

bool member_machine::write(waits what, std::vector<group_update> updates) {
  if (updates.empty()) return false;
  waits_ = what;
  todo_.emplace_back(propose{std::move(updates)});
  return true;
}

std::int64_t member_machine::distance(const moment& at) const {
  // A lease shows itself by a distance that changes.
  if (setup_.lease > duration{0}) return at.wall_clock_ms;
  return reported_distance_ms(*state_, setup_.reader, at.wall_clock_ms, has_read_);
}

void member_machine::ask_for_state() {
  waits_ = waits::for_state;
  todo_.emplace_back(fetch{});
}

// True: an action for the synchronizer is under way.
bool member_machine::decide(const moment& at) {
  if (life_ == life::outside) return join();
  if (!state_) {
    ask_for_state();
    return true;
  }
  if (leaving_) {
    // Removing a reader that is not there changes nothing.
    if (in_doubt_ || state_->is_online(setup_.reader))
      return write(waits::for_leaving, {remove_reader{setup_.reader, positions()}});
    has_left_ = true;
    end_now({});
    return false;
  }
  if (!assigned_as_held()) {
    fail(error{errc::reader_offline}.with_subject(setup_.reader));
    return false;
  }
  if (decisions_->should_fetch(at.now)) {
    ask_for_state();
    return true;
  }
  return confirm() || complete_segments() || give_back_drained(at) || acquire(at) ||
         checkpoint(at) || bury_silent(at) || append_due(at);
}

// A living reader reports each time that its place in the ranking allows; a few of these may be
// late.
bool member_machine::bury_silent(const moment& at) {
  constexpr int reports_missed = 4;
  const auto readers = static_cast<std::int64_t>(state_->content().assigned.size());
  const auto least = reports_missed * (readers + 1) * group_times::unit;
  const auto patience = std::max<duration>(setup_.lease, least);
  for (const auto& [reader, sign] : others_)
    if (at.now - sign.since >= patience)
      return write(waits::for_burial, {remove_reader{reader, {}}});
  return false;
}

bool member_machine::join() {
  if (leaving_) {
    end_now({});
    return false;
  }
  if (!state_) {
    ask_for_state();
    return true;
  }
  if (!state_->is_online(setup_.reader))
    return write(waits::for_joining, {add_reader{setup_.reader}});
  fail(error{errc::reader_exists}.with_subject(setup_.reader));
  return false;
}

// A silent checkpoint needs nothing of the application; after the end of all data none does.
bool member_machine::confirm() {
  for (const auto& id : state_->checkpoints_for(setup_.reader)) {
    if (!is_silent_checkpoint(id) && !finished_) continue;
    proposed_checkpoint_ = id;
    return write(waits::for_confirmation,
                 confirmation(*state_, setup_.reader, id, positions()));
  }
  if (!confirmation_) return false;
  proposed_checkpoint_ = confirmation_->checkpoint;
  if (write(waits::for_confirmation, confirmation(*state_, setup_.reader, proposed_checkpoint_,
                                                  confirmation_->positions)))
    return true;
  confirmation_.reset();
  return false;
}

bool member_machine::complete_segments() {
  for (const auto& [of, what] : held_) {
    if (what.now != phase::complete) continue;
    proposed_ = {of};
    if (write(waits::for_completion, completion(*state_, setup_.reader, of, what.next)))
      return true;
  }
  return false;
}

void member_machine::drain(const segment& of, held& what) {
  what.now = phase::draining;
  todo_.emplace_back(stop_segment{of});
}

void member_machine::begin_to_give_back(const moment& at) {
  if (!decisions_->may_release(*state_, at.now)) return;
  bool any = false;
  for (const auto& each : segments_to_release(*state_, setup_.reader)) {
    const auto found = held_.find(each.name);
    if (found == held_.end() || found->second.now != phase::reading) continue;
    drain(each.name, found->second);
    any = true;
  }
  if (!any) decisions_->on_rebalanced(*state_, at.now);
}

// The others have less to complain about now: the reader reads on.
void member_machine::go_on_with_kept(const moment& at) {
  bool any = false;
  for (auto& [of, what] : held_) {
    if (what.now != phase::drained || what.given_back) continue;
    hold(what.at, what.released);
    any = true;
  }
  if (any) decisions_->on_rebalanced(*state_, at.now);
}

bool member_machine::give_back_drained(const moment& at) {
  const bool any = std::any_of(held_.begin(), held_.end(), [](const auto& each) {
    return each.second.now == phase::drained;
  });
  if (!any || state_->checkpoint_for(setup_.reader)) return false;
  std::vector<group_update> updates;
  proposed_.clear();
  const auto most = surplus_of(*state_, setup_.reader);
  if (most == 0) go_on_with_kept(at);
  std::size_t chosen = 0;
  for (const auto& [of, what] : held_) {
    if (what.now != phase::drained || (!what.given_back && chosen == most)) continue;
    if (!what.given_back) ++chosen;
    proposed_.push_back(of);
    updates.emplace_back(release_segment{setup_.reader, of, what.released});
  }
  if (updates.empty()) return false;
  updates.emplace_back(update_distance{setup_.reader, distance(at), {}});
  return write(waits::for_giving_back, std::move(updates));
}

bool member_machine::acquire(const moment& at) {
  if (!decisions_->may_acquire(*state_, at.now)) return false;
  auto updates = acquisition(*state_, setup_.reader, distance(at));
  proposed_.clear();
  for (const auto& update : updates)
    if (const auto* taken = update.get_if<acquire_segment>()) proposed_.push_back(taken->name);
  if (write(waits::for_acquisition, std::move(updates))) return true;
  decisions_->on_rebalanced(*state_, at.now);
  return false;
}

bool member_machine::checkpoint(const moment& at) {
  if (state_->checkpoint_for(setup_.reader)) decisions_->on_checkpoint(*state_, at.now);
  if (!decisions_->should_create_checkpoint(*state_, at.now)) return false;
  return write(waits::for_checkpoint, automatic_checkpoint(*state_, at.fresh));
}

bool member_machine::append_due(const moment& at) {
  // Kept until the state has it: the member's own appends make a proposal outdated.
  if (reset_) {
    if (group_decisions::is_config_outdated(*state_, reset_->config.generation)) {
      waits_ = waits::for_reset;
      todo_.emplace_back(reset{*reset_});
      return true;
    }
    reset_.reset();
  }
  std::vector<group_update> updates;
  if (std::exchange(report_published_, false)) updates.emplace_back(checkpoint_published{true});
  if (decisions_->should_report_distance(at.now)) {
    updates.emplace_back(update_distance{setup_.reader, distance(at), {}});
    decisions_->on_distance_reported(*state_, at.now);
  }
  if (!updates.empty()) {
    waits_ = waits::for_append;
    todo_.emplace_back(append{std::move(updates)});
    return true;
  }
  const bool may_compact = std::exchange(may_compact_, false);
  if (!may_compact || !group_decisions::should_compact(bytes_since_compaction_, at.random))
    return false;
  waits_ = waits::for_compaction;
  todo_.emplace_back(compact{});
  return true;
}

// What does not need the synchronizer.
void member_machine::look_aside(const moment& at) {
  if (setup_.releases_between_checkpoints) begin_to_give_back(at);
  if (const auto next = checkpoint_to_deliver(); next && offered_ != next) {
    offered_ = next;
    todo_.emplace_back(offer_checkpoint{});
  }
  if (!finished_ && held_.empty() && state_->is_end_of_data()) {
    finished_ = true;
    todo_.emplace_back(finish{});
  }
  if (!publishing_ && at.now >= publish_again_ && should_publish_checkpoint(*state_) &&
      published_ != state_->last_checkpoint()) {
    publishing_ = true;
    publishing_positions_ = state_->last_checkpoint();
    todo_.emplace_back(publish_cuts{cuts_of(publishing_positions_), state_->config().generation,
                                    state_->config().id});
  }
  if (!asking_config_ && state_->config_is_changing() &&
      decisions_->should_check_config(at.now)) {
    asking_config_ = true;
    todo_.emplace_back(ask_config{});
  }
}

}  // namespace pravega_actor::internal
