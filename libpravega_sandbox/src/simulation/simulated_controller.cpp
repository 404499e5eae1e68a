#include "simulation/simulated_controller.hpp"

namespace pravega_sandbox {

namespace {

error failure(errc code, const char* why, const simulated_controller& from) {
  return error{code, why}.with_stage(stage::controller_call).with_controller(from.address());
}

}  // namespace

void simulated_controller::start(const controller::request& call, duration timeout,
                                 callback done) {
  const auto number = next_++;
  open_.emplace(number, std::move(done));
  world_.note("controller < " + std::string{controller::name_of(call)});
  if (world_.strikes(world_.plan.controller_silence))
    return answer_after(timeout, number, failure(errc::deadline_exceeded, "no answer", *this));
  if (world_.strikes(world_.plan.controller_failure))
    return answer_after(world_.network_delay(), number,
                        failure(errc::controller_unreachable, "refused", *this));
  const auto travels = world_.network_delay();
  world_.schedule(world_.new_lane(), travels,
                  [me = weak_from_this(), &gate = gate_, number, call, left = timeout - travels,
                   header = authorization_ ? authorization_() : std::nullopt] {
                    auto outcome = gate.handle(call, header);
                    if (auto self = me.lock())
                      self->arrived(number, call, self->named(std::move(outcome)), left);
                  });
}

result<controller::reply> simulated_controller::named(access_gate::answer outcome) const {
  if (outcome.refused == access_refusal::none) return std::move(outcome.reply);
  return outcome.reply.error().with_stage(stage::controller_call).with_controller(address());
}

// What was true when the call arrived is what the caller hears later.
void simulated_controller::arrived(std::uint64_t number, const controller::request& call,
                                   result<controller::reply> outcome, duration time_left) {
  auto delay = world_.network_delay();
  if (world_.strikes(world_.plan.controller_answer_loss)) {
    ++world_.counters.answer_losses;
    world_.note("controller: the answer of " + std::string{controller::name_of(call)} +
                " is lost");
    delay = time_left;
    outcome = failure(errc::deadline_exceeded, "no answer", *this);
  }
  answer_after(delay, number, std::move(outcome));
}

void simulated_controller::answer_after(duration delay, std::uint64_t number,
                                        result<controller::reply> outcome) {
  world_.schedule(world_.new_lane(), delay,
                  [me = weak_from_this(), number, outcome = std::move(outcome)] {
                    if (auto self = me.lock()) self->answer(number, outcome);
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
