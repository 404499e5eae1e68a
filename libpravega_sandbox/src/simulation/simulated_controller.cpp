#include "simulation/simulated_controller.hpp"

namespace pravega_sandbox {

void simulated_controller::start(const controller::request& call, duration timeout,
                                 callback done) {
  const auto number = next_++;
  open_.emplace(number, std::move(done));
  const auto say = [this, number](duration delay, auto outcome) {
    world_.schedule(world_.new_lane(), delay,
                    [me = weak_from_this(), number, outcome = std::move(outcome)] {
                      if (auto self = me.lock()) self->answer(number, outcome());
                    });
  };
  const auto failure = [this](errc code, const char* why) {
    return [code, why, address = address()]() -> result<controller::reply> {
      return error{code, why}.with_stage(stage::controller_call).with_controller(address);
    };
  };
  world_.note("controller < " + std::string{controller::name_of(call)});
  if (world_.strikes(world_.plan.controller_silence))
    return say(timeout, failure(errc::deadline_exceeded, "no answer"));
  if (world_.strikes(world_.plan.controller_failure))
    return say(world_.network_delay(), failure(errc::controller_unreachable, "refused"));
  say(world_.network_delay(), [me = weak_from_this(), call]() -> result<controller::reply> {
    auto self = me.lock();
    return self ? self->model_.handle(call) : result<controller::reply>{errc::cancelled};
  });
}

void simulated_controller::answer(std::uint64_t number,
                                  const result<controller::reply>& outcome) {
  auto at = open_.find(number);
  if (at == open_.end()) return;
  auto done = std::move(at->second);
  open_.erase(at);
  world_.note(outcome ? "controller > ok"
                      : "controller > " + std::string{to_string(outcome.error().code())});
  done(outcome);
}

void simulated_controller::shut_down() {
  auto all = std::exchange(open_, {});
  for (auto& [number, done] : all)
    done(errc::cancelled);
}

}  // namespace pravega_sandbox
