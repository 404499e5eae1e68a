#include "append/append_machine.hpp"

#include <string>

#include "core/refused_peer.hpp"

namespace pravega_actor::internal {

namespace {

event_kind kind_of(const successor_answer& answer) {
  for (const auto& each : answer.segments)
    if (each.predecessors.size() > 1) return event_kind::merged;
  return answer.segments.size() > 1 ? event_kind::split : event_kind::replaced;
}

}  // namespace

std::string_view to_string(append_machine::phase at) noexcept {
  static constexpr std::string_view names[] = {"idle",
                                               "locating",
                                               "connecting",
                                               "inspecting",
                                               "setting up",
                                               "open",
                                               "waiting",
                                               "checking whether sealed",
                                               "asking for successors",
                                               "ended"};
  return names[static_cast<std::size_t>(at)];
}

append_machine::actions append_machine::start(bool final_known) {
  if (phase_ != phase::idle) return {};
  final_known_ = final_known;
  if (final_known) sealed_ = errc::segment_sealed;
  return attempt_again();
}

append_machine::actions append_machine::attempt_again() {
  ++attempt_;
  if (final_known_) return ask();
  if (!sealed_ && barren_connections_ >= barren_connections_max) {
    barren_connections_ = 0;
    if (policy_.has_successors) {
      phase_ = phase::checking;
      return {check_sealed{}};
    }
    suspected_ = true;
  }
  phase_ = phase::locating;
  return {locate{token_expired_}};
}

append_machine::actions append_machine::ask() {
  phase_ = phase::asking;
  return {ask_successors{}};
}

append_machine::actions append_machine::on_located(const result<endpoint>& where,
                                                   time_point now, std::uint64_t random,
                                                   bool events_wait) {
  if (phase_ != phase::locating) return {};
  if (!where) {
    if (!where.error().retriable()) return end(where.error(), false);
    return on_failure(where.error(), now, random, events_wait);
  }
  token_expired_ = false;
  phase_ = phase::connecting;
  return {connect{*where}};
}

append_machine::actions append_machine::on_connected() {
  if (phase_ != phase::connecting) return {};
  const arm_handshake wait{attempt_, timing_.handshake_timeout};
  if (suspected_ || sealed_) {
    phase_ = phase::inspecting;
    return {inspect{}, wait};
  }
  phase_ = phase::setting_up;
  return {send_setup{}, wait};
}

append_machine::actions append_machine::on_inspected(bool sealed, time_point now,
                                                     std::uint64_t random, bool events_wait) {
  if (phase_ != phase::inspecting) return {};
  // A store refuses appends as soon as it has accepted a seal, while blocks before it may still
  // be on their way into its log: SetupAppend does not count those yet.
  if (!sealed && sealed_)
    return on_failure(error{errc::segment_sealed, "the seal is not stored yet"}, now, random,
                      events_wait);
  if (sealed && !policy_.has_successors)
    return end(error{errc::segment_sealed, "the segment store was asked"}, false);
  suspected_ = false;
  phase_ = phase::setting_up;
  if (!sealed) return {send_setup{}};
  // Nothing can land any more: what SetupAppend answers now is final.
  if (sealed_) return {send_setup{}};
  sealed_ = error{errc::segment_sealed, "the segment store was asked"};
  return {publish{event_kind::sealed, *sealed_}, send_setup{}};
}

append_machine::actions append_machine::on_setup(std::int64_t stored) {
  if (phase_ != phase::setting_up) return {};
  if (sealed_) {
    final_known_ = true;
    actions out{finalize{stored}, disconnect{*sealed_}};
    for (auto& each : ask())
      out.push_back(std::move(each));
    return out;
  }
  phase_ = phase::open;
  const auto kind = was_open_ ? event_kind::reconnected : event_kind::connected;
  was_open_ = true;
  return {publish{kind, error{errc::connection_lost,
                              last_failure_ ? last_failure_->to_string() : std::string{}}},
          resume{stored}};
}

void append_machine::on_progress() noexcept {
  failures_ = 0;
  barren_connections_ = 0;
  failing_since_.reset();
}

append_machine::actions append_machine::on_failure(const error& reason, time_point now,
                                                   std::uint64_t random, bool events_wait) {
  if (phase_ == phase::ended || phase_ == phase::waiting || phase_ == phase::idle) return {};
  if (is_refused_peer(reason)) return end(reason, final_known_);
  last_failure_ = reason;
  token_expired_ = token_expired_ || reason == errc::token_expired;
  ++failures_;
  if (!events_wait || !failing_since_) failing_since_ = now;
  if (events_wait && now - *failing_since_ >= timing_.recovery_timeout) {
    auto text = "the segment did not come back within " +
                std::to_string(to_ms(timing_.recovery_timeout)) +
                " ms; last: " + reason.to_string();
    return end(error{errc::retries_exhausted, std::move(text)}
                   .with_stage(reason.at())
                   .with_segment_store(reason.segment_store())
                   .with_controller(reason.controller()),
               final_known_);
  }
  actions out;
  if (phase_ == phase::open) {
    ++barren_connections_;
    out.push_back(publish{event_kind::disconnected, reason});
  }
  phase_ = phase::waiting;
  out.push_back(disconnect{reason});
  out.push_back(arm_backoff{attempt_, timing_.backoff.delay(failures_, random)});
  return out;
}

append_machine::actions append_machine::on_sealed(const error& reason) {
  if (phase_ == phase::ended || sealed_) return {};
  if (!policy_.has_successors) return end(reason, false);
  // A late block of an older connection may have landed before the seal, so the segment is
  // asked once more, on a fresh connection, what it has stored.
  sealed_ = reason;
  actions out{publish{event_kind::sealed, reason}, disconnect{reason}};
  for (auto& each : attempt_again())
    out.push_back(std::move(each));
  return out;
}

append_machine::actions append_machine::on_missing(const error& reason, bool in_doubt) {
  if (phase_ == phase::ended) return {};
  if (in_doubt || !policy_.has_successors) return end(reason, false);
  // Sealed, then deleted by a truncation: nothing of ours was in it.
  sealed_ = reason;
  final_known_ = true;
  actions out{finalize{}, disconnect{reason}};
  for (auto& each : ask())
    out.push_back(std::move(each));
  return out;
}

append_machine::actions append_machine::on_successors(const result<successor_answer>& answer,
                                                      time_point now, std::uint64_t random,
                                                      bool events_wait) {
  const bool checking = phase_ == phase::checking;
  if (!checking && phase_ != phase::asking) return {};
  if (checking) {
    // Whatever else is wrong, the next attempt will find out.
    suspected_ = answer && (answer->stream_sealed || !answer->segments.empty());
    return attempt_again();
  }
  if (!answer && !answer.error().retriable()) return end(answer.error(), final_known_);
  if (!answer) return on_failure(answer.error(), now, random, events_wait);
  if (answer->stream_sealed) return end(errc::stream_sealed, true);
  if (answer->segments.empty())
    return on_failure(error{errc::segment_sealed, "the controller names no successors yet"},
                      now, random, events_wait);
  phase_ = phase::ended;
  return {publish{kind_of(*answer), *sealed_}, hand_over{answer->segments}};
}

append_machine::actions append_machine::on_violation(const error& reason) {
  return end(reason, false);
}

append_machine::actions append_machine::on_handshake_timeout(std::uint64_t attempt,
                                                             time_point now,
                                                             std::uint64_t random,
                                                             bool events_wait) {
  const bool inspecting = phase_ == phase::inspecting;
  if (attempt != attempt_ || (phase_ != phase::setting_up && !inspecting)) return {};
  const auto text = (inspecting ? "no answer to GetStreamSegmentInfo within "
                                : "no answer to SetupAppend within ") +
                    std::to_string(to_ms(timing_.handshake_timeout)) + " ms";
  return on_failure(
      error{errc::segment_store_unreachable, text}.with_stage(stage::setup_append), now, random,
      events_wait);
}

append_machine::actions append_machine::on_backoff_over(std::uint64_t attempt) {
  if (attempt != attempt_ || phase_ != phase::waiting) return {};
  return attempt_again();
}

append_machine::actions append_machine::stop() {
  if (phase_ == phase::ended) return {};
  phase_ = phase::ended;
  return {disconnect{error{errc::closed}}};
}

append_machine::actions append_machine::end(const error& reason, bool certain) {
  if (phase_ == phase::ended) return {};
  phase_ = phase::ended;
  return {disconnect{reason}, publish{event_kind::failed, reason}, give_up{reason, certain}};
}

}  // namespace pravega_actor::internal
