#include "grpc_port/exchange.hpp"

#include <new>

#include "grpc_port/encode.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::detail {
namespace {

using namespace controller;  // NOLINT: the calls

/// The message that answers a call.
template <class Call>
struct message_of;
#define PRAVEGA_ACTOR_ANSWERED_BY(call, message) \
  template <>                                    \
  struct message_of<call> {                      \
    using type = pb::message;                    \
  };
PRAVEGA_ACTOR_ANSWERED_BY(get_controller_servers, ServerResponse)
PRAVEGA_ACTOR_ANSWERED_BY(create_scope, CreateScopeStatus)
PRAVEGA_ACTOR_ANSWERED_BY(delete_scope, DeleteScopeStatus)
PRAVEGA_ACTOR_ANSWERED_BY(check_scope, ExistsResponse)
PRAVEGA_ACTOR_ANSWERED_BY(list_scopes, ScopesResponse)
PRAVEGA_ACTOR_ANSWERED_BY(create_stream, CreateStreamStatus)
PRAVEGA_ACTOR_ANSWERED_BY(update_stream, UpdateStreamStatus)
PRAVEGA_ACTOR_ANSWERED_BY(truncate_stream, UpdateStreamStatus)
PRAVEGA_ACTOR_ANSWERED_BY(seal_stream, UpdateStreamStatus)
PRAVEGA_ACTOR_ANSWERED_BY(delete_stream, DeleteStreamStatus)
PRAVEGA_ACTOR_ANSWERED_BY(check_stream, ExistsResponse)
PRAVEGA_ACTOR_ANSWERED_BY(get_stream_config, StreamConfig)
PRAVEGA_ACTOR_ANSWERED_BY(list_streams, StreamsInScopeResponse)
PRAVEGA_ACTOR_ANSWERED_BY(get_current_segments, SegmentRanges)
PRAVEGA_ACTOR_ANSWERED_BY(get_epoch_segments, SegmentRanges)
PRAVEGA_ACTOR_ANSWERED_BY(get_head_segments, SegmentsAtTime)
PRAVEGA_ACTOR_ANSWERED_BY(get_successors, SuccessorResponse)
PRAVEGA_ACTOR_ANSWERED_BY(get_segments_between, StreamCutRangeResponse)
PRAVEGA_ACTOR_ANSWERED_BY(scale_stream, ScaleResponse)
PRAVEGA_ACTOR_ANSWERED_BY(check_scale, ScaleStatusResponse)
PRAVEGA_ACTOR_ANSWERED_BY(get_uri, NodeUri)
PRAVEGA_ACTOR_ANSWERED_BY(is_segment_valid, SegmentValidityResponse)
PRAVEGA_ACTOR_ANSWERED_BY(is_stream_cut_valid, StreamCutValidityResponse)
PRAVEGA_ACTOR_ANSWERED_BY(get_delegation_token, DelegationToken)
PRAVEGA_ACTOR_ANSWERED_BY(note_time, TimestampResponse)
PRAVEGA_ACTOR_ANSWERED_BY(remove_writer, RemoveWriterResponse)
#undef PRAVEGA_ACTOR_ANSWERED_BY

/// The lists of a message. Those without a row have none.
template <class Message>
constexpr std::array<list_limit, 0> lists_of{};

#define PRAVEGA_ACTOR_LIMIT(limit) limits::limit, #limit
template <>
constexpr std::array lists_of<pb::ServerResponse>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(controller_servers_max)}};
template <>
constexpr std::array lists_of<pb::ScopesResponse>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(names_per_page_max)}};
template <>
constexpr std::array lists_of<pb::StreamsInScopeResponse>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(names_per_page_max)}};
template <>
constexpr std::array lists_of<pb::StreamConfig>{
    list_limit{{4, 1}, false, PRAVEGA_ACTOR_LIMIT(reply_tags_max)}};
template <>
constexpr std::array lists_of<pb::SegmentRanges>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(stream_segments_max)}};
template <>
constexpr std::array lists_of<pb::SegmentsAtTime>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(stream_segments_max)}};
template <>
constexpr std::array lists_of<pb::SuccessorResponse>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(stream_segments_max)},
    list_limit{{1, 2}, true, PRAVEGA_ACTOR_LIMIT(cut_entries_max)}};
template <>
constexpr std::array lists_of<pb::StreamCutRangeResponse>{
    list_limit{{1}, false, PRAVEGA_ACTOR_LIMIT(cut_entries_max)}};
template <>
constexpr std::array lists_of<pb::ScaleResponse>{
    list_limit{{2}, false, PRAVEGA_ACTOR_LIMIT(stream_segments_max)}};
#undef PRAVEGA_ACTOR_LIMIT

template <class Call>
answer read_reply(const Call& call, const grpc::ByteBuffer& bytes) {
  using message = typename message_of<Call>::type;
  message held;
  if (auto parsed = parse(bytes, held, lists_of<message>); !parsed) return parsed.error();
  return decode(call, held);
}

}  // namespace

grpc::ByteBuffer encode_request(const request& call) {
  return visit(
      [](const auto& each) {
        if constexpr (std::is_same_v<decltype(each), const list_streams&>) {
          if (!each.tag.empty()) return bytes_of(encode_tagged(each));
          return bytes_of(encode_all(each));
        } else {
          return bytes_of(encode(each));
        }
      },
      call);
}

answer decode_reply(const request& call, const grpc::ByteBuffer& bytes) {
  try {
    return visit([&](const auto& each) { return read_reply(each, bytes); }, call);
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

}  // namespace pravega_actor::detail
