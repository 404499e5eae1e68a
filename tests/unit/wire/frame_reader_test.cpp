#include "wire/frame_reader.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>

#include "command_vectors.hpp"
#include "support/catch.hpp"
#include "support/splitmix.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using piece_sizes = std::function<std::size_t()>;

piece_sizes always(std::size_t size) {
  return [size] { return size; };
}

/// Copies `bytes` into the reader in pieces, and all frames out of it.
std::vector<wire::frame> feed(wire::frame_reader& reader, byte_view bytes,
                              const piece_sizes& piece) {
  std::vector<wire::frame> frames;
  while (!bytes.empty()) {
    const auto room = reader.prepare();
    REQUIRE(!room.empty());
    const auto count = std::min({room.size(), piece(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), count);
    reader.commit(count);
    bytes = bytes.subspan(count);
    for (;;) {
      auto next = reader.next();
      REQUIRE(next);
      if (!*next) break;
      frames.push_back(std::move(**next));
    }
  }
  return frames;
}

std::vector<std::byte> frame_bytes(std::int32_t type, std::int32_t length,
                                   byte_view payload = {}) {
  std::vector<std::byte> bytes(limits::frame_header_bytes + payload.size());
  auto* behind = wire::store_big_endian(wire::store_big_endian(bytes.data(), type), length);
  std::copy(payload.begin(), payload.end(), behind);
  return bytes;
}

std::vector<std::byte> read_reply(std::size_t size, std::byte fill) {
  return wire::encode(wire::segment_read{"scope/stream/0.#epoch.0", 0, false, false,
                                         wire::blob(size, fill), 1})
      .value();
}

void append(std::vector<std::byte>& to, byte_view more) {
  to.insert(to.end(), more.begin(), more.end());
}

struct recorded {
  std::vector<std::byte> bytes;
  std::vector<std::vector<std::byte>> frames;
};

/// The recorded traffic by connection and direction.
std::map<std::string, recorded> conversation() {
  std::map<std::string, recorded> streams;
  const auto file = json_data("conversation.json");
  for (const auto& each : file.at("frames")) {
    if (!each.contains("frame")) continue;  // a note
    auto& stream = streams[each.at("conn").dump() + each.at("dir").get<std::string>()];
    stream.frames.push_back(from_hex(each.at("frame").get<std::string>()));
    append(stream.bytes, stream.frames.back());
  }
  return streams;
}

std::vector<std::byte> whole(const wire::frame& frame) {
  const auto length = static_cast<std::int32_t>(frame.payload.size());
  return frame_bytes(frame.type, length, frame.payload);
}

}  // namespace

TEST_CASE("recorded traffic in pieces of every size") {
  splitmix random{99};
  const std::vector<piece_sizes> sizes{
      always(1), always(7), always(4096), always(1u << 20),
      [&random] { return static_cast<std::size_t>(1 + random.below(3000)); }};
  std::size_t total = 0;
  for (const auto& [name, stream] : conversation()) {
    INFO(name);
    total += stream.frames.size();
    for (const auto& piece : sizes) {
      wire::frame_reader reader;
      const auto frames = feed(reader, stream.bytes, piece);
      REQUIRE(frames.size() == stream.frames.size());
      CHECK(reader.buffered_bytes() == 0);
      for (std::size_t i = 0; i < frames.size(); ++i) {
        if (whole(frames[i]) != stream.frames[i]) FAIL("frame " << i);
      }
    }
  }
  CHECK(total == 290);
}

TEST_CASE("recorded traffic decodes and encodes to the same bytes") {
  for (const auto& [name, stream] : conversation()) {
    wire::frame_reader reader;
    for (const auto& frame : feed(reader, stream.bytes, always(65536))) {
      const auto decoded = wire::decode(frame.type, frame.payload);
      REQUIRE(decoded);
      const auto encoded = wire::encode(*decoded);
      REQUIRE(encoded);
      INFO(wire::to_string(*decoded));
      CHECK(*encoded == whole(frame));
    }
  }
}

TEST_CASE("frames stay as they are while somebody holds them") {
  splitmix random{5};
  std::vector<std::byte> bytes;
  std::vector<std::vector<std::byte>> expected;
  for (int i = 0; i < 400; ++i) {
    const auto size = static_cast<std::size_t>(random.magnitude(18));
    expected.push_back(read_reply(size, static_cast<std::byte>(i)));
    append(bytes, expected.back());
  }
  const auto pool = std::make_shared<buffer_pool>(std::size_t{1} << 20);
  wire::frame_reader reader{limits::frame_payload_bytes_max, pool};
  const auto frames = feed(
      reader, bytes, [&random] { return static_cast<std::size_t>(1 + random.magnitude(17)); });
  REQUIRE(frames.size() == expected.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (whole(frames[i]) != expected[i]) FAIL("frame " << i);
  }
}

TEST_CASE("a large frame is received into memory of its own") {
  const auto pool = std::make_shared<buffer_pool>();
  wire::frame_reader reader{limits::frame_payload_bytes_max, pool};
  const auto reply = read_reply(2u << 20, std::byte{3});
  auto bytes = reply;
  append(bytes, wire::encode(wire::keep_alive{}).value());

  auto room = reader.prepare();
  REQUIRE(room.size() >= 100);
  std::memcpy(room.data(), bytes.data(), 100);
  reader.commit(100);
  CHECK(!*reader.next());
  room = reader.prepare();
  CHECK(room.size() == reply.size() - 100);
  const auto* direct = room.data();
  const auto frames = feed(reader, byte_view{bytes}.subspan(100), always(1u << 20));
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].payload.data() == direct - 100 + 8);
  CHECK(whole(frames[0]) == reply);
  CHECK(frames[1].type == wire::keep_alive::code);
  CHECK(frames[1].payload.empty());
  // The large frame took a buffer of the 2 MiB class, not of the next one.
  CHECK(pool->outstanding_bytes() <
        (2u << 20) + wire::frame_reader::receive_buffer_bytes + 3 * buffer_pool::slack_bytes);
}

TEST_CASE("many small frames need few buffers and leave none behind") {
  const auto pool = std::make_shared<buffer_pool>();
  {
    wire::frame_reader reader{limits::frame_payload_bytes_max, pool};
    const auto one = wire::encode(wire::data_appended{.event_number = 1}).value();
    std::vector<std::byte> bytes;
    for (int i = 0; i < 50; ++i)
      append(bytes, one);
    std::size_t most = 0;
    for (int round = 0; round < 200; ++round) {
      CHECK(feed(reader, bytes, always(1000)).size() == 50);
      most = std::max(most, pool->outstanding_bytes() + pool->retained_bytes());
    }
    CHECK(most <= 3 * (wire::frame_reader::receive_buffer_bytes + buffer_pool::slack_bytes));
  }
  CHECK(pool->outstanding_bytes() == 0);
}

TEST_CASE("headers that are not valid end the reader before memory is taken") {
  const auto check = [](std::int32_t length, errc code, std::size_t limit) {
    const auto pool = std::make_shared<buffer_pool>();
    wire::frame_reader reader{limit, pool};
    for (int call = 0; call < 3; ++call) {
      const auto room = reader.prepare();
      REQUIRE(!room.empty());
      const auto bytes = frame_bytes(10, length);
      std::memcpy(room.data(), bytes.data(), bytes.size());
      reader.commit(bytes.size());
      // Whoever receives before it asks for frames does not make the reader take memory either.
      CHECK(!reader.prepare().empty());
      CHECK(pool->outstanding_bytes() < 100000);
      const auto next = reader.next();
      REQUIRE(!next);
      CHECK(next.error() == code);
      CHECK(next.error().at() == stage::decode);
      CHECK(next.error().detail() == "type 10, length " + std::to_string(length));
    }
  };
  check(-1, errc::malformed_frame, limits::frame_payload_bytes_max);
  check(INT32_MIN, errc::malformed_frame, limits::frame_payload_bytes_max);
  check(INT32_MAX, errc::frame_too_large, limits::frame_payload_bytes_max);
  check(16777216, errc::frame_too_large, limits::frame_payload_bytes_max);
  check(1001, errc::frame_too_large, 1000);
}

TEST_CASE("the largest payload is accepted") {
  wire::frame_reader reader;
  const auto bytes = frame_bytes(10, 16777215, std::vector<std::byte>(16777215));
  const auto frames = feed(reader, bytes, always(1u << 22));
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].payload.size() == 16777215);
}

TEST_CASE("frames before a bad header are handed out") {
  wire::frame_reader reader;
  auto bytes = wire::encode(wire::hello{16, 5}).value();
  append(bytes, frame_bytes(7, -5));
  const auto room = reader.prepare();
  std::memcpy(room.data(), bytes.data(), bytes.size());
  reader.commit(bytes.size());
  const auto first = reader.next();
  REQUIRE(first);
  REQUIRE(first->has_value());
  CHECK((*first)->type == wire::hello::code);
  CHECK(!reader.next());
  CHECK(!reader.next());
}

TEST_CASE("there is room even if frames are not taken") {
  wire::frame_reader reader;
  auto bytes = read_reply(100000, std::byte{1});
  const auto one = bytes;
  for (int i = 0; i < 4; ++i)
    append(bytes, one);
  for (byte_view left = bytes; !left.empty();) {
    const auto room = reader.prepare();
    REQUIRE(!room.empty());
    const auto count = std::min(room.size(), left.size());
    std::memcpy(room.data(), left.data(), count);
    reader.commit(count);
    left = left.subspan(count);
  }
  CHECK(reader.buffered_bytes() == bytes.size());
  for (int i = 0; i < 5; ++i) {
    const auto next = reader.next();
    REQUIRE(next);
    REQUIRE(next->has_value());
    CHECK(whole(**next) == one);
  }
  CHECK(!*reader.next());
  CHECK(reader.buffered_bytes() == 0);
}

TEST_CASE("noise as a stream of frames") {
  splitmix random{31337};
  int failed = 0;
  for (int round = 0; round < 3000; ++round) {
    wire::frame_reader reader{5000};
    for (int step = 0; step < 20; ++step) {
      const auto room = reader.prepare();
      const auto count = std::min<std::size_t>(room.size(), random.below(300));
      for (std::size_t i = 0; i < count; ++i) {
        const bool zero = random.below(8) != 0;
        room[i] = zero ? std::byte{0} : static_cast<std::byte>(random.below(256));
      }
      reader.commit(count);
      auto next = reader.next();
      while (next && *next) {
        (void)wire::decode((*next)->type, (*next)->payload);
        next = reader.next();
      }
      if (!next) {
        ++failed;
        break;
      }
    }
  }
  CHECK(failed > 1000);
}
