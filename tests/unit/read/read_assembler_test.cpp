#include "read/read_assembler.hpp"

#include "support/catch.hpp"
#include "support/mini_store.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

const auto in = std::make_shared<const segment>(test_segment());

read_assembler make(std::int64_t offset = 0, std::size_t limit = 1u << 20) {
  return {in, offset, limit, std::make_shared<buffer_pool>()};
}

read_assembler::reply reply_of(const byte_vector& bytes, bool last = false) {
  return {shared_bytes{byte_vector{bytes}}, false, last};
}

/// Reads `all` in replies whose sizes `next_size` gives; checks that nothing is lost, doubled
/// or misplaced.
std::vector<std::string> read_all(const byte_vector& all,
                                  const std::function<std::size_t()>& next_size,
                                  std::size_t& bytes_asked) {
  auto reader = make();
  std::vector<std::string> found;
  std::int64_t expected = 0;
  for (;;) {
    const auto from = static_cast<std::size_t>(reader.wanted());
    REQUIRE(from <= all.size());
    const auto count = std::min(next_size(), all.size() - from);
    const bool last = from + count == all.size();
    bytes_asked += count;
    const auto step =
        reader.add(reply_of({all.begin() + static_cast<std::ptrdiff_t>(from),
                             all.begin() + static_cast<std::ptrdiff_t>(from + count)},
                            last));
    REQUIRE_FALSE(step.failure);
    for (const auto& slice : step.slices) {
      REQUIRE(slice.offset() == expected);
      REQUIRE_FALSE(slice.empty());
      expected = slice.next_offset();
      auto payloads = payloads_of(slice);
      REQUIRE(payloads.size() == slice.event_count());
      found.insert(found.end(), payloads.begin(), payloads.end());
    }
    REQUIRE(reader.offset() == expected);
    if (!step.finished) continue;
    REQUIRE(expected == static_cast<std::int64_t>(all.size()));
    return found;
  }
}

}  // namespace

TEST_CASE("a reply of whole events becomes a slice of the same memory", "[read_assembler]") {
  const auto bytes = events({"one", "", "three"});
  auto reader = make(100);
  const auto got = reply_of(bytes);
  const auto step = reader.add(got);
  REQUIRE(step.slices.size() == 1);
  const auto& slice = step.slices[0];
  CHECK(slice.bytes().view.data() == got.data.view.data());
  CHECK(slice.bytes().owner == got.data.owner);
  CHECK(payloads_of(slice) == std::vector<std::string>{"one", "", "three"});
  CHECK(slice.event_count() == 3);
  CHECK(slice.offset() == 100);
  CHECK(slice.next_offset() == 100 + static_cast<std::int64_t>(bytes.size()));
  CHECK(reader.wanted() == slice.next_offset());
  CHECK_FALSE(slice.end_of_segment());
  CHECK_FALSE(step.finished);
}

TEST_CASE("the views of a slice tell where each event lies", "[read_assembler]") {
  auto reader = make(100);
  const auto step = reader.add(reply_of(events({"one", "", "three"})));
  std::vector<event_pointer> pointers;
  for (const auto& each : step.slices.at(0))
    pointers.push_back(each.pointer());
  CHECK(pointers == std::vector<event_pointer>{{*in, 100, 11}, {*in, 111, 8}, {*in, 119, 13}});
}

TEST_CASE("a reply of every size gives the same events", "[read_assembler]") {
  const std::vector<std::string> written{"a", "",  "some more",         std::string(100, 'x'),
                                         "",  "b", std::string(33, 'y')};
  const auto all = events(written);
  for (std::size_t size = 1; size <= all.size(); ++size) {
    CAPTURE(size);
    std::size_t asked = 0;
    CHECK(read_all(
              all, [size] { return size; }, asked) == written);
  }
}

TEST_CASE("an event that straddles two replies at any byte is whole", "[read_assembler]") {
  const std::vector<std::string> written{std::string(40, 'x'), std::string(40, 'y')};
  const auto all = events(written);
  for (std::size_t first = 1; first < all.size(); ++first) {
    CAPTURE(first);
    std::size_t asked = 0;
    bool begun = false;
    const auto sizes = [&] { return std::exchange(begun, true) ? all.size() : first; };
    CHECK(read_all(all, sizes, asked) == written);
  }
}

TEST_CASE("replies of random sizes give the same events", "[read_assembler]") {
  splitmix random{7};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> written;
    for (auto count = 1 + random.below(30); count > 0; --count)
      written.emplace_back(random.below(200), static_cast<char>('a' + random.below(26)));
    std::size_t asked = 0;
    CHECK(read_all(
              events(written), [&] { return 1 + random.below(400); }, asked) == written);
  }
}

TEST_CASE("a short partial event is asked for again, a long one is kept", "[read_assembler]") {
  const auto all = events({std::string(992, 'x'), std::string(992, 'y')});
  SECTION("short") {
    auto reader = make();
    const auto step = reader.add(reply_of({all.begin(), all.begin() + 1100}));
    REQUIRE(step.slices.size() == 1);
    CHECK(reader.wanted() == 1000);
    CHECK(reader.offset() == 1000);
  }
  SECTION("long") {
    auto reader = make();
    const auto step = reader.add(reply_of({all.begin(), all.begin() + 1500}));
    REQUIRE(step.slices.size() == 1);
    CHECK(reader.wanted() == 1500);
    CHECK(reader.offset() == 1000);
    SECTION("and forgotten") {
      reader.drop_partial();
      CHECK(reader.wanted() == 1000);
    }
    SECTION("and completed") {
      const auto rest = reader.add(reply_of({all.begin() + 1500, all.end()}));
      REQUIRE(rest.slices.size() == 1);
      CHECK(payloads_of(rest.slices[0]) == std::vector<std::string>{std::string(992, 'y')});
      CHECK(rest.slices[0].offset() == 1000);
    }
  }
}

TEST_CASE("bytes are asked for twice only in small part", "[read_assembler]") {
  splitmix random{11};
  byte_vector all;
  while (all.size() < 1u << 20)
    append_event(all, std::string(random.below(3000), 'z'));
  std::size_t asked = 0;
  (void)read_all(
      all, [] { return std::size_t{16384}; }, asked);
  CHECK(asked < all.size() + all.size() / read_assembler::repeat_part);
}

TEST_CASE("an event larger than the buffers of small ones is assembled", "[read_assembler]") {
  const std::vector<std::string> written{std::string(300'000, 'a'), "b",
                                         std::string(70'000, 'c')};
  std::size_t asked = 0;
  CHECK(read_all(
            events(written), [] { return std::size_t{4096}; }, asked) == written);
}

TEST_CASE("an event over the limit is refused before memory is taken", "[read_assembler]") {
  auto pool = std::make_shared<buffer_pool>();
  read_assembler reader{in, 0, 1000, pool};
  byte_vector all = events({"fine"});
  append_event(all, std::string(1001, 'x'));
  const auto step = reader.add(reply_of({all.begin(), all.begin() + 20}));
  REQUIRE(step.slices.size() == 1);
  CHECK(payloads_of(step.slices[0]) == std::vector<std::string>{"fine"});
  REQUIRE(step.failure);
  CHECK(step.failure->code() == errc::limit_exceeded);
  CHECK(
      step.failure->detail() ==
      "the payload of the event at offset 12 has 1001 bytes, event_payload_bytes_max is 1000");
  CHECK(step.failure->at() == stage::read);
  CHECK(step.failure->subject() == in->to_string());
  CHECK(pool->outstanding_bytes() == 0);
}

TEST_CASE("a header over the limit is refused also when it comes in parts",
          "[read_assembler]") {
  auto all = events({std::string(2000, 'x')});
  for (std::ptrdiff_t cut = 1; cut < 8; ++cut) {
    auto reader = make(0, 1999);
    CHECK_FALSE(reader.add(reply_of({all.begin(), all.begin() + cut})).failure);
    const auto step = reader.add(reply_of({all.begin() + cut, all.begin() + 9}));
    REQUIRE(step.failure);
    CHECK(step.failure->code() == errc::limit_exceeded);
  }
}

TEST_CASE("bytes that are no event are refused", "[read_assembler]") {
  for (const std::size_t wrong_byte : {0u, 3u, 4u}) {
    auto all = events({"ok", "bad"});
    all[10 + wrong_byte] = std::byte{0x80};
    auto reader = make();
    const auto step = reader.add(reply_of(all));
    CHECK(step.slices.size() == 1);
    REQUIRE(step.failure);
    CHECK(step.failure->code() == errc::protocol_violation);
    CHECK(step.failure->subject() == in->to_string());
  }
}

TEST_CASE("the end of a segment", "[read_assembler]") {
  const auto all = events({"one", "two"});
  SECTION("comes with the last data") {
    auto reader = make();
    const auto step = reader.add(reply_of(all, true));
    REQUIRE(step.slices.size() == 1);
    CHECK(step.slices[0].end_of_segment());
    CHECK(step.finished);
  }
  SECTION("comes alone") {
    auto reader = make();
    CHECK_FALSE(reader.add(reply_of(all)).finished);
    const auto step = reader.add(reply_of({}, true));
    CHECK(step.slices.empty());
    CHECK(step.finished);
  }
  SECTION("within an event is an error, after what is whole") {
    for (std::ptrdiff_t cut = 12; cut < static_cast<std::ptrdiff_t>(all.size()); ++cut) {
      auto reader = make();
      const auto first = reader.add(reply_of({all.begin(), all.begin() + cut}, true));
      REQUIRE(first.slices.size() == 1);
      CHECK_FALSE(first.finished);
      CHECK_FALSE(first.slices[0].end_of_segment());
      CHECK(reader.wanted() == 11);
      const auto again = reader.add(reply_of({all.begin() + 11, all.begin() + cut}, true));
      CHECK(again.slices.empty());
      REQUIRE(again.failure);
      CHECK(again.failure->code() == errc::protocol_violation);
      CHECK(again.ends_within_event);
    }
  }
  SECTION("within an event that is being assembled is an error") {
    auto reader = make();
    (void)reader.add(reply_of({all.begin(), all.begin() + 5}));
    CHECK(reader.add(reply_of({all.begin() + 5, all.begin() + 10}, true)).failure);
    auto other = make();
    (void)other.add(reply_of({all.begin(), all.begin() + 5}));
    CHECK(other.add(reply_of({}, true)).failure);
  }
}

TEST_CASE("reading can go on elsewhere", "[read_assembler]") {
  auto reader = make();
  (void)reader.add(reply_of({std::byte{0}, std::byte{0}}));
  CHECK(reader.wanted() == 2);
  reader.move_to(500);
  CHECK(reader.wanted() == 500);
  const auto step = reader.add(reply_of(events({"x"})));
  CHECK(step.slices.at(0).offset() == 500);
}
