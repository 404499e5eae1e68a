#include "read/read_machine.hpp"

#include <algorithm>
#include <iterator>

#include "core/refused_peer.hpp"

namespace pravega_actor::internal {

std::string_view to_string(read_machine::phase at) noexcept {
  static constexpr std::string_view names[] = {"idle",    "locating", "connecting",
                                               "reading", "waiting",  "ended"};
  return names[static_cast<std::size_t>(at)];
}

read_machine::actions read_machine::start() {
  if (phase_ != phase::idle) return {};
  return attempt_again();
}

read_machine::actions read_machine::attempt_again() {
  ++attempt_;
  phase_ = phase::locating;
  return {locate{token_expired_}};
}

read_machine::actions read_machine::on_located(const result<endpoint>& where, time_point now,
                                               std::uint64_t random) {
  if (phase_ != phase::locating) return {};
  if (!where) {
    if (!where.error().retriable()) return end(where.error());
    return on_failure(where.error(), now, random);
  }
  token_expired_ = false;
  phase_ = phase::connecting;
  return {connect{*where}};
}

read_machine::actions read_machine::on_connected(time_point now) {
  if (phase_ != phase::connecting) return {};
  phase_ = phase::reading;
  connected_at_ = now;
  const auto kind = was_connected_ ? event_kind::reconnected : event_kind::connected;
  was_connected_ = true;
  auto why = last_failure_ ? last_failure_->to_string() : std::string{};
  return {publish{kind, error{errc::connection_lost, std::move(why)}}, read{}};
}

void read_machine::on_progress() noexcept {
  failures_ = 0;
  missing_ = false;
  failing_since_.reset();
}

void read_machine::on_waited(const read_wait& how) noexcept {
  if (phase_ != phase::reading) return;
  const auto least = how.at_tail ? timing_.stable_after
                                 : std::max(timing_.stable_after, timing_.recovery_timeout);
  if (how.alive_until - connected_at_ >= least) on_progress();
}

read_machine::actions read_machine::on_failure(const error& reason, time_point now,
                                               std::uint64_t random) {
  if (phase_ == phase::ended || phase_ == phase::waiting || phase_ == phase::idle) return {};
  if (is_refused_peer(reason)) return end(reason);
  last_failure_ = reason;
  // A rejected one ended a shared connection; perhaps it was not this reader's.
  token_expired_ =
      token_expired_ || reason == errc::token_expired || reason == errc::token_rejected;
  ++failures_;
  if (!failing_since_) failing_since_ = now;
  if (now - *failing_since_ >= timing_.recovery_timeout) {
    auto text = "the segment could not be read for " +
                std::to_string(to_ms(timing_.recovery_timeout)) +
                " ms; last: " + reason.to_string();
    return end(error{errc::retries_exhausted, std::move(text)}
                   .with_stage(reason.at())
                   .with_segment_store(reason.segment_store())
                   .with_controller(reason.controller()));
  }
  actions out;
  if (phase_ == phase::reading) out.push_back(publish{event_kind::disconnected, reason});
  phase_ = phase::waiting;
  out.push_back(disconnect{reason});
  out.push_back(arm_backoff{attempt_, timing_.backoff.delay(failures_, random)});
  return out;
}

read_machine::actions read_machine::on_empty() {
  if (phase_ != phase::reading) return {};
  return {arm_pause{attempt_, timing_.empty_pause}};
}

read_machine::actions read_machine::on_pause_over(std::uint64_t attempt) {
  if (attempt != attempt_ || phase_ != phase::reading) return {};
  return {read{}};
}

read_machine::actions read_machine::on_truncated(const error& reason,
                                                 std::int64_t start_offset) {
  if (phase_ != phase::reading) return {};
  if (on_truncation_ == truncation_policy::fail) return end(reason);
  on_progress();
  return {skip{start_offset}, read{}};
}

read_machine::actions read_machine::on_truncated_again(const error& reason,
                                                       std::int64_t start_offset,
                                                       time_point now, std::uint64_t random) {
  if (phase_ != phase::reading) return {};
  if (on_truncation_ == truncation_policy::fail) return end(reason);
  actions out{skip{start_offset}};
  for (auto& each : on_failure(reason, now, random))
    out.push_back(std::move(each));
  return out;
}

read_machine::actions read_machine::on_missing(const error& reason) {
  if (phase_ != phase::reading) return {};
  if (!missing_) {
    missing_ = true;
    actions out{disconnect{reason}};
    for (auto& each : attempt_again())
      out.push_back(std::move(each));
    return out;
  }
  if (on_truncation_ == truncation_policy::fail) return end(reason);
  phase_ = phase::ended;
  return {disconnect{reason}, skip_rest{}, finish{}};
}

read_machine::actions read_machine::on_violation(const error& reason) {
  return end(reason);
}

read_machine::actions read_machine::on_finished() {
  if (phase_ == phase::ended) return {};
  phase_ = phase::ended;
  return {disconnect{error{errc::end_of_segment}}, finish{}};
}

read_machine::actions read_machine::on_backoff_over(std::uint64_t attempt) {
  if (attempt != attempt_ || phase_ != phase::waiting) return {};
  return attempt_again();
}

read_machine::actions read_machine::end(const error& reason) {
  if (phase_ == phase::ended) return {};
  phase_ = phase::ended;
  return {disconnect{reason}, publish{event_kind::failed, reason}, give_up{reason}};
}

}  // namespace pravega_actor::internal
