#include "supervision/watch_owner.hpp"

#include "support/catch.hpp"

using pravega_actor::internal::watch_owner;

namespace {

caf::behavior idle(caf::event_based_actor*) {
  return {[](caf::unit_t) {}};
}

}  // namespace

TEST_CASE("watch owner: the end of a living owner is noticed, and a dead one is no owner") {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  caf::scoped_actor self{system};
  auto owner = system.spawn(idle);
  const auto address = owner.address();
  CHECK(watch_owner(self.ptr(), caf::actor_addr{}));
  REQUIRE(watch_owner(self.ptr(), address));
  self->send_exit(owner, caf::exit_reason::kill);
  bool noticed = false;
  self->receive([&](const caf::down_msg& down) { noticed = down.source == address; });
  CHECK(noticed);
  owner = nullptr;
  self->await_all_other_actors_done();
  // A worker may hold the dead actor for a moment; watching that one ends at once, too.
  bool ended = !watch_owner(self.ptr(), address);
  if (!ended) self->receive([&](const caf::down_msg& down) { ended = down.source == address; });
  CHECK(ended);
}
