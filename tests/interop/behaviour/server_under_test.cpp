#include "interop/behaviour/server_under_test.hpp"

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "pravega_actor/uuid.hpp"
#include "pravega_sandbox/sandbox.hpp"

namespace pravega_actor::behaviour {

namespace {

using pravega_sandbox::sandbox;

constexpr int scale_polls_max = 600;
constexpr milliseconds scale_poll_pause{50};

endpoint endpoint_of(const std::string& text) {
  auto parsed = endpoint::parse(text);
  if (!parsed) FAIL("not an address: " << text);
  return *parsed;
}

sandbox& the_sandbox() {
  static const auto started = [] {
    auto made = sandbox::start();
    if (!made) FAIL(made.error().to_string());
    return std::move(made).value();
  }();
  return *started;
}

server_under_test find_server() {
  server_under_test found;
  const char* const uri = std::getenv("PRAVEGA_ACTOR_REAL_CONTROLLER");
  const char* const store = std::getenv("PRAVEGA_ACTOR_REAL_STORE");
  if (uri != nullptr && store != nullptr) {
    found.controller_uri = uri;
    found.store = endpoint_of(store);
  } else {
    found.controller_uri = the_sandbox().controller_uri();
    found.store = the_sandbox().store_endpoint();
  }
  found.controller = endpoint_of(found.controller_uri.substr(std::string{"tcp://"}.size()));
  auto port = make_grpc_controller_port(found.controller_uri);
  if (!port) FAIL(port.error().to_string());
  found.calls = *port;
  return found;
}

}  // namespace

const server_under_test& server() {
  static const server_under_test found = find_server();
  return found;
}

std::string fresh_name(const std::string& purpose) {
  static std::random_device entropy;
  static const uuid run{std::uint64_t{entropy()} << 32 | entropy(), 0};
  static std::uint64_t count = 0;
  return purpose + "-" + run.to_hex().substr(0, 16) + "-" + std::to_string(++count);
}

const std::string& shared_scope() {
  static const std::string scope = [] {
    auto name = fresh_name("behaviour");
    must(controller::create_scope{name});
    return name;
  }();
  return scope;
}

stream_config fixed_segments(std::int32_t count) {
  stream_config config;
  config.scaling.segments_min = count;
  return config;
}

scoped_stream new_stream(std::int32_t segments) {
  scoped_stream stream{shared_scope(), fresh_name("stream")};
  REQUIRE(must(controller::create_stream{stream, fixed_segments(segments)}).created);
  return stream;
}

controller::scale_started scale(const scoped_stream& stream,
                                const std::vector<segment_id>& sealed,
                                const std::vector<key_range>& ranges) {
  auto started = must(controller::scale_stream{stream, sealed, ranges, 0});
  const controller::check_scale poll{stream, started.epoch};
  for (int polls = 0; must(poll) != controller::scale_state::success; ++polls) {
    REQUIRE(polls < scale_polls_max);
    std::this_thread::sleep_for(scale_poll_pause);
  }
  return started;
}

std::vector<segment_id> current_ids(const scoped_stream& stream) {
  std::vector<segment_id> ids;
  for (const auto& each : must(controller::get_current_segments{stream}).segments)
    ids.push_back(each.id);
  return ids;
}

}  // namespace pravega_actor::behaviour
