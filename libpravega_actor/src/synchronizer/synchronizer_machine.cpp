#include "synchronizer/synchronizer_machine.hpp"

#include <utility>

#include "synchronizer/log_entry.hpp"

namespace pravega_actor::internal {

using action = synchronizer_machine::action;
namespace operations = state_operations;

namespace {

error without_state() {
  return {errc::precondition_failed, "the log has no state yet: initialize it first"};
}

std::size_t updates_in(const state_operation& what) {
  const auto* proposal = std::get_if<operations::propose>(&what);
  return proposal != nullptr ? proposal->updates.size() : 0;
}

}  // namespace

action synchronizer_machine::start(state_operation what) {
  now_ = std::move(what);
  may_have_written_ = false;
  if (failure_) return finish{*failure_};
  return std::visit([this](const auto& each) { return begin(each); }, now_);
}

action synchronizer_machine::begin(const operations::look&) {
  return succeed(false);
}

action synchronizer_machine::begin(const operations::fetch&) {
  return fetch();
}

// The proposal was computed from another state than the present one, or it fits.
action synchronizer_machine::begin(const operations::propose& what) {
  if (!copy_.has_state()) return fail(without_state());
  if (what.based_on != copy_.at()) return succeed(false);
  if (what.updates.empty()) return succeed(true);
  if (auto fits = copy_.rehearse(what.updates); !fits) return fail(fits.error());
  return write(encode_update_entry(what.updates), true);
}

action synchronizer_machine::begin(const operations::append& what) {
  if (what.updates.empty()) return succeed(true);
  return write(encode_update_entry(what.updates), false);
}

action synchronizer_machine::begin(const operations::initialize&) {
  return fetch();
}

action synchronizer_machine::begin(const operations::reset& what) {
  if (what.based_on != copy_.at()) return succeed(false);
  return write_initial(what.initial.view);
}

action synchronizer_machine::begin(const operations::compact&) {
  if (!copy_.has_state()) return fail(without_state());
  return write_whole();
}

action synchronizer_machine::fetch() {
  fetch_.emplace(copy_);
  return step(fetch_->start());
}

action synchronizer_machine::write_initial(byte_view initial) {
  if (auto fits = copy_.rehearse_initial(initial); !fits) return fail(fits.error());
  return write(encode_initial_entry(initial), true);
}

action synchronizer_machine::write_whole() {
  const auto whole = copy_.whole();
  if (!whole) return fail(whole.error());
  return write(encode_initial_entry(*whole), true);
}

action synchronizer_machine::write(result<std::vector<std::byte>> entry, bool at_end_only) {
  if (!entry) return fail(entry.error());
  std::optional<std::int64_t> offset;
  if (at_end_only) offset = copy_.at().offset;
  may_have_written_ = true;
  append_.emplace(++number_, offset, shared_bytes{std::move(*entry)});
  return step(append_->start());
}

action synchronizer_machine::step(log_fetch_machine::step next) {
  if (auto* found = std::get_if<log_fetch_machine::finish>(&next)) {
    const auto outcome = *found;
    fetch_.reset();
    return on_fetched(outcome);
  }
  return ask(std::get<log_request>(std::move(next)));
}

action synchronizer_machine::step(log_append_machine::step next) {
  if (auto* over = std::get_if<log_append_machine::finish>(&next))
    return on_appended(over->outcome);
  return ask(std::get<log_request>(std::move(next)));
}

action synchronizer_machine::on_answer(const result<log_answer>& got) {
  if (fetch_) return step(fetch_->on_answer(got));
  if (append_) return step(append_->on_answer(got));
  return on_cleaned(got);
}

action synchronizer_machine::on_actor_lost() {
  if (append_) return step(append_->on_actor_lost());
  return ask(asked_);
}

action synchronizer_machine::on_too_late(const error& why) {
  if (append_) return step(append_->on_too_late(why));
  return on_answer(why);
}

action synchronizer_machine::ask(log_request what) {
  asked_ = std::move(what);
  return std::visit([](const auto& each) { return action{each}; }, asked_);
}

action synchronizer_machine::on_fetched(const log_fetch_machine::finish& found) {
  if (!found.outcome) return fail(found.outcome.error(), found.broken);
  if (const auto* what = std::get_if<operations::initialize>(&now_))
    return copy_.has_state() ? succeed(false) : write_initial(what->initial.view);
  if (std::holds_alternative<operations::compact>(now_)) return write_whole();
  return succeed(false);
}

action synchronizer_machine::on_appended(const result<bool>& outcome) {
  if (outcome && *outcome) return on_written();
  append_.reset();
  may_have_written_ = !outcome && outcome.error() == errc::outcome_unknown;
  return outcome ? fetch() : fail(outcome.error());
}

action synchronizer_machine::on_written() {
  const auto end = append_->end();
  append_.reset();
  if (std::holds_alternative<operations::append>(now_)) return succeed(true);
  if (std::holds_alternative<operations::propose>(now_)) {
    copy_.commit_updates(end, updates_in(now_));
    return succeed(true);
  }
  if (!std::holds_alternative<operations::compact>(now_)) {
    copy_.commit_initial(end);
    return succeed(true);
  }
  whole_begin_ = copy_.at().offset;
  copy_.compacted(end);
  return clean_up(cleaning::look, log_requests::get_mark{});
}

action synchronizer_machine::clean_up(cleaning next, log_request what) {
  cleaning_ = next;
  return ask(std::move(what));
}

// The mark moves to the new state, and the log is dropped up to the old mark only: who reads
// from there still finds everything.
action synchronizer_machine::on_cleaned(const result<log_answer>& got) {
  const auto failed = got ? std::nullopt : std::optional{got.error()};
  switch (cleaning_) {
    case cleaning::look:
      if (failed) return compacted(failed);
      old_mark_ = std::get<log_mark>(*got).at;
      if (old_mark_ && *old_mark_ >= whole_begin_) return compacted(std::nullopt);
      return clean_up(cleaning::mark, log_requests::set_mark{whole_begin_, old_mark_});
    case cleaning::mark:
      if (!failed) return on_marked();
      if (*failed == errc::conditional_check_failed || *failed == errc::outcome_unknown)
        return clean_up(cleaning::check, log_requests::get_mark{});
      return compacted(failed);
    case cleaning::check:
      if (failed) return compacted(failed);
      if (std::get<log_mark>(*got).at == whole_begin_) return on_marked();
      return compacted(std::nullopt);
    case cleaning::truncate:
      // It starts behind the offset already.
      if (failed && *failed == errc::segment_truncated) return compacted(std::nullopt);
      return compacted(failed);
    case cleaning::none:
      break;
  }
  return fail(errc::internal_error);
}

action synchronizer_machine::on_marked() {
  if (!old_mark_) return compacted(std::nullopt);
  return clean_up(cleaning::truncate, log_requests::truncate{*old_mark_});
}

action synchronizer_machine::succeed(bool accepted) {
  const bool blind = std::holds_alternative<operations::append>(now_);
  return finish{state_outcome{blind ? nullptr : copy_.snapshot(), copy_.at(),
                              copy_.bytes_since_compaction(), accepted}};
}

action synchronizer_machine::compacted(std::optional<error> not_dropped) {
  cleaning_ = cleaning::none;
  return finish{state_outcome{copy_.snapshot(), copy_.at(), copy_.bytes_since_compaction(),
                              true, std::move(not_dropped)}};
}

action synchronizer_machine::fail(const error& why, bool broken) {
  if (broken || why == errc::segment_not_found) failure_ = why;
  return finish{why};
}

}  // namespace pravega_actor::internal
