#include "pravega_sandbox/event_history.hpp"

#include "support/catch.hpp"

namespace pravega_sandbox {
namespace {

using pravega_actor::errc;
using pravega_actor::error;
using pravega_actor::write_result;
using sentences = std::vector<std::string>;

write_result durable() {
  return {1, true, {}};
}
write_result failed(errc code) {
  return {1, false, error{code}};
}

event_history three() {
  event_history history;
  for (const char* event : {"a1", "a2", "a3"})
    history.sent("a", event);
  return history;
}

}  // namespace

TEST_CASE("event history: what is stored once and in order is right", "[history]") {
  auto history = three();
  history.sent("b", "b1");
  for (const char* event : {"a1", "a2", "a3", "b1"})
    history.completed(event, durable());
  CHECK(history.sent_count() == 4);
  CHECK(history.durable_count() == 4);
  CHECK(history.check_stored({{"a1", "b1", "a2"}, {"a3"}}).empty());
}

TEST_CASE("event history: a durable event that is not stored is lost", "[history]") {
  auto history = three();
  history.completed("a2", durable());
  CHECK(history.check_stored({{"a1", "a3"}}) ==
        sentences{"\"a2\" is lost: it was durable and is not stored"});
}

TEST_CASE("event history: an open event, or one of unknown fate, may be stored or not",
          "[history]") {
  auto history = three();
  history.completed("a3", failed(errc::outcome_unknown));
  CHECK(history.check_stored({{"a1"}}).empty());
  CHECK(history.check_stored({{"a1", "a2", "a3"}}).empty());
}

TEST_CASE("event history: doubled, foreign and denied events are found", "[history]") {
  auto history = three();
  history.completed("a1", failed(errc::not_written));
  CHECK(history.check_stored({{"a1"}}) ==
        sentences{"\"a1\" is stored although it was reported as not written"});
  CHECK(history.check_stored({{"a2", "a2"}}) == sentences{"\"a2\" is stored 2 times"});
  CHECK(history.check_stored({{"x"}}) == sentences{"\"x\" is stored and was never sent"});
}

TEST_CASE("event history: the order of a key holds, also over a refusal", "[history]") {
  auto history = three();
  CHECK(
      history.check_stored({{"a1", "a3", "a2"}}) ==
      sentences{"\"a2\" is stored after \"a3\", which was sent after it under the key \"a\""});
  history.completed("a2", failed(errc::would_block));
  history.sent("a", "a2");
  history.completed("a2", durable());
  CHECK(history.check_stored({{"a1", "a3", "a2"}}).size() == 1);
  CHECK(history.check_stored({{"a1", "a2", "a3"}}).empty());
}

TEST_CASE("event history: readers are held to what they promise", "[history]") {
  auto history = three();
  const stored_events stored{{"a1", "a2", "a3"}};
  for (const char* event : {"a1", "a2", "a2"})
    history.processed(event);
  const std::string missing = "\"a3\" is stored and never processed";
  const std::string twice = "\"a2\" is processed 2 times";
  CHECK(history.check_processed(stored, delivery::exactly_once) == sentences{twice, missing});
  CHECK(history.check_processed(stored, delivery::at_least_once) == sentences{missing});
  CHECK(history.check_processed(stored, delivery::at_most_once) == sentences{twice});
  history.processed("x");
  CHECK(history.check_processed({{"a1", "a2"}}, delivery::at_least_once) ==
        sentences{"\"x\" is processed and not stored"});
  CHECK(to_lines({"one", "two"}) == "one\ntwo\n");
}

}  // namespace pravega_sandbox
