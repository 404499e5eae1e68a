// The fields of a fault plan, for what goes over all of them.
#pragma once

#include <string_view>

#include "pravega_sandbox/simulation.hpp"

namespace pravega_sandbox {

/// Calls `f(name, pointer to member)` for each field.
template <class F>
void each_field(F&& f) {
  f(std::string_view{"heal_after"}, &fault_plan::heal_after);
  f(std::string_view{"cut"}, &fault_plan::cut);
  f(std::string_view{"late_delivery"}, &fault_plan::late_delivery);
  f(std::string_view{"late_max"}, &fault_plan::late_max);
  f(std::string_view{"partial_late"}, &fault_plan::partial_late);
  f(std::string_view{"cut_before_apply"}, &fault_plan::cut_before_apply);
  f(std::string_view{"cut_after_apply"}, &fault_plan::cut_after_apply);
  f(std::string_view{"silence"}, &fault_plan::silence);
  f(std::string_view{"silence_max"}, &fault_plan::silence_max);
  f(std::string_view{"refuse"}, &fault_plan::refuse);
  f(std::string_view{"crash"}, &fault_plan::crash);
  f(std::string_view{"crash_max"}, &fault_plan::crash_max);
  f(std::string_view{"controller_failure"}, &fault_plan::controller_failure);
  f(std::string_view{"controller_silence"}, &fault_plan::controller_silence);
  f(std::string_view{"controller_answer_loss"}, &fault_plan::controller_answer_loss);
  f(std::string_view{"wrong_host"}, &fault_plan::wrong_host);
  f(std::string_view{"move"}, &fault_plan::move);
  f(std::string_view{"store_kill"}, &fault_plan::store_kill);
  f(std::string_view{"failover_max"}, &fault_plan::failover_max);
  f(std::string_view{"store_down_max"}, &fault_plan::store_down_max);
  f(std::string_view{"seal_close"}, &fault_plan::seal_close);
  f(std::string_view{"seal_delay"}, &fault_plan::seal_delay);
  f(std::string_view{"seal_delay_max"}, &fault_plan::seal_delay_max);
  f(std::string_view{"transaction_delay"}, &fault_plan::transaction_delay);
  f(std::string_view{"transaction_delay_max"}, &fault_plan::transaction_delay_max);
  f(std::string_view{"commit_loss"}, &fault_plan::commit_loss);
  f(std::string_view{"token_expiry"}, &fault_plan::token_expiry);
  f(std::string_view{"token_reset"}, &fault_plan::token_reset);
  f(std::string_view{"kill"}, &fault_plan::kill);
  f(std::string_view{"kill_at"}, &fault_plan::kill_at);
  f(std::string_view{"kill_visibly"}, &fault_plan::kill_visibly);
  f(std::string_view{"delay_min"}, &fault_plan::delay_min);
  f(std::string_view{"delay_max"}, &fault_plan::delay_max);
  f(std::string_view{"piece_bytes_max"}, &fault_plan::piece_bytes_max);
}

}  // namespace pravega_sandbox
