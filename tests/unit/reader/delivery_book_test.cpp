#include "reader/delivery_book.hpp"

#include "support/catch.hpp"
#include "support/mini_store.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using numbers = std::vector<std::uint64_t>;
using offsets = std::map<segment_id, std::int64_t>;

constexpr std::size_t event_bytes = 12;

/// One event of four characters, the n-th of its segment.
event_slice slice(std::int32_t number, std::int64_t n) {
  auto made = event_slice::make(std::make_shared<const segment>(test_segment(number)),
                                n * static_cast<std::int64_t>(event_bytes),
                                shared_bytes{events({std::to_string(1000 + n)})});
  REQUIRE(made);
  return *made;
}

struct book_fixture {
  delivery_book book;
  std::map<std::int32_t, std::int64_t> written;

  explicit book_fixture(std::size_t bytes_max = limits::reader_unreleased_bytes_max)
      : book{bytes_max} {
    book.open_at({{"scope", "stream"}, {{{0, 0}, 0}, {{1, 0}, 0}}});
  }
  std::uint64_t add(std::int32_t number = 0) {
    REQUIRE(book.wants_new());
    return book.add(slice(number, written[number]++)).number;
  }
  std::uint64_t end(std::int32_t number) {
    const auto at = static_cast<std::int64_t>(event_bytes) * written[number];
    return book.add(segment_end{test_segment(number), at, true}).number;
  }
  /// What the subscriber gets again.
  numbers again() {
    numbers got;
    while (const auto each = book.next_again())
      got.push_back(each->number);
    return got;
  }
  offsets released() const { return book.released().offsets; }
};

std::int64_t behind(std::int64_t events) {
  return events * static_cast<std::int64_t>(event_bytes);
}

}  // namespace

TEST_CASE("nothing is wanted without subscriber and demand", "[delivery_book]") {
  book_fixture f;
  f.book.add_demand(5);
  CHECK_FALSE(f.book.wants_new());
  f.book.subscribe();
  CHECK_FALSE(f.book.wants_new());
  f.book.add_demand(0);
  CHECK_FALSE(f.book.wants_new());
  f.book.add_demand(1);
  CHECK(f.book.wants_new());
  f.book.unsubscribe();
  CHECK_FALSE(f.book.wants_new());
}

TEST_CASE("numbers grow by one over all kinds of items, and slices use demand up",
          "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(2);
  CHECK(f.add() == 1);
  CHECK(f.book.add(segment_gap{test_segment(1), 0, 36}).number == 2);
  CHECK(f.end(1) == 3);
  CHECK(f.book.wants_new());
  CHECK(f.add() == 4);
  CHECK_FALSE(f.book.wants_new());
  CHECK(f.book.last_delivered() == 4);
  CHECK(f.book.last_released() == 0);
  f.book.add_demand(std::numeric_limits<std::size_t>::max());
  f.book.add_demand(std::numeric_limits<std::size_t>::max());
  CHECK(f.add() == 5);
  CHECK(f.book.wants_new());
}

TEST_CASE("the position moves behind what is released, item by item", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  (void)f.add(0);
  (void)f.add(1);
  (void)f.add(0);
  (void)f.book.add(segment_gap{test_segment(1), 12, 600});
  CHECK(f.released() == offsets{{{0, 0}, 0}, {{1, 0}, 0}});
  REQUIRE(f.book.release_through(1));
  CHECK(f.released() == offsets{{{0, 0}, behind(1)}, {{1, 0}, 0}});
  REQUIRE(f.book.release_through(3));
  CHECK(f.released() == offsets{{{0, 0}, behind(2)}, {{1, 0}, behind(1)}});
  REQUIRE(f.book.release_through(4));
  CHECK(f.released() == offsets{{{0, 0}, behind(2)}, {{1, 0}, 600}});
  CHECK(f.book.held_bytes() == 0);
}

TEST_CASE("releasing twice or backwards has no effect, and ahead is an error",
          "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(3);
  (void)f.add();
  (void)f.add();
  REQUIRE(f.book.release_through(0));
  CHECK(f.book.last_released() == 0);
  const auto refused = f.book.release_through(3);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
  CHECK(f.book.last_released() == 0);
  REQUIRE(f.book.release_through(2));
  REQUIRE(f.book.release_through(2));
  REQUIRE(f.book.release_through(1));
  CHECK(f.book.last_released() == 2);
  CHECK(f.released().at({0, 0}) == behind(2));
  CHECK(f.add() == 3);
}

TEST_CASE("another subscriber gets what is held again, with its numbers", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(4);
  for (int i = 0; i < 3; ++i)
    (void)f.add();
  REQUIRE(f.book.release_through(1));
  f.book.subscribe();
  CHECK_FALSE(f.book.subscriber_has_all());
  // The first subscriber's demand is over.
  CHECK(f.again().empty());
  f.book.add_demand(1);
  CHECK(f.again() == numbers{2});
  CHECK_FALSE(f.book.wants_new());
  f.book.add_demand(2);
  CHECK(f.again() == numbers{3});
  CHECK(f.book.subscriber_has_all());
  CHECK(f.book.wants_new());
  CHECK(f.add() == 4);
}

TEST_CASE("what is delivered again is the same item", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(1);
  const auto first = f.book.add(slice(0, 7));
  f.book.subscribe();
  f.book.add_demand(1);
  const auto second = f.book.next_again();
  REQUIRE(second);
  CHECK(second->number == first.number);
  const auto& then = std::get<event_slice>(first.item);
  const auto& now = std::get<event_slice>(second->item);
  CHECK(now.offset() == then.offset());
  // The same memory, too.
  CHECK(now.bytes().view.data() == then.bytes().view.data());
}

TEST_CASE("ends and gaps that are held wait for demand, and use none up", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  (void)f.end(0);
  (void)f.add(1);
  (void)f.end(1);
  f.book.subscribe();
  CHECK(f.again().empty());
  f.book.add_demand(1);
  CHECK(f.again() == numbers{1, 2});
  CHECK_FALSE(f.book.subscriber_has_all());
  f.book.add_demand(1);
  CHECK(f.again() == numbers{3});
  CHECK(f.book.subscriber_has_all());
}

TEST_CASE("what is released while it is due is not delivered again", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(5);
  for (int i = 0; i < 5; ++i)
    (void)f.add();
  f.book.subscribe();
  f.book.add_demand(2);
  CHECK(f.again() == numbers{1, 2});
  // The earlier subscriber had processed more than it could say before.
  REQUIRE(f.book.release_through(4));
  f.book.add_demand(5);
  CHECK(f.again() == numbers{5});
  CHECK(f.add() == 6);
}

TEST_CASE("nothing new is wanted while too much is held", "[delivery_book]") {
  // Room for two of the smallest items.
  book_fixture f{2 * limits::reader_unreleased_item_bytes_least};
  f.book.subscribe();
  f.book.add_demand(100);
  (void)f.add();
  (void)f.add();
  CHECK_FALSE(f.book.wants_new());
  SECTION("a release makes room") {
    REQUIRE(f.book.release_through(1));
    CHECK(f.add() == 3);
    CHECK_FALSE(f.book.wants_new());
  }
  SECTION("another subscriber makes none, and still gets all that is held") {
    f.book.subscribe();
    f.book.add_demand(100);
    CHECK(f.again() == numbers{1, 2});
    CHECK_FALSE(f.book.wants_new());
  }
}

TEST_CASE("one item is always wanted, however large it is", "[delivery_book]") {
  book_fixture f{1};
  f.book.subscribe();
  f.book.add_demand(2);
  CHECK(f.add() == 1);
  CHECK_FALSE(f.book.wants_new());
  REQUIRE(f.book.release_through(1));
  CHECK(f.add() == 2);
}

TEST_CASE("successors enter the position with the release of the last end before them",
          "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  (void)f.add(0);               // 1
  const auto first = f.end(0);  // 2
  (void)f.add(1);               // 3
  const auto last = f.end(1);   // 4
  SECTION("when the step comes before the release") {
    f.book.advance({{0, 0}, {1, 0}}, {{2, 0}});
    (void)f.add(2);  // 5
    REQUIRE(f.book.release_through(first));
    CHECK(f.released() == offsets{{{0, 0}, behind(1)}, {{1, 0}, 0}});
    REQUIRE(f.book.release_through(last));
    CHECK(f.released() == offsets{{{2, 0}, 0}});
    REQUIRE(f.book.release_through(5));
    CHECK(f.released() == offsets{{{2, 0}, behind(1)}});
  }
  SECTION("when the step comes after the release") {
    REQUIRE(f.book.release_through(last));
    CHECK(f.released() == offsets{{{0, 0}, behind(1)}, {{1, 0}, behind(1)}});
    f.book.advance({{0, 0}, {1, 0}}, {{2, 0}});
    CHECK(f.released() == offsets{{{2, 0}, 0}});
  }
}

TEST_CASE("items behind an end do not hold its successors up", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  const auto end = f.end(0);
  (void)f.add(1);
  f.book.advance({{0, 0}}, {{2, 0}, {3, 0}});
  REQUIRE(f.book.release_through(end));
  CHECK(f.released() == offsets{{{1, 0}, 0}, {{2, 0}, 0}, {{3, 0}, 0}});
}

TEST_CASE("several steps at one place are taken in their order", "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  (void)f.end(0);
  f.book.advance({{0, 0}}, {{2, 0}});
  (void)f.end(2);
  f.book.advance({{2, 0}}, {{3, 0}});
  (void)f.add(3);
  REQUIRE(f.book.release_through(2));
  CHECK(f.released() == offsets{{{1, 0}, 0}, {{3, 0}, 0}});
}

TEST_CASE("a gap without an end stays in the position until the successors come",
          "[delivery_book]") {
  book_fixture f;
  f.book.subscribe();
  f.book.add_demand(10);
  (void)f.add(0);
  (void)f.book.add(segment_gap{test_segment(0), behind(1), -1});
  const auto end = f.end(0);
  REQUIRE(f.book.release_through(end));
  CHECK(f.released() == offsets{{{0, 0}, behind(1)}, {{1, 0}, 0}});
  f.book.advance({{0, 0}}, {{2, 0}});
  CHECK(f.released() == offsets{{{1, 0}, 0}, {{2, 0}, 0}});
}
