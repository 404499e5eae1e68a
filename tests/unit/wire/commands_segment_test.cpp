#include "wire/commands_segment.hpp"

#include "support/catch.hpp"
#include "unit/wire/short_payloads.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::internal::wire;

TEST_CASE("segments: what older peers leave away has its default") {
  const stream_segment_info info{1, "s", true, true, false, 7, 100, 40};
  CHECK(without_end(info, 8) == stream_segment_info{1, "s", true, true, false, 7, 100, 0});
  CHECK(without_end(read_segment{"s", 5, 100, "t", 9}, 8) ==
        read_segment{"s", 5, 100, "t", -1});
  CHECK(without_end(segment_read{"s", 5, true, true, blob(3), 9}, 8) ==
        segment_read{"s", 5, true, true, blob(3), -1});
  CHECK(without_end(create_segment{1, "s", 2, 1, "t", 99}, 8) ==
        create_segment{1, "s", 2, 1, "t", 0});
  CHECK(without_end(segments_merged{1, "t", "s", 99}, 8) == segments_merged{1, "t", "s", -1});
  CHECK(without_end(merge_segments{1, "t", "s", "d", {}}, 4) ==
        merge_segments{1, "t", "s", "d", {}});
}

TEST_CASE("segments: a field that must be there is missed by name") {
  CHECK(missing_in(stream_segment_info{1, "s", true, true, false, 7, 100, 40}, 8 + 1) ==
        "stream_segment_info.write_offset");
  CHECK(missing_in(segment_read{"s", 5, true, true, blob(3), 9}, 8 + 1) == "segment_read.data");
  CHECK(missing_in(truncate_segment{1, "s", 5, "t"}, 1) == "truncate_segment.delegation_token");
}

TEST_CASE("segments: elements of a list are whole, in their order") {
  const segments_batch_merged merged{1, "t", {{"a", 10}, {"b", 20}}};
  CHECK(without_end(merged, 0) == merged);
  CHECK_FALSE(decode_without_end(merged, 1));
  const storage_chunks_listed listed{1, {{1, 2, 3, "chunk", true}}};
  CHECK(without_end(listed, 0) == listed);
  CHECK_FALSE(decode_without_end(listed, 1));
  const merge_segments with_updates{1, "t", "s", "d", {{{1, 2}, 3, 4, 5}}};
  CHECK(without_end(with_updates, 0) == with_updates);
}

TEST_CASE("segments: a list that says to be longer than the payload is refused") {
  auto frame = encode(merge_segments_batch{1, "t", {"a"}, "d"}).value();
  constexpr std::size_t count_at = 8 + 8 + 2 + 1;
  for (const auto first : {0x7F, 0xFF, 0x00}) {
    frame[count_at] = static_cast<std::byte>(first);
    frame[count_at + 1] = std::byte{0x01};
    CAPTURE(first);
    CHECK_FALSE(decode_as<merge_segments_batch>(byte_view{frame}.subspan(8)));
  }
}
