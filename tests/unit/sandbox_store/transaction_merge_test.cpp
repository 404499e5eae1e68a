// Merging the segments of transactions.
#include "unit/sandbox_store/store_support.hpp"

#include "store/store_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

const std::string name = "s/t/0.#epoch.0";
const std::string part = name + "#transaction.00000000000000000000000000000001";
constexpr std::size_t kept_size = store_limits::kept_append_bytes_min;

}  // namespace

TEST_CASE("transaction merge: the bytes move, the source's attributes are lost") {
  store_fixture store;
  const auto target = store.segment(name);
  store.append(target, "target ", 2);
  const auto before = target->attribute_count();
  const auto source = store.segment(part);
  store.writer = uuid{7, 7};
  store.append(source, "in two ", 3);
  store.append(source, "parts", 4);
  CHECK(source->attribute(uuid{7, 7}) == 2);
  const auto metadata = store.model.memory().used(memory_use::metadata);
  REQUIRE(store.model.merge(name, part, {}) == store_status::ok);
  CHECK(text_of(target->read(0, 100)) == "target in two parts");
  CHECK(target->attribute_count() == before);
  CHECK(target->attribute(uuid{7, 7}) == no_value);
  CHECK(target->attribute(event_count_attribute) == 2);
  // For scaling by load all events count.
  CHECK(target->events_appended() == 9);
  CHECK(source->deleted());
  CHECK(store.model.segment_count() == 1);
  CHECK(store.model.memory_bytes() == 19);
  CHECK(store.model.memory().used(memory_use::metadata) < metadata);
}

TEST_CASE("transaction merge: readers who wait get all of it at once") {
  store_fixture store;
  const auto target = store.segment(name);
  store.append(store.segment(part), "abc");
  recording_waiter waiter;
  target->park(0, waiter, 1);
  target->park(2, waiter, 2);
  target->park(3, waiter, 3);
  REQUIRE(store.model.merge(name, part, {}) == store_status::ok);
  CHECK(waiter.woken == std::vector<std::uint64_t>{1, 2});
  CHECK(target->length() == 3);
}

TEST_CASE("transaction merge: an empty part leaves its target as it was") {
  store_fixture store;
  const auto target = store.segment(name);
  (void)store.segment(part);
  recording_waiter waiter;
  target->park(0, waiter, 1);
  CHECK(store.model.merge(name, part, {}) == store_status::ok);
  CHECK(waiter.woken.empty());
  CHECK(target->length() == 0);
  CHECK(store.model.segment_count() == 1);
}

TEST_CASE("transaction merge: an open part keeps all its data when others make room") {
  store_fixture store{{4 * kept_size, when_full::drop_oldest}};
  const auto target = store.segment(name);
  const auto source = store.segment(part);
  const auto append = [&](const segment_handle& to) {
    return store.append(to, std::string(kept_size, 'x'));
  };
  REQUIRE(append(source) == store_status::ok);
  REQUIRE(append(source) == store_status::ok);
  for (int i = 0; i < 5; ++i)
    REQUIRE(append(target) == store_status::ok);
  CHECK(source->start_offset() == 0);
  CHECK(target->held_bytes() == 2 * kept_size);
  // In the stream it is like any other data.
  REQUIRE(store.model.merge(name, part, {}) == store_status::ok);
  CHECK(target->held_bytes() == 4 * kept_size);
  REQUIRE(append(target) == store_status::ok);
  CHECK(target->held_bytes() == 4 * kept_size);
  CHECK(store.model.memory_bytes() == 4 * kept_size);
}
