#include "wire/append_assembler.hpp"

#include "command_vectors.hpp"
#include "support/catch.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

const uuid writer{1, 2};

// A frame whose owner tells whether it is still held.
wire::frame framed(const std::vector<std::byte>& whole) {
  auto held = std::make_shared<const std::vector<std::byte>>(whole);
  const auto type = wire::load_big_endian<std::int32_t>(held->data());
  return {type, byte_view{*held}.subspan(8), held};
}

template <class T>
wire::frame frame_of(const T& command) {
  return framed(wire::encode(command).value());
}

wire::blob bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

wire::blob joined(std::initializer_list<wire::blob> parts) {
  wire::blob all;
  for (const auto& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

wire::append_block_end end_of(std::size_t whole, std::string_view data) {
  return {writer, static_cast<std::int32_t>(whole), bytes_of(data), 1, 7, 11};
}

/// What comes of a block and its end.
result<std::optional<wire::assembled_append>> assemble(const wire::blob& block,
                                                       const wire::append_block_end& end) {
  wire::append_assembler assembler;
  const auto started = assembler.feed(frame_of(wire::append_block{writer, block}));
  REQUIRE(started);
  CHECK(!started->has_value());
  CHECK(assembler.block_writer() == writer);
  auto done = assembler.feed(frame_of(end));
  CHECK(!assembler.block_writer());
  return done;
}

void check_data(const wire::blob& block, const wire::append_block_end& end,
                std::string_view expected, std::size_t parts) {
  const auto done = assemble(block, end);
  REQUIRE(done);
  REQUIRE(done->has_value());
  const auto data = (*done)->data();
  CHECK(as_text(data.view) == expected);
  CHECK((*done)->data_bytes() == expected.size());
  CHECK((*done)->parts().size() == parts);
}

void check_violation(const wire::blob& block, const wire::append_block_end& end,
                     const std::string& detail) {
  const auto done = assemble(block, end);
  REQUIRE(!done);
  CHECK(done.error() == errc::protocol_violation);
  CHECK(done.error().detail() == detail);
}

}  // namespace

TEST_CASE("the framing of the Java client gives the appends that the server sees") {
  std::size_t scenarios = 0;
  for (const auto& scenario : golden().at("append_framing")) {
    INFO(scenario.at("name"));
    ++scenarios;
    wire::append_assembler assembler;
    wire::frame_reader reader;
    byte_view left;
    const auto bytes = from_hex(scenario.at("bytes").get<std::string>());
    std::vector<wire::assembled_append> appends;
    std::size_t frames = 0;
    for (left = bytes; !left.empty();) {
      const auto room = reader.prepare();
      const auto count = std::min<std::size_t>({room.size(), left.size(), 50});
      std::memcpy(room.data(), left.data(), count);
      reader.commit(count);
      left = left.subspan(count);
      while (auto next = reader.next().value()) {
        ++frames;
        auto done = assembler.feed(*next);
        REQUIRE(done);
        if (*done) appends.push_back(std::move(**done));
      }
    }
    CHECK(frames == scenario.at("frames").size());
    const auto& expected = scenario.at("decoded_by_server");
    REQUIRE(appends.size() == expected.size());
    for (std::size_t i = 0; i < appends.size(); ++i) {
      const auto& append = appends[i];
      const auto& server = expected[i];
      CHECK(append.writer_id.to_string() == server.at("writerId").get<std::string>());
      CHECK(append.last_event_number == server.at("lastEventNumber"));
      CHECK(append.num_events == server.at("eventCount"));
      CHECK(append.request_id == server.at("requestId"));
      CHECK(append.expected_offset.has_value() == !server.at("expectedLength").is_null());
      if (append.expected_offset) CHECK(*append.expected_offset == server.at("expectedLength"));
      const auto data = append.data();
      CHECK(to_hex({data.view.begin(), data.view.end()}) ==
            server.at("data").get<std::string>());
    }
  }
  CHECK(scenarios == 10);
}

TEST_CASE("an end with all data needs no copy") {
  wire::append_assembler assembler;
  const auto frame = frame_of(end_of(99, "payload"));
  const auto done = assembler.feed(frame);
  REQUIRE(done);
  REQUIRE(done->has_value());
  const auto data = (*done)->data();
  CHECK(as_text(data.view) == "payload");
  CHECK(data.view.data() > frame.payload.data());
  CHECK(data.view.data() < frame.payload.data() + frame.payload.size());
  CHECK(data.owner == frame.owner);
  CHECK((*done)->writer_id == writer);
  CHECK((*done)->num_events == 1);
  CHECK((*done)->last_event_number == 7);
  CHECK((*done)->request_id == 11);
  CHECK(!(*done)->expected_offset);
}

TEST_CASE("blocks and their ends") {
  const auto whole = bytes_of("whole");
  const auto partial = wire::encode(wire::partial_event{bytes_of("first ")}).value();
  const auto padding = wire::encode(wire::padding{20}).value();
  check_data(whole, end_of(5, ""), "whole", 1);
  check_data(whole, end_of(5, " more"), "whole", 1);
  check_data(joined({whole, partial}), end_of(5, "second"), "wholefirst second", 3);
  check_data(joined({whole, partial}), end_of(5, ""), "wholefirst ", 2);
  check_data(partial, end_of(0, "second"), "first second", 2);
  check_data(joined({whole, padding}), end_of(5, ""), "whole", 1);
  check_data({}, end_of(0, "dropped"), "", 0);
  check_data({}, end_of(0, ""), "", 0);
  check_data(joined({whole, partial, padding}), end_of(5, "second"), "wholefirst second", 3);
  check_data(joined({whole, padding, partial}), end_of(5, ""), "whole", 1);
}

TEST_CASE("a block keeps its frame alive until the append is gone") {
  wire::append_assembler assembler;
  std::weak_ptr<const void> held;
  {
    const auto start = frame_of(wire::append_block{writer, bytes_of("abc")});
    held = start.owner;
    REQUIRE(assembler.feed(start));
  }
  CHECK(!held.expired());
  {
    const auto done = assembler.feed(frame_of(end_of(3, "def")));
    REQUIRE(done);
    CHECK(!held.expired());
    CHECK(as_text((*done)->parts()[0].view) == "abc");
  }
  CHECK(held.expired());
}

TEST_CASE("ends that do not fit their block") {
  const auto whole = bytes_of("whole");
  const auto partial = wire::encode(wire::partial_event{bytes_of("first ")}).value();
  const auto padding = wire::encode(wire::padding{20}).value();
  const auto event = wire::encode(wire::event{bytes_of("x")}).value();
  check_violation(whole, end_of(6, ""),
                  "append_block_end: size_of_whole_events 6 in a block of 5");
  auto negative = end_of(0, "");
  negative.size_of_whole_events = -1;
  check_violation(whole, negative, "append_block_end: size_of_whole_events -1 in a block of 5");
  check_violation(whole, end_of(4, ""), "append_block: 1 bytes after the whole events");
  check_violation(joined({whole, event}), end_of(5, ""),
                  "append_block: type 0 after the whole events");
  check_violation(joined({whole, padding}), end_of(5, "x"),
                  "append_block_end: data after a padded block");
  auto cut = joined({whole, partial});
  cut.pop_back();
  check_violation(cut, end_of(5, ""),
                  "append_block: the frame after the whole events has length 6 in 5");
  auto other = end_of(5, "");
  other.writer_id = {3, 4};
  check_violation(whole, other, "append_block_end: another writer than in append_block");
}

TEST_CASE("an append without events") {
  for (const std::int32_t events : {0, -1, INT32_MIN}) {
    wire::append_assembler assembler;
    auto end = end_of(0, "data");
    end.num_events = events;
    const auto done = assembler.feed(frame_of(end));
    REQUIRE(!done);
    CHECK(done.error() == errc::protocol_violation);
    CHECK(done.error().detail() == "append_block_end: num_events " + std::to_string(events));
  }
}

TEST_CASE("no other append stands between a block and its end") {
  const std::vector<wire::frame> others{
      frame_of(wire::padding{3}),
      frame_of(wire::partial_event{}),
      frame_of(wire::event{}),
      frame_of(wire::append_block{writer, {}}),
      frame_of(wire::conditional_block_end{writer, 1, 0, {}, 1}),
      frame_of(wire::setup_append{1, writer, "s", ""}),
      frame_of(wire::conditional_append{writer, 1, 0, {}, 1})};
  for (const auto& other : others) {
    wire::append_assembler assembler;
    REQUIRE(assembler.feed(frame_of(wire::append_block{writer, {}})));
    const auto done = assembler.feed(other);
    REQUIRE(!done);
    CHECK(done.error() == errc::protocol_violation);
    CHECK(done.error().detail() ==
          "type " + std::to_string(other.type) + " between append_block and append_block_end");
  }
}

TEST_CASE("other commands are the caller's matter, also within a block") {
  wire::append_assembler assembler;
  CHECK(!assembler.block_writer());
  REQUIRE(assembler.feed(frame_of(wire::append_block{writer, bytes_of("data")})));
  CHECK(assembler.block_writer() == writer);
  for (const auto& frame :
       {frame_of(wire::keep_alive{}), frame_of(wire::get_stream_segment_info{1, "s", ""})}) {
    const auto done = assembler.feed(frame);
    REQUIRE(done);
    CHECK(!done->has_value());
  }
  const auto append = assembler.feed(frame_of(end_of(4, "")));
  REQUIRE(append);
  REQUIRE(append->has_value());
  CHECK(as_text((*append)->data().view) == "data");
  CHECK(!assembler.block_writer());
  for (const auto& frame :
       {frame_of(wire::keep_alive{}), frame_of(wire::setup_append{1, writer, "s", ""}),
        frame_of(wire::data_appended{})}) {
    const auto done = assembler.feed(frame);
    REQUIRE(done);
    CHECK(!done->has_value());
  }
}

TEST_CASE("conditional appends") {
  wire::append_assembler assembler;
  const auto event =
      assembler.feed(frame_of(wire::conditional_append{writer, 5, 40, bytes_of("abc"), 6}));
  REQUIRE(event);
  REQUIRE(event->has_value());
  const auto with_header = (*event)->data();
  CHECK(to_hex({with_header.view.begin(), with_header.view.end()}) == "0000000000000003616263");
  CHECK((*event)->expected_offset == 40);
  CHECK((*event)->last_event_number == 5);
  CHECK((*event)->num_events == 1);
  CHECK((*event)->request_id == 6);

  const auto block =
      assembler.feed(frame_of(wire::conditional_block_end{writer, 6, 51, bytes_of("raw"), 7}));
  REQUIRE(block);
  REQUIRE(block->has_value());
  CHECK(as_text((*block)->data().view) == "raw");
  CHECK((*block)->expected_offset == 51);
}

TEST_CASE("frames that do not decode") {
  for (const std::int32_t type : {3, 4, 5, 89}) {
    wire::append_assembler assembler;
    const auto done = assembler.feed({type, {}, nullptr});
    REQUIRE(!done);
    CHECK(done.error() == errc::malformed_frame);
  }
}
