// Appends of one writer: numbers and acknowledgements.
#include "interop/behaviour/store_client.hpp"
#include "wire/big_endian.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

TEST_CASE("A new writer has no last event number", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  CHECK(client.setup(segment, new_uuid()).last_event_number == null_attribute_value);
}

TEST_CASE("The first acknowledgement of a new writer has no number before it", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.send(wire::append_block_end{writer, 0, bytes_of("12345"), 1, 7, 1234});
  CHECK(client.expect<wire::data_appended>() ==
        wire::data_appended{writer, 7, null_attribute_value, 1234, 5});
}

TEST_CASE("An acknowledgement names the number before it and the segment's length",
          "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, "abc");
  client.acknowledged(1);
  client.append(writer, 2, "de");
  const auto second = client.acknowledged(2);
  CHECK(second.previous_event_number == 1);
  CHECK(second.current_segment_write_offset == 5);
  CHECK(client.read_all(segment) == "abcde");
}

TEST_CASE("Event numbers may jump", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 4, "a");
  client.acknowledged(4);
  client.append(writer, 10, "b");
  CHECK(client.acknowledged(10).previous_event_number == 4);
}

TEST_CASE("One append may hold several events", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  const auto data = event_text("one") + event_text("two") + event_text("three");
  client.append(writer, 3, data, 3);
  CHECK(client.acknowledged(3).current_segment_write_offset ==
        static_cast<std::int64_t>(data.size()));
  CHECK(client.read_all(segment) == data);
}

TEST_CASE("A number below the last one ends the connection", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 5, "five");
  client.acknowledged(5);
  SECTION("at once") {
    client.append(writer, 4, "four");
    CHECK(client.closes());
  }
  SECTION("after another set-up") {
    CHECK(client.setup(segment, writer).last_event_number == 5);
    client.append(writer, 4, "four");
    CHECK(client.closes());
  }
  SECTION("on another connection") {
    store_client other;
    CHECK(other.setup(segment, writer).last_event_number == 5);
    other.append(writer, 4, "four");
    CHECK(other.closes());
  }
  store_client reader;
  CHECK(reader.read_all(segment) == "five");
}

TEST_CASE("The last number again is stored again and not acknowledged", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, "a");
  client.acknowledged(1);
  client.append(writer, 1, "b");
  CHECK(client.is_silent());
  client.append(writer, 2, "c");
  const auto ack = client.acknowledged(2);
  CHECK(ack.previous_event_number == 1);
  CHECK(ack.current_segment_write_offset == 3);
  CHECK(client.read_all(segment) == "abc");
}

TEST_CASE("A new set-up tells the last stored number", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 3, "a");
  client.acknowledged(3);
  SECTION("on the same connection") {
    CHECK(client.setup(segment, writer).last_event_number == 3);
  }
  SECTION("on another connection while the first lives") {
    store_client other;
    CHECK(other.setup(segment, writer).last_event_number == 3);
  }
  SECTION("on another connection after the first") {
    client.close();
    store_client other;
    CHECK(other.setup(segment, writer).last_event_number == 3);
    other.append(writer, 4, "b");
    CHECK(other.acknowledged(4).previous_event_number == 3);
  }
}

TEST_CASE("Of two connections with one writer id the one left behind is refused", "[append]") {
  store_client first;
  const auto segment = first.new_segment();
  const auto writer = new_uuid();
  first.setup(segment, writer);
  first.append(writer, 1, "a");
  first.acknowledged(1);
  store_client second;
  CHECK(second.setup(segment, writer).last_event_number == 1);
  second.append(writer, 2, "b");
  second.acknowledged(2);
  first.send(wire::append_block_end{writer, 0, bytes_of("x"), 1, 2, 99});
  const auto refusal = first.expect<wire::invalid_event_number>();
  CHECK(refusal.writer_id == writer);
  CHECK(refusal.request_id == 99);
  CHECK(refusal.event_number == 2);
  CHECK(first.closes());
  second.append(writer, 3, "c");
  CHECK(second.acknowledged(3).current_segment_write_offset == 3);
  CHECK(second.read_all(segment) == "abc");
}

TEST_CASE("An append without a set-up ends the connection", "[append]") {
  store_client client;
  client.append(new_uuid(), 1, "a");
  CHECK(client.closes());
}

TEST_CASE("The last set-up of a writer id on a connection wins", "[append]") {
  store_client client;
  const auto first = client.new_segment();
  const auto second = client.new_segment();
  const auto writer = new_uuid();
  client.setup(first, writer);
  client.setup(second, writer);
  client.append(writer, 1, "abc");
  client.acknowledged(1);
  CHECK(client.info(first).write_offset == 0);
  CHECK(client.info(second).write_offset == 3);
}

TEST_CASE("Writers of one connection do not disturb each other", "[append]") {
  store_client client;
  const auto left = client.new_segment();
  const auto right = client.new_segment();
  const auto a = new_uuid();
  const auto b = new_uuid();
  client.setup(left, a);
  client.setup(right, b);
  for (int number = 1; number <= 20; ++number) {
    client.append(a, number, "a");
    client.append(b, number, "bb");
  }
  std::int64_t last_of_a = 0;
  std::int64_t last_of_b = 0;
  while (last_of_a < 20 || last_of_b < 20) {
    const auto ack = client.expect<wire::data_appended>();
    (ack.writer_id == a ? last_of_a : last_of_b) = ack.event_number;
  }
  CHECK(client.read_all(left) == std::string(20, 'a'));
  CHECK(client.read_all(right) == std::string(40, 'b'));
}

TEST_CASE("An append of no bytes is acknowledged", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, {});
  CHECK(client.acknowledged(1).current_segment_write_offset == 0);
  CHECK(client.setup(segment, writer).last_event_number == 1);
  client.append(writer, 2, "a");
  CHECK(client.acknowledged(2).previous_event_number == 1);
}

TEST_CASE("An append without a request id is acknowledged with -1", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  auto frame = *wire::encode(wire::append_block_end{writer, 0, bytes_of("abc"), 1, 1, 5});
  frame.resize(frame.size() - sizeof(std::int64_t));
  frame[7] = static_cast<std::byte>(frame.size() - limits::frame_header_bytes);
  REQUIRE(client.send_bytes(frame));
  CHECK(client.acknowledged(1).request_id == -1);
}

TEST_CASE("Acknowledgements of a burst come in order and leave no gap", "[append]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  constexpr std::int64_t last = 500;
  std::string data;
  blob burst;
  for (std::int64_t number = 1; number <= last; ++number) {
    const auto event = event_text("event " + std::to_string(number));
    data += event;
    REQUIRE(wire::encode_to(burst,
                            wire::append_block_end{writer, 0, bytes_of(event), 1, number, 42}));
    if (number % 100 == 0) REQUIRE(wire::encode_to(burst, wire::keep_alive{}));
  }
  REQUIRE(client.send_bytes(burst));
  std::int64_t acked = null_attribute_value;
  std::int64_t length = 0;
  int echoes = 0;
  while (acked != last || echoes < 5) {
    const auto frame = client.receive();
    REQUIRE(frame);
    if (frame->type == wire::keep_alive::code) {
      ++echoes;
      continue;
    }
    const auto ack = wire::decode_as<wire::data_appended>(frame->payload);
    REQUIRE(ack);
    REQUIRE(ack->previous_event_number == acked);
    REQUIRE(ack->event_number > acked);
    REQUIRE(ack->request_id == 42);
    REQUIRE(ack->current_segment_write_offset > length);
    acked = ack->event_number;
    length = ack->current_segment_write_offset;
  }
  CHECK(length == static_cast<std::int64_t>(data.size()));
  CHECK(client.read_all(segment) == data);
}

TEST_CASE("The largest frame is taken, one byte more ends the connection", "[append][limits]") {
  constexpr std::size_t data_bytes_max = 16777163;
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  const std::string data(data_bytes_max, 'x');
  auto frame = *wire::encode(wire::append_block_end{writer, 0, bytes_of(data), 1, 1, 1});
  REQUIRE(frame.size() == limits::frame_bytes_max);
  REQUIRE(client.send_bytes(frame));
  CHECK(client.acknowledged(1).current_segment_write_offset ==
        static_cast<std::int64_t>(data_bytes_max));
  // The same with a byte more of data: both lengths grow by one.
  constexpr std::size_t data_length_at = limits::frame_header_bytes + 16 + 4;
  for (const auto at : {std::size_t{4}, data_length_at}) {
    const auto length = wire::load_big_endian<std::int32_t>(frame.data() + at);
    wire::store_big_endian<std::int32_t>(frame.data() + at, length + 1);
  }
  frame.insert(frame.begin() + data_length_at + 4, std::byte{'y'});
  client.send_bytes(frame);
  CHECK(client.closes());
  store_client other;
  CHECK(other.info(segment).write_offset == static_cast<std::int64_t>(data_bytes_max));
}

}  // namespace pravega_actor::behaviour
