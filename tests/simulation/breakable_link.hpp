// A process's way to the controller, which may be interrupted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_sandbox/simulation.hpp"

namespace simulation_tests {

/// Hands calls on, unless it is broken. Calls that were handed on before go on.
class breakable_link final : public pravega_actor::controller_port,
                             public std::enable_shared_from_this<breakable_link> {
 public:
  enum class condition : std::uint8_t {
    whole,
    /// Calls fail at once.
    refusing,
    /// Calls get lost and time out.
    silent
  };
  condition now = condition::whole;

  breakable_link(pravega_sandbox::simulation& world,
                 std::shared_ptr<pravega_actor::controller_port> inner)
      : world_{world}, inner_{std::move(inner)} {}

  void start(const pravega_actor::controller::request& call, pravega_actor::duration timeout,
             callback done) override {
    using pravega_actor::errc;
    if (now == condition::whole) return inner_->start(call, timeout, std::move(done));
    const bool refuses = now == condition::refusing;
    const auto number = next_++;
    open_.emplace(number, std::move(done));
    const pravega_actor::error why{
        refuses ? errc::controller_unreachable : errc::deadline_exceeded, "the link is broken"};
    world_.after(refuses ? pravega_actor::milliseconds{1} : timeout,
                 [me = weak_from_this(), number, why] {
                   if (const auto self = me.lock()) self->fail(number, why);
                 });
  }
  void shut_down() override {
    for (const auto& [number, done] : std::exchange(open_, {}))
      done(pravega_actor::errc::cancelled);
    inner_->shut_down();
  }
  std::string address() const override { return inner_->address(); }

 private:
  void fail(std::uint64_t number, const pravega_actor::error& why) {
    const auto at = open_.find(number);
    if (at == open_.end()) return;
    const auto done = std::move(at->second);
    open_.erase(at);
    done(why.with_stage(pravega_actor::stage::controller_call).with_controller(address()));
  }

  pravega_sandbox::simulation& world_;
  const std::shared_ptr<pravega_actor::controller_port> inner_;
  std::map<std::uint64_t, callback> open_;
  std::uint64_t next_ = 1;
};

}  // namespace simulation_tests
