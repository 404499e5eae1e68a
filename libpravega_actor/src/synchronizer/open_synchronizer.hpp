// How a synchronizer is opened at a client.
#pragma once

#include <functional>

#include "host/client_host.hpp"
#include "pravega_actor/state_synchronizer.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace pravega_actor::internal {

/// What a synchronizer is opened with; see synchronizer_setup.
struct synchronizer_request {
  scoped_stream stream;
  synchronizer_options options;
  synchronizer_parts parts;
  caf::actor_addr owner = {};
};

/// Opens a synchronizer as a child of the client. `done` is called once: with the actor, or
/// with an error for names that are not valid, for what the controller answers, for a stream
/// that does not fit, and for a client that is closed.
void open_synchronizer(client_host& host, const synchronizer_request& what,
                       std::function<void(result<synchronizer_control>)> done);

/// What `synchronizer_opened` holds, which knows no model either.
[[nodiscard]] inline result<caf::strong_actor_ptr> address_of(
    const result<synchronizer_control>& opened) {
  return opened.map([](const synchronizer_control& each) {
    return caf::actor_cast<caf::strong_actor_ptr>(each);
  });
}

}  // namespace pravega_actor::internal
