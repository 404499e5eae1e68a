// Limits that depend on one another: a change of one alone would refuse what another allows.
#include "pravega_actor/limits.hpp"

#include "core/base64.hpp"
#include "core/gzip.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("limits: what a writer takes fits into a block, and a block into a frame") {
  // Writer id, size of whole events, length of the data, number of events, last event number,
  // request id.
  constexpr std::size_t block_end_fields = 16 + 4 + 4 + 4 + 8 + 8;
  CHECK(limits::batch_bytes_max + block_end_fields + limits::frame_header_bytes ==
        limits::frame_bytes_max);
  CHECK(limits::event_payload_bytes_max + limits::event_header_bytes <=
        limits::batch_bytes_max);
  CHECK(limits::event_payload_bytes_max == 8'388'608);
}

TEST_CASE("limits: what a server may send is accepted") {
  CHECK(limits::frame_payload_bytes_max >=
        limits::frame_bytes_max - limits::frame_header_bytes);
  CHECK(limits::read_bytes_max + limits::wire_text_bytes_max < limits::frame_payload_bytes_max);
  CHECK(limits::reply_tags_max >= limits::stream_tags_max);
  CHECK(limits::wire_version_oldest <= limits::wire_version);
}

TEST_CASE("limits: a reader that is full goes on") {
  // One event of the largest size, or the prefetched slices of one segment, have room.
  CHECK(limits::reader_bytes_max >= limits::large_event_payload_bytes_max);
  CHECK(limits::reader_unreleased_bytes_max >= limits::read_bytes_max);
  CHECK(limits::reader_request_bytes_least <= limits::read_bytes_max);
  CHECK(limits::sign_of_life_bytes_min < limits::reader_request_bytes_least);
  // The least that items count bounds how many a reader holds.
  CHECK(limits::reader_unreleased_bytes_max / limits::reader_unreleased_item_bytes_least ==
        16'384);
}

TEST_CASE("limits: the text of the largest cut is not too long to be read") {
  const auto text_bytes = [](int entries) {
    stream_cut cut{{std::string(limits::name_characters_max, 's'),
                    std::string(limits::name_characters_max, 't')},
                   {}};
    constexpr auto offset_max = (std::int64_t{1} << 61) - 2;
    constexpr std::int32_t number_max = 2'147'483'647;
    constexpr std::int32_t epoch_max = (1 << 30) - 1;
    for (int i = 0; i < entries; ++i)
      cut.offsets[{number_max - 1 - i, epoch_max}] = offset_max;
    REQUIRE(cut.check());
    return gunzip(*from_base64(cut.to_text()), limits::cut_text_bytes_max)->size();
  };
  const auto without = text_bytes(0);
  const auto each = (text_bytes(100) - without + 99) / 100;
  CHECK(without + each * limits::cut_entries_max <= limits::cut_text_bytes_max);
}
