#include "core/waiting.hpp"

#include <thread>

#include "core/user_code.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const error late{errc::deadline_exceeded, "late"};

result<int> answered_with(int value) {
  return wait_for<int>(seconds{30}, late, [value](auto done) { done(value); });
}

}  // namespace

TEST_CASE("a wait ends with the answer", "[waiting][threads]") {
  CHECK(*answered_with(7) == 7);
  std::thread other;
  const auto waited = wait_for<int>(seconds{30}, late, [&other](auto done) {
    other = std::thread{[done] { done(error{errc::stream_not_found}); }};
  });
  other.join();
  CHECK(waited.error() == errc::stream_not_found);
}

TEST_CASE("nobody waits in a callback or in a thread of the library", "[waiting][threads]") {
  const auto refused = [] {
    bool started = false;
    const auto waited = wait_for<int>(seconds{30}, late.with_stage(stage::flush),
                                      [&started](auto) { started = true; });
    return !started && !waited && waited.error() == errc::would_block &&
           waited.error().at() == stage::flush;
  };
  CHECK(may_wait());
  bool in_callback = false;
  call_unheard([&] {
    in_callback = refused();
    // A callback within a callback ends; the outer one goes on.
    call_unheard([] {});
    in_callback = in_callback && refused();
  });
  CHECK(in_callback);
  CHECK(may_wait());
  bool in_library_thread = false;
  std::thread{[&] {
    mark_library_thread();
    in_library_thread = refused();
  }}.join();
  CHECK(in_library_thread);
}
