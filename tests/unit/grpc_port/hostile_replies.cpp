#include "hostile_replies.hpp"

#include "all_requests.hpp"
#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"

namespace pravega_actor::test::hostile {
namespace {

using namespace controller;  // NOLINT: the calls
namespace pb = internal::pb;

const auto& stream = asked_stream;
constexpr std::int64_t epoch_1 = std::int64_t{1} << 32;
using placed = std::pair<std::int64_t, std::pair<double, double>>;

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

/// A transaction of the id that is asked about, or of another.
std::string begun(const std::vector<placed>& all, const scoped_stream& of = stream,
                  const transaction_id& id = asked_transaction) {
  pb::CreateTxnResponse to;
  *to.mutable_txnid() = internal::id_of(id);
  for (const auto& each : all)
    put(each, *to.add_activesegments(), of);
  return to.SerializeAsString();
}

std::string completed(const std::vector<transaction_id>& all, int status = 0) {
  pb::ListCompletedTxnResponse to;
  for (const auto& each : all) {
    *to.add_response()->mutable_txnid() = internal::id_of(each);
    to.mutable_response(to.response_size() - 1)
        ->set_status(static_cast<pb::TxnResponse::Status>(status));
  }
  return to.SerializeAsString();
}

std::string text(const std::string& value) {
  return std::string{'\x0a', static_cast<char>(value.size())} + value;
}

std::vector<contradiction> transaction_contradictions() {
  const create_transaction begin{stream, 30'000};
  const list_completed_transactions ended{stream};
  return {
      {begin, begun({})},
      {begin, begun({{epoch_1, {0.0, 0.5}}})},
      {begin, begun({{epoch_1, {0.0, 0.5}}, {epoch_1, {0.5, 1.0}}})},
      {begin, begun({{epoch_1, {0.0, 0.6}}, {epoch_1 + 1, {0.5, 1.0}}})},
      {begin, begun({{0, {0.0, 1.0}}})},
      {begin, begun({{epoch_1, {0.0, 1.0}}}, {"sc", "other"})},
      {begin, begun({{epoch_1, {0.0, 1.0}}}, stream, {})},
      {begin, begun({{epoch_1, {0.0, 1.0}}}, stream, {{~0ULL, 1}})},
      {ended, completed({asked_transaction, asked_transaction})},
      {ended, completed({{}})},
      {ended, completed({asked_transaction}, 2)},
  };
}

}  // namespace

std::string number(std::uint8_t value) {
  return {'\x08', static_cast<char>(value)};
}

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
      {"createTransaction", {begun({{epoch_1, {0.0, 1.0}}}), false}},
      {"pingTransaction", {number(1), true}},
      {"commitTransaction", {number(0), true}},
      {"abortTransaction", {number(0), true}},
      {"checkTransactionState", {number(1), true}},
      {"listCompletedTransactions", {completed({asked_transaction}, 1), true}},
      {"noteTimestampFromWriter", {number(0), true}},
      {"removeWriter", {number(1), true}},
  };
  return rows;
}

const std::vector<std::string_view>& with_status() {
  static const std::vector<std::string_view> names{"createScope",
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
                                                   "pingTransaction",
                                                   "commitTransaction",
                                                   "abortTransaction",
                                                   "checkTransactionState",
                                                   "noteTimestampFromWriter",
                                                   "removeWriter"};
  return names;
}

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
  for (auto& each : transaction_contradictions())
    rows.push_back(std::move(each));
  return rows;
}
}  // namespace pravega_actor::test::hostile
