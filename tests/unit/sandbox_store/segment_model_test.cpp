#include "store/segment_model.hpp"

#include <string>
#include <vector>

#include "store/store_limits.hpp"
#include "store/store_model.hpp"
#include "support/catch.hpp"
#include "unit/sandbox_store/store_support.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

TEST_CASE("segment model: small appends are copied and read back in one piece") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  store.append(target, "hello ");
  store.append(target, "world");
  CHECK(target->length() == 11);
  const auto parts = target->read(0, 100);
  REQUIRE(parts.size() == 1);
  CHECK(text_of(parts) == "hello world");
  CHECK(text_of(target->read(6, 3)) == "wor");
  CHECK(text_of(target->read(11, 3)).empty());
}

TEST_CASE("segment model: a small append does not keep the buffer it came in") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  shared_bytes received = shared_bytes::copy_of(pravega_actor::as_bytes("tiny"));
  const std::weak_ptr<const void> buffer = received.owner;
  store.append_parts(target, {received});
  received = {};
  CHECK(buffer.expired());
}

TEST_CASE("segment model: a large append is kept without a copy") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  const auto large = bytes_of(std::string(store_limits::kept_append_bytes_min, 'x'));
  store.append(target, "a");
  store.append_parts(target, {large});
  store.append(target, "b");
  const auto parts = target->read(1, large.size());
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].view.data() == large.view.data());
  CHECK(text_of(target->read(0, 1 << 20)) == "a" + std::string(large.size(), 'x') + "b");
}

TEST_CASE("segment model: what is kept of a large buffer is copied if it is less than half") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  constexpr auto size = store_limits::kept_append_bytes_min;
  const auto is_kept = [&](std::size_t received_bytes) {
    const auto data = bytes_of(std::string(size, 'x'));
    const auto offset = target->length();
    store.append_parts(target, {data}, 1, received_bytes);
    return target->read(offset, size).front().view.data() == data.view.data();
  };
  CHECK(is_kept(2 * size));
  CHECK_FALSE(is_kept(2 * size + 2));
  CHECK_FALSE(is_kept(16u << 20));
}

TEST_CASE("segment model: a buffer of small appends that others end is cut to its bytes") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  const std::string large(store_limits::tail_buffer_bytes_max, 'x');
  const auto end_of_tail = [&](auto end) {
    store.append(target, large);
    store.append(target, "a");
    const auto offset = target->length() - 1;
    const std::weak_ptr<const void> tail = target->read(offset, 1).front().owner;
    end();
    CHECK(text_of(target->read(offset, 1)) == "a");
    return tail.expired();
  };
  CHECK(end_of_tail([&] { store.append(target, large); }));
  CHECK(end_of_tail([&] { store.append(target, large.substr(1)); }));
  CHECK(end_of_tail([&] { store.model.seal(target->name()); }));
}

TEST_CASE("segment model: many small merges share a buffer") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  for (int i = 0; i < 500; ++i) {
    store.append(store.segment("part"), "x");
    REQUIRE(store.model.merge(target->name(), "part", {}) == store_status::ok);
  }
  const auto parts = target->read(0, 1000);
  CHECK(text_of(parts) == std::string(500, 'x'));
  CHECK(parts.size() == 1);
}

TEST_CASE("segment model: a large merge is not copied, whatever is small around it") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  const auto source = store.segment("part");
  const auto large = bytes_of(std::string(2 * store_limits::kept_append_bytes_min, 'l'));
  store.append(target, "a");
  store.append(source, "gone");
  store.append_parts(source, {large});
  store.append(source, "b");
  store.model.truncate("part", 10);
  REQUIRE(store.model.merge(target->name(), "part", {}) == store_status::ok);
  store.append(target, "c");
  const auto text = "a" + std::string(large.size() - 6, 'l') + "bc";
  CHECK(text_of(target->read(0, 1 << 20)) == text);
  CHECK(target->read(1, 1).front().view.data() == large.view.data() + 6);
  CHECK(store.model.memory_bytes() == text.size());
}

TEST_CASE("segment model: what truncation leaves of a buffer does not keep it for long") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  const std::string text = std::string(store_limits::kept_append_bytes_min, 'x') + "end";
  const auto size = static_cast<std::int64_t>(text.size());
  store.append(target, text);
  const std::weak_ptr<const void> buffer = target->read(0, 1).front().owner;
  REQUIRE(store.model.truncate(target->name(), size / 2) == store_status::ok);
  CHECK_FALSE(buffer.expired());
  REQUIRE(store.model.truncate(target->name(), size - 3) == store_status::ok);
  CHECK(buffer.expired());
  store.append(target, "!");
  CHECK(text_of(target->read(size - 3, 100)) == "end!");
  // The same with a buffer to which more is added.
  REQUIRE(store.model.truncate(target->name(), size) == store_status::ok);
  store.append(target, std::string(900, 'y') + "z");
  REQUIRE(store.model.truncate(target->name(), size + 901) == store_status::ok);
  store.append(target, "?");
  CHECK(text_of(target->read(size + 901, 100)) == "z?");
  CHECK(store.model.memory_bytes() == 2);
}

TEST_CASE("segment model: reads at every offset of mixed appends give the same bytes") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::size_t size =
        i % 37 == 0 ? store_limits::kept_append_bytes_min : 1 + i * 7u % 900;
    const std::string piece(size, static_cast<char>('a' + i % 26));
    store.append(target, piece);
    all += piece;
  }
  for (std::size_t offset = 0; offset <= all.size(); offset += 4099) {
    REQUIRE(text_of(target->read(static_cast<std::int64_t>(offset), 70000)) ==
            all.substr(offset, 70000));
  }
}

TEST_CASE("segment model: bytes that were handed out stay after more appends and deletion") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  store.append(target, "first");
  const auto parts = target->read(0, 100);
  store.append(target, "second");
  store.model.remove("s/t/0.#epoch.0");
  CHECK(text_of(parts) == "first");
  CHECK(target->deleted());
}

TEST_CASE("segment model: truncation drops old bytes and keeps offsets") {
  store_fixture store;
  const auto target = store.segment("s/t/0.#epoch.0");
  store.append(target, "0123456789");
  CHECK(store.model.truncate(target->name(), 4) == store_status::ok);
  CHECK(target->start_offset() == 4);
  CHECK(text_of(target->read(4, 100)) == "456789");
  CHECK(store.model.memory_bytes() == 6);
  CHECK(store.model.truncate(target->name(), 3) == store_status::bad_offset);
  CHECK(store.model.truncate(target->name(), 11) == store_status::bad_offset);
  CHECK(store.model.truncate(target->name(), 10) == store_status::ok);
  store.append(target, "abc");
  CHECK(target->length() == 13);
  CHECK(text_of(target->read(10, 100)) == "abc");
}

TEST_CASE("segment model: the store keeps the number of events and the time of creation") {
  store_fixture store;
  store.model.set_now_ms(1234);
  const auto target = store.segment("s/t/0.#epoch.0");
  CHECK(target->attribute(event_count_attribute) == no_value);
  store.model.set_now_ms(1300);
  store.append(target, "x", 3);
  CHECK(target->attribute(creation_time_attribute) == 1234);
  CHECK(target->attribute(event_count_attribute) == 3);
  CHECK(target->last_modified_ms() == 1300);
  CHECK(target->attribute(uuid{9, 9}) == no_value);
}
