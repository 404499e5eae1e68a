#include "streams/scale_machine.hpp"

#include <algorithm>
#include <cmath>

#include "streams/key_ranges.hpp"

namespace pravega_actor::internal {

namespace {

bool same(const key_range& a, const key_range& b) {
  return std::abs(a.low - b.low) <= key_tolerance && std::abs(a.high - b.high) <= key_tolerance;
}

}  // namespace

scale_machine::action scale_machine::start(time_point now) {
  if (now >= deadline_) return late();
  return start_scale{};
}

scale_machine::action scale_machine::on_started(
    const result<controller::scale_started>& answer) {
  if (answer) {
    started_ = true;
    scaled_ = {answer->segments, answer->epoch + 1};
    return check{answer->epoch};
  }
  if (answer.error().retriable()) return finish{perhaps_started(answer.error())};
  // A call that is repeated after a lost answer finds its own effect.
  if (!(answer.error() == errc::precondition_failed)) return finish{answer.error()};
  refusal_ = answer.error();
  return look{};
}

scale_machine::action scale_machine::on_current(
    const result<controller::segment_ranges>& current) {
  if (!current) return finish{perhaps_started(current.error())};
  std::vector<segment_with_range> opened;
  for (const auto& range : what_.ranges) {
    const auto at =
        std::find_if(current->segments.begin(), current->segments.end(),
                     [&](const segment_with_range& each) { return same(each.range, range); });
    if (at == current->segments.end()) return finish{*refusal_};
    opened.push_back(*at);
  }
  const auto epoch = opened.empty() ? 0 : opened.front().id.epoch;
  const bool of_one_scale =
      std::all_of(opened.begin(), opened.end(), [&](const segment_with_range& each) {
        return each.id.epoch == epoch && std::find(what_.sealed.begin(), what_.sealed.end(),
                                                   each.id) == what_.sealed.end();
      });
  if (opened.empty() || !of_one_scale) return finish{*refusal_};
  return finish{stream_scaled{std::move(opened), epoch}};
}

scale_machine::action scale_machine::on_checked(const result<controller::scale_state>& answer,
                                                time_point now) {
  ++checks_;
  if (!answer) return finish{unfinished(answer.error())};
  if (*answer == controller::scale_state::success) return finish{scaled_};
  const auto delay = pauses_.delay(checks_, 0);
  if (now + delay >= deadline_) return late();
  return wait{delay};
}

scale_machine::action scale_machine::on_wait_over(time_point now) {
  if (now >= deadline_) return late();
  return check{scaled_.epoch - 1};
}

scale_machine::finish scale_machine::late() const {
  const error reason = error{errc::deadline_exceeded}
                           .with_stage(stage::controller_call)
                           .with_subject(what_.stream.to_string());
  if (!started_)
    return finish{reason.with_detail("the scale was not started before its deadline")};
  return finish{unfinished(reason)};
}

error scale_machine::perhaps_started(const error& why) {
  std::string text = "it is not known whether the scale was started";
  if (!why.detail().empty()) text += ": " + why.detail();
  return why.with_detail(std::move(text));
}

error scale_machine::unfinished(const error& why) const {
  auto text = "the scale from epoch " + std::to_string(scaled_.epoch - 1) +
              " was started, but is not known to be complete";
  if (checks_ > 0)
    text += " after " + std::to_string(checks_) + (checks_ == 1 ? " check" : " checks");
  if (!why.detail().empty()) text += ": " + why.detail();
  return why.with_detail(std::move(text));
}

}  // namespace pravega_actor::internal
