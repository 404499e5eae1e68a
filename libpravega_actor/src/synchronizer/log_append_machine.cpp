#include "synchronizer/log_append_machine.hpp"

#include <string>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

log_append_machine::step log_append_machine::start() const {
  if (offset_) return log_request{log_requests::append_at{number_, *offset_, payload_}};
  return log_request{log_requests::append{number_, payload_}};
}

std::int64_t log_append_machine::end() const noexcept {
  return offset_.value_or(0) +
         static_cast<std::int64_t>(limits::event_header_bytes + payload_.size());
}

log_append_machine::step log_append_machine::on_actor_lost() {
  switch (phase_) {
    case phase::appending:
      in_doubt_ = true;
      return start();
    case phase::awaiting:
      return await_entry();
    case phase::measuring:
      return log_request{log_requests::get_info{}};
    case phase::counting:
      return log_request{log_requests::get_number{}};
  }
  return finish{errc::internal_error};
}

log_append_machine::step log_append_machine::on_too_late(const error& why) {
  if (phase_ == phase::appending && !in_doubt_) return finish{why};
  return on_answer(why);
}

log_append_machine::step log_append_machine::on_answer(const result<log_answer>& got) {
  if (phase_ == phase::awaiting) return on_entry(got);
  if (phase_ != phase::appending) {
    if (!got) return unknown(got.error());
    if (phase_ == phase::measuring) return on_info(std::get<segment_info>(*got));
    return on_number(std::get<log_number>(*got));
  }
  if (got) return finish{true};
  const auto& why = got.error();
  // The request does not say whether it was sent before its time was over.
  if (why == errc::outcome_unknown || why == errc::deadline_exceeded) in_doubt_ = true;
  if (in_doubt_) return resolve(why);
  if (why == errc::conditional_check_failed) return finish{false};
  return finish{why};
}

log_append_machine::step log_append_machine::resolve(const error& why) {
  reason_ = why;
  phase_ = phase::measuring;
  return log_request{log_requests::get_info{}};
}

// A read at the end of the log is answered when there is something.
log_append_machine::step log_append_machine::await_entry() {
  phase_ = phase::awaiting;
  return log_request{log_requests::read{*offset_, limits::event_header_bytes}};
}

log_append_machine::step log_append_machine::on_entry(const result<log_answer>& got) {
  const bool passed =
      got || got.error() == errc::segment_truncated || got.error() == errc::segment_sealed;
  return passed ? resolve(*reason_) : step{unknown(got.error())};
}

// The order matters: once the log has passed the offset, the number is final.
log_append_machine::step log_append_machine::on_info(const segment_info& info) {
  sealed_ = info.sealed;
  passed_ = offset_ && info.write_offset > *offset_;
  phase_ = phase::counting;
  return log_request{log_requests::get_number{}};
}

log_append_machine::step log_append_machine::on_number(const log_number& stored) {
  if (stored.last == number_) return finish{true};
  if (stored.last && *stored.last > number_)
    return unknown({errc::internal_error, "a later event number is stored"});
  if (passed_) return finish{false};
  if (sealed_) return finish{errc::segment_sealed};
  // The store refused the condition, perhaps after an answer was lost: another entry is on its
  // way into the log.
  const bool refused =
      *reason_ == errc::conditional_check_failed || *reason_ == errc::outcome_unknown;
  if (offset_ && refused && ++rounds_ < rounds_max) return await_entry();
  return unknown(*reason_);
}

log_append_machine::finish log_append_machine::unknown(const error& why) const {
  if (why == errc::outcome_unknown) return {why};
  return {error{errc::outcome_unknown,
                "the answer to an entry was lost, and it is not known whether the entry is "
                "stored: " +
                    (reason_ ? *reason_ : why).summary()}
              .with_stage(stage::append)
              .with_segment_store(why.segment_store())};
}

}  // namespace pravega_actor::internal
