#include <cstdio>
#include <string>
#include <string_view>

#include "pravega_sandbox/sweep.hpp"
#include "simulation/plan_fields.hpp"
#include "simulation/virtual_world.hpp"

namespace pravega_sandbox {

namespace {

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string text_of(duration value) {
  return text_of(std::chrono::duration<double, std::milli>(value).count()) + " ms";
}

template <class Integer>
requires std::is_integral_v<Integer> std::string text_of(Integer value) {
  return std::to_string(value);
}

}  // namespace

std::string to_string(const fault_plan& plan) {
  std::string text;
  const fault_plan without;
  each_field([&](std::string_view name, auto member) {
    if (plan.*member == without.*member) return;
    if (!text.empty()) text += ", ";
    text.append(name).append(" ").append(text_of(plan.*member));
  });
  return text.empty() ? "no faults" : text;
}

fault_plan fault_plan::from_seed(std::uint64_t seed) {
  fault_plan plan;
  virtual_world dice{seed ^ 0xFA017ULL, plan};
  const auto some = [&](double most) {
    return dice.chance(0.5) ? 0.0 : most * dice.chance(0.5) + most / 4;
  };
  plan.cut = some(0.02);
  plan.cut_before_apply = some(0.05);
  plan.cut_after_apply = some(0.05);
  plan.silence = some(0.004);
  plan.refuse = some(0.3);
  plan.crash = some(0.1);
  plan.controller_failure = some(0.3);
  plan.controller_silence = some(0.03);
  plan.wrong_host = some(0.1);
  plan.kill = some(0.01);
  if (dice.chance(0.3)) plan.piece_bytes_max = 1 + dice.random() % 100;
  if (dice.chance(0.3)) plan.delay_max = milliseconds{50};
  plan.move = some(0.05);
  plan.store_kill = some(0.1);
  plan.seal_close = some(1.0);
  plan.partial_late = some(1.0);
  plan.seal_delay = some(0.5);
  plan.controller_answer_loss = some(0.1);
  plan.transaction_delay = some(1.0);
  plan.commit_loss = some(0.3);
  plan.token_expiry = some(0.05);
  plan.token_reset = some(1.0);
  return plan;
}

}  // namespace pravega_sandbox
