// A sandbox with one stream of one segment.
#pragma once

#include <memory>
#include <string>

#include "pravega_sandbox/sandbox.hpp"
#include "unit/sandbox_server/raw_client.hpp"

namespace pravega_sandbox::test {

namespace controller = pravega_actor::controller;

inline const std::string segment_name = "scope/stream/0.#epoch.0";

struct running_sandbox {
  std::unique_ptr<sandbox> server;

  explicit running_sandbox(const sandbox_options& options = {}) {
    auto started = sandbox::start(options);
    REQUIRE(started);
    server = std::move(*started);
    REQUIRE(server->call(controller::create_scope{"scope"}));
    REQUIRE(server->call(controller::create_stream{{"scope", "stream"}, {}}));
  }
  [[nodiscard]] pravega_actor::endpoint store() const { return server->store_endpoint(); }
};

}  // namespace pravega_sandbox::test
