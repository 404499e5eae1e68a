#include "append/append_block.hpp"

#include <limits>

#include "support/catch.hpp"
#include "wire/codec.hpp"
#include "wire/event_cursor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const uuid writer_id{0x1122334455667788, 0x99aabbccddeeff00};

std::vector<std::byte> joined(const std::vector<shared_bytes>& parts) {
  std::vector<std::byte> all;
  for (const auto& each : parts)
    all.insert(all.end(), each.view.begin(), each.view.end());
  return all;
}

std::vector<std::string> events_of(byte_view data) {
  std::vector<std::string> out;
  wire::event_cursor cursor{data};
  for (auto step = cursor.next(); step.what == wire::event_step::kind::event;
       step = cursor.next())
    out.emplace_back(as_text(step.payload));
  CHECK(cursor.remaining().empty());
  return out;
}

}  // namespace

TEST_CASE("an empty block", "[append_block]") {
  append_block block;
  CHECK(block.empty());
  CHECK(block.events() == 0);
  CHECK(block.data_bytes() == 0);
  CHECK(block.cost() == 0);
  CHECK_FALSE(block.ever_sent());
}

TEST_CASE("a block travels as one AppendBlockEnd with all its events", "[append_block]") {
  buffer_pool pool;
  auto block = std::make_shared<append_block>();
  block->add(pool, {0.25, 11}, as_bytes("one"));
  block->add(pool, {0.75, 13}, as_bytes(""));
  block->add(pool, {0.5, 17}, as_bytes("three"));
  CHECK(block->events() == 3);
  CHECK(block->data_bytes() == 3 + 0 + 5 + 3 * 8);
  CHECK(block->cost() == block->data_bytes() + 3 * append_block::overhead_bytes_per_event);
  REQUIRE(block->marks().size() == 3);
  CHECK(block->marks()[0].position == 0.25);
  CHECK(block->marks()[1].ticket == 13);
  CHECK(block->marks()[2].ticket == 17);
  block->seal(writer_id, 30, 77);
  CHECK(block->first_event_number() == 28);
  CHECK(block->last_event_number() == 30);

  const auto frame = joined(append_block::parts(block));
  wire::append_block_end expected;
  expected.writer_id = writer_id;
  const auto view = wire::view_append_block_end(byte_view{frame}.subspan(8));
  REQUIRE(view);
  expected.data.assign(view->data.begin(), view->data.end());
  expected.size_of_whole_events = static_cast<std::int32_t>(block->data_bytes());
  expected.num_events = 3;
  expected.last_event_number = 30;
  expected.request_id = 77;
  CHECK(frame == *wire::encode(expected));
  CHECK(events_of(view->data) == std::vector<std::string>{"one", "", "three"});
}

TEST_CASE("events cross the ends of chunks", "[append_block]") {
  buffer_pool pool;
  auto block = std::make_shared<append_block>();
  std::vector<std::string> written;
  for (std::size_t i = 0; i < 300; ++i) {
    written.emplace_back(i * 7 % 1500, static_cast<char>('a' + i % 26));
    block->add(pool, {0, i + 1}, as_bytes(written.back()));
  }
  block->seal(writer_id, 300, 1);
  const auto parts = append_block::parts(block);
  CHECK(parts.size() > 4);
  const auto frame = joined(parts);
  const auto view = wire::view_append_block_end(byte_view{frame}.subspan(8));
  REQUIRE(view);
  CHECK(view->data.size() == block->data_bytes());
  CHECK(events_of(view->data) == written);
}

TEST_CASE("the largest event fits in a block of its own", "[append_block]") {
  buffer_pool pool;
  auto block = std::make_shared<append_block>();
  const std::string large(limits::event_payload_bytes_max, 'L');
  block->add(pool, {0, 1}, as_bytes(large));
  block->seal(writer_id, 1, 1);
  const auto frame = joined(append_block::parts(block));
  CHECK(frame.size() <= limits::frame_bytes_max);
  const auto view = wire::view_append_block_end(byte_view{frame}.subspan(8));
  REQUIRE(view);
  CHECK(events_of(view->data) == std::vector<std::string>{large});
}

TEST_CASE("a lone small event takes a small chunk", "[append_block]") {
  buffer_pool pool;
  append_block block;
  block.add(pool, {0, 1}, as_bytes("x"));
  CHECK(pool.outstanding_bytes() < 2 * buffer_pool::smallest_bytes + buffer_pool::slack_bytes);
}

TEST_CASE("parts keep the block and its memory", "[append_block]") {
  buffer_pool pool;
  auto block = std::make_shared<append_block>();
  block->add(pool, {0, 1}, as_bytes("kept"));
  block->seal(writer_id, 1, 1);
  auto parts = append_block::parts(block);
  block.reset();
  CHECK(pool.outstanding_bytes() > 0);
  const auto frame = joined(parts);
  const auto view = wire::view_append_block_end(byte_view{frame}.subspan(8));
  REQUIRE(view);
  CHECK(events_of(view->data) == std::vector<std::string>{"kept"});
  parts.clear();
  CHECK(pool.outstanding_bytes() == 0);
}

TEST_CASE("a resend is the same bytes", "[append_block]") {
  buffer_pool pool;
  auto block = std::make_shared<append_block>();
  block->add(pool, {0, 1}, as_bytes("one"));
  block->seal(writer_id, std::numeric_limits<std::int64_t>::max(), -1);
  const auto first = joined(append_block::parts(block));
  block->note_sent();
  CHECK(block->ever_sent());
  CHECK(joined(append_block::parts(block)) == first);
}

TEST_CASE("a block gives its events back, wherever its chunks end", "[append_block]") {
  buffer_pool pool;
  append_block block;
  std::vector<std::string> written;
  for (std::size_t i = 0; i < 200; ++i) {
    written.push_back(std::string((i * 977) % 3000, static_cast<char>('a' + i % 26)));
    block.add(pool, {0.5, i + 1}, as_bytes(written.back()));
  }
  block.seal({1, 2}, 200, 3);
  std::vector<std::string> found;
  std::uint64_t ticket = 0;
  block.for_each([&](std::span<const event_mark> marks, std::span<const byte_view> payloads) {
    REQUIRE(marks.size() == 1);
    REQUIRE(payloads.size() == 1);
    CHECK(marks.front().ticket == ++ticket);
    found.emplace_back(as_text(payloads.front()));
  });
  CHECK(found == written);
}

TEST_CASE("a block gives a batch back as one", "[append_block]") {
  buffer_pool pool;
  append_block block;
  const std::vector<std::string> texts{"alone", "a", "", "c", "other", "x", "y"};
  const std::vector<bool> joined{false, false, true, true, false, false, true};
  for (std::size_t i = 0; i < texts.size(); ++i)
    block.add(pool, {0.5, i + 1, joined[i]}, as_bytes(texts[i]));
  block.seal({1, 2}, 7, 3);
  std::vector<std::string> found;
  block.for_each([&](std::span<const event_mark> marks, std::span<const byte_view> payloads) {
    std::string one = std::to_string(marks.front().ticket) + ":";
    for (const auto& each : payloads)
      one += " [" + std::string{as_text(each)} + "]";
    CHECK(marks.size() == payloads.size());
    found.push_back(one);
  });
  CHECK(found ==
        std::vector<std::string>{"1: [alone]", "2: [a] [] [c]", "5: [other]", "6: [x] [y]"});
}

TEST_CASE("a block knows whether its tickets are in sequence", "[append_block]") {
  buffer_pool pool;
  append_block block;
  const auto with = [&](std::initializer_list<std::uint64_t> tickets) {
    block.clear();
    for (const auto each : tickets)
      block.add(pool, {0.5, each}, as_bytes("x"));
    return block.in_sequence();
  };
  CHECK(with({7}));
  CHECK(with({7, 8, 9}));
  CHECK_FALSE(with({4, 9, 6}));
  CHECK_FALSE(with({4, 6}));
  CHECK_FALSE(with({4, 4}));
  CHECK(with({1, 2}));
}
