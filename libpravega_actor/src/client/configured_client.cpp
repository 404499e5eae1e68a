// Clients with the credentials that their configuration names.
#include <utility>

#include "core/configured_credentials.hpp"
#include "pravega_actor/actors.hpp"

namespace pravega_actor {

using namespace internal;

result<client> client::create(const config& configuration) {
  auto identity = configured_credentials(configuration);
  if (!identity) return identity.error();
  return create(configuration, std::move(*identity));
}

result<client> make_client(caf::actor_system& system, const config& configuration) {
  auto identity = configured_credentials(configuration);
  if (!identity) return identity.error();
  return make_client(system, configuration, std::move(*identity));
}

}  // namespace pravega_actor
