#include "writer/claim_machine.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"
#include "requests/refusal_kind.hpp"
#include "wire/command_fields.hpp"

namespace pravega_actor::internal {

namespace {

claimed_number number_in(std::int64_t attribute) {
  return claimed_number::of(attribute == wire::null_attribute_value ? 0 : attribute);
}

bool is_hopeless(const error& why) {
  return kind_of_refusal(why.code()) == refusal_kind::violation;
}

error met_another() {
  return {errc::writer_fenced, "it has claimed a segment that this process was about to claim"};
}

}  // namespace

claim_machine::actions claim_machine::open(time_point now) {
  if (phase_ != phase::idle) return {};
  opens_ = true;
  since_ = now;
  phase_ = phase::current;
  return {ask_current{}};
}

claim_machine::actions claim_machine::claim(const std::vector<segment_id>& successors,
                                            time_point now) {
  if (phase_ != phase::idle) return {};
  since_ = now;
  phase_ = phase::claiming;
  for (const auto& each : successors)
    ask_next(each, tasks_[each], step::read);
  return ask_more();
}

claim_machine::task* claim_machine::answered(segment_id of, step at) {
  if (phase_ != phase::claiming && phase_ != phase::reading) return nullptr;
  const auto found = tasks_.find(of);
  if (found == tasks_.end() || !found->second.asked || found->second.next != at) return nullptr;
  found->second.asked = false;
  --asked_;
  return &found->second;
}

claim_machine::action claim_machine::question(segment_id of, task& about) const {
  switch (about.next) {
    case step::claim:
      about.wanted = number_in(about.held).next_claim().value();
      return claim_value{of, about.held, about.wanted};
    case step::inspect:
      return inspect{of};
    default:
      return read_value{of};
  }
}

void claim_machine::ask_next(segment_id of, task& about, step next) {
  about.next = next;
  ready_.push_back(of);
}

void claim_machine::finish_one(task& about, std::int64_t value, bool sealed) {
  about.next = step::done;
  about.held = value;
  about.sealed = sealed;
}

claim_machine::actions claim_machine::ask_more() {
  actions out;
  for (; asked_ < questions_max && !ready_.empty(); ready_.pop_front()) {
    auto& each = tasks_[ready_.front()];
    each.asked = true;
    ++asked_;
    out.push_back(question(ready_.front(), each));
  }
  return out;
}

// What is asked already is waited for before anything is asked anew: an answer can then belong
// to one question only.
claim_machine::actions claim_machine::proceed(time_point now, std::uint64_t random) {
  if (begins_again_) return asked_ > 0 ? actions{} : pause(*trouble_, now, random);
  auto out = ask_more();
  if (asked_ > 0) return out;
  if (!failed_.empty()) return pause(*trouble_, now, random);
  return all_done();
}

void claim_machine::begin_again(const error& why) {
  trouble_ = why;
  begins_again_ = true;
}

// A segment that a truncation has removed.
void claim_machine::on_gone(task& about, const error& why) {
  if (opens_ && phase_ == phase::claiming) return begin_again(why);
  finish_one(about, 0, true);
}

claim_machine::actions claim_machine::on_failed(segment_id of, task& about, const error& why,
                                                time_point now, std::uint64_t random) {
  if (is_hopeless(why)) return end(why);
  trouble_ = why;
  // A claim whose answer is lost may have been carried out.
  if (about.next == step::claim) about.next = step::read;
  failed_.push_back(of);
  return proceed(now, random);
}

claim_machine::actions claim_machine::on_value(segment_id of, const result<std::int64_t>& got,
                                               time_point now, std::uint64_t random) {
  auto* about = answered(of, step::read);
  if (about == nullptr) return {};
  if (!got) {
    if (!(got.error() == errc::segment_not_found))
      return on_failed(of, *about, got.error(), now, random);
    on_gone(*about, got.error());
    return proceed(now, random);
  }
  const bool none = *got == wire::null_attribute_value;
  if (!none && *got < 0)
    return end(error{errc::protocol_violation,
                     "the store holds " + std::to_string(*got) + " for the writer"});
  const bool first = !std::exchange(about->seen, true);
  if (!opens_ && ((first && !none) || number_in(*got).number > 0)) return end(met_another());
  about->held = *got;
  if (about->sealed)
    finish_one(*about, number_in(*got).value(), true);
  else
    ask_next(of, *about, step::claim);
  return proceed(now, random);
}

claim_machine::actions claim_machine::on_claimed(segment_id of, const result<void>& got,
                                                 time_point now, std::uint64_t random) {
  auto* about = answered(of, step::claim);
  if (about == nullptr) return {};
  if (got) {
    finish_one(*about, about->wanted, false);
    return proceed(now, random);
  }
  const auto& why = got.error();
  if (why == errc::segment_not_found) {
    on_gone(*about, why);
  } else if (why == errc::segment_sealed && opens_) {
    begin_again(why);
  } else if (why == errc::segment_sealed) {
    ask_next(of, *about, step::inspect);
  } else if (why == errc::conditional_check_failed || why == errc::outcome_unknown) {
    ask_next(of, *about, step::read);
  } else {
    return on_failed(of, *about, why, now, random);
  }
  return proceed(now, random);
}

claim_machine::actions claim_machine::on_inspected(segment_id of, const result<bool>& sealed,
                                                   time_point now, std::uint64_t random) {
  auto* about = answered(of, step::inspect);
  if (about == nullptr) return {};
  const error open{errc::segment_sealed, "the seal is not stored yet"};
  if (!sealed && !(sealed.error() == errc::segment_not_found))
    return on_failed(of, *about, sealed.error(), now, random);
  if (!sealed) {
    on_gone(*about, sealed.error());
  } else if (*sealed) {
    about->sealed = true;
    ask_next(of, *about, step::read);
  } else if (opens_) {
    begin_again(open);
  } else {
    return on_failed(of, *about, open, now, random);
  }
  return proceed(now, random);
}

claim_machine::actions claim_machine::on_current(const result<controller::segment_ranges>& got,
                                                 time_point now, std::uint64_t random) {
  if (phase_ != phase::current) return {};
  if (!got) return got.error().retriable() ? pause(got.error(), now, random) : end(got.error());
  if (got->segments.empty()) return end(error{errc::stream_sealed});
  found_.current = *got;
  last_epoch_ = 0;
  for (const auto& each : got->segments) {
    last_epoch_ = std::max(last_epoch_, each.id.epoch);
    auto& mine = tasks_[each.id];
    mine.range = each.range;
    ask_next(each.id, mine, step::read);
  }
  phase_ = phase::claiming;
  return ask_more();
}

claim_machine::actions claim_machine::all_done() {
  if (phase_ == phase::reading) return finish_opening();
  if (opens_) {
    phase_ = phase::head;
    if (last_epoch_ == 0) return finish_opening();
    return {ask_head{}};
  }
  for (const auto& [id, each] : tasks_)
    found_.segments[id] = {claimed_number::of(each.held), each.sealed};
  return end(std::move(found_));
}

// What lies before the head is truncated away: its segments are gone.
claim_machine::actions claim_machine::on_head(const result<controller::segment_offsets>& got,
                                              time_point now, std::uint64_t random) {
  if (phase_ != phase::head) return {};
  if (!got) return got.error().retriable() ? pause(got.error(), now, random) : end(got.error());
  epoch_ = last_epoch_;
  for (const auto& [id, offset] : got->offsets)
    epoch_ = std::min(epoch_, id.epoch);
  return next_epoch();
}

claim_machine::actions claim_machine::next_epoch() {
  if (epoch_ < last_epoch_) {
    phase_ = phase::epochs;
    return {ask_epoch{epoch_}};
  }
  phase_ = phase::reading;
  for (auto& [id, each] : tasks_)
    if (each.next == step::inspect) ready_.push_back(id);
  if (ready_.empty()) return finish_opening();
  return ask_more();
}

claim_machine::actions claim_machine::on_epoch(const result<controller::segment_ranges>& got,
                                               time_point now, std::uint64_t random) {
  if (phase_ != phase::epochs) return {};
  if (!got) return got.error().retriable() ? pause(got.error(), now, random) : end(got.error());
  for (const auto& each : got->segments) {
    const auto [at, added] = tasks_.try_emplace(each.id);
    if (!added) continue;
    at->second.range = each.range;
    at->second.next = step::inspect;
  }
  if (tasks_.size() > limits::writer_name_segments_max)
    return end(error{errc::limit_exceeded,
                     "the stream has more segments than writer_name_segments_max, " +
                         std::to_string(limits::writer_name_segments_max)});
  ++epoch_;
  return next_epoch();
}

claim_machine::actions claim_machine::finish_opening() {
  for (const auto& [id, each] : tasks_)
    found_.stored.raise(each.range, claimed_number::of(each.held).number);
  for (const auto& each : found_.current.segments)
    found_.segments[each.id] = {claimed_number::of(tasks_[each.id].held), false};
  return end(std::move(found_));
}

claim_machine::actions claim_machine::pause(const error& why, time_point now,
                                            std::uint64_t random) {
  trouble_ = why;
  if (now - since_ >= timing_.timeout)
    return end(error{errc::retries_exhausted, "the segments could not be claimed within " +
                                                  std::to_string(to_ms(timing_.timeout)) +
                                                  " ms; last: " + why.to_string()}
                   .with_stage(why.at()));
  ++attempt_;
  ++failures_;
  return {arm_pause{attempt_, timing_.backoff.delay(failures_, random)}};
}

claim_machine::actions claim_machine::on_pause_over(std::uint64_t attempt) {
  if (attempt != attempt_ || phase_ == phase::ended) return {};
  if (std::exchange(begins_again_, false)) {
    phase_ = phase::current;
    tasks_.clear();
    ready_.clear();
    failed_.clear();
  }
  return repeat_step();
}

claim_machine::actions claim_machine::repeat_step() {
  switch (phase_) {
    case phase::current:
      return {ask_current{}};
    case phase::head:
      return {ask_head{}};
    case phase::epochs:
      return {ask_epoch{epoch_}};
    default:
      ready_.insert(ready_.end(), failed_.begin(), failed_.end());
      failed_.clear();
      return ask_more();
  }
}

claim_machine::actions claim_machine::end(result<outcome> what) {
  if (phase_ == phase::ended) return {};
  phase_ = phase::ended;
  return {finish{std::move(what)}};
}

}  // namespace pravega_actor::internal
