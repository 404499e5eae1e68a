#include "writer/event_outcomes.hpp"

#include <new>

namespace pravega_actor::internal {

namespace {

error because(errc code, const error& why) {
  try {
    return error{code, why.to_string()}
        .with_stage(why.at())
        .with_subject(why.subject())
        .with_segment_store(why.segment_store())
        .with_controller(why.controller());
  } catch (const std::bad_alloc&) {
    return code;
  }
}

}  // namespace

event_outcomes::event_outcomes(const error& why, const close_report& report)
    : report_{report},
      at_{report.undurable.begin()},
      not_written_{because(errc::not_written, why)},
      unknown_{because(errc::outcome_unknown, why)},
      earlier_{because(errc::earlier_event_failed, why)} {}

const write_result& event_outcomes::of(event_ticket ticket) {
  while (at_ != report_.undurable.end() && at_->last < ticket)
    ++at_;
  current_ = {ticket, true, {}};
  if (at_ != report_.undurable.end() && at_->first <= ticket)
    current_ = {ticket, false, at_->unknown ? unknown_ : not_written_};
  else if (ticket > report_.durable_through)
    current_.outcome = earlier_;
  return current_;
}

}  // namespace pravega_actor::internal
