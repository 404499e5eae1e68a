#include <string_view>

#include "pravega_actor/ports/controller_calls.hpp"

namespace pravega_actor::controller {

std::string_view name_of(const request& call) noexcept {
  switch (static_cast<request_set::position>(call.position())) {
#define X(name, rpc, request_message, reply_message) \
  case request_set::position::name:                  \
    return rpc;
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  }
  return {};
}

}  // namespace pravega_actor::controller
