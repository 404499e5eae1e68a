// The server that the behaviour is asked of: a sandbox in this process, or a real Pravega 0.13.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "support/catch.hpp"

namespace pravega_actor::behaviour {

namespace controller = pravega_actor::controller;

inline constexpr seconds call_timeout{30};

/// Where the server is: of the environment's PRAVEGA_ACTOR_REAL_CONTROLLER and
/// PRAVEGA_ACTOR_REAL_STORE, else of a sandbox that starts with the first use.
struct server_under_test {
  std::string controller_uri;
  endpoint controller;
  endpoint store;
  std::shared_ptr<controller_port> calls;
};
[[nodiscard]] const server_under_test& server();

/// A name that no earlier run on the same server has used.
[[nodiscard]] std::string fresh_name(const std::string& purpose);
/// A scope that exists and that the tests share.
[[nodiscard]] const std::string& shared_scope();

/// One controller call, awaited.
template <class Call>
result<typename Call::reply> ask(const Call& call) {
  std::promise<result<controller::reply>> promise;
  auto answer = promise.get_future();
  server().calls->start(call, call_timeout, [&promise](result<controller::reply> reply) {
    promise.set_value(std::move(reply));
  });
  return controller::reply_of<Call>(answer.get());
}

/// The same for a call that must succeed.
template <class Call>
typename Call::reply must(const Call& call) {
  auto reply = ask(call);
  if (!reply) FAIL(reply.error().to_string());
  return std::move(reply).value();
}

/// A new stream of so many segments in the shared scope.
[[nodiscard]] scoped_stream new_stream(std::int32_t segments = 1);
[[nodiscard]] stream_config fixed_segments(std::int32_t count);

/// Scales, and waits until the scale is done.
controller::scale_started scale(const scoped_stream& stream,
                                const std::vector<segment_id>& sealed,
                                const std::vector<key_range>& ranges);

[[nodiscard]] std::vector<segment_id> current_ids(const scoped_stream& stream);

}  // namespace pravega_actor::behaviour
