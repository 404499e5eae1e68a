// How the transaction machine changes its phase, and what it says of each.
#include <array>

#include "transaction/transaction_machine.hpp"

namespace pravega_actor::internal {

namespace {

constexpr std::array<std::string_view, 14> phase_names{
    "idle",     "creating",  "resuming", "open",    "checking", "flushing", "committing",
    "aborting", "committed", "aborted",  "expired", "lost",     "left",     "failed"};

}  // namespace

std::string_view to_string(transaction_machine::phase at) noexcept {
  return phase_names[static_cast<std::size_t>(at)];
}

void transaction_machine::become_open(controller::created_transaction in) {
  phase_ = phase::open;
  pings_ = !time_is_over_;
  writer_open_ = true;
  attempts_ = 0;
  todo_.emplace_back(open_writer{std::move(in)});
  answer_all(wants::begin, {});
  if (commit_wanted_) begin_commit();
}

void transaction_machine::begin_commit() {
  phase_ = phase::flushing;
  todo_.emplace_back(flush{});
}

void transaction_machine::accept() {
  if (accepted_) return;
  accepted_ = true;
  pings_ = false;
  attempts_ = 0;
  sent_pings_.clear();
  answer_all(wants::accepted_commit, {});
}

void transaction_machine::begin_abort(const error& reason, const moment& at) {
  phase_ = phase::aborting;
  reason_ = reason;
  pings_ = false;
  sent_pings_.clear();
  found_.reset();
  end_the_writer(reason);
  answer_all(wants::begin, in_context(reason, wants::begin));
  go_on_with(call::abort, at);
}

// Some of its events may be missing: it must not be committed.
void transaction_machine::abort_failed(const error& why, const moment& at) {
  for (const auto commits : {wants::commit, wants::accepted_commit})
    answer_all(commits, in_context(why, commits));
  begin_abort({errc::transaction_aborted, "its writer failed: " + why.summary()}, at);
}

void transaction_machine::end_the_writer(const error& reason) {
  if (!writer_open_) return;
  writer_open_ = false;
  todo_.emplace_back(end_writer{reason});
}

void transaction_machine::fail(const error& why) {
  conclude(phase::failed, why);
}

void transaction_machine::conclude(phase last, std::optional<error> why) {
  phase_ = last;
  reason_ = std::move(why);
  if (last == phase::lost)
    reason_ = error{errc::outcome_unknown,
                    "it is not known how the transaction ended: " + reason_->summary()};
  pings_ = false;
  next_ = call::none;
  sent_pings_.clear();
  found_.reset();
  end_the_writer(reason_.value_or(errc::transaction_committed));
  todo_.emplace_back(notify_ended{reason_});
  for (const auto what : {wants::begin, wants::commit, wants::accepted_commit, wants::abort})
    answer_all(what, outcome_of(what));
}

result<void> transaction_machine::outcome_of(wants what) const {
  const bool commits = what == wants::commit || what == wants::accepted_commit;
  if (phase_ == phase::committed && commits && !reason_) return {};
  const bool is_aborted = phase_ == phase::aborted || phase_ == phase::expired;
  if (is_aborted && what == wants::abort) return {};
  return in_context(end_reason(), what);
}

error transaction_machine::end_reason() const {
  if (reason_) return *reason_;
  if (phase_ == phase::committed)
    return {errc::transaction_committed, "this process has committed it"};
  return {errc::internal_error, "a call before the begin of a transaction"};
}

std::optional<error> transaction_machine::refusal() const {
  switch (phase_) {
    case phase::open:
      return {};
    case phase::idle:
    case phase::creating:
    case phase::resuming:
      return in_context({errc::closed, "the transaction is not open yet"}, wants::begin);
    case phase::flushing:
    case phase::committing:
      return commit_refusal();
    case phase::checking:
    case phase::aborting:
    case phase::aborted:
    case phase::committed:
    case phase::expired:
    case phase::lost:
    case phase::left:
    case phase::failed:
      return in_context(end_reason(), wants::commit).with_stage(stage::append);
  }
  return {};
}

error transaction_machine::commit_refusal() const {
  return in_context(
      {errc::transaction_committed, "it takes no more events: its commit was asked for"},
      wants::commit);
}

error transaction_machine::aborted_by_others(time_point now) const {
  if (time_is_over_ || (ends_at_ && now >= *ends_at_))
    return {errc::transaction_expired, "its longest execution time ended"};
  if (has_expired(now)) return {errc::transaction_expired, "its lease ended"};
  return {errc::transaction_aborted, "another process has aborted it"};
}

error transaction_machine::in_context(const error& why, wants what) const {
  auto text = id_ ? "transaction " + id_->to_string() : std::string{"a new transaction"};
  if (!why.detail().empty()) text += ": " + why.detail();
  auto out = why.with_detail(std::move(text));
  if (out.subject().empty()) out = out.with_subject(setup_.stream.to_string());
  if (out.at() != stage::none) return out;
  switch (what) {
    case wants::begin:
      return out.with_stage(stage::begin_transaction);
    case wants::commit:
    case wants::accepted_commit:
      return out.with_stage(stage::commit_transaction);
    case wants::abort:
      return out.with_stage(stage::abort_transaction);
  }
  return out;
}

}  // namespace pravega_actor::internal
