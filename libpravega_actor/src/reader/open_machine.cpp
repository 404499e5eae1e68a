#include "reader/open_machine.hpp"

#include <algorithm>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "reader/reader_options.hpp"

namespace pravega_actor::internal {

result<void> check_segment_count(std::size_t count) {
  if (count <= limits::stream_segments_max) return {};
  return error{errc::limit_exceeded,
               "stream_segments_max is " + std::to_string(limits::stream_segments_max) +
                   ", the stream has " + std::to_string(count) + " segments to be read at once"}
      .with_stage(stage::controller_call);
}

bool open_machine::starts_at_cut() const noexcept {
  return std::holds_alternative<stream_cut>(setup_.options.start);
}

open_machine::actions open_machine::end(error why, bool by_controller) {
  phase_ = phase::ended;
  return {refuse{std::move(why), by_controller}};
}

open_machine::actions open_machine::ask_for(phase then, controller::request what) {
  phase_ = then;
  return {ask{std::move(what)}};
}

// Successors come without one.
void open_machine::remember(const std::string& token) {
  if (!token.empty()) start_.delegation_token = token;
}

// --- the place to begin at ------------------------------------------------------------------

open_machine::actions open_machine::begin(time_point deadline) {
  deadline_ = deadline;
  if (auto valid = check(setup_.stream, setup_.options); !valid) return end(valid.error());
  return ask_first();
}

open_machine::actions open_machine::ask_first() {
  start_.coverage = {};
  if (std::holds_alternative<read_from_head>(setup_.options.start))
    return ask_for(phase::asking_head, controller::get_head_segments{setup_.stream});
  // The stream of a cut must exist; the cut's own segments may have been sealed long ago.
  return ask_for(starts_at_cut() ? phase::asking_stream : phase::asking_tail,
                 controller::get_current_segments{setup_.stream, access_operation::read});
}

open_machine::actions open_machine::on_pause_over() {
  return phase_ == phase::pausing ? ask_first() : actions{};
}

// The next incarnation of the controller client is asked; what the controller says is final.
open_machine::actions open_machine::on_answer(const result<controller::reply>& got,
                                              time_point now) {
  if (!got && got.error() == errc::actor_terminated && now + pause < deadline_) {
    phase_ = phase::pausing;
    return {arm_pause{pause}};
  }
  switch (phase_) {
    case phase::asking_head:
      return on_head(got);
    case phase::asking_tail:
      return on_tail(got, now);
    case phase::asking_stream:
      return on_stream(got);
    case phase::asking_epoch:
      return on_epoch(got);
    case phase::asking_stream_again:
      if (!got) return end(got.error());
      return refuse_stranger(*start_.coverage.wanted_of_next_epoch());
    case phase::asking_successors:
      return on_successors(got);
    case phase::idle:
    case phase::asking_infos:
    case phase::pausing:
    case phase::ended:
      break;
  }
  return {};
}

open_machine::actions open_machine::on_head(const result<controller::reply>& got) {
  const auto head = controller::reply_of<controller::get_head_segments>(got);
  if (!head) return end(head.error());
  if (head->offsets.empty())
    return end({errc::protocol_violation, "the controller names no segments at the head"},
               true);
  remember(head->delegation_token);
  return judge(head->offsets);
}

open_machine::actions open_machine::on_stream(const result<controller::reply>& got) {
  const auto current = controller::reply_of<controller::get_current_segments>(got);
  if (!current) return end(current.error());
  remember(current->delegation_token);
  return judge(std::get<stream_cut>(setup_.options.start).offsets);
}

// --- the tail -------------------------------------------------------------------------------

open_machine::actions open_machine::on_tail(const result<controller::reply>& got,
                                            time_point now) {
  const auto current = controller::reply_of<controller::get_current_segments>(got);
  if (!current) return end(current.error());
  if (current->segments.empty()) return end(errc::stream_sealed, true);
  if (auto fits = check_segment_count(current->segments.size()); !fits)
    return end(fits.error(), true);
  remember(current->delegation_token);
  phase_ = phase::asking_infos;
  ++round_;
  ++client_;
  start_.offsets.clear();
  unasked_.clear();
  infos_missing_ = current->segments.size();
  infos_deadline_ = now + setup_.infos_timeout;
  for (const auto& each : current->segments) {
    unasked_.push_back(each.id);
    start_.coverage.know(each);
  }
  actions todo{start_infos{}};
  ask_next_infos(todo, infos_max, now);
  return todo;
}

void open_machine::ask_next_infos(actions& to, std::size_t count, time_point now) {
  for (; count > 0 && !unasked_.empty(); --count) {
    to.push_back(question_about(unasked_.back(), now));
    unasked_.pop_back();
  }
}

open_machine::action open_machine::question_about(segment_id of, time_point now) const {
  return ask_info{{of, round_, client_}, infos_deadline_ - now, start_.delegation_token};
}

open_machine::actions open_machine::on_info(const info_ticket& ticket,
                                            const result<segment_info>& got, time_point now) {
  if (phase_ != phase::asking_infos || ticket.round != round_) return {};
  if (!got && got.error() == errc::actor_terminated) return on_info_lost(ticket, now);
  if (!got) return on_info_failed(got.error(), now);
  start_.offsets[ticket.of] = got->write_offset;
  actions todo;
  if (--infos_missing_ > 0) {
    ask_next_infos(todo, 1, now);
    return todo;
  }
  todo.push_back(stop_infos{});
  for (auto& each : judge(std::exchange(start_.offsets, {})))
    todo.push_back(std::move(each));
  return todo;
}

// Another client takes its place until the time is over.
open_machine::actions open_machine::on_info_lost(const info_ticket& ticket, time_point now) {
  if (now >= infos_deadline_)
    return on_info_failed({errc::actor_terminated, "the segment requests ended"}, now);
  actions todo;
  if (ticket.client == client_) {
    ++client_;
    todo.push_back(start_infos{});
  }
  todo.push_back(question_about(ticket.of, now));
  return todo;
}

// A segment that is gone was sealed and truncated away meanwhile: there is another tail now.
open_machine::actions open_machine::on_info_failed(const error& why, time_point now) {
  if (why == errc::segment_not_found && now < deadline_) {
    phase_ = phase::pausing;
    return {stop_infos{}, arm_pause{pause}};
  }
  phase_ = phase::ended;
  return {stop_infos{}, refuse{why}};
}

// --- whether it is a place of this stream ---------------------------------------------------

open_machine::actions open_machine::judge(std::map<segment_id, std::int64_t> offsets) {
  start_.offsets = std::move(offsets);
  if (auto fits = check_segment_count(start_.offsets.size()); !fits)
    return end(fits.error(), true);
  start_.frontier = {};
  start_.unreached.clear();
  for (const auto& [id, offset] : start_.offsets)
    start_.frontier.begin(id);
  if (setup_.options.end)
    for (const auto& [id, offset] : setup_.options.end->offsets) {
      start_.frontier.stop_in(id);
      start_.coverage.want(id);
      if (offset > 0) start_.unreached.insert(id);
    }
  for (const auto& [id, offset] : start_.offsets)
    start_.coverage.want(id);
  return learn_ranges();
}

open_machine::actions open_machine::learn_ranges() {
  if (const auto epoch = start_.coverage.next_epoch()) {
    epoch_ = *epoch;
    return ask_for(phase::asking_epoch, controller::get_epoch_segments{setup_.stream, epoch_});
  }
  // The head must leave nothing out; a cut may.
  std::set<segment_id> all;
  for (const auto& [id, offset] : start_.offsets)
    all.insert(id);
  if (!starts_at_cut())
    if (auto whole = start_.coverage.check_whole(all); !whole) return end(whole.error(), true);
  return place(start_.offsets.begin()->first);
}

// An epoch that the stream does not have is a cut's fault, unless the stream is gone by now.
open_machine::actions open_machine::on_epoch(const result<controller::reply>& got) {
  const auto segments = controller::reply_of<controller::get_epoch_segments>(got);
  if (!segments && segments.error() == errc::stream_not_found)
    return ask_for(phase::asking_stream_again,
                   controller::get_current_segments{setup_.stream, access_operation::read});
  if (!segments) return end(segments.error());
  remember(segments->delegation_token);
  if (const auto which = start_.coverage.on_epoch(epoch_, segments->segments))
    return refuse_stranger(*which);
  return learn_ranges();
}

// Numbers of segments go on when a stream is deleted and created again, so a cut of its earlier
// life names what this one never had.
open_machine::actions open_machine::refuse_stranger(segment_id which) {
  const bool of_start = start_.offsets.contains(which);
  const auto never = "never had segment " + short_name(which);
  if (of_start && !starts_at_cut())
    return end(
        {errc::protocol_violation, "the stream " + never + ", which the controller names"},
        true);
  const auto cut = of_start ? "the start cut" : "the end cut";
  return end(error{errc::invalid_argument,
                   std::string{cut} + " is not of this stream, which " + never +
                       ": the stream was deleted and created again since, or the cut was "
                       "taken elsewhere"}
                 .with_stage(stage::configuration));
}

// Opens when it is known which segments of the start lie behind the end. Those before `from`
// are decided.
open_machine::actions open_machine::place(segment_id from) {
  auto& frontier = start_.frontier;
  for (auto at = start_.offsets.lower_bound(from); at != start_.offsets.end(); ++at) {
    placing_ = at->first;
    if (frontier.stops_in(placing_)) continue;
    const auto behind = frontier.begins_behind_end(placing_);
    if (behind && *behind) frontier.stop_in(placing_);
    if (behind) continue;
    const auto which = frontier.take_question();
    return ask_for(phase::asking_successors,
                   controller::get_successors{{setup_.stream, *which}});
  }
  phase_ = phase::ended;
  return {open{}};
}

open_machine::actions open_machine::on_successors(const result<controller::reply>& got) {
  const auto after = controller::reply_of<controller::get_successors>(got);
  if (!after) return end(after.error());
  start_.frontier.on_known(after->segments);
  return place(placing_);
}

}  // namespace pravega_actor::internal
