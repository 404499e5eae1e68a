// A sandbox with one stream of one segment.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "pravega_sandbox/sandbox.hpp"
#include "unit/sandbox_server/raw_client.hpp"

namespace pravega_sandbox::test {

namespace controller = pravega_actor::controller;

inline const std::string segment_name = "scope/stream/0.#epoch.0";

/// Asks again and again, for as long as a test waits at most.
template <class Condition>
bool comes_true(Condition condition) {
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + std::chrono::milliseconds{patience_ms};
  while (!condition()) {
    if (clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

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
