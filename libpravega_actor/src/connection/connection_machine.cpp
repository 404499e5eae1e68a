#include "connection/connection_machine.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

// An answer may begin to be owed just before a tick that still saw something come: the next one
// asks, and the peer needs time to answer.
connection_machine::connection_machine(connection_timing timing) : timing_{timing} {
  timing_.keep_alive_interval =
      std::min(timing_.keep_alive_interval, timing_.liveness_timeout / 3);
}

connection_machine::actions connection_machine::start() {
  phase_ = phase::connecting;
  return {connect{}};
}

connection_machine::actions connection_machine::on_connected() {
  if (phase_ != phase::connecting) return {};
  phase_ = phase::greeting;
  return {arm_deadline{timing_.handshake_timeout}};
}

connection_machine::actions connection_machine::on_hello(time_point now, std::int32_t high,
                                                         std::int32_t low) {
  if (phase_ != phase::greeting) return {};
  if (low > high)
    return end(
        error{errc::protocol_violation, "the peer's lowest version, " + std::to_string(low) +
                                            ", is above its highest, " + std::to_string(high)}
            .with_stage(stage::handshake));
  if (low > limits::wire_version || high < limits::wire_version_oldest)
    return end(
        error{errc::incompatible_version,
              "the peer speaks versions " + std::to_string(low) + " to " + std::to_string(high)}
            .with_stage(stage::handshake));
  phase_ = phase::ready;
  return {report_ready{}, next_tick(now, timing_.keep_alive_interval)};
}

connection_machine::actions connection_machine::on_deadline() {
  if (phase_ != phase::greeting) return {};
  return end(error{errc::segment_store_unreachable,
                   "it accepts connections but does not answer Hello within " +
                       std::to_string(to_ms(timing_.handshake_timeout)) + " ms"}
                 .with_stage(stage::handshake));
}

// On a slow link a block may travel for longer than a peer may be silent, and KeepAlive behind
// it: as long as what must be answered moves, the peer cannot have answered yet. What was said
// after it does not matter: that goes on arriving at the system of a peer that has stopped.
void connection_machine::judge_travel(time_point now, const traffic& seen) {
  const bool travelled = travels_ && seen.received == seen_.received;
  travels_ = seen.owed && seen.arrived_bytes < seen.owed->end_bytes;
  if ((travelled || travels_) && seen.arrived_bytes > seen_.arrived_bytes) counts_from_ = now;
}

// A process that was stopped itself (a debugger, a machine that was moved) has not heard what
// came meanwhile: the time that a tick comes too late does not count, but for one interval.
void connection_machine::excuse_our_absence(time_point now, const traffic& seen) {
  if (!seen.owed || now - timing_.keep_alive_interval <= tick_due_) return;
  const auto absent = now - timing_.keep_alive_interval - tick_due_;
  counts_from_ = std::min(now, std::max(seen.owed->since, counts_from_) + absent);
}

connection_machine::arm_tick connection_machine::next_tick(time_point now, duration delay) {
  tick_due_ = now + delay;
  return {delay};
}

connection_machine::actions connection_machine::on_tick(time_point now, const traffic& seen) {
  if (phase_ != phase::ready) return {};
  judge_travel(now, seen);
  excuse_our_absence(now, seen);
  const bool quiet = seen.received == seen_.received;
  seen_ = seen;
  auto next = timing_.keep_alive_interval;
  // Whatever we say is answered sooner or later; KeepAlive at once. So silence after having
  // said something is what counts, and a quiet connection is asked.
  if (seen.owed) {
    const auto silent = now - std::max(seen.owed->since, counts_from_);
    if (silent >= timing_.liveness_timeout)
      return end(error{errc::connection_lost,
                       "the peer was silent for " + std::to_string(to_ms(silent)) + " ms"});
    next = std::min(next, timing_.liveness_timeout - silent);
  }
  actions out;
  if (quiet) out.push_back(send_keep_alive{});
  out.push_back(next_tick(now, next));
  return out;
}

connection_machine::actions connection_machine::on_closed(const error& reason) {
  return end(reason);
}

connection_machine::actions connection_machine::stop(const error& reason) {
  return end(reason);
}

connection_machine::actions connection_machine::end(const error& reason) {
  if (phase_ == phase::closed) return {};
  phase_ = phase::closed;
  return {close{reason}};
}

}  // namespace pravega_actor::internal
