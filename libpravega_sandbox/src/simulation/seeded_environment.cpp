#include "simulation/seeded_environment.hpp"

#include "reader/open_machine.hpp"
#include "streams/scale_machine.hpp"
#include "supervision/supervisor_machine.hpp"
#include "synchronizer/synchronizer_machine.hpp"
#include "transaction/transaction_machine.hpp"
#include "writer/claim_machine.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::internal::claim_machine;
using pravega_actor::internal::open_machine;
using pravega_actor::internal::scale_machine;
using pravega_actor::internal::supervisor_machine;
using pravega_actor::internal::synchronizer_machine;
using pravega_actor::internal::transaction_machine;

// Nothing takes its place: the application sees its death.
bool dies_visibly(std::string_view machine) {
  return machine == supervisor_machine::actor || machine == open_machine::actor ||
         machine == scale_machine::actor || machine == synchronizer_machine::actor ||
         machine == transaction_machine::actor || machine == claim_machine::actor;
}

}  // namespace

bool seeded_environment::strike(std::string_view machine, std::string_view action,
                                strike_moment moment) {
  if (!world_.plan.kill_visibly && dies_visibly(machine)) return false;
  return strike_at(std::string{machine} +
                   (moment == strike_moment::before ? " before " : " after ") +
                   std::string{action});
}

bool seeded_environment::strike_at(const std::string& place) {
  ++world_.counters.actions;
  const bool exact = world_.plan.kill_at != 0 && world_.counters.actions == world_.plan.kill_at;
  if (!exact && !world_.strikes(world_.plan.kill)) return false;
  ++world_.counters.kills;
  world_.note("kill " + place);
  world_.struck.insert(place);
  return true;
}

}  // namespace pravega_sandbox
