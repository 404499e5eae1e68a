#include "store/reply_buffer.hpp"

#include "support/catch.hpp"
#include "unit/sandbox_store/store_support.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox::test {
namespace {

/// The frames in the parts, as a client reads them.
std::vector<wire::command> frames_in(const std::vector<shared_bytes>& parts) {
  wire::frame_reader reader;
  std::vector<wire::command> found;
  for (auto rest : text_of(parts)) {
    reader.prepare()[0] = static_cast<std::byte>(rest);
    reader.commit(1);
    while (auto next = reader.next().value())
      found.push_back(wire::decode(next->type, next->payload).value());
  }
  return found;
}

wire::segment_read head_of(std::int64_t offset) {
  return {"s", offset, true, false, {}, 7};
}

wire::segment_read whole(std::int64_t offset, std::string_view text) {
  auto read = head_of(offset);
  const auto bytes = pravega_actor::as_bytes(text);
  read.data.assign(bytes.begin(), bytes.end());
  return read;
}

}  // namespace

TEST_CASE("small replies go out as one part, in order", "[reply_buffer]") {
  reply_buffer replies;
  CHECK(replies.empty());
  CHECK(replies.add(wire::segment_created{1, "a"}));
  CHECK(replies.add(wire::segment_sealed{2, "b"}));
  CHECK_FALSE(replies.empty());
  const auto parts = replies.take();
  CHECK(parts.size() == 1);
  const auto found = frames_in(parts);
  REQUIRE(found.size() == 2);
  CHECK(found[0].get<wire::segment_created>().segment == "a");
  CHECK(found[1].get<wire::segment_sealed>().segment == "b");
  CHECK(replies.empty());
  CHECK(replies.take().empty());
}

TEST_CASE("read data is passed on without a copy", "[reply_buffer]") {
  reply_buffer replies;
  const auto first = bytes_of("hello ");
  const auto second = bytes_of("world");
  CHECK(replies.add(wire::segment_created{1, "a"}));
  CHECK(replies.add_read(head_of(5), {first, second}));
  CHECK(replies.add(wire::segment_sealed{2, "b"}));
  const auto parts = replies.take();
  const auto kept = [&](const shared_bytes& data) {
    for (const auto& part : parts)
      if (part.view.data() == data.view.data()) return true;
    return false;
  };
  CHECK(kept(first));
  CHECK(kept(second));
  const auto found = frames_in(parts);
  REQUIRE(found.size() == 3);
  CHECK(found[1].get<wire::segment_read>() == whole(5, "hello world"));
  CHECK(found[2].get<wire::segment_sealed>().request_id == 2);
}

TEST_CASE("reads in a row and reads without data are whole", "[reply_buffer]") {
  reply_buffer replies;
  CHECK(replies.add_read(head_of(1), {bytes_of("one")}));
  CHECK(replies.add_read(head_of(2), {}));
  CHECK(replies.add_read(head_of(3), {bytes_of(""), bytes_of("three")}));
  const auto found = frames_in(replies.take());
  REQUIRE(found.size() == 3);
  CHECK(found[0].get<wire::segment_read>() == whole(1, "one"));
  CHECK(found[1].get<wire::segment_read>() == whole(2, ""));
  CHECK(found[2].get<wire::segment_read>() == whole(3, "three"));
}

TEST_CASE("a reply that cannot be encoded leaves the others", "[reply_buffer]") {
  reply_buffer replies;
  const std::string long_name(70'000, 'x');
  CHECK(replies.add(wire::segment_created{1, "a"}));
  CHECK_FALSE(replies.add(wire::segment_created{2, long_name}));
  auto head = head_of(5);
  head.segment = long_name;
  CHECK_FALSE(replies.add_read(head, {bytes_of("data")}));
  CHECK(frames_in(replies.take()).size() == 1);
}

}  // namespace pravega_sandbox::test
