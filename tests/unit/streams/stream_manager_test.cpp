#include "pravega_actor/stream_manager.hpp"

#include "core/access.hpp"
#include "support/catch.hpp"
#include "unit/client/live_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using names = std::vector<std::string>;

/// A client whose controller answers by the test's script.
struct manager_world {
  live_world world;
  client user;
  explicit manager_world(scripted_controller::script script)
      : world{std::move(script)}, user{*client::create(settings(), world.ports())} {}
  static config settings() {
    config chosen;
    chosen.controller_call_timeout_ms = 300;
    chosen.controller_attempt_timeout_ms = 100;
    return chosen;
  }
  stream_manager streams() const { return user.streams(); }
  names calls() const { return world.controller->names(); }
};

}  // namespace

TEST_CASE("ensure tells whether it had something to do", "[stream_manager]") {
  bool there = false;
  const manager_world w{[&](const controller::request& call) -> result<controller::reply> {
    if (call.holds<controller::create_scope>() || call.holds<controller::create_stream>())
      return controller::reply{controller::creation{!there}};
    if (call.holds<controller::get_stream_config>())
      return controller::reply{fixed_segments(3)};
    return errc::unsupported_operation;
  }};
  const auto ensure = [&](std::int32_t segments) {
    const auto got = w.streams().ensure_stream({"scope", "stream"}, fixed_segments(segments));
    INFO((got ? std::string{} : got.error().to_string()));
    REQUIRE(got);
    return *got;
  };
  CHECK(*w.streams().ensure_scope("scope") == ensured::created);
  CHECK(ensure(3).outcome == ensured::created);
  there = true;
  CHECK(*w.streams().ensure_scope("scope") == ensured::existed);
  CHECK(ensure(3) == ensured::existed);
  const auto other = ensure(5);
  CHECK(other.outcome == ensured::differs);
  CHECK(other.config == fixed_segments(3));
  CHECK(other.differences == names{"segments 3 fixed instead of 5 fixed"});
}

TEST_CASE("names and sizes are checked before the controller is asked", "[stream_manager]") {
  const manager_world w{one_stream};
  CHECK(w.streams().ensure_scope("").error() == errc::invalid_name);
  CHECK(w.streams().ensure_scope("a b").error() == errc::invalid_name);
  CHECK(w.streams().ensure_stream({"scope", "a/b"}, fixed_segments(1)).error() ==
        errc::invalid_name);
  CHECK(w.streams().ensure_stream({"sc/ope", "s"}, fixed_segments(1)).error() ==
        errc::invalid_name);
  CHECK(w.streams().ensure_stream({"scope", "s"}, fixed_segments(0)).error() ==
        errc::invalid_argument);
  CHECK(w.calls().empty());
}

TEST_CASE("a list is asked for page by page", "[stream_manager]") {
  const manager_world w{[](const controller::request& call) -> result<controller::reply> {
    const auto* asked = call.get_if<controller::list_scopes>();
    if (asked == nullptr) return errc::unsupported_operation;
    if (asked->token.empty()) return controller::reply{controller::name_page{{"a", "b"}, "1"}};
    if (asked->token == "1") return controller::reply{controller::name_page{{"c"}, "2"}};
    return controller::reply{controller::name_page{{}, "3"}};
  }};
  CHECK(*w.streams().list_scopes() == names{"a", "b", "c"});
  CHECK(w.calls().size() == 3);
}

TEST_CASE("a controller that repeats a page's token does not go round for ever",
          "[stream_manager]") {
  const manager_world w{[](const controller::request& call) -> result<controller::reply> {
    const auto* asked = call.get_if<controller::list_tagged_streams>();
    if (asked == nullptr || asked->scope != "scope" || asked->tag != "tag")
      return errc::unsupported_operation;
    return controller::reply{controller::name_page{{"a"}, "same"}};
  }};
  CHECK(*w.streams().list_streams("scope", "tag") == names{"a", "a"});
  CHECK(w.calls().size() == 2);
}

TEST_CASE("a list that fails half way is an error", "[stream_manager]") {
  const manager_world w{[](const controller::request& call) -> result<controller::reply> {
    const auto* asked = call.get_if<controller::list_scopes>();
    if (asked != nullptr && asked->token.empty())
      return controller::reply{controller::name_page{{"a"}, "1"}};
    return errc::permission_denied;
  }};
  const auto listed = w.streams().list_scopes();
  REQUIRE_FALSE(listed);
  CHECK(listed.error() == errc::permission_denied);
}

TEST_CASE("deleting a stream seals it first, and none is no error", "[stream_manager]") {
  std::atomic<int> exists{1};
  const manager_world w{[&](const controller::request& call) -> result<controller::reply> {
    if (call.holds<controller::seal_stream>()) {
      if (exists > 0) return controller::reply{controller::done{}};
      return errc::stream_not_found;
    }
    if (call.holds<controller::delete_stream>())
      return controller::reply{controller::deletion{exists-- > 0}};
    return errc::unsupported_operation;
  }};
  CHECK(*w.streams().delete_stream({"scope", "stream"}));
  CHECK(w.calls() == names{"sealStream", "deleteStream"});
  CHECK_FALSE(*w.streams().delete_stream({"scope", "stream"}));
  CHECK(w.calls().size() == 3);
  CHECK(w.streams().seal_stream({"scope", "stream"}).error() == errc::stream_not_found);
}

TEST_CASE("a stream that was there to be sealed and is gone then is deleted",
          "[stream_manager]") {
  std::atomic<bool> as_error{false};
  const manager_world w{[&](const controller::request& call) -> result<controller::reply> {
    if (call.holds<controller::seal_stream>()) return controller::reply{controller::done{}};
    if (as_error) return errc::stream_not_found;
    return controller::reply{controller::deletion{false}};
  }};
  CHECK(*w.streams().delete_stream({"scope", "stream"}));
  as_error = true;
  CHECK(*w.streams().delete_stream({"scope", "stream"}));
}

TEST_CASE("deleting a scope: none is no error, other failures are", "[stream_manager]") {
  std::atomic<int> what{0};
  const manager_world w{[&](const controller::request&) -> result<controller::reply> {
    if (what == 0) return controller::reply{controller::deletion{true}};
    return what == 1 ? errc::scope_not_found : errc::scope_not_empty;
  }};
  CHECK(*w.streams().delete_scope("scope"));
  what = 1;
  CHECK_FALSE(*w.streams().delete_scope("scope"));
  what = 2;
  CHECK(w.streams().delete_scope("scope").error() == errc::scope_not_empty);
}

TEST_CASE("a call ends within the time that it is given, else the configuration's",
          "[stream_manager]") {
  // Only a call that has more time than the configuration gives makes so many attempts.
  const int attempts_before_success = 14;
  std::atomic<int> attempts{0};
  const manager_world w{[&](const controller::request&) -> result<controller::reply> {
    if (++attempts <= attempts_before_success) return errc::controller_unreachable;
    return controller::reply{endpoint{"store", 1}};
  }};
  const controller::get_uri where{{{"scope", "stream"}, {0, 0}}};
  CHECK(w.streams().call(where).error() == errc::controller_unreachable);
  CHECK(w.streams().call(where, milliseconds{1}).error() == errc::controller_unreachable);
  REQUIRE(attempts < attempts_before_success);
  CHECK(w.streams().call(where, seconds{600}));
}

TEST_CASE("a reply of another type is an error", "[stream_manager]") {
  const manager_world w{[](const controller::request&) -> result<controller::reply> {
    return controller::reply{endpoint{"x", 1}};
  }};
  CHECK(w.streams().ensure_scope("scope").error() == errc::internal_error);
}

TEST_CASE("calls on a closed client are refused", "[stream_manager]") {
  const manager_world w{one_stream};
  auto user = w.user;
  CHECK(user.close().outcome);
  CHECK(w.streams().ensure_scope("scope").error() == errc::closed);
  CHECK(w.streams().describe({"scope", "stream"}).error() == errc::closed);
  CHECK(w.calls().empty());
  const auto none = access::make<stream_manager>(nullptr);
  CHECK(none.ensure_scope("scope").error() == errc::closed);
  CHECK(none.describe({"scope", "stream"}).error() == errc::closed);
}

TEST_CASE("describing a stream that is not there", "[stream_manager]") {
  const manager_world w{one_stream};
  CHECK(w.streams().describe({"scope", "missing"}).error() == errc::stream_not_found);
}

TEST_CASE("a sealed stream has a head and no segments", "[stream_manager]") {
  const manager_world w{[](const controller::request& call) -> result<controller::reply> {
    if (call.holds<controller::get_current_segments>())
      return controller::reply{controller::segment_ranges{}};
    if (call.holds<controller::get_stream_config>())
      return controller::reply{fixed_segments(2)};
    if (call.holds<controller::get_head_segments>())
      return controller::reply{controller::segment_offsets{{{{0, 0}, 17}}, ""}};
    if (call.holds<controller::get_segments_between>())
      return controller::reply{controller::segment_list{{{0, 0}, {1, 1}}, ""}};
    // The last segment of a stream in which nothing is left to ask the store for.
    if (const auto* epoch = call.get_if<controller::get_epoch_segments>();
        epoch != nullptr && epoch->epoch == 1)
      return controller::reply{controller::segment_ranges{}};
    return errc::unsupported_operation;
  }};
  const auto seen = w.streams().describe({"scope", "stream"});
  REQUIRE(seen);
  CHECK(seen->sealed);
  CHECK(seen->segments.empty());
  CHECK(seen->config == fixed_segments(2));
  CHECK(seen->head.offsets.at({0, 0}) == 17);
  CHECK(seen->tail.offsets.empty());
}
