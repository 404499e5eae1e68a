#include "store/store_model.hpp"

#include <limits>
#include <string>
#include <vector>

#include "store/store_limits.hpp"
#include "support/catch.hpp"
#include "unit/sandbox_store/store_support.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

constexpr auto name = "s/t/0.#epoch.0";

}  // namespace

TEST_CASE("store model: creating twice, and deleting what is missing") {
  store_model store;
  CHECK(store.create(name) == store_status::ok);
  CHECK(store.create(name) == store_status::exists);
  CHECK(store.remove(name) == store_status::ok);
  CHECK(store.remove(name) == store_status::missing);
  CHECK(store.seal(name) == store_status::missing);
  CHECK(store.truncate(name, 0) == store_status::missing);
  CHECK(store.find(name) == nullptr);
}

TEST_CASE("store model: an append is checked against seal, writer and length, in this order") {
  store_fixture store;
  const auto target = store.segment(name);
  const auto data = std::vector{bytes_of("abc")};
  const uuid writer{5, 6};
  auto& model = store.model;
  CHECK(model.append(target, {writer, 7, 8, 1, {}, data}) == store_status::bad_event_number);
  CHECK(model.append(target, {writer, no_value, 8, 1, 1, data}) == store_status::bad_condition);
  CHECK(target->attribute(writer) == no_value);
  CHECK(target->length() == 0);
  CHECK(model.append(target, {writer, no_value, 8, 1, 0, data}) == store_status::ok);
  CHECK(target->attribute(writer) == 8);
  CHECK(model.append(target, {writer, no_value, 8, 1, {}, data}) ==
        store_status::bad_event_number);
  CHECK(model.seal(name) == store_status::ok);
  CHECK(model.seal(name) == store_status::sealed);
  CHECK(model.append(target, {writer, 7, 9, 1, 0, data}) == store_status::sealed);
  CHECK(model.remove(name) == store_status::ok);
  CHECK(model.append(target, {writer, 8, 9, 1, {}, data}) == store_status::missing);
  CHECK(model.memory_bytes() == 0);
}

TEST_CASE("store model: compare and set of an attribute") {
  store_model store;
  store.create(name);
  const uuid id{3, 4};
  const auto set = [&](std::int64_t value, std::int64_t expected) {
    return store.update_attribute(
        name, {id, attribute_update_type::replace_if_equals, value, expected});
  };
  CHECK(set(1, 5) == store_status::bad_condition);
  CHECK(set(1, no_value) == store_status::ok);
  CHECK(set(2, no_value) == store_status::bad_condition);
  CHECK(set(2, 1) == store_status::ok);
  CHECK(store.find(name)->attribute(id) == 2);
  CHECK(set(no_value, 2) == store_status::ok);
  CHECK(store.find(name)->attribute(id) == no_value);
  store.seal(name);
  CHECK(set(3, no_value) == store_status::sealed);
  CHECK(store.update_attribute("missing", {}) == store_status::missing);
}

TEST_CASE("store model: every kind of attribute change") {
  store_model store;
  store.create(name);
  const uuid id{3, 4};
  const auto apply = [&](attribute_update_type type, std::int64_t value) {
    return store.update_attribute(name, {id, type, value, 0});
  };
  using enum attribute_update_type;
  CHECK(apply(none, 5) == store_status::ok);
  CHECK(apply(none, 6) == store_status::bad_condition);
  CHECK(apply(replace_if_greater, 5) == store_status::bad_condition);
  CHECK(apply(replace_if_greater, 7) == store_status::ok);
  CHECK(apply(accumulate, 3) == store_status::ok);
  CHECK(store.find(name)->attribute(id) == 10);
  CHECK(apply(replace, 1) == store_status::ok);
  CHECK(store.find(name)->attribute(id) == 1);
}

TEST_CASE("store model: the count of events goes on from what a client made of it") {
  store_fixture store;
  const auto target = store.segment(name);
  const auto set = [&](std::int64_t value) {
    store.model.update_attribute(
        name, {event_count_attribute, attribute_update_type::replace, value});
  };
  set(40);
  store.append(target, "x", 2);
  CHECK(target->attribute(event_count_attribute) == 42);
  // As Java: overflow wraps.
  set(std::numeric_limits<std::int64_t>::max());
  store.append(target, "x", 3);
  CHECK(target->attribute(event_count_attribute) ==
        std::numeric_limits<std::int64_t>::min() + 2);
  store.append(target, "x", 1);
  CHECK(target->attribute(event_count_attribute) ==
        std::numeric_limits<std::int64_t>::min() + 3);
  set(no_value);
  store.append(target, "x", 4);
  CHECK(target->attribute(event_count_attribute) == 4);
  CHECK(target->events_appended() == 10);
  CHECK(target->attribute_count() == 3);
}

TEST_CASE("store model: merging moves the bytes and deletes the source") {
  store_fixture store;
  const auto target = store.segment(name);
  store.append(target, "target ", 2);
  const auto part = store.model.create_transient(name, uuid{7, 8});
  REQUIRE(part);
  CHECK(*part == std::string{name} +
                     "#transient.00000000000000070000000000000008."
                     "00000000000000000000000000000001");
  const auto source = store.model.find(*part);
  store.append(source, "source", 3);
  CHECK(store.model.merge(name, *part, {}) == store_status::ok);
  CHECK(text_of(target->read(0, 100)) == "target source");
  CHECK(target->attribute(event_count_attribute) == 2);
  CHECK(store.model.memory_bytes() == 13);
  CHECK(source->deleted());
  CHECK(store.model.merge(name, *part, {}) == store_status::missing);
  CHECK(store.model.merge(name, name, {}) == store_status::missing);
  CHECK(store.model.create_transient("missing", uuid{7, 8}));
}

TEST_CASE("store model: a merge whose condition fails changes nothing") {
  store_fixture store;
  const auto target = store.segment(name);
  const auto source = store.segment("source");
  store.append(source, "data");
  const std::vector<attribute_change> changes{
      {uuid{1, 1}, attribute_update_type::none, 5, 0},
      {uuid{2, 2}, attribute_update_type::replace_if_equals, 5, 4}};
  CHECK(store.model.merge(name, "source", changes) == store_status::bad_condition);
  CHECK(target->length() == 0);
  CHECK(target->attribute(uuid{1, 1}) == no_value);
  CHECK_FALSE(source->deleted());
  store.model.seal(name);
  CHECK(store.model.merge(name, "source", {}) == store_status::sealed);
}

TEST_CASE("store model: parked reads wake in the order they were parked") {
  store_fixture store;
  const auto target = store.segment(name);
  recording_waiter first;
  recording_waiter second;
  const auto place = target->park(2, first, 1);
  target->park(0, second, 2);
  target->park(3, first, 3);
  target->park(1, first, 4);
  store.append(target, "abc");
  CHECK(first.woken == std::vector<std::uint64_t>{1, 4});
  CHECK(second.woken == std::vector<std::uint64_t>{2});
  target->unpark(place);
  CHECK(target->parked() == 1);
  target->unpark(target->park(3, second, 5));
  store.append(target, "d");
  CHECK(first.woken == std::vector<std::uint64_t>{1, 4, 3});
  CHECK(second.woken == std::vector<std::uint64_t>{2});
  CHECK(target->parked() == 0);
}

TEST_CASE("store model: parked reads cost what they are woken or taken back for") {
  constexpr std::int64_t reads = 200000;
  store_fixture store;
  const auto target = store.segment(name);
  recording_waiter waiter;
  std::vector<segment_model::parked_place> places;
  for (std::int64_t i = 0; i < reads; ++i)
    places.push_back(target->park(reads + i, waiter, static_cast<std::uint64_t>(i)));
  for (std::int64_t i = 0; i < reads; ++i)
    store.append(target, "x");
  CHECK(waiter.woken.empty());
  for (auto it = places.rbegin(); it != places.rend(); ++it)
    target->unpark(*it);
  CHECK(target->parked() == 0);
}

TEST_CASE("store model: sealing, deleting and merging wake parked reads") {
  store_fixture store;
  recording_waiter waiter;
  store.segment("a")->park(0, waiter, 1);
  store.segment("b")->park(5, waiter, 2);
  const auto merged = store.segment("c");
  merged->park(0, waiter, 3);
  store.model.seal("a");
  store.model.remove("b");
  store.append(store.segment("d"), "x");
  store.model.merge("c", "d", {});
  CHECK(waiter.woken == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("store model: a full store refuses an append and stays usable") {
  store_fixture store{{10, when_full::refuse}};
  const auto target = store.segment(name);
  CHECK(store.append(target, "12345678") == store_status::ok);
  CHECK(store.append(target, "123") == store_status::full);
  CHECK(target->length() == 8);
  CHECK(store.append(target, "12") == store_status::ok);
  CHECK(store.model.truncate(name, 8) == store_status::ok);
  CHECK(store.append(target, "12345678") == store_status::ok);
}

TEST_CASE("store model: a full store may drop whole old appends instead") {
  constexpr std::size_t size = store_limits::kept_append_bytes_min;
  store_fixture store{{2 * size + size / 2, when_full::drop_oldest}};
  const auto target = store.segment(name);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(store.append(target, std::string(size, static_cast<char>('a' + i))) ==
            store_status::ok);
  }
  CHECK(target->start_offset() == 3 * static_cast<std::int64_t>(size));
  CHECK(text_of(target->read(target->start_offset(), 1)) == "d");
  CHECK(store.append(target, std::string(3 * size, 'z')) == store_status::full);
}

namespace {

constexpr std::size_t kept_size = store_limits::kept_append_bytes_min;

void append_times(store_fixture& store, const segment_handle& target, int count) {
  for (int i = 0; i < count; ++i)
    REQUIRE(store.append(target, std::string(kept_size, 'x')) == store_status::ok);
}

// In appends of the usual size.
std::size_t held_appends(const segment_handle& segment) {
  return segment->held_bytes() / kept_size;
}

}  // namespace

TEST_CASE("store model: nothing is dropped if that does not make room") {
  store_fixture store{{4 * kept_size, when_full::drop_oldest}};
  const auto target = store.segment(name);
  append_times(store, store.segment("other"), 2);
  append_times(store, target, 2);
  CHECK(store.append(target, std::string(4 * kept_size + 1, 'c')) == store_status::full);
  CHECK(target->start_offset() == 0);
  CHECK(store.model.memory_bytes() == 4 * kept_size);
  CHECK(store.model.counters().appends_refused_full == 1);
  CHECK(store.model.counters().bytes_dropped == 0);
  CHECK(store.append(target, std::string(4 * kept_size, 'c')) == store_status::ok);
  CHECK(store.model.memory_bytes() == 4 * kept_size);
  CHECK(store.model.counters().bytes_dropped == 4 * kept_size);
}

TEST_CASE("store model: the segments that hold the most make room, at their oldest appends") {
  store_fixture store{{12 * kept_size, when_full::drop_oldest}};
  const auto small = store.segment("small");
  const auto large = store.segment("large");
  append_times(store, small, 1);
  append_times(store, large, 11);
  const auto late = store.segment("late");
  append_times(store, late, 5);
  CHECK(held_appends(large) == 6);
  CHECK(large->start_offset() == 5 * static_cast<std::int64_t>(kept_size));
  CHECK(held_appends(late) == 5);
  append_times(store, late, 20);
  CHECK(held_appends(small) == 1);
  CHECK(held_appends(large) + held_appends(late) == 11);
  CHECK(held_appends(large) >= 5);
  CHECK(held_appends(late) >= 5);
  CHECK(store.model.counters().bytes_dropped == 25 * kept_size);
  CHECK(store.model.memory_bytes() == 12 * kept_size);
}

TEST_CASE("store model: what holds the most is known after truncations, merges and deletions") {
  store_fixture store{{12 * kept_size, when_full::drop_oldest}};
  const auto first = store.segment("first");
  const auto second = store.segment("second");
  const auto third = store.segment("third");
  append_times(store, first, 5);
  append_times(store, second, 4);
  append_times(store, third, 3);
  REQUIRE(store.model.truncate("first", 4 * kept_size) == store_status::ok);
  append_times(store, third, 4);
  append_times(store, first, 1);
  CHECK(held_appends(third) == 6);
  const auto part = store.model.create_transient("second", uuid{7, 8});
  REQUIRE(part);
  append_times(store, store.model.find(*part), 3);
  CHECK(held_appends(third) + held_appends(second) == 7);
  REQUIRE(store.model.merge("second", *part, {}) == store_status::ok);
  const auto held = held_appends(second);
  CHECK(held > held_appends(third));
  append_times(store, first, 1);
  CHECK(held_appends(second) == held - 1);
  REQUIRE(store.model.remove("second") == store_status::ok);
  append_times(store, first, 20);
  CHECK(held_appends(first) + held_appends(third) == 12);
  CHECK(held_appends(third) >= 3);
}

TEST_CASE("store model: transient segments stay whole") {
  store_fixture store{{4 * kept_size, when_full::drop_oldest}};
  const auto target = store.segment(name);
  const auto part = store.model.create_transient(name, uuid{7, 8});
  REQUIRE(part);
  append_times(store, store.model.find(*part), 3);
  append_times(store, target, 5);
  CHECK(held_appends(target) == 1);
  CHECK(store.model.find(*part)->start_offset() == 0);
  CHECK(store.append(target, std::string(kept_size + 1, 'c')) == store_status::full);
  append_times(store, store.model.find(*part), 1);
  CHECK(held_appends(target) == 0);
  CHECK(store.append(target, "t") == store_status::full);
}

TEST_CASE("store model: names have a limit, each and together") {
  store_options small;
  small.names_bytes_max = 3 * store_limits::segment_name_bytes_max;
  store_model store{small};
  const std::string longest(store_limits::segment_name_bytes_max, 'n');
  CHECK(store.create(longest + "n") == store_status::full);
  CHECK(store.create(longest) == store_status::ok);
  CHECK(store.segments_free() == 2);
  CHECK(store.create("a") == store_status::ok);
  CHECK(store.segments_free() == 1);
  CHECK(store.create("b" + longest.substr(1)) == store_status::ok);
  CHECK(store.segments_free() == 0);
  CHECK(store.create("c") == store_status::full);
  CHECK_FALSE(store.create_transient(longest, uuid{7, 8}));
  CHECK(store.remove(longest) == store_status::ok);
  CHECK(store.create("c") == store_status::ok);
}

TEST_CASE("store model: the attributes of all segments together have a limit") {
  store_options small;
  small.attributes_max = 6;
  store_fixture store{small};
  const auto first = store.segment(name);
  const auto second = store.segment("second");
  // With the times of creation, a writer's number and the count of events.
  CHECK(store.append(first, "x") == store_status::ok);
  const auto set = [&](std::string_view segment, std::uint64_t id, std::int64_t value) {
    return store.model.update_attribute(segment,
                                        {uuid{9, id}, attribute_update_type::replace, value});
  };
  CHECK(set("second", 1, 5) == store_status::ok);
  CHECK(store.append(second, "x") == store_status::full);
  CHECK(second->length() == 0);
  const std::vector<attribute_change> changes(2, {uuid{8, 8}});
  store.append(first, "x");
  CHECK(store.model.merge("second", name, changes) == store_status::full);
  CHECK(set("second", 2, 5) == store_status::ok);
  CHECK(set("second", 3, 5) == store_status::full);
  CHECK(set("second", 2, 6) == store_status::ok);
  CHECK(store.model.segments_free() == 0);
  CHECK(set("second", 1, no_value) == store_status::ok);
  CHECK(set("second", 2, no_value) == store_status::ok);
  CHECK(store.append(second, "x") == store_status::ok);
  CHECK(store.model.remove("second") == store_status::ok);
  CHECK(store.model.segments_free() == 3);
}

TEST_CASE("store model: the owner function says which store serves a segment") {
  store_model store;
  CHECK(store.owner_of("any") == 0);
  store.set_owner([](std::string_view segment) { return segment.size() % 2; });
  CHECK(store.owner_of("abc") == 1);
}
