#include "controller_client/call_machine.hpp"

#include <algorithm>

namespace pravega_actor {

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
                                             std::uint64_t random) {
  if (outcome || !outcome.error().retriable()) return finish{std::move(outcome)};
  last_failure_ = outcome.error();
  const auto delay = backoff_.delay(attempts_, random);
  if (now + delay >= deadline_) return finish{late()};
  return wait{delay};
}

call_machine::action call_machine::on_wait_over(time_point now) {
  return next_attempt(now);
}

// The last failure keeps its code: it says more than that time ran out.
error call_machine::late() const {
  const auto text = "no success after " + std::to_string(attempts_) + " attempts";
  if (!last_failure_)
    return error{errc::deadline_exceeded, text}.with_stage(stage::controller_call);
  const auto& why = last_failure_->detail();
  return last_failure_->with_detail(why.empty() ? text : why + "; " + text);
}

}  // namespace pravega_actor
