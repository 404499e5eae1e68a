#include "store/received_memory.hpp"

#include <string>
#include <vector>

#include "store/store_limits.hpp"
#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

constexpr std::size_t kept = store_limits::kept_append_bytes_min;
constexpr std::size_t buffer = wire::frame_reader::receive_buffer_bytes;
constexpr std::size_t large = 1u << 20;

wire::frame frame_of(const std::vector<std::byte>& encoded) {
  const shared_bytes bytes{encoded};
  return {wire::append_block::code, bytes.view, bytes.owner};
}

struct assembly {
  received_memory memory;
  wire::append_assembler assembler;

  std::size_t kept_by(const wire::append_block_end& end) {
    const auto encoded = wire::encode(end);
    const shared_bytes bytes{*encoded};
    const wire::frame last{wire::append_block_end::code, bytes.view.subspan(8), bytes.owner};
    const auto append = assembler.feed(last);
    REQUIRE(append);
    REQUIRE(*append);
    return memory.kept_by(**append, last);
  }
  void begin(const wire::append_block& block) {
    auto encoded = *wire::encode(block);
    encoded.erase(encoded.begin(), encoded.begin() + 8);
    const auto frame = frame_of(encoded);
    REQUIRE(assembler.feed(frame));
    memory.begin_block(frame);
  }
};

}  // namespace

TEST_CASE("received memory: a frame lies in a receive buffer or in memory of its own") {
  assembly a;
  CHECK(a.kept_by(session_client::block_end("x", 1)) == buffer);
  const auto alone = a.kept_by(session_client::block_end(std::string(large, 'x'), 2));
  CHECK(alone > large);
  CHECK(alone < large + 100);
}

TEST_CASE("received memory: a block's memory is kept whole, its end's only for data in it") {
  assembly a;
  const std::vector<std::byte> whole(large, std::byte{1});
  a.begin({writer_id, whole});
  const auto one = a.kept_by({writer_id, static_cast<std::int32_t>(large), {}, 1, 1, 7});
  CHECK(one > large);
  CHECK(one < large + 100);
  std::vector<std::byte> block(kept, std::byte{1});
  REQUIRE(wire::encode_to(block, wire::partial_event{raw(std::string(large, 'p'))}));
  a.begin({writer_id, block});
  const auto two = a.kept_by({writer_id, static_cast<std::int32_t>(kept), raw("end"), 2, 3, 7});
  CHECK(two > large + kept + buffer);
  CHECK(two < large + kept + buffer + 100);
}

TEST_CASE("received memory: what is stored of a block of padding does not keep the block") {
  session_fixture f;
  f.client.setup();
  constexpr std::size_t block_bytes = 16u << 20;
  std::vector<std::byte> block(kept, std::byte{1});
  REQUIRE(wire::encode_to(block,
                          wire::padding{static_cast<std::int32_t>(block_bytes - kept - 100)}));
  f.client.send(wire::append_block{writer_id, block});
  block = {};
  f.client.send(
      wire::append_block_end{writer_id, static_cast<std::int32_t>(kept), {}, 1, 1, 7});
  f.client.expect<wire::data_appended>();
  CHECK(f.segment->length() == static_cast<std::int64_t>(kept));
  f.client.send(wire::keep_alive{});
  CHECK(f.store.model.receive_pool()->outstanding_bytes() < large);
}

TEST_CASE("received memory: a full block is kept where it was received") {
  session_fixture f;
  f.client.setup();
  for (const std::size_t size : {kept, 2 * buffer, large, large + 5000}) {
    const auto offset = f.segment->length();
    f.client.append(std::string(size, 'x'), offset + 1);
    f.client.expect<wire::data_appended>();
    const auto parts = f.segment->read(offset, size);
    REQUIRE(parts.size() == 1);
    CHECK(f.store.model.receive_pool()->outstanding_bytes() >=
          static_cast<std::size_t>(f.segment->length()));
  }
}
