// Reading a segment: sizes, the tail, the end, the truncated part.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

/// A segment with a writer that is set up, and "hello world" in it.
struct reading {
  store_client client;
  std::string segment = client.new_segment();
  uuid writer = new_uuid();
  std::int64_t number = 0;

  reading() {
    client.setup(segment, writer);
    write("hello world");
  }
  void write(std::string_view data) {
    client.append(writer, ++number, data);
    client.acknowledged(number);
  }
  void ask(store_client& from, std::int64_t offset, std::int32_t length = 100) {
    from.send(wire::read_segment{segment, offset, length, {}, 41});
  }
};

std::string text_of(const wire::segment_read& reply) {
  return std::string{as_text(reply.data)};
}

}  // namespace

TEST_CASE("A read gives what was asked for", "[read]") {
  reading on;
  CHECK(text_of(on.client.read(on.segment, 0, 11)) == "hello world");
  CHECK(text_of(on.client.read(on.segment, 1, 10)) == "ello world");
}

TEST_CASE("A read gives eight bytes at least", "[read]") {
  reading on;
  const std::int32_t length = GENERATE(0, 1, 7, 8, -5);
  CAPTURE(length);
  CHECK(text_of(on.client.read(on.segment, 0, length)) == "hello wo");
}

TEST_CASE("A read gives 2 MiB at most", "[read][limits]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  const std::string data(3u << 20, 'x');
  client.append(writer, 1, data);
  client.acknowledged(1);
  const auto reply = client.read(segment, 0, 16 << 20);
  CHECK_FALSE(reply.data.empty());
  CHECK(reply.data.size() <= limits::read_bytes_max);
  CHECK(client.read_all(segment) == data);
}

TEST_CASE("A read that asks for more than there is gives what there is", "[read]") {
  reading on;
  const auto reply = on.client.read(on.segment, 6, 100);
  CHECK(text_of(reply) == "world");
  CHECK_FALSE(reply.end_of_segment);
}

TEST_CASE("A read without a request id is answered with -1", "[read]") {
  reading on;
  auto frame = *wire::encode(wire::read_segment{on.segment, 0, 100, {}, 5});
  frame.resize(frame.size() - sizeof(std::int64_t));
  const auto payload = as_text(byte_view{frame}.subspan(limits::frame_header_bytes));
  REQUIRE(on.client.send_bytes(raw_frame(wire::read_segment::code, payload)));
  CHECK(on.client.expect<wire::segment_read>().request_id == -1);
}

TEST_CASE("A read at the tail waits for data", "[read][tail]") {
  reading on;
  store_client reader;
  on.ask(reader, 11);
  CHECK(reader.is_silent());
  on.write(" again");
  const auto reply = reader.expect<wire::segment_read>();
  CHECK(reply.request_id == 41);
  CHECK(reply.offset == 11);
  CHECK(text_of(reply) == " again");
  CHECK_FALSE(reply.end_of_segment);
}

TEST_CASE("A read of an empty segment waits for data", "[read][tail]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  store_client reader;
  reader.send(wire::read_segment{segment, 0, 100, {}, 42});
  CHECK(reader.is_silent());
  client.append(writer, 1, "first");
  CHECK(text_of(reader.expect<wire::segment_read>()) == "first");
}

TEST_CASE("A read behind the tail waits until data is there", "[read][tail]") {
  reading on;
  store_client reader;
  on.ask(reader, 15);
  CHECK(reader.is_silent());
  on.write("0123");
  CHECK(reader.is_silent());
  on.write("456");
  const auto reply = reader.expect<wire::segment_read>();
  CHECK(reply.offset == 15);
  CHECK(text_of(reply) == "456");
}

TEST_CASE("A waiting read holds nothing else up", "[read][tail]") {
  reading on;
  on.ask(on.client, 11);
  CHECK(on.client.is_alive());
  CHECK(on.client.info(on.segment).write_offset == 11);
  CHECK(text_of(on.client.read(on.segment, 0)) == "hello world");
  on.client.append(on.writer, 2, "!");
  bool acked = false;
  bool read = false;
  while (!acked || !read) {
    const auto frame = on.client.receive();
    REQUIRE(frame);
    acked = acked || frame->type == wire::data_appended::code;
    read = read || frame->type == wire::segment_read::code;
  }
}

TEST_CASE("Several reads may wait at one tail", "[read][tail]") {
  reading on;
  store_client first;
  store_client second;
  on.ask(first, 11);
  on.ask(second, 11);
  CHECK(first.is_silent());
  on.write("!");
  CHECK(text_of(first.expect<wire::segment_read>()) == "!");
  CHECK(text_of(second.expect<wire::segment_read>()) == "!");
}

TEST_CASE("The seal refuses a read that waits at the tail or behind it",
          "[read][tail][sealed]") {
  reading on;
  store_client reader;
  const std::int64_t offset = GENERATE(11, 15);
  on.ask(reader, offset);
  CHECK(reader.is_silent());
  on.client.seal(on.segment);
  const auto refusal = reader.expect<wire::segment_is_sealed>();
  CHECK(refusal.request_id == 41);
  CHECK(refusal.segment == on.segment);
  CHECK(refusal.offset == offset);
  CHECK(reader.is_alive());
}

TEST_CASE("Data that comes just before the seal reaches a read that waits",
          "[read][tail][sealed]") {
  reading on;
  store_client reader;
  on.ask(reader, 11);
  CHECK(reader.is_silent());
  blob burst;
  REQUIRE(wire::encode_to(burst,
                          wire::append_block_end{on.writer, 0, bytes_of(" again"), 1, 2, 1}));
  REQUIRE(wire::encode_to(burst, wire::seal_segment{1, on.segment, {}}));
  REQUIRE(on.client.send_bytes(burst));
  CHECK(text_of(reader.expect<wire::segment_read>()) == " again");
  on.client.acknowledged(2);
  on.client.expect<wire::segment_sealed>();
  CHECK(reader.read(on.segment, 17).end_of_segment);
}

TEST_CASE("The end of a sealed segment comes with its last data if more was asked for",
          "[read][sealed]") {
  reading on;
  on.client.seal(on.segment);
  const auto reply = on.client.read(on.segment, 0, 100);
  CHECK(text_of(reply) == "hello world");
  CHECK(reply.end_of_segment);
  CHECK_FALSE(reply.at_tail);
}

TEST_CASE("The end of a sealed segment comes without data if no more was asked for",
          "[read][sealed]") {
  reading on;
  on.client.seal(on.segment);
  const auto data = on.client.read(on.segment, 0, 11);
  CHECK(text_of(data) == "hello world");
  CHECK_FALSE(data.end_of_segment);
  const auto end = on.client.read(on.segment, 11, 11);
  CHECK(end.data.empty());
  CHECK(end.end_of_segment);
}

TEST_CASE("The end of an empty sealed segment comes at once", "[read][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  client.seal(segment);
  const auto reply = client.read(segment, 0);
  CHECK(reply.data.empty());
  CHECK(reply.end_of_segment);
}

TEST_CASE("A read behind the end of a sealed segment ends the connection", "[read][sealed]") {
  reading on;
  on.client.seal(on.segment);
  on.ask(on.client, 12);
  CHECK(on.client.closes());
}

TEST_CASE("A read before the start is refused with the start", "[read][truncate]") {
  reading on;
  on.client.truncate(on.segment, 6);
  const std::int64_t offset = GENERATE(0, 5);
  on.ask(on.client, offset);
  const auto refusal = on.client.expect<wire::segment_is_truncated>();
  CHECK(refusal.request_id == 41);
  CHECK(refusal.segment == on.segment);
  CHECK(refusal.start_offset == 6);
  CHECK(refusal.offset == offset);
  CHECK(text_of(on.client.read(on.segment, 6)) == "world");
}

TEST_CASE("A fully truncated sealed segment is at its end", "[read][truncate][sealed]") {
  reading on;
  on.client.seal(on.segment);
  on.client.truncate(on.segment, 11);
  const auto reply = on.client.read(on.segment, 11);
  CHECK(reply.data.empty());
  CHECK(reply.end_of_segment);
}

TEST_CASE("A read of a missing segment is refused with its offset", "[read][missing]") {
  reading on;
  on.client.remove(on.segment);
  on.ask(on.client, 3);
  const auto refusal = on.client.expect<wire::no_such_segment>();
  CHECK(refusal.request_id == 41);
  CHECK(refusal.segment == on.segment);
  CHECK(refusal.offset == 3);
}

TEST_CASE("The deletion answers a read that waits with nothing: it is to be asked again",
          "[read][tail][missing]") {
  reading on;
  store_client reader;
  on.ask(reader, 11);
  CHECK(reader.is_silent());
  on.client.remove(on.segment);
  const auto reply = reader.expect<wire::segment_read>();
  CHECK(reply.request_id == 41);
  CHECK(reply.offset == 11);
  CHECK(reply.data.empty());
  CHECK(reply.at_tail);
  CHECK_FALSE(reply.end_of_segment);
  on.ask(reader, 11);
  CHECK(reader.expect<wire::no_such_segment>().offset == 11);
}

TEST_CASE("A read at a negative offset gives no data", "[read]") {
  reading on;
  on.ask(on.client, -1);
  CHECK(on.client.is_refused_or_ended(41));
}

TEST_CASE("Merged data wakes a read that waits at the tail", "[read][tail][merge]") {
  reading on;
  store_client reader;
  on.ask(reader, 11);
  CHECK(reader.is_silent());
  const auto source = on.client.new_segment();
  const auto writer = new_uuid();
  on.client.setup(source, writer);
  on.client.append(writer, 1, "merged");
  on.client.acknowledged(1);
  on.client.seal(source);
  on.client.ask<wire::segments_merged>(wire::merge_segments{43, on.segment, source, {}, {}});
  CHECK(text_of(reader.expect<wire::segment_read>()) == "merged");
}

}  // namespace pravega_actor::behaviour
