#include "pravega_actor/events.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

library_event places_of(const std::string& path) {
  return with_places({event_kind::started, path, {}, {}});
}

}  // namespace

TEST_CASE("event places: a writer's or reader's number and the segment stand in the path") {
  const auto writing = places_of("client/writer-12/segment:scope/stream/0.#epoch.3");
  CHECK(writing.feature == "writer-12");
  CHECK(writing.segment == "scope/stream/0.#epoch.3");
  CHECK(places_of("client/reader-1").feature == "reader-1");
  CHECK(places_of("client/reader-1").segment.empty());
}

TEST_CASE("event places: services belong to no writer or reader") {
  for (const char* path :
       {"client", "client/controller", "client/connections", "", "writer-1"}) {
    CAPTURE(path);
    CHECK(places_of(path).feature.empty());
    CHECK(places_of(path).segment.empty());
  }
}

TEST_CASE("event places: what is known already stays") {
  library_event event{event_kind::moved, "client/writer-1/segment:a/b/0.#epoch.0", {}, {}};
  event.feature = "writer-2";
  event.segment = "c/d/1.#epoch.0";
  const auto same = with_places(event);
  CHECK(same.feature == "writer-2");
  CHECK(same.segment == "c/d/1.#epoch.0");
}
