// Every call against replies that no controller should send. A call that is not in the tables
// fails the first test.
#include <grpcpp/support/slice.h>

#include <algorithm>

#include "all_requests.hpp"
#include "grpc_port/exchange.hpp"
#include "hostile_replies.hpp"
#include "pravega_actor/limits.hpp"
#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::test::hostile;
using namespace pravega_actor::controller;

namespace {

const auto& stream = asked_stream;

grpc::ByteBuffer raw(const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return {&slice, 1};
}

/// `count` times the same bytes.
std::string times(std::size_t count, const std::string& bytes) {
  std::string all;
  all.reserve(count * bytes.size());
  for (std::size_t i = 0; i < count; ++i)
    all += bytes;
  return all;
}

std::string nested(char tag, const std::string& bytes) {
  std::string length;
  for (auto left = bytes.size();; left >>= 7) {
    length += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return tag + length + bytes;
}

}  // namespace

TEST_CASE("hostile replies: through a server, each call answers what its reply is worth") {
  scripted_controller server;
  const auto port = port_to(server.uri());
  for (const auto& call : all_requests()) {
    const std::string rpc{name_of(call)};
    CAPTURE(rpc);
    REQUIRE(table().count(rpc) == 1);
    const auto& [good, empty_is_believable] = table().at(rpc);
    server.answer(rpc, raw(good));
    CHECK(ask_any(*port, call));
    server.answer(rpc, raw(""));
    const auto empty = ask_any(*port, call);
    CHECK(empty.has_value() == empty_is_believable);
    if (!empty) CHECK(empty.error() == errc::protocol_violation);
    const std::vector<grpc::ByteBuffer> bad{raw("\xff\xff\xff\xff\xff\xff"),
                                            raw(good.substr(0, good.size() - 1)),
                                            raw(good + "\x0a\x7f"), grpc::ByteBuffer{}};
    for (const auto& each : bad) {
      server.answer(rpc, each);
      const auto got = failure_of(*port, call);
      CHECK(got == errc::protocol_violation);
      CHECK_FALSE(got.retriable());
      CHECK(got.detail().rfind(rpc + ": ", 0) == 0);
    }
  }
}

TEST_CASE("hostile replies: a status that the protocol does not have is a violation") {
  for (const auto& call : all_requests()) {
    const auto rpc = name_of(call);
    if (std::find(with_status().begin(), with_status().end(), rpc) == with_status().end())
      continue;
    CAPTURE(rpc);
    const auto got = internal::decode_reply(call, raw(number(99)));
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::protocol_violation);
  }
}

TEST_CASE("hostile replies: what contradicts itself or its request is a violation") {
  int row = 0;
  for (const auto& [call, reply] : contradictions()) {
    CAPTURE(row++, name_of(call));
    const auto got = internal::decode_reply(call, raw(reply));
    CHECK_FALSE(got);
    if (!got) CHECK(got.error() == errc::protocol_violation);
  }
}

#ifndef __SANITIZE_ADDRESS__  // which has an allocator of its own
TEST_CASE("hostile replies: memory that runs out while one is read is an error") {
  for (const auto& call : all_requests()) {
    const auto bytes = raw(table().at(name_of(call)).good);
    CAPTURE(name_of(call));
    bool succeeded = false;
    for (std::size_t at = 1; !succeeded && at < 1000; ++at) {
      fail_allocation(at);
      const auto got = internal::decode_reply(call, bytes);
      fail_allocation(0);
      succeeded = got.has_value();
      if (!got && !(got.error() == errc::out_of_memory)) FAIL("another error");
    }
    CHECK(succeeded);
  }
}
#endif

TEST_CASE("hostile replies: cuts the wrong way round have nothing between them") {
  const get_segments_between call{stream, {{{0, 0}, 9}}, {{{0, 0}, 3}}};
  CHECK(internal::decode_reply(call, raw("")));
}

TEST_CASE("hostile replies: lists have a limit each, and it is looked at before parsing") {
  const auto entries = [](char tag, std::size_t count) { return times(count, {tag, '\0'}); };
  const auto numbers =
      nested('\x0a', nested('\x12', std::string(limits::cut_entries_max + 1, '\x01')));
  const auto tags = nested('\x22', entries('\x0a', limits::reply_tags_max + 1));
  const std::vector<contradiction> rows{
      {get_controller_servers{}, entries('\x0a', limits::controller_servers_max + 1)},
      {list_scopes{}, entries('\x0a', limits::names_per_page_max + 1)},
      {list_streams{"sc", ""}, entries('\x0a', limits::names_per_page_max + 1)},
      {list_tagged_streams{"sc", "tag", ""}, entries('\x0a', limits::names_per_page_max + 1)},
      {get_stream_config{stream}, tags},
      {get_current_segments{stream}, entries('\x0a', limits::stream_segments_max + 1)},
      {get_epoch_segments{stream, 0}, entries('\x0a', limits::stream_segments_max + 1)},
      {get_head_segments{stream}, entries('\x0a', limits::stream_segments_max + 1)},
      {get_successors{asked_segment}, entries('\x0a', limits::stream_segments_max + 1)},
      {get_successors{asked_segment}, numbers},
      {list_subscribers{stream}, entries('\x0a', limits::names_per_page_max + 1)},
      {create_transaction{stream, 1}, entries('\x12', limits::stream_segments_max + 1)},
      {list_completed_transactions{stream},
       entries('\x12', limits::completed_transactions_max + 1)},
      {get_segments_between{stream, {}, {}}, entries('\x0a', limits::cut_entries_max + 1)},
      {scale_stream{stream, {}, {}, 0}, entries('\x12', limits::stream_segments_max + 1)},
  };
  int row = 0;
  for (const auto& [call, reply] : rows) {
    CAPTURE(row++, name_of(call));
    const auto got = internal::decode_reply(call, raw(reply));
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::limit_exceeded);
    CHECK(got.error().detail().find("_max)") != std::string::npos);
    // One less is a matter of what the entries say.
    const auto fewer = internal::decode_reply(call, raw(reply.substr(2)));
    if (!fewer) CHECK_FALSE(fewer.error() == errc::limit_exceeded);
  }
}
