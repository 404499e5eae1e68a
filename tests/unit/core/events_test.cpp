#include "pravega_actor/events.hpp"

#include <set>

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

TEST_CASE("events: each kind has words of its own") {
  constexpr auto last = static_cast<int>(event_kind::credentials_exposed);
  std::set<std::string_view> words;
  for (int i = 0; i <= last; ++i)
    words.insert(to_string(static_cast<event_kind>(i)));
  CHECK(words.size() == last + 1);
  CHECK_FALSE(words.contains("?"));
  CHECK(to_string(static_cast<event_kind>(last + 1)) == "?");
  CHECK(to_string(event_kind::gave_up) == "gave up");
}

TEST_CASE("events: what needs a person is an error, what mends itself a warning") {
  CHECK(level_of(event_kind::gave_up) == log_level::error);
  CHECK(level_of(event_kind::failed) == log_level::error);
  CHECK(level_of(event_kind::callback_threw) == log_level::error);
  CHECK(level_of(event_kind::disconnected) == log_level::warning);
  CHECK(level_of(event_kind::restarted) == log_level::warning);
  CHECK(level_of(event_kind::credentials_exposed) == log_level::warning);
  for (const auto kind : {event_kind::connected, event_kind::reconnected, event_kind::sealed,
                          event_kind::split, event_kind::merged, event_kind::moved})
    CHECK(level_of(kind) == log_level::info);
}
