#include "simulation/struck_places.hpp"

#include "append/append_machine.hpp"
#include "connection/connection_machine.hpp"
#include "controller_client/call_machine.hpp"
#include "core/alternative_names.hpp"
#include "group_reader/member_machine.hpp"
#include "read/read_machine.hpp"
#include "reader/open_machine.hpp"
#include "requests/segment_requests_machine.hpp"
#include "streams/scale_machine.hpp"
#include "supervision/supervisor_machine.hpp"
// These two have no actor of their own: the third carries their requests out.
#include "synchronizer/log_append_machine.hpp"
#include "synchronizer/log_fetch_machine.hpp"
#include "synchronizer/synchronizer_machine.hpp"
#include "transaction/transaction_machine.hpp"
#include "writer/claim_machine.hpp"

namespace simulation_tests {

namespace {

using namespace pravega_actor;
using namespace pravega_actor::internal;

template <class Machine>
void add_places(std::set<std::string>& to) {
  for (const auto action : alternatives_of<typename Machine::action>::names)
    for (const auto* moment : {" before ", " after "})
      to.insert(std::string{Machine::actor} + moment + std::string{action});
}

template <class... Machines>
std::set<std::string> places_of() {
  std::set<std::string> all;
  (add_places<Machines>(all), ...);
  return all;
}

}  // namespace

std::set<std::string> all_places() {
  return places_of<append_machine, call_machine, claim_machine, connection_machine,
                   member_machine, open_machine, read_machine, scale_machine,
                   segment_requests_machine, supervisor_machine, synchronizer_machine,
                   transaction_machine>();
}

}  // namespace simulation_tests
