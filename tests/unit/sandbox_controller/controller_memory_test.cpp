// What scopes and streams take of a sandbox's memory.
#include <string>
#include <vector>

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

struct fixture {
  store_model store;
  controller_model model{store, {{"127.0.0.1", 1000}}};
  explicit fixture(store_options options) : store{options} {}

  template <class Request>
  result<typename Request::reply> call(const Request& request) {
    return controller::reply_of<Request>(model.handle(request));
  }
};

/// Splits and merges a stream of one segment until there is no room for another epoch.
std::size_t scales_until_refused(fixture& f, const scoped_stream& of) {
  for (std::size_t scales = 0;; ++scales) {
    const auto active = f.call(controller::get_current_segments{of});
    std::vector<segment_id> sealed;
    for (const auto& each : active->segments)
      sealed.push_back(each.id);
    const bool split = sealed.size() == 1;
    const auto ranges =
        split ? std::vector<key_range>{{0, 0.5}, {0.5, 1}} : std::vector<key_range>{{0, 1}};
    const auto scaled = f.call(controller::scale_stream{of, sealed, ranges});
    if (scaled) continue;
    CHECK(scaled.error() == errc::limit_exceeded);
    return scales;
  }
}

}  // namespace

TEST_CASE(
    "controller memory: scopes, streams, tags and epochs are bounded together, and come back") {
  store_options options;
  options.memory_bytes_max = 1u << 20;
  fixture f{options};
  const auto& account = f.store.memory();
  const std::string scope(255, 's');
  REQUIRE(f.call(controller::create_scope{scope}));
  const auto empty = account.used();
  const auto name = [&](std::size_t number) {
    auto longest = std::to_string(number);
    longest.resize(240, 'n');
    return scoped_stream{scope, longest};
  };
  stream_config tagged;
  tagged.tags.assign(controller_limits::tags_max, std::string(200, 't'));
  std::size_t streams = 0;
  const auto create = [&] { return f.call(controller::create_stream{name(streams), tagged}); };
  while (create())
    ++streams;
  CHECK(create().error() == errc::limit_exceeded);
  CHECK(streams > 100);
  CHECK(account.used() <= account.bytes_max());
  std::size_t scopes = 0;
  while (f.call(controller::create_scope{std::to_string(scopes)}))
    ++scopes;
  const auto refused = f.call(controller::update_stream{name(0), tagged});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::limit_exceeded);
  const auto drop = [&](std::size_t number) {
    REQUIRE(f.call(controller::seal_stream{name(number)}));
    REQUIRE(f.call(controller::delete_stream{name(number)})->deleted);
  };
  // Room is asked for as for the longest names: that of two suffices for one.
  drop(--streams);
  drop(--streams);
  REQUIRE(create());
  ++streams;
  CHECK(scales_until_refused(f, name(1)) < controller_limits::epochs_max);
  CHECK(account.used() <= account.bytes_max());
  for (std::size_t i = 0; i < streams; ++i)
    drop(i);
  for (std::size_t i = 0; i < scopes; ++i)
    REQUIRE(f.call(controller::delete_scope{std::to_string(i)})->deleted);
  // Numbers of deleted streams stay.
  CHECK(account.used() <=
        empty + 2 * (streams + 1) * (controller_limits::scope_bytes + 6 * 255));
}
