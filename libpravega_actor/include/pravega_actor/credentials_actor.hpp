// Credentials that an actor of the application gives.
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "pravega_actor/credentials.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Give the value of the header `authorization` for one call to a controller; answered with
/// `authorization_given`. An answer after `timeout` is not used.
struct get_authorization {
  duration timeout{0};
};
/// The answer: as for the callback of `credentials::get`.
struct authorization_given {
  result<secret> header;
};

/// An actor that gives credentials.
using credentials_actor =
    caf::typed_actor<caf::replies_to<get_authorization>::with<authorization_given>>;

/// Credentials that ask `source` before each call. They keep a reference to it. If it ends,
/// calls fail with actor_terminated, which the client repeats within the call's time. The actor
/// system must outlive the client.
[[nodiscard]] std::shared_ptr<credentials> credentials_from(caf::actor_system& system,
                                                            credentials_actor source);

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_authorization)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::authorization_given)
