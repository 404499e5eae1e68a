// How a reader of a group has its group reset.
#pragma once

#include <memory>

#include "group_reader/event_reader_actor.hpp"
#include "host/client_host.hpp"

namespace pravega_actor::internal {

/// Resets groups as operations of this client, which it does not keep open. `closed` when the
/// client is closed or gone.
[[nodiscard]] group_resetter resetter_of(std::weak_ptr<client_host> host);

}  // namespace pravega_actor::internal
