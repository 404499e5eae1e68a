// Merging that stores a writer's event number with the data: how large events are stored once.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

// AttributeUpdateType.ReplaceIfEquals.
constexpr std::int8_t replace_if_equals = 4;

/// A writer of a segment, and a transient segment with data for it.
struct numbered_merge {
  store_client client;
  std::string parent = client.new_segment();
  uuid writer = new_uuid();
  std::string source;

  numbered_merge() {
    CHECK(client.setup(parent, writer).last_event_number == null_attribute_value);
    source = filled();
  }
  std::string filled() {
    const auto made = client.ask<wire::segment_created>(
        wire::create_transient_segment{41, new_uuid(), parent, {}});
    const auto part_writer = new_uuid();
    client.setup(made.segment, part_writer);
    client.ask<wire::data_appended>(
        wire::conditional_block_end{part_writer, 0, 0, bytes_of("large"), 42});
    return made.segment;
  }
  wire::merge_segments request(const std::string& from, std::int64_t number,
                               std::int64_t expected) const {
    return {43, parent, from, {}, {{writer, replace_if_equals, number, expected}}};
  }
};

}  // namespace

TEST_CASE("A merge stores the first event number of a writer", "[transient][merge][number]") {
  numbered_merge on;
  on.client.ask<wire::segments_merged>(on.request(on.source, 1, null_attribute_value));
  CHECK(on.client.setup(on.parent, on.writer).last_event_number == 1);
  on.client.append(on.writer, 2, " small");
  CHECK(on.client.acknowledged(2).previous_event_number == 1);
  CHECK(on.client.read_all(on.parent) == "large small");
}

TEST_CASE("A merge goes on with the event numbers of a writer", "[transient][merge][number]") {
  numbered_merge on;
  on.client.append(on.writer, 7, "small ");
  on.client.acknowledged(7);
  on.client.ask<wire::segments_merged>(on.request(on.source, 8, 7));
  store_client other;
  CHECK(other.setup(on.parent, on.writer).last_event_number == 8);
  CHECK(other.read_all(on.parent) == "small large");
}

TEST_CASE("Of two merges with one event number the second is refused",
          "[transient][merge][number]") {
  numbered_merge on;
  const auto again = on.filled();
  on.client.ask<wire::segments_merged>(on.request(on.source, 1, null_attribute_value));
  const auto refusal = on.client.ask<wire::segment_attribute_updated>(
      on.request(again, 1, null_attribute_value));
  CHECK_FALSE(refusal.success);
  CHECK(refusal.request_id == 43);
  CHECK(on.client.read_all(on.parent) == "large");
  CHECK(on.client.setup(on.parent, on.writer).last_event_number == 1);
}

TEST_CASE("A merge waits for no append of the writer that a connection remembers",
          "[transient][merge][number]") {
  numbered_merge on;
  on.client.append(on.writer, 1, "small");
  on.client.acknowledged(1);
  on.client.ask<wire::segments_merged>(on.request(on.source, 2, 1));
  // The connection still believes that 1 was the last.
  on.client.append(on.writer, 3, "late");
  const auto refusal = on.client.expect<wire::invalid_event_number>();
  CHECK(refusal.writer_id == on.writer);
  CHECK(on.client.closes());
  store_client other;
  CHECK(other.read_all(on.parent) == "smalllarge");
}

TEST_CASE("A refused merge leaves its source to the connection", "[transient][merge][number]") {
  numbered_merge on;
  on.client.ask<wire::segment_attribute_updated>(on.request(on.source, 5, 4));
  CHECK(on.client.info(on.source).write_offset == 5);
  on.client.ask<wire::segments_merged>(on.request(on.source, 1, null_attribute_value));
  CHECK(on.client.read_all(on.parent) == "large");
}

TEST_CASE("A merge into a missing or sealed segment names the source",
          "[transient][merge][number]") {
  numbered_merge on;
  const bool sealed = GENERATE(true, false);
  sealed ? on.client.seal(on.parent) : on.client.remove(on.parent);
  const auto asked = on.request(on.source, 1, null_attribute_value);
  if (sealed)
    CHECK(on.client.ask<wire::segment_is_sealed>(asked).segment == on.source);
  else
    CHECK(on.client.ask<wire::no_such_segment>(asked).segment == on.source);
}

}  // namespace pravega_actor::behaviour
