#include "connection/connection_machine.hpp"

#include "pravega_actor/limits.hpp"

namespace pravega_actor {

connection_machine::actions connection_machine::start() {
  phase_ = phase::connecting;
  return {connect{}};
}

connection_machine::actions connection_machine::on_connected() {
  if (phase_ != phase::connecting) return {};
  phase_ = phase::greeting;
  return {arm_deadline{timing_.handshake_timeout}};
}

connection_machine::actions connection_machine::on_hello(std::int32_t high, std::int32_t low,
                                                         time_point now) {
  if (phase_ != phase::greeting) return {};
  if (low > limits::wire_version || high < limits::wire_version_oldest)
    return end(
        error{errc::incompatible_version,
              "the peer speaks versions " + std::to_string(low) + " to " + std::to_string(high)}
            .with_stage(stage::handshake));
  phase_ = phase::ready;
  alive_at_ = now;
  return {report_ready{}, arm_tick{timing_.keep_alive_interval}};
}

connection_machine::actions connection_machine::on_deadline() {
  if (phase_ != phase::greeting) return {};
  return end(error{errc::segment_store_unreachable,
                   "it accepts connections but does not answer Hello within " +
                       std::to_string(to_ms(timing_.handshake_timeout)) + " ms"}
                 .with_stage(stage::handshake));
}

connection_machine::actions connection_machine::on_tick(time_point now, const traffic& seen) {
  if (phase_ != phase::ready) return {};
  const bool heard = seen.received != seen_.received;
  const bool said = seen.sent != seen_.sent;
  // On a slow link a block may travel for longer than a peer may be silent, and KeepAlive
  // behind it: as long as what waited goes on arriving, the peer cannot have answered yet.
  const bool travels = seen_.unsent_bytes > 0 && seen.arrived_bytes > seen_.arrived_bytes;
  if (heard) {
    alive_at_ = now;
    owes_answer_ = false;
  }
  // Whatever we say is answered sooner or later; KeepAlive at once. So silence after having
  // said something is what counts, and a quiet connection is asked.
  if (said && !owes_answer_) {
    owes_answer_ = true;
    if (!heard) alive_at_ = std::max(alive_at_, now - timing_.keep_alive_interval);
  }
  if (travels) alive_at_ = now;
  seen_ = seen;
  if (owes_answer_ && now - alive_at_ >= timing_.liveness_timeout)
    return end(
        error{errc::connection_lost,
              "the peer was silent for " + std::to_string(to_ms(now - alive_at_)) + " ms"});
  actions out;
  if (!heard) {
    out.push_back(send_keep_alive{});
    ++seen_.sent;
    owes_answer_ = true;
  }
  out.push_back(arm_tick{timing_.keep_alive_interval});
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

}  // namespace pravega_actor
