// Appends to segments that are sealed, missing or deleted.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

TEST_CASE("A sealed segment still answers a set-up", "[append][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 20, "a");
  client.acknowledged(20);
  client.seal(segment);
  store_client other;
  CHECK(other.setup(segment, writer).last_event_number == 20);
  CHECK(other.setup(segment, new_uuid()).last_event_number == null_attribute_value);
}

TEST_CASE("An append to a sealed segment is refused with its number", "[append][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, "a");
  client.acknowledged(1);
  client.seal(segment);
  client.send(wire::append_block_end{writer, 0, bytes_of("bc"), 2, 3, 1234});
  const auto refusal = client.expect<wire::segment_is_sealed>();
  CHECK(refusal.request_id == 1234);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == 3);
  CHECK(client.is_alive());
  CHECK(client.info(segment).write_offset == 1);
}

TEST_CASE("After the refusal by a sealed segment its writer stores nothing more",
          "[append][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.seal(segment);
  client.append(writer, 1, "a");
  client.expect<wire::segment_is_sealed>();
  // What happens to more appends on this connection depends on when a real server forgets the
  // writer: the refusal may come again, or the end.
  SECTION("a further append is refused, or ends the connection") {
    client.append(writer, 2, "b");
    const auto frame = client.receive();
    CHECK((frame ? frame->type == wire::segment_is_sealed::code : client.closes()));
  }
  SECTION("another connection may set it up again") {
    store_client other;
    CHECK(other.setup(segment, writer).last_event_number == null_attribute_value);
    other.append(writer, 1, "a");
    CHECK(other.expect<wire::segment_is_sealed>().offset == 1);
  }
  store_client reader;
  CHECK(reader.info(segment).write_offset == 0);
}

TEST_CASE("A writer that lost its connection learns from a sealed segment what is stored",
          "[append][sealed]") {
  store_client first;
  const auto segment = first.new_segment();
  const auto writer = new_uuid();
  first.setup(segment, writer);
  first.append(writer, 10, "a");
  first.acknowledged(10);
  store_client second;
  CHECK(second.setup(segment, writer).last_event_number == 10);
  // What the first connection had on its way lands after the second one has asked.
  first.append(writer, 20, "b");
  first.acknowledged(20);
  second.seal(segment);
  second.append(writer, 20, "b");
  CHECK(second.expect<wire::segment_is_sealed>().offset == 20);
  store_client third;
  CHECK(third.setup(segment, writer).last_event_number == 20);
  CHECK(third.read_all(segment) == "ab");
}

TEST_CASE("Acknowledgements come before the refusal that follows them", "[append][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  for (int number = 1; number <= 10; ++number)
    client.append(writer, number, "a");
  store_client other;
  other.seal(segment);
  client.append(writer, 11, "b");
  std::int64_t acked = 0;
  for (;;) {
    const auto frame = client.receive();
    // With several refused appends on their way the connection may end before the refusal.
    if (!frame || frame->type == wire::segment_is_sealed::code) break;
    const auto ack = wire::decode_as<wire::data_appended>(frame->payload);
    REQUIRE(ack);
    acked = ack->event_number;
  }
  CHECK(other.setup(segment, writer).last_event_number ==
        (acked == 0 ? null_attribute_value : acked));
}

TEST_CASE("A set-up on a missing segment is refused", "[append][missing]") {
  store_client client;
  const auto segment = shared_scope() + "/missing/0.#epoch.0";
  const auto refusal =
      client.ask<wire::no_such_segment>(wire::setup_append{55, new_uuid(), segment, {}});
  CHECK(refusal.request_id == 55);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == -1);
  CHECK(client.is_alive());
}

TEST_CASE("A set-up on a deleted segment is refused", "[append][missing]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, "a");
  client.acknowledged(1);
  client.seal(segment);
  client.remove(segment);
  const auto refusal =
      client.ask<wire::no_such_segment>(wire::setup_append{56, writer, segment, {}});
  CHECK(refusal.request_id == 56);
  CHECK(client.is_alive());
}

TEST_CASE("An append to a deleted segment is refused", "[append][missing]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.remove(segment);
  client.send(wire::append_block_end{writer, 0, bytes_of("a"), 1, 1, 57});
  const auto refusal = client.expect<wire::no_such_segment>();
  CHECK(refusal.request_id == 57);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == -1);
  CHECK(client.is_alive());
}

}  // namespace pravega_actor::behaviour
