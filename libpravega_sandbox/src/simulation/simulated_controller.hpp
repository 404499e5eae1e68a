// The controller port in memory: a link to the sandbox's controller with delays and faults.
#pragma once

#include <map>
#include <memory>

#include "controller/access_gate.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "simulation/virtual_world.hpp"

namespace pravega_sandbox {

/// The link of one client: its end ends this client's calls. A call that is on its way arrives
/// even so.
class simulated_controller final : public controller_port,
                                   public std::enable_shared_from_this<simulated_controller> {
 public:
  /// `authorization`: asked for the header of each call; null: calls have none.
  simulated_controller(virtual_world& world, access_gate& gate,
                       authorization_source authorization = {})
      : world_{world}, gate_{gate}, authorization_{std::move(authorization)} {}

  void start(const controller::request& call, duration timeout, callback done) override;
  void shut_down() override;
  std::string address() const override { return "controller:9090"; }

 private:
  [[nodiscard]] result<controller::reply> named(access_gate::answer outcome) const;
  void answer_after(duration delay, std::uint64_t number, result<controller::reply> outcome);
  void arrived(std::uint64_t number, const controller::request& call,
               result<controller::reply> outcome, duration time_left);
  void answer(std::uint64_t number, const result<controller::reply>& outcome);

  virtual_world& world_;
  access_gate& gate_;
  const authorization_source authorization_;
  std::map<std::uint64_t, callback> open_;
  std::uint64_t next_ = 1;
};

}  // namespace pravega_sandbox
