#include "store/store_session.hpp"

#include <memory>
#include <string>
#include <vector>

#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

TEST_CASE(
    "store session: Hello is always answered, and incompatible versions end the session") {
  struct row {
    std::int32_t high, low;
    bool compatible;
  };
  for (const auto& [high, low, compatible] :
       {row{16, 5, true}, row{5, 1, true}, row{20, 16, true}, row{20, 17, false},
        row{4, 1, false}}) {
    session_fixture f;
    f.client.send(wire::hello{high, low});
    CHECK(f.client.expect<wire::hello>() == wire::hello{16, 5});
    CHECK(f.client.closes == (compatible ? 0 : 1));
    CHECK(f.client.session.closed() == !compatible);
  }
}

TEST_CASE("store session: requests are answered without a Hello") {
  session_fixture f;
  f.client.send(wire::get_stream_segment_info{3, segment_name, {}});
  CHECK(f.client.expect<wire::stream_segment_info>().request_id == 3);
}

TEST_CASE("store session: KeepAlive is echoed each time") {
  session_fixture f;
  f.client.send_together(wire::keep_alive{}, wire::keep_alive{});
  f.client.expect<wire::keep_alive>();
  f.client.expect<wire::keep_alive>();
  CHECK(f.client.sends == 1);
}

TEST_CASE("store session: bytes may arrive one at a time") {
  session_fixture f;
  std::vector<std::byte> bytes;
  REQUIRE(wire::encode_to(bytes, wire::hello{16, 5}));
  REQUIRE(wire::encode_to(bytes, wire::setup_append{1, writer_id, segment_name, {}}));
  REQUIRE(wire::encode_to(bytes, session_client::block_end("abc", 1)));
  for (const auto byte : bytes)
    f.client.session.on_bytes({&byte, 1});
  f.client.expect<wire::hello>();
  f.client.expect<wire::append_setup>();
  CHECK(f.client.expect<wire::data_appended>().event_number == 1);
  CHECK(f.segment->length() == 3);
}

TEST_CASE(
    "store session: unknown, ill-formed and misplaced commands end the session silently") {
  const auto ends = [](std::vector<std::byte> bytes) {
    session_fixture f;
    f.client.session.on_bytes(bytes);
    return f.client.closes == 1 && f.client.replies.empty();
  };
  CHECK(ends(raw(std::string("\0\0\x27\x0f\0\0\0\0", 8))));           // type 9999
  CHECK(ends(raw(std::string("\0\0\0\x64\xff\xff\xff\xff", 8))));     // negative length
  CHECK(ends(raw(std::string("\0\0\0\x64\x00\xff\xff\xf8", 8))));     // one byte too long
  CHECK(ends(raw(std::string("\0\0\0\x0b\0\0\0\x02\0\0", 10))));      // ends too early
  CHECK(ends(*wire::encode(wire::append_setup{1, "s", {}, 1})));      // a reply
  CHECK(ends(*wire::encode(wire::list_storage_chunks{"s", "", 1})));  // for administrators
  CHECK(ends(*wire::encode(wire::read_table{1, segment_name, "", {}})));
  CHECK(ends(*wire::encode(session_client::block_end("x", 1))));  // before SetupAppend
}

TEST_CASE("store session: the largest frame is taken") {
  session_fixture f;
  f.client.setup();
  const std::string data(16777163, 'x');
  f.client.append(data, 1);
  CHECK(f.client.expect<wire::data_appended>().current_segment_write_offset == 16777163);
}

TEST_CASE("store session: nothing is done after the end") {
  session_fixture f;
  f.client.session.on_bytes(raw(std::string("\0\0\x27\x0f\0\0\0\0", 8)));
  f.client.send(wire::keep_alive{});
  f.client.session.on_time();
  f.client.session.shut();
  CHECK(f.client.replies.empty());
  CHECK(f.client.closes == 1);
}

TEST_CASE("store session: what was completed before a bad frame is answered first") {
  session_fixture f;
  f.client.setup();
  f.client.send_together(session_client::block_end("a", 1), wire::segment_created{1, "reply"},
                         session_client::block_end("b", 2));
  CHECK(f.client.expect<wire::data_appended>().event_number == 1);
  CHECK(f.client.closes == 1);
  CHECK(f.segment->length() == 1);
}

TEST_CASE(
    "store session: the end of a connection forgets writers, parked reads and transients") {
  session_fixture f;
  f.client.setup();
  f.client.append("abc", 1);
  f.client.expect<wire::data_appended>();
  f.client.read(3, 100);
  f.client.send(wire::create_transient_segment{2, uuid{1, 1}, segment_name, {}});
  const auto transient = f.client.expect<wire::segment_created>().segment;
  CHECK(f.segment->parked() == 1);
  CHECK(f.store.model.find(transient) != nullptr);
  f.client.session.on_closed();
  CHECK(f.segment->parked() == 0);
  CHECK(f.store.model.find(transient) == nullptr);
  CHECK(f.client.closes == 0);
  CHECK(f.segment->attribute(writer_id) == 1);
}

TEST_CASE("store session: another store's segments are refused with WrongHost") {
  session_fixture f;
  f.client.setup();
  f.store.model.set_owner([](std::string_view) { return 1; });
  f.client.append("abc", 1);
  CHECK(f.client.expect<wire::wrong_host>().request_id == 7);
  f.client.send(wire::setup_append{9, writer_id, segment_name, {}});
  CHECK(f.client.expect<wire::wrong_host>().segment == segment_name);
  f.client.read(0, 10);
  CHECK(f.client.expect<wire::wrong_host>().request_id == 5);
  f.client.send(wire::get_stream_segment_info{4, segment_name, {}});
  CHECK(f.client.expect<wire::wrong_host>().request_id == 4);
  CHECK(f.segment->length() == 0);
  session_client other{f.store.model, {1, nullptr}};
  CHECK(other.setup() == no_value);
}

TEST_CASE("store session: all sessions receive into one pool, which keeps little") {
  store_fixture store;
  const auto& pool = *store.model.receive_pool();
  const std::string large(store_limits::receive_pool_bytes / 4, 'x');
  {
    std::vector<std::unique_ptr<session_client>> clients;
    for (int i = 0; i < 8; ++i) {
      clients.push_back(std::make_unique<session_client>(store.model));
      const auto before = pool.outstanding_bytes();
      clients.back()->send(wire::keep_alive{});
      clients.back()->expect<wire::keep_alive>();
      CHECK(pool.outstanding_bytes() > before);
    }
    auto segment = store.segment(segment_name);
    for (auto& each : clients) {
      const auto number = each->setup();
      each->append(large, number == no_value ? 1 : number + 1);
    }
    CHECK(segment->length() > 0);
    CHECK(pool.outstanding_bytes() >= large.size());
    store.model.remove(segment_name);
  }
  CHECK(pool.outstanding_bytes() == 0);
  CHECK(pool.retained_bytes() > 0);
  CHECK(pool.retained_bytes() <= store_limits::receive_pool_bytes);
}
