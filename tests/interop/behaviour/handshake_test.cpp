// Hello, KeepAlive, and what a server does not take.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

using greeting = store_client::greeting;

constexpr wire::hello server_versions{16, 5};

std::string padded_info_request(const std::string& segment, std::int64_t id) {
  const auto frame = *wire::encode(wire::get_stream_segment_info{id, segment, {}});
  return std::string{as_text(frame).substr(limits::frame_header_bytes)} + "from the future";
}

}  // namespace

TEST_CASE("Hello is answered with versions 16 and 5", "[handshake]") {
  store_client client{greeting::none};
  const auto versions = GENERATE(wire::hello{16, 5}, wire::hello{15, 5}, wire::hello{5, 1},
                                 wire::hello{100, 16}, wire::hello{16, 16});
  CAPTURE(wire::to_string(versions));
  CHECK(client.ask<wire::hello>(versions) == server_versions);
  CHECK(client.is_alive());
}

TEST_CASE("Hello of a client that is too old or too new is answered, then the end comes",
          "[handshake]") {
  const auto versions =
      GENERATE(wire::hello{4, 1}, wire::hello{4, 4}, wire::hello{17, 17}, wire::hello{99, 18});
  CAPTURE(wire::to_string(versions));
  store_client client{greeting::none};
  CHECK(client.ask<wire::hello>(versions) == server_versions);
  CHECK(client.closes());
}

TEST_CASE("Hello may come again", "[handshake]") {
  store_client client;
  CHECK(client.ask<wire::hello>(wire::hello{16, 5}) == server_versions);
  CHECK(client.is_alive());
}

TEST_CASE("The server does not say Hello by itself", "[handshake]") {
  store_client client{greeting::none};
  CHECK(client.is_silent());
}

TEST_CASE("Commands before a Hello are answered", "[handshake]") {
  store_client client{greeting::none};
  CHECK(client.is_alive());
  const auto segment = client.new_segment();
  CHECK(client.info(segment).write_offset == 0);
}

TEST_CASE("Each KeepAlive is echoed", "[handshake]") {
  store_client client;
  for (int i = 0; i < 3; ++i)
    client.send(wire::keep_alive{});
  for (int i = 0; i < 3; ++i)
    client.expect<wire::keep_alive>();
  CHECK(client.is_silent());
}

TEST_CASE("A frame of an unknown type ends the connection", "[frames]") {
  const std::int32_t type = GENERATE(72, 73, 127, 1000, -126, 0x7FFFFFFF);
  CAPTURE(type);
  store_client client;
  client.send_bytes(raw_frame(type, "12345678"));
  CHECK(client.closes());
}

TEST_CASE("A negative length ends the connection", "[frames]") {
  store_client client;
  auto frame = raw_frame(wire::keep_alive::code, {});
  frame[4] = std::byte{0xFF};
  client.send_bytes(frame);
  CHECK(client.closes());
}

TEST_CASE("A length over the limit ends the connection", "[frames]") {
  store_client client;
  auto frame = raw_frame(wire::keep_alive::code, {});
  frame[4] = std::byte{0x01};
  client.send_bytes(frame);
  CHECK(client.closes());
}

TEST_CASE("A payload that is too short ends the connection", "[frames]") {
  store_client client;
  client.send_bytes(raw_frame(wire::get_stream_segment_info::code, "1234"));
  CHECK(client.closes());
}

TEST_CASE("Bytes behind the last field are skipped", "[frames]") {
  store_client client;
  const auto segment = client.new_segment();
  client.send_bytes(
      raw_frame(wire::get_stream_segment_info::code, padded_info_request(segment, 77)));
  const auto info = client.expect<wire::stream_segment_info>();
  CHECK(info.request_id == 77);
  CHECK(info.segment == segment);
  CHECK(client.is_alive());
}

TEST_CASE("A reply in the wrong direction ends the connection", "[frames]") {
  store_client client;
  client.send(wire::data_appended{new_uuid(), 1, 0, 1, 0});
  CHECK(client.closes());
}

TEST_CASE("Parts of a block outside of a block end the connection", "[frames]") {
  const std::int32_t type = GENERATE(wire::partial_event::code, wire::event::code);
  CAPTURE(type);
  store_client client;
  client.send_bytes(raw_frame(type, "1234"));
  CHECK(client.closes());
}

TEST_CASE("Padding outside of a block is ignored", "[frames]") {
  store_client client;
  client.send(wire::padding{4});
  CHECK(client.is_alive());
}

TEST_CASE("Commands for administrators end the connection", "[frames]") {
  store_client client;
  SECTION("flush to storage") {
    client.send(wire::flush_to_storage{0, {}, 1});
  }
  SECTION("list storage chunks") {
    client.send(wire::list_storage_chunks{client.new_segment(), {}, 1});
  }
  CHECK(client.closes());
}

TEST_CASE("Table commands on a segment of events end the connection", "[frames]") {
  store_client client;
  const auto segment = client.new_segment();
  SECTION("update") {
    wire::update_table_entries update;
    update.request_id = 1;
    update.segment = segment;
    client.send(update);
  }
  SECTION("read") {
    wire::read_table read;
    read.request_id = 1;
    read.segment = segment;
    client.send(read);
  }
  SECTION("info") {
    client.send(wire::get_table_segment_info{1, segment, {}});
  }
  CHECK(client.closes());
}

}  // namespace pravega_actor::behaviour
