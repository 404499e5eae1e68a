#include "demo/demo_environment.hpp"

namespace pravega_actor::tool {

bool demo_environment::strike(std::string_view machine, std::string_view action,
                              strike_moment moment) {
  auto left = ordered_.load();
  if (left == 0 || machine != machine_) return inner_->strike(machine, action, moment);
  while (left > 0 && !ordered_.compare_exchange_weak(left, left - 1)) {
  }
  if (left == 0) return inner_->strike(machine, action, moment);
  ++killed_;
  const auto* when = moment == strike_moment::before ? "before" : "after";
  std::lock_guard lock{mutex_};
  if (sink_) sink_(std::string{when} + " its action \"" + std::string{action} + "\"");
  return true;
}

void demo_environment::on_kill(told sink) {
  std::lock_guard lock{mutex_};
  sink_ = std::move(sink);
}

}  // namespace pravega_actor::tool
