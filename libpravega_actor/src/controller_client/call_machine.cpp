#include "controller_client/call_machine.hpp"

#include <algorithm>

#include "core/doubtful_answer.hpp"

namespace pravega_actor::internal {

call_machine::action call_machine::start(time_point now) {
  return next_attempt(now);
}

call_machine::action call_machine::next_attempt(time_point now) {
  const auto left = deadline_ - now;
  if (left <= duration{0}) return finish{late()};
  ++attempts_;
  return attempt{std::min(attempt_timeout_, left)};
}

call_machine::action call_machine::on_result(result<controller::reply> outcome, time_point now,
                                             std::uint64_t random, std::size_t controllers) {
  if (outcome) return finish{std::move(outcome)};
  const auto& why = outcome.error();
  if (is_doubtful(why)) {
    doubtful_ = why;
    doubted_.insert(why.controller());
    if (doubted_.size() >= controllers) return finish{why};
  } else if (!why.retriable()) {
    return finish{why};
  }
  last_failure_ = why;
  const auto delay = backoff_.delay(attempts_, random);
  if (now + delay >= deadline_) return finish{late()};
  return wait{delay};
}

call_machine::action call_machine::on_wait_over(time_point now) {
  return next_attempt(now);
}

// The last failure keeps its code: it says more than that time ran out. A doubtful answer says
// more than that nobody else answered.
error call_machine::late() const {
  const auto text = "no success after " + std::to_string(attempts_) + " attempts";
  const auto& told = doubtful_ ? doubtful_ : last_failure_;
  if (!told) return error{errc::deadline_exceeded, text}.with_stage(stage::controller_call);
  const auto& why = told->detail();
  return told->with_detail(why.empty() ? text : why + "; " + text);
}

}  // namespace pravega_actor::internal
