// What the transaction machine does next: calls, pings, limits, answers.
#include <algorithm>

#include "transaction/transaction_machine.hpp"

namespace pravega_actor::internal {

namespace {

constexpr std::size_t pings_under_way_max = 4;
constexpr duration ping_interval_least = seconds{1};

}  // namespace

duration transaction_machine::ping_interval() const noexcept {
  return std::max<duration>(setup_.lease / 4, ping_interval_least);
}

transaction_machine::actions transaction_machine::take(const moment& at) {
  answer_late(at);
  watch_limits(at);
  send_pings(at);
  call_next(at);
  arm();
  return std::exchange(todo_, {});
}

// --- the line of calls ----------------------------------------------------------------------

void transaction_machine::go_on_with(call next, const moment& at) {
  attempts_ = 0;
  next_ = next;
  next_at_ = at.now;
}

// Nobody waits for what comes after an accepted commit: there is no hurry.
void transaction_machine::again(call next, const moment& at) {
  const auto& pauses = next == call::create ? setup_.ping_pauses : setup_.check_pauses;
  const bool in_hurry = !accepted_ || awaits(wants::commit) || awaits(wants::abort);
  next_ = next;
  next_at_ = at.now + (in_hurry ? pauses.delay(++attempts_, at.random) : pauses.max_delay);
}

void transaction_machine::commit_again_or_check(const moment& at) {
  if (at.now - committed_at_ < setup_.commit_repeat) return again(call::check, at);
  next_ = call::commit;
  next_at_ = at.now;
}

bool transaction_machine::answered(call what) {
  if (calling_ != what) return false;
  calling_ = call::none;
  return !is_over();
}

void transaction_machine::call_next(const moment& at) {
  if (calling_ != call::none || next_ == call::none || at.now < next_at_) return;
  calling_ = std::exchange(next_, call::none);
  called_at_ = at.now;
  switch (calling_) {
    case call::create:
      todo_.emplace_back(create{time_of_begin(at)});
      break;
    case call::look_up:
      todo_.emplace_back(look_up{});
      break;
    case call::commit:
      commit_sent_ = true;
      committed_at_ = at.now;
      todo_.emplace_back(commit{});
      break;
    case call::abort:
      abort_sent_ = true;
      todo_.emplace_back(abort{});
      break;
    case call::check:
      todo_.emplace_back(check{});
      break;
    case call::none:
      break;
  }
}

duration transaction_machine::time_of_begin(const moment& at) const {
  duration most{0};
  for (const auto& each : callers_)
    if (each.what == wants::begin) most = std::max(most, each.who.deadline - at.now);
  return most;
}

// A transaction that is open beyond its longest execution time is aborted at some later time.
void transaction_machine::watch_state(const moment& at) {
  if (!time_is_over_ || calling_ != call::none || next_ != call::none) return;
  next_ = call::check;
  next_at_ = at.now + ping_interval();
}

// --- pings ----------------------------------------------------------------------------------

bool transaction_machine::pings_now() const {
  const bool in_need = phase_ == phase::resuming || phase_ == phase::open ||
                       phase_ == phase::checking || phase_ == phase::flushing ||
                       (phase_ == phase::committing && !accepted_);
  return pings_ && in_need;
}

// A slow controller may answer after the next ping.
void transaction_machine::send_pings(const moment& at) {
  if (!pings_now() || at.now < ping_at_) return;
  if (sent_pings_.size() >= pings_under_way_max) sent_pings_.erase(sent_pings_.begin());
  sent_pings_.push_back({++serial_, at.now});
  ping_at_ = at.now + ping_interval();
  todo_.emplace_back(ping{serial_, setup_.lease / 2});
}

transaction_machine::actions transaction_machine::on_pinged(
    std::uint64_t serial, const result<controller::transaction_pinged>& got, const moment& at) {
  const auto sent = std::find_if(sent_pings_.begin(), sent_pings_.end(),
                                 [&](const auto& each) { return each.serial == serial; });
  if (sent == sent_pings_.end()) return {};
  const auto sent_at = sent->at;
  sent_pings_.erase(sent);
  if (!pings_now()) return take(at);
  if (got)
    on_ping_status(got->status, sent_at, at);
  else
    on_ping_failed(got.error(), at);
  return take(at);
}

void transaction_machine::on_ping_status(controller::ping_status status, time_point sent_at,
                                         const moment& at) {
  using controller::ping_status;
  switch (status) {
    case ping_status::open:
      failed_pings_ = 0;
      said_lease_ends_ = false;
      lease_until_ = std::max(lease_until_.value_or(time_point{}), sent_at + setup_.lease);
      if (found_) become_open(*std::exchange(found_, {}));
      break;
    case ping_status::max_execution_time_exceeded:
      pings_ = false;
      time_is_over_ = true;
      if (found_) become_open(*std::exchange(found_, {}));
      watch_state(at);
      break;
    case ping_status::committed:
    case ping_status::aborted:
    case ping_status::unknown:
      doubt_state(at);
      break;
    case ping_status::lease_too_large:
      on_ping_failed({errc::invalid_argument, "the server allows shorter leases only"}, at);
      break;
    case ping_status::disconnected:
    case ping_status::scale_grace_time_exceeded:
      on_ping_failed({errc::controller_failure, "the controller does not renew the lease"}, at);
      break;
  }
}

void transaction_machine::on_ping_failed(const error& why, const moment& at) {
  last_failure_ = why;
  if (why.retriable() || (why == errc::invalid_argument && phase_ != phase::resuming))
    ping_at_ =
        std::min(ping_at_, at.now + setup_.ping_pauses.delay(++failed_pings_, at.random));
  else if (phase_ == phase::resuming)
    fail(why);
  else
    doubt_state(at);
}

// No more pings, unless the state is open.
void transaction_machine::doubt_state(const moment& at) {
  pings_ = false;
  found_.reset();
  const bool will_know = phase_ == phase::committing || calling_ == call::check;
  if (!will_know) go_on_with(call::check, at);
}

// --- limits ---------------------------------------------------------------------------------

std::optional<time_point> transaction_machine::lease_notice_at() const {
  if (said_lease_ends_ || !lease_until_ || !is_kept()) return {};
  const auto half = setup_.lease / 2;
  return *lease_until_ - std::min(setup_.expiring_notice.value_or(half), half);
}

std::optional<time_point> transaction_machine::time_notice_at() const {
  if (said_time_ends_ || !ends_at_ || !is_kept()) return {};
  return *ends_at_ - setup_.expiring_notice.value_or(setup_.lease / 2);
}

bool transaction_machine::is_kept() const {
  return phase_ == phase::open || phase_ == phase::flushing;
}

void transaction_machine::watch_limits(const moment& at) {
  const auto left = [&](time_point end) { return std::max(end - at.now, duration{0}); };
  if (const auto due = time_notice_at(); time_is_over_ || (due && at.now >= *due)) {
    if (!said_time_ends_ && is_kept())
      todo_.emplace_back(notify_expiring{
          limit::execution_time, left(ends_at_.value_or(lease_until_.value_or(at.now)))});
    said_time_ends_ = said_time_ends_ || is_kept();
  }
  if (const auto due = lease_notice_at(); due && at.now >= *due) {
    said_lease_ends_ = true;
    todo_.emplace_back(notify_expiring{limit::lease, left(*lease_until_)});
  }
}

bool transaction_machine::has_expired(time_point now) const {
  return time_is_over_ || (lease_until_ && now >= *lease_until_) ||
         (ends_at_ && now >= *ends_at_);
}

// --- timers ---------------------------------------------------------------------------------

void transaction_machine::arm() {
  std::optional<time_point> due;
  const auto consider = [&](std::optional<time_point> at) {
    if (at && (!due || *at < *due)) due = at;
  };
  for (const auto& each : callers_)
    consider(each.who.deadline);
  if (calling_ == call::none && next_ != call::none) consider(next_at_);
  if (pings_now()) consider(ping_at_);
  consider(lease_notice_at());
  consider(time_notice_at());
  if (!due || (armed_ && *armed_ <= *due)) return;
  armed_ = due;
  todo_.emplace_back(wake{*due});
}

// --- answers --------------------------------------------------------------------------------

bool transaction_machine::awaits(wants what) const {
  return std::any_of(callers_.begin(), callers_.end(),
                     [what](const auto& each) { return each.what == what; });
}

void transaction_machine::answer_all(wants what, const result<void>& outcome) {
  for (const auto& each : callers_)
    if (each.what == what) todo_.emplace_back(answer{each.who.number, outcome});
  callers_.erase(std::remove_if(callers_.begin(), callers_.end(),
                                [what](const auto& each) { return each.what == what; }),
                 callers_.end());
}

void transaction_machine::answer_late(const moment& at) {
  bool begin_is_late = false;
  const auto first_late =
      std::stable_partition(callers_.begin(), callers_.end(),
                            [&](const auto& each) { return each.who.deadline > at.now; });
  const std::vector<waiting_caller> late{first_late, callers_.end()};
  callers_.erase(first_late, callers_.end());
  for (const auto& each : late) {
    begin_is_late = begin_is_late || each.what == wants::begin;
    todo_.emplace_back(answer{each.who.number, in_context(too_late(each.what), each.what)});
  }
  if (!begin_is_late) return;
  if (phase_ == phase::creating)
    unwanted_ =
        error{errc::transaction_aborted, "its begin took longer than it was waited for"};
  else if (phase_ == phase::resuming)
    conclude(phase::left, error{errc::closed, "the transaction was left to its lease"});
}

error transaction_machine::too_late(wants what) const {
  const auto because = last_failure_ ? ": " + last_failure_->summary() : std::string{};
  if (what == wants::begin)
    return {errc::deadline_exceeded, "the transaction was not open in time" + because};
  if (what == wants::abort)
    return {errc::outcome_unknown,
            "it is not known whether the transaction is aborted" + because};
  if (accepted_)
    return {errc::outcome_unknown, "the commit is accepted, but is not known to be complete"};
  return {errc::outcome_unknown,
          "it is not known whether the transaction is or will be committed" + because};
}

}  // namespace pravega_actor::internal
