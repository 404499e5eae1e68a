#include "pravega_actor/large_event.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("limits: a large event's length fits into its header, and a part into a frame") {
  CHECK(limits::large_event_bytes_max + limits::event_header_bytes == (1u << 30) - 1);
  CHECK(limits::large_event_bytes_max <= 0x7FFFFFFF);
  CHECK(limits::large_event_payload_bytes_max <= limits::large_event_bytes_max);
  // Writer id, event number, expected offset, length of the data, request id.
  constexpr std::size_t part_fields = 16 + 8 + 8 + 4 + 8;
  CHECK(limits::large_event_part_bytes_max + part_fields + limits::frame_header_bytes <=
        limits::frame_bytes_max);
  CHECK(limits::large_event_part_bytes_min >= limits::event_header_bytes);
}

TEST_CASE("an event is large above what one append takes, unless the options say otherwise") {
  const large_event_options options;
  CHECK(options.above_bytes == limits::event_payload_bytes_max);
  CHECK(options.payload_bytes_max == limits::large_event_bytes_max);
}
