#include "simulation/frame_trace.hpp"

#include "support/catch.hpp"
#include "wire/codec.hpp"

namespace pravega_sandbox {
namespace {

using lines = std::vector<std::string>;
using bytes = std::vector<std::byte>;
const pravega_actor::uuid writer{1, 2};

template <class Command>
bytes frame(const Command& command) {
  auto encoded = wire::encode(command);
  REQUIRE(encoded);
  return *encoded;
}

bytes data(std::size_t count) {
  return bytes(count);
}

}  // namespace

TEST_CASE("frame trace: an append names its segment, events and last number", "[trace]") {
  writer_segments segments;
  frame_trace trace{segments};
  (void)trace.lines_of(frame(wire::setup_append{1, writer, "s/t/0.#epoch.0", ""}));
  CHECK(trace.lines_of(frame(wire::append_block_end{writer, 30, data(30), 3, 12, 1})) ==
        lines{"append_block_end s/t/0.#epoch.0, 3 events up to number 12, 30 bytes"});
  CHECK(trace.lines_of(frame(wire::append_block_end{writer, 1, data(1), 1, 13, 1})) ==
        lines{"append_block_end s/t/0.#epoch.0, 1 event up to number 13, 1 byte"});
}

TEST_CASE("frame trace: both directions know the writer's segment", "[trace]") {
  writer_segments segments;
  frame_trace there{segments};
  frame_trace back{segments};
  const wire::data_appended answer{writer, 12, 11, 1, 400};
  CHECK(back.lines_of(frame(answer)) ==
        lines{"data_appended writer " + writer.to_string() + " up to number 12"});
  (void)there.lines_of(frame(wire::setup_append{1, writer, "s/t/0.#epoch.0", ""}));
  CHECK(back.lines_of(frame(answer)) == lines{"data_appended s/t/0.#epoch.0 up to number 12"});
}

TEST_CASE("frame trace: a read names its segment and offset", "[trace]") {
  writer_segments segments;
  frame_trace trace{segments};
  CHECK(
      trace.lines_of(frame(wire::segment_read{"s/t/0.#epoch.0", 8, true, false, data(5), 7})) ==
      lines{"segment_read s/t/0.#epoch.0 at 8, 5 bytes, at the tail"});
  CHECK(
      trace.lines_of(frame(wire::segment_read{"s/t/0.#epoch.0", 13, true, true, {}, 7})) ==
      lines{"segment_read s/t/0.#epoch.0 at 13, 0 bytes, at the tail, the end of the segment"});
}

TEST_CASE("frame trace: everything else stands field by field", "[trace]") {
  writer_segments segments;
  frame_trace trace{segments};
  const wire::keep_alive beat;
  CHECK(trace.lines_of(frame(beat)) == lines{wire::to_string(beat)});
}

TEST_CASE("frame trace: a frame is described when its last byte is there", "[trace]") {
  writer_segments segments;
  frame_trace trace{segments};
  auto both = frame(wire::keep_alive{});
  const auto size = both.size();
  const auto second = frame(wire::hello{17, 5});
  both.insert(both.end(), second.begin(), second.end());
  const byte_view all{both};
  CHECK(trace.lines_of(all.first(size - 1)).empty());
  CHECK(trace.lines_of(all.subspan(size - 1)).size() == 2);
}

TEST_CASE("frame trace: bytes that are no frame end the description", "[trace]") {
  writer_segments segments;
  frame_trace trace{segments};
  const bytes wrong(16, std::byte{0xFF});
  const auto found = trace.lines_of(wrong);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("no frame: "));
  CHECK(trace.lines_of(wrong).empty());
}

}  // namespace pravega_sandbox
