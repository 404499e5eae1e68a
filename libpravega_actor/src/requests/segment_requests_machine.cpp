#include "requests/segment_requests_machine.hpp"

#include <iterator>
#include <string>

namespace pravega_actor::internal {

segment_requests_machine::actions segment_requests_machine::start(
    const std::optional<endpoint>& known) {
  if (phase_ != phase::idle) return {};
  actions out{arm_deadline{timeout_}};
  if (known) {
    ++attempt_;
    phase_ = phase::connecting;
    out.emplace_back(connect{*known});
    return out;
  }
  for (auto& each : attempt_again())
    out.push_back(std::move(each));
  return out;
}

segment_requests_machine::actions segment_requests_machine::attempt_again() {
  ++attempt_;
  step_ = 0;
  phase_ = phase::locating;
  return {locate{token_expired_}};
}

segment_requests_machine::actions segment_requests_machine::on_located(
    const result<endpoint>& where, std::uint64_t random) {
  if (phase_ != phase::locating) return {};
  if (!where) return on_failure(where.error(), random);
  token_expired_ = false;
  phase_ = phase::connecting;
  return {connect{*where}};
}

segment_requests_machine::actions segment_requests_machine::on_connected() {
  if (phase_ != phase::connecting) return {};
  phase_ = phase::asking;
  return ask_step();
}

segment_requests_machine::actions segment_requests_machine::ask_step() {
  ++serial_;
  return {ask{step_, serial_}, arm_answer{serial_, timing_.answer_timeout}};
}

segment_requests_machine::actions segment_requests_machine::on_answer(
    const result<wire::command>& answer, std::uint64_t random) {
  if (phase_ != phase::asking) return {};
  if (!answer) return on_failure(answer.error(), random);
  if (!question_->goes_on_after(*answer)) return end(*answer);
  ++step_;
  return ask_step();
}

// A store that refuses with one of these has not carried the request out.
void segment_requests_machine::note_doubt(const error& reason) {
  const bool refused = reason == errc::wrong_host || reason == errc::token_expired;
  if (phase_ == phase::asking && reason.retriable() && !refused) in_doubt_ = true;
}

segment_requests_machine::actions segment_requests_machine::on_failure(const error& reason,
                                                                       std::uint64_t random) {
  if (phase_ == phase::idle || phase_ == phase::waiting || phase_ == phase::ended) return {};
  note_doubt(reason);
  if (!reason.retriable()) return refuse(reason);
  if (reason == errc::token_expired) token_expired_ = true;
  last_failure_ = reason;
  phase_ = phase::waiting;
  return {leave{}, arm_backoff{attempt_, timing_.backoff.delay(attempt_, random)}};
}

segment_requests_machine::actions segment_requests_machine::refuse(const error& reason) {
  if (!in_doubt_ || question_->repeated() == repetition::harmless) return end(reason);
  auto unknown =
      error{errc::outcome_unknown,
            "an earlier attempt, whose answer was lost, may have been carried out; the last: " +
                reason.to_string()}
          .with_stage(stage::segment_request);
  return end(unknown.with_segment_store(reason.segment_store()));
}

segment_requests_machine::actions segment_requests_machine::on_answer_timeout(
    std::uint32_t serial, std::uint64_t random) {
  if (serial != serial_ || phase_ != phase::asking) return {};
  const auto text = "no answer within " + std::to_string(to_ms(timing_.answer_timeout)) + " ms";
  return on_failure(
      error{errc::segment_store_unreachable, text}.with_stage(stage::segment_request), random);
}

segment_requests_machine::actions segment_requests_machine::on_backoff_over(
    std::uint32_t attempt) {
  if (attempt != attempt_ || phase_ != phase::waiting) return {};
  return attempt_again();
}

segment_requests_machine::actions segment_requests_machine::on_deadline() {
  if (phase_ == phase::ended) return {};
  auto text = "no answer to " + std::string{question_->name()} + " within " +
              std::to_string(to_ms(timeout_)) + " ms";
  if (last_failure_) text += "; last: " + last_failure_->to_string();
  auto late =
      error{errc::deadline_exceeded, std::move(text)}.with_stage(stage::segment_request);
  if (last_failure_) late = late.with_segment_store(last_failure_->segment_store());
  return end(late);
}

segment_requests_machine::actions segment_requests_machine::end(result<wire::command> outcome) {
  phase_ = phase::ended;
  return {leave{}, finish{std::move(outcome)}};
}

}  // namespace pravega_actor::internal
