// Every call against replies that no controller should send. A call that is not in the tables
// fails the first test.
#include <grpcpp/support/slice.h>

#include <map>

#include "all_requests.hpp"
#include "grpc_port/exchange.hpp"
#include "pravega_actor/limits.hpp"
#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const auto& stream = asked_stream;
constexpr std::int64_t epoch_1 = std::int64_t{1} << 32;
using placed = std::pair<std::int64_t, std::pair<double, double>>;

grpc::ByteBuffer raw(const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return {&slice, 1};
}

void put(const placed& from, pb::SegmentRange& to, const scoped_stream& of) {
  to.mutable_segmentid()->mutable_streaminfo()->set_scope(of.scope);
  to.mutable_segmentid()->mutable_streaminfo()->set_stream(of.stream);
  to.mutable_segmentid()->set_segmentid(from.first);
  to.set_minkey(from.second.first);
  to.set_maxkey(from.second.second);
}

std::string ranges(const std::vector<placed>& all, const scoped_stream& of = stream) {
  pb::SegmentRanges to;
  for (const auto& each : all)
    put(each, *to.add_segmentranges(), of);
  return to.SerializeAsString();
}

std::string scaled(const std::vector<placed>& all, std::int32_t epoch,
                   const scoped_stream& of = stream) {
  pb::ScaleResponse to;
  for (const auto& each : all)
    put(each, *to.add_segments(), of);
  to.set_epoch(epoch);
  return to.SerializeAsString();
}

std::string head(const std::vector<std::pair<std::int64_t, std::int64_t>>& all,
                 const scoped_stream& of = stream) {
  pb::SegmentsAtTime to;
  for (const auto& [id, offset] : all) {
    auto& place = *to.add_segments();
    place.mutable_segmentid()->mutable_streaminfo()->set_scope(of.scope);
    place.mutable_segmentid()->mutable_streaminfo()->set_stream(of.stream);
    place.mutable_segmentid()->set_segmentid(id);
    place.set_offset(offset);
  }
  return to.SerializeAsString();
}

std::string followers(const std::vector<std::pair<placed, std::vector<std::int64_t>>>& all,
                      const scoped_stream& of = stream) {
  pb::SuccessorResponse to;
  for (const auto& [segment, before] : all) {
    auto& entry = *to.add_segments();
    put(segment, *entry.mutable_segment(), of);
    entry.mutable_value()->Add(before.begin(), before.end());
  }
  return to.SerializeAsString();
}

std::string between(const std::vector<std::int64_t>& ids, const scoped_stream& of = stream) {
  pb::StreamCutRangeResponse to;
  for (const auto id : ids) {
    auto& each = *to.add_segments();
    each.mutable_streaminfo()->set_scope(of.scope);
    each.mutable_streaminfo()->set_stream(of.stream);
    each.set_segmentid(id);
  }
  return to.SerializeAsString();
}

std::string configured(std::int32_t segments, const scoped_stream& of = stream) {
  pb::StreamConfig to;
  to.mutable_streaminfo()->set_scope(of.scope);
  to.mutable_streaminfo()->set_stream(of.stream);
  to.mutable_scalingpolicy()->set_minnumsegments(segments);
  return to.SerializeAsString();
}

std::string streams(const std::string& scope, const std::string& name,
                    const std::string& token) {
  pb::StreamsInScopeResponse to;
  to.add_streams()->set_stream(name);
  to.mutable_streams(0)->set_scope(scope);
  to.mutable_continuationtoken()->set_token(token);
  return to.SerializeAsString();
}

std::string scopes(const std::string& name, const std::string& token) {
  pb::ScopesResponse to;
  to.add_scopes(name);
  to.mutable_continuationtoken()->set_token(token);
  return to.SerializeAsString();
}

std::string node(const std::string& host, int port) {
  pb::NodeUri to;
  to.set_endpoint(host);
  to.set_port(port);
  return to.SerializeAsString();
}

std::string servers(const std::string& host, int port) {
  pb::ServerResponse to;
  to.add_nodeuri()->set_endpoint(host);
  to.mutable_nodeuri(0)->set_port(port);
  return to.SerializeAsString();
}

/// A reply that holds the configuration of the group that is asked about.
template <class Reply>
std::string grouped() {
  Reply to;
  *to.mutable_config() = internal::encode(create_reader_group{asked_group, asked_config});
  return to.SerializeAsString();
}

std::string updated(std::int64_t generation) {
  pb::UpdateReaderGroupResponse to;
  to.set_generation(generation);
  return to.SerializeAsString();
}

/// The field 1 of a status message, a bool or a text.
std::string number(std::uint8_t value) {
  return {'\x08', static_cast<char>(value)};
}
std::string text(const std::string& value) {
  return std::string{'\x0a', static_cast<char>(value.size())} + value;
}

/// A reply that is right, and what an empty one means: proto3 sends nothing for a status of 0,
/// for false, and for an empty list.
struct manners {
  std::string good;
  bool empty_is_believable;
};

const std::map<std::string_view, manners>& table() {
  static const std::map<std::string_view, manners> rows{
      {"getControllerServerList", {servers("host", 1), true}},
      {"createScope", {number(2), true}},
      {"deleteScope", {number(2), true}},
      {"deleteScopeRecursive", {number(2), true}},
      {"checkScopeExists", {number(1), true}},
      {"listScopes", {scopes("a", "more"), true}},
      {"createStream", {number(2), true}},
      {"updateStream", {number(0), true}},
      {"truncateStream", {number(0), true}},
      {"sealStream", {number(0), true}},
      {"deleteStream", {number(2), true}},
      {"checkStreamExists", {number(1), true}},
      {"getStreamConfiguration", {configured(1), false}},
      {"listStreamsInScope", {streams("sc", "a", "more"), true}},
      {"listStreamsInScopeForTag", {streams("sc", "a", "more"), true}},
      {"getCurrentSegments", {ranges({{0, {0.0, 0.5}}, {1, {0.5, 1.0}}}), true}},
      {"getEpochSegments", {ranges({{0, {0.0, 1.0}}}), false}},
      {"getSegments", {head({{0, 0}, {1, 7}}), false}},
      {"getSegmentsImmediatelyFollowing",
       {followers({{{epoch_1 + 1, {0.0, 1.0}}, {0}}}), true}},
      {"getSegmentsBetween", {between({0, 1}), false}},
      {"scale", {scaled({{epoch_1 + 2, {0.0, 0.5}}, {epoch_1 + 3, {0.5, 1.0}}}, 0), false}},
      {"checkScale", {number(1), true}},
      {"getURI", {node("host", 1), false}},
      {"isSegmentValid", {number(1), true}},
      {"isStreamCutValid", {number(1), true}},
      {"getDelegationToken", {text("token"), true}},
      {"createReaderGroup", {grouped<pb::CreateReaderGroupResponse>(), false}},
      {"getReaderGroupConfig", {grouped<pb::ReaderGroupConfigResponse>(), false}},
      {"updateReaderGroup", {updated(1), false}},
      {"deleteReaderGroup", {number(2), true}},
      {"listSubscribers", {text("sc/group"), true}},
      {"updateSubscriberStreamCut", {number(0), true}},
      {"noteTimestampFromWriter", {number(0), true}},
      {"removeWriter", {number(1), true}},
  };
  return rows;
}

/// Statuses that the protocol does not have.
const std::vector<std::string_view> with_status{"createScope",
                                                "deleteScope",
                                                "deleteScopeRecursive",
                                                "createStream",
                                                "updateStream",
                                                "truncateStream",
                                                "sealStream",
                                                "deleteStream",
                                                "scale",
                                                "checkScale",
                                                "createReaderGroup",
                                                "updateReaderGroup",
                                                "deleteReaderGroup",
                                                "updateSubscriberStreamCut",
                                                "noteTimestampFromWriter",
                                                "removeWriter"};

struct contradiction {
  request call;
  std::string reply;
};

/// Each is a message that parses, and that cannot be true.
std::vector<contradiction> contradictions() {
  const scoped_stream other{"sc", "other"};
  const scoped_stream elsewhere{"other", "st"};
  const get_current_segments current{stream};
  const get_successors next{asked_segment};
  const get_segments_between all{stream, {{{0, 0}, 0}}, {}};
  const scale_stream split{stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 0};
  const std::vector<placed> halves{{epoch_1 + 2, {0.0, 0.5}}, {epoch_1 + 3, {0.5, 1.0}}};
  std::vector<contradiction> rows{
      {current, ranges({{0, {0.0, 0.5}}, {0, {0.5, 1.0}}})},
      {current, ranges({{0, {0.0, 0.5}}})},
      {current, ranges({{0, {0.0, 0.6}}, {1, {0.5, 1.0}}})},
      {current, ranges({{-1, {0.0, 1.0}}})},
      {current, ranges({{0, {0.0, 1.0}}}, other)},
      {current, ranges({{0, {0.0, 1.0}}}, elsewhere)},
      {get_epoch_segments{stream, 0}, ranges({{epoch_1, {0.0, 1.0}}})},
      {get_epoch_segments{stream, 0}, ranges({{0, {0.0, 1.0}}}, other)},
      {get_head_segments{stream}, head({{0, 0}, {0, 0}})},
      {get_head_segments{stream}, head({{0, -2}})},
      {get_head_segments{stream}, head({{0, 0}}, other)},
      // The same successor twice, overlaps, gaps, a stranger, an elder, one that follows
      // others.
      {next, followers({{{epoch_1 + 1, {0.0, 0.5}}, {0}}, {{epoch_1 + 1, {0.5, 1.0}}, {0}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 0.6}}, {0}}, {{epoch_1 + 2, {0.5, 1.0}}, {0}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 0.4}}, {0}}, {{epoch_1 + 2, {0.5, 1.0}}, {0}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 1.0}}, {0}}}, other)},
      {next, followers({{{1, {0.0, 1.0}}, {0}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 1.0}}, {5}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 1.0}}, {0, 0}}})},
      {next, followers({{{epoch_1 + 1, {0.0, 1.0}}, {}}})},
      {all, between({0, 0})},
      {all, between({-7})},
      {all, between({0}, other)},
      {split, scaled({{epoch_1 + 2, {0.0, 1.0}}}, 0)},
      {split, scaled({{epoch_1 + 2, {0.0, 0.5}}, {epoch_1 + 2, {0.5, 1.0}}}, 0)},
      {split, scaled({{epoch_1 + 2, {0.0, 0.4}}, {epoch_1 + 3, {0.4, 1.0}}}, 0)},
      {split, scaled(halves, 1)},
      {split, scaled(halves, -1)},
      {split, scaled(halves, 0, other)},
      {get_stream_config{stream}, configured(0)},
      {get_stream_config{stream}, configured(-1)},
      {get_stream_config{stream}, configured(1, other)},
      {list_streams{"sc", ""}, streams("other", "a", "more")},
      {list_streams{"sc", ""}, streams("sc", "", "more")},
      {list_streams{"sc", "t"}, streams("sc", "a", "t")},
      {list_streams{"sc", ""}, streams("sc", "a", "")},
      {list_scopes{"t"}, scopes("a", "t")},
      {list_scopes{}, scopes("", "more")},
      {update_reader_group{asked_group, asked_config}, updated(0)},
      {get_uri{asked_segment}, node("", 1)},
      {get_uri{asked_segment}, node("host", 65536)},
      {get_controller_servers{}, servers("host", 0)},
  };
  return rows;
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
    if (std::find(with_status.begin(), with_status.end(), rpc) == with_status.end()) continue;
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
