// The controller client actor: every call to the controller goes through it.
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <optional>

#include "controller_client/call_gate.hpp"
#include "controller_client/call_machine.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/ports/environment.hpp"

namespace pravega_actor::internal {

/// Ask the controller; answered with `controller_answer`. `timeout` covers all attempts; zero
/// means the configured one.
struct controller_call {
  controller::request call;
  duration timeout{0};
};
struct controller_answer {
  result<controller::reply> outcome;
};
/// Answered with `controller_client_status`.
struct get_controller_client_status {};
struct controller_client_status {
  std::uint64_t calls = 0;
  std::uint64_t attempts = 0;
  std::uint64_t failures = 0;
  std::size_t under_way = 0;
  std::string address;
};

/// What a controller client answers.
using controller_service = caf::typed_actor<
    caf::replies_to<controller_call>::with<controller_answer>,
    caf::replies_to<get_controller_client_status>::with<controller_client_status>>;

// The client's own messages.
struct attempt_done {
  std::uint64_t call = 0;
  std::uint32_t attempt = 0;
  result<controller::reply> outcome;
};
struct attempt_due {
  std::uint64_t call = 0;
};
/// The deadline of a call that waits for another one's outcome.
struct call_due {
  std::uint64_t call = 0;
};

/// What the actor understands, its own messages included.
using controller_client_inside =
    controller_service::extend<caf::reacts_to<attempt_done>, caf::reacts_to<attempt_due>,
                               caf::reacts_to<call_due>>;

struct controller_client_setup {
  std::shared_ptr<controller_port> port;
  std::shared_ptr<environment> env;
  retry_policy backoff;
  duration attempt_timeout = seconds{10};
  duration call_timeout = seconds{30};
  /// More calls than this at once are refused with would_block: later ones may be
  /// taken.
  std::size_t calls_max = limits::controller_calls_max;
};

struct controller_client_state {
  struct pending {
    controller::request call;
    call_machine machine;
    caf::typed_response_promise<controller_answer> promise;
    bool due_armed = false;
  };
  controller_client_setup setup;
  call_gate gate;
  std::optional<error> last_unreachable;
  std::map<std::uint64_t, pending> calls;
  std::uint64_t next_call = 1;
  controller_client_status counters;
  const char* name = "controller_client";
  /// Answers what is still open, so that no requester waits for a dead actor.
  ~controller_client_state();
};

controller_client_inside::behavior_type controller_client(
    controller_client_inside::stateful_pointer<controller_client_state> self,
    controller_client_setup setup);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::controller_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::controller_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::get_controller_client_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::controller_client_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::attempt_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::attempt_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::call_due)
