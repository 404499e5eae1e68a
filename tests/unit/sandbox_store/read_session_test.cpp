#include "store/read_session.hpp"

#include <algorithm>
#include <string>

#include "store/store_limits.hpp"
#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

std::string data_of(const wire::segment_read& reply) {
  return std::string{pravega_actor::as_text(reply.data)};
}

}  // namespace

TEST_CASE("read session: a read returns what is there and says where") {
  session_fixture f;
  f.store.append(f.segment, "0123456789abcdef");
  f.client.read(2, 9);
  auto reply = f.client.expect<wire::segment_read>();
  CHECK(reply.segment == segment_name);
  CHECK(reply.offset == 2);
  CHECK(reply.request_id == 5);
  CHECK(data_of(reply) == "23456789a");
  CHECK_FALSE(reply.at_tail);
  CHECK_FALSE(reply.end_of_segment);
  f.client.read(2, 100);
  reply = f.client.expect<wire::segment_read>();
  CHECK(data_of(reply) == "23456789abcdef");
  CHECK(reply.at_tail);
}

TEST_CASE("read session: the size is raised to 8 bytes and cut to 2 MiB") {
  session_fixture f;
  const std::string all(5 << 20, 'x');
  f.store.append(f.segment, all);
  for (const std::int32_t asked : {-1, 0, 1, 8}) {
    f.client.read(0, asked);
    CHECK(f.client.expect<wire::segment_read>().data.size() == 8);
  }
  f.client.read(0, 1 << 30);
  CHECK(f.client.expect<wire::segment_read>().data.size() == 2u << 20);
}

TEST_CASE("read session: a read over many small appends arrives whole") {
  session_fixture f;
  std::string all;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece(1 + i % 300, static_cast<char>('a' + i % 26));
    f.store.append(f.segment, piece);
    all += piece;
  }
  f.client.read(17, 1 << 20);
  CHECK(data_of(f.client.expect<wire::segment_read>()) == all.substr(17));
}

TEST_CASE("read session: a read at or behind the tail waits for data, and blocks nothing") {
  session_fixture f;
  f.store.append(f.segment, "abc");
  f.client.read(3, 100);
  f.client.read(5, 100);
  CHECK(f.client.session.parked_reads() == 2);
  f.client.send(wire::keep_alive{});
  f.client.expect<wire::keep_alive>();
  f.store.append(f.segment, "de");
  CHECK(data_of(f.client.expect<wire::segment_read>()) == "de");
  CHECK(f.client.replies.empty());
  f.store.append(f.segment, "f");
  const auto reply = f.client.expect<wire::segment_read>();
  CHECK(reply.offset == 5);
  CHECK(data_of(reply) == "f");
  CHECK(f.client.session.parked_reads() == 0);
}

TEST_CASE("read session: a connection's own append wakes its read in the same turn") {
  session_fixture f;
  f.client.setup();
  f.client.read(0, 100);
  const int before = f.client.sends;
  f.client.append("abc", 1);
  CHECK(f.client.sends == before + 1);
  CHECK(data_of(f.client.expect<wire::segment_read>()) == "abc");
  f.client.expect<wire::data_appended>();
}

TEST_CASE("read session: the end comes with the last data if more was asked for") {
  session_fixture f;
  f.store.append(f.segment, "hello world");
  f.store.model.seal(segment_name);
  f.client.read(0, 100);
  auto reply = f.client.expect<wire::segment_read>();
  CHECK(data_of(reply) == "hello world");
  CHECK(reply.end_of_segment);
  CHECK_FALSE(reply.at_tail);
  f.client.read(0, 11);
  CHECK_FALSE(f.client.expect<wire::segment_read>().end_of_segment);
  f.client.read(11, 100);
  reply = f.client.expect<wire::segment_read>();
  CHECK(reply.end_of_segment);
  CHECK(reply.data.empty());
  f.client.read(12, 100);
  CHECK(f.client.closes == 1);
}

TEST_CASE("read session: sealing refuses reads that wait at the tail or behind it") {
  session_fixture f;
  f.store.append(f.segment, "abc");
  f.client.read(3, 100);
  f.client.read(7, 100);
  f.store.model.seal(segment_name);
  for (const std::int64_t offset : {3, 7}) {
    CHECK(f.client.expect<wire::segment_is_sealed>() ==
          wire::segment_is_sealed{5, segment_name, {}, offset});
  }
  CHECK(f.client.closes == 0);
  CHECK(f.client.session.parked_reads() == 0);
}

TEST_CASE("read session: truncated, missing and deleted segments") {
  session_fixture f;
  f.store.append(f.segment, "0123456789");
  f.store.model.truncate(segment_name, 4);
  f.client.read(3, 100);
  CHECK(f.client.expect<wire::segment_is_truncated>() ==
        wire::segment_is_truncated{5, segment_name, 4, {}, 3});
  f.client.read(4, 100);
  CHECK(data_of(f.client.expect<wire::segment_read>()) == "456789");
  f.client.read(-1, 100);
  CHECK(f.client.expect<wire::error_message>().error_code ==
        wire::message_error::illegal_argument);
  f.client.read(7, 100, "s/t/9.#epoch.0");
  CHECK(f.client.expect<wire::no_such_segment>() ==
        wire::no_such_segment{5, "s/t/9.#epoch.0", {}, 7});
  f.client.read(10, 100);
  f.store.model.remove(segment_name);
  const auto empty = f.client.expect<wire::segment_read>();
  CHECK(empty.at_tail);
  CHECK_FALSE(empty.end_of_segment);
  CHECK(empty.data.empty());
  f.client.read(10, 100);
  CHECK(f.client.expect<wire::no_such_segment>() ==
        wire::no_such_segment{5, segment_name, {}, 10});
  CHECK(f.client.closes == 0);
}

TEST_CASE("read session: too many parked reads end the session") {
  session_fixture f;
  for (std::size_t i = 0; i < store_limits::parked_reads_max; ++i)
    f.client.read(0, 8);
  CHECK(f.client.closes == 0);
  f.client.read(0, 8);
  CHECK(f.client.closes == 1);
  CHECK(f.segment->parked() == 0);
}

TEST_CASE("read session: evicted reads are answered with nothing and may be asked again") {
  session_fixture f;
  f.client.read(0, 8);
  f.client.session.evict_parked_reads();
  const auto reply = f.client.expect<wire::segment_read>();
  CHECK(reply.at_tail);
  CHECK_FALSE(reply.end_of_segment);
  CHECK(reply.data.empty());
  CHECK(f.segment->parked() == 0);
}

TEST_CASE("read session: a fault may shorten a read, but not to nothing") {
  struct shorten final : store_faults {
    std::size_t size = 0;
    std::size_t read_bytes(std::string_view, std::int64_t, std::size_t) override {
      return size;
    }
  } faults;
  session_fixture f;
  f.store.append(f.segment, "0123456789");
  f.store.model.seal(segment_name);
  session_client client{f.store.model, {0, &faults}};
  client.read(0, 100);
  auto reply = client.expect<wire::segment_read>();
  CHECK(data_of(reply) == "0");
  CHECK_FALSE(reply.end_of_segment);
  faults.size = 1000;
  client.read(1, 100);
  reply = client.expect<wire::segment_read>();
  CHECK(data_of(reply) == "123456789");
  CHECK(reply.end_of_segment);
  CHECK(f.store.model.counters().bytes_read == 10);
}

TEST_CASE("read session: a read that waits is told when its segment moves away") {
  std::size_t owner = 0;
  session_fixture f;
  f.store.model.set_owner([&](std::string_view) { return owner; });
  f.client.read(0, 100);
  f.store.model.wake_moved();
  CHECK(f.client.replies.empty());
  CHECK(f.client.session.parked_reads() == 1);
  owner = 1;
  f.store.model.wake_moved();
  CHECK(f.client.expect<wire::wrong_host>() == wire::wrong_host{5, segment_name, {}, {}});
  CHECK(f.client.session.parked_reads() == 0);
  CHECK(f.client.closes == 0);
  f.store.append(f.segment, "x");
  CHECK(f.client.replies.empty());
}
