#include "wire/hot.hpp"

#include "command_vectors.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

// Calls `check(payload, command)` for each golden frame of a type.
template <class T, class F>
void for_each_frame(F&& check) {
  int seen = 0;
  for (const auto& vector : command_vectors()) {
    if (vector.code != T::code) continue;
    INFO(to_hex(vector.frame).substr(0, 200));
    check(vector.payload(), wire::decode_as<T>(vector.payload()).value());
    ++seen;
  }
  CHECK(seen == 3);
}

bool within(byte_view part, byte_view whole) {
  return part.data() >= whole.data() &&
         part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

TEST_CASE("views hold what the decoder finds, in place") {
  for_each_frame<wire::segment_read>([](byte_view payload, const wire::segment_read& full) {
    const auto view = wire::view_segment_read(payload);
    REQUIRE(view);
    CHECK(within(view->data, payload));
    // On the wire a character beyond U+FFFF is a pair of surrogates.
    if (full.segment.find('\xF0') == std::string::npos) CHECK(view->segment == full.segment);
    CHECK(view->offset == full.offset);
    CHECK(view->at_tail == full.at_tail);
    CHECK(view->end_of_segment == full.end_of_segment);
    CHECK(equal(view->data, full.data));
    CHECK(view->request_id == full.request_id);
  });
  for_each_frame<wire::data_appended>([](byte_view payload, const wire::data_appended& full) {
    const auto view = wire::view_data_appended(payload);
    REQUIRE(view);
    CHECK(*view == full);
  });
  for_each_frame<wire::append_block>([](byte_view payload, const wire::append_block& full) {
    const auto view = wire::view_append_block(payload);
    REQUIRE(view);
    CHECK(within(view->data, payload));
    CHECK(view->writer_id == full.writer_id);
    CHECK(equal(view->data, full.data));
  });
  for_each_frame<wire::append_block_end>(
      [](byte_view payload, const wire::append_block_end& full) {
        const auto view = wire::view_append_block_end(payload);
        REQUIRE(view);
        CHECK(within(view->data, payload));
        CHECK(view->writer_id == full.writer_id);
        CHECK(view->size_of_whole_events == full.size_of_whole_events);
        CHECK(equal(view->data, full.data));
        CHECK(view->num_events == full.num_events);
        CHECK(view->last_event_number == full.last_event_number);
        CHECK(view->request_id == full.request_id);
      });
}

TEST_CASE("views of conditional appends hold the bytes for the segment") {
  for_each_frame<wire::conditional_append>(
      [](byte_view payload, const wire::conditional_append& full) {
        const auto view = wire::view_conditional_append(payload);
        REQUIRE(view);
        CHECK(within(view->data, payload));
        CHECK(view->writer_id == full.writer_id);
        CHECK(view->event_number == full.event_number);
        CHECK(view->expected_offset == full.expected_offset);
        CHECK(equal(view->data, wire::encode(wire::event{full.event}).value()));
        CHECK(view->request_id == full.request_id);
      });
  for_each_frame<wire::conditional_block_end>(
      [](byte_view payload, const wire::conditional_block_end& full) {
        const auto view = wire::view_conditional_block_end(payload);
        REQUIRE(view);
        CHECK(within(view->data, payload));
        CHECK(view->expected_offset == full.expected_offset);
        CHECK(equal(view->data, full.data));
        CHECK(view->request_id == full.request_id);
      });
}

TEST_CASE("the errors of views name the command") {
  CHECK(wire::view_segment_read({}).error().detail().rfind("segment_read: ", 0) == 0);
  CHECK(wire::view_data_appended({}).error() == errc::malformed_frame);
  CHECK(wire::view_data_appended({}).error().at() == stage::decode);
  wire::conditional_append append{.event = wire::blob(3)};
  auto frame = wire::encode(append).value();
  frame[8 + 32 + 3] = std::byte{1};  // the event's type
  const auto view = wire::view_conditional_append(byte_view{frame}.subspan(8));
  REQUIRE(!view);
  CHECK(view.error().detail() == "conditional_append: not an event");
}

TEST_CASE("prefix, data and suffix are an append_block_end") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{70000},
                                 wire::append_block_data_bytes_max}) {
    const wire::blob data(size, std::byte{7});
    const uuid writer{0x0123456789abcdef, 0xfedcba9876543210};
    std::vector<std::byte> frame(wire::append_block_prefix_bytes);
    wire::encode_append_block_end_prefix(frame.data(), writer, size);
    frame.insert(frame.end(), data.begin(), data.end());
    frame.resize(frame.size() + wire::append_block_suffix_bytes);
    wire::encode_append_block_end_suffix(frame.data() + wire::append_block_prefix_bytes + size,
                                         3, 9, 1LL << 32);
    const auto expected = wire::encode(
        wire::append_block_end{writer, static_cast<std::int32_t>(size), data, 3, 9, 1LL << 32});
    REQUIRE(expected);
    CHECK(equal(frame, *expected));
  }
}

TEST_CASE("event headers") {
  for (const std::size_t size : {0u, 1u, 300u, 8388608u}) {
    std::byte header[limits::event_header_bytes];
    wire::encode_event_header(header, size);
    const auto expected = wire::encode(wire::event{wire::blob(size)}).value();
    CHECK(equal(header, byte_view{expected}.first(limits::event_header_bytes)));
  }
}
