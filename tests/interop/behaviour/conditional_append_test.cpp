// Appends under the condition that the segment has a length.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

struct conditional {
  store_client client;
  std::string segment = client.new_segment();
  uuid writer = new_uuid();

  conditional() { client.setup(segment, writer); }
  void event(std::int64_t number, std::int64_t at, std::string_view payload) {
    client.send(wire::conditional_append{writer, number, at, bytes_of(payload), 77});
  }
  void raw(std::int64_t number, std::int64_t at, std::string_view data) {
    client.send(wire::conditional_block_end{writer, number, at, bytes_of(data), 77});
  }
  void check_refused(std::int64_t number) {
    CHECK(client.expect<wire::conditional_check_failed>() ==
          wire::conditional_check_failed{writer, number, 77});
  }
};

}  // namespace

TEST_CASE("A conditional append at the segment's length is stored with its header",
          "[append][conditional]") {
  conditional on;
  on.event(1, 0, "one");
  CHECK(on.client.expect<wire::data_appended>() ==
        wire::data_appended{on.writer, 1, null_attribute_value, 77, 11});
  on.event(2, 11, "two");
  CHECK(on.client.acknowledged(2).previous_event_number == 1);
  CHECK(on.client.read_all(on.segment) == event_text("one") + event_text("two"));
}

TEST_CASE("A conditional append elsewhere is refused and stores nothing",
          "[append][conditional]") {
  conditional on;
  on.event(1, 0, "one");
  on.client.acknowledged(1);
  on.event(2, GENERATE(0, 10, 12), "two");
  on.check_refused(2);
  CHECK(on.client.info(on.segment).write_offset == 11);
  CHECK(on.client.setup(on.segment, on.writer).last_event_number == 1);
}

TEST_CASE("After a failed check the writer may use the number again or a higher one",
          "[append][conditional]") {
  conditional on;
  on.event(1, 5, "one");
  on.check_refused(1);
  on.event(GENERATE(1, 2), 0, "one");
  CHECK(on.client.expect<wire::data_appended>().previous_event_number == null_attribute_value);
  CHECK(on.client.read_all(on.segment) == event_text("one"));
}

TEST_CASE("Of two conditional appends at one place one wins", "[append][conditional]") {
  conditional first;
  store_client other;
  const auto writer = new_uuid();
  other.setup(first.segment, writer);
  first.event(1, 0, "first");
  first.client.acknowledged(1);
  other.send(wire::conditional_append{writer, 1, 0, bytes_of("other"), 5});
  CHECK(other.expect<wire::conditional_check_failed>().event_number == 1);
  CHECK(other.read_all(first.segment) == event_text("first"));
}

TEST_CASE("Conditional and plain appends share the numbers of a writer",
          "[append][conditional]") {
  conditional on;
  on.client.append(on.writer, 1, "abc");
  on.client.acknowledged(1);
  on.event(2, 3, "x");
  on.client.acknowledged(2);
  on.client.append(on.writer, 3, "d");
  CHECK(on.client.acknowledged(3).previous_event_number == 2);
}

TEST_CASE("A conditional append with the last number again is stored and not acknowledged",
          "[append][conditional]") {
  conditional on;
  on.event(1, 0, "one");
  on.client.acknowledged(1);
  on.event(1, 11, "two");
  CHECK(on.client.is_silent());
  CHECK(on.client.info(on.segment).write_offset == 22);
}

TEST_CASE("A conditional append with a number below the last one ends the connection",
          "[append][conditional]") {
  conditional on;
  on.event(5, 0, "one");
  on.client.acknowledged(5);
  on.event(4, 11, "two");
  CHECK(on.client.closes());
}

TEST_CASE("A conditional append to a sealed segment is refused with its number",
          "[append][conditional][sealed]") {
  conditional on;
  on.client.seal(on.segment);
  on.event(9, 0, "one");
  const auto refusal = on.client.expect<wire::segment_is_sealed>();
  CHECK(refusal.request_id == 77);
  CHECK(refusal.segment == on.segment);
  CHECK(refusal.offset == 9);
}

TEST_CASE("A conditional append without a set-up ends the connection",
          "[append][conditional]") {
  store_client client;
  client.send(wire::conditional_append{new_uuid(), 1, 0, bytes_of("one"), 1});
  CHECK(client.closes());
}

TEST_CASE("A conditional block stores its bytes without a header", "[append][conditional]") {
  conditional on;
  on.raw(1, 0, "abc");
  CHECK(on.client.expect<wire::data_appended>() ==
        wire::data_appended{on.writer, 1, null_attribute_value, 77, 3});
  on.raw(2, 0, "xyz");
  on.check_refused(2);
  on.raw(2, 3, "def");
  on.client.acknowledged(2);
  CHECK(on.client.read_all(on.segment) == "abcdef");
}

}  // namespace pravega_actor::behaviour
