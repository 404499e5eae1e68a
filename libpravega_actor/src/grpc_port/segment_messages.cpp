#include <algorithm>
#include <array>

#include "core/versioned.hpp"
#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

/// The offset of a segment that lies before the head as a whole.
constexpr std::int64_t read_to_the_end = -1;

constexpr std::array segment_lists{
    list_limit{{1}, false, limits::stream_segments_max, "stream_segments_max"}};

constexpr std::array successor_lists{
    list_limit{{1}, false, limits::stream_segments_max, "stream_segments_max"},
    list_limit{{1, 2}, true, limits::cut_entries_max, "cut_entries_max"}};

constexpr std::array between_lists{
    list_limit{{1}, false, limits::cut_entries_max, "cut_entries_max"}};

answer whole_ranges(const pb::SegmentRanges& from, const scoped_stream& stream) {
  auto sorted = ranges_of(from.segmentranges(), stream);
  if (!sorted) return sorted.error();
  if (auto checked = check_neighbours(*sorted); !checked) return checked.error();
  if (!sorted->empty() && !reach_both_ends(*sorted)) {
    return violation("the segments' ranges overlap or leave gaps");
  }
  return reply{segment_ranges{std::move(*sorted), from.delegationtoken()}};
}

result<successor> successor_of(const pb::SuccessorResponse::SegmentEntry& from,
                               const segment& before) {
  const auto range = range_of(from.segment(), before.stream);
  if (!range) return range.error();
  successor to{*range, {}};
  to.predecessors.reserve(static_cast<std::size_t>(from.value_size()));
  for (const auto value : from.value()) {
    const auto id = id_of(value);
    if (!id) return id.error();
    to.predecessors.push_back(*id);
  }
  std::sort(to.predecessors.begin(), to.predecessors.end());
  if (auto distinct = check_distinct(to.predecessors); !distinct) return distinct.error();
  const bool follows =
      std::binary_search(to.predecessors.begin(), to.predecessors.end(), before.id) &&
      range->id.epoch > before.id.epoch;
  if (!follows)
    return violation("a successor does not follow the segment that was asked about");
  return to;
}

}  // namespace

pb::StreamInfo encode(const get_current_segments& call) {
  return info(call.stream, call.access);
}
answer decode(const get_current_segments& call, const pb::SegmentRanges& from) {
  return whole_ranges(from, call.stream);
}
std::span<const list_limit> lists_of(const get_current_segments&) {
  return segment_lists;
}

pb::GetEpochSegmentsRequest encode(const get_epoch_segments& call) {
  pb::GetEpochSegmentsRequest to;
  put(call.stream, *to.mutable_streaminfo());
  to.set_epoch(call.epoch);
  return to;
}
answer decode(const get_epoch_segments& call, const pb::SegmentRanges& from) {
  auto to = whole_ranges(from, call.stream);
  if (!to) return to;
  if (from.segmentranges().empty()) return violation("an epoch without segments");
  const bool later = std::any_of(
      from.segmentranges().begin(), from.segmentranges().end(), [&](const auto& each) {
        return segment_id::from_value(each.segmentid().segmentid()).epoch > call.epoch;
      });
  if (later) return violation("a segment is younger than the epoch");
  return to;
}
std::span<const list_limit> lists_of(const get_epoch_segments&) {
  return segment_lists;
}

pb::GetSegmentsRequest encode(const get_head_segments& call) {
  pb::GetSegmentsRequest to;
  put(call.stream, *to.mutable_streaminfo());
  return to;
}
answer decode(const get_head_segments& call, const pb::SegmentsAtTime& from) {
  segment_offsets to;
  for (const auto& each : from.segments()) {
    const auto id = id_of(each.segmentid(), call.stream);
    if (!id) return id.error();
    if (each.offset() < read_to_the_end || each.offset() > compact_signed_long_max)
      return violation("a segment starts at offset " + std::to_string(each.offset()));
    if (!to.offsets.emplace(*id, each.offset()).second) {
      return violation("segment " + std::to_string(id->value()) + " comes twice");
    }
  }
  if (to.offsets.empty()) return violation("a stream without a head");
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const get_head_segments&) {
  return segment_lists;
}

pb::SegmentId encode(const get_successors& call) {
  return segment_of(call.of);
}
answer decode(const get_successors& call, const pb::SuccessorResponse& from) {
  successors to;
  to.segments.reserve(static_cast<std::size_t>(from.segments_size()));
  for (const auto& each : from.segments()) {
    auto one = successor_of(each, call.of);
    if (!one) return one.error();
    to.segments.push_back(std::move(*one));
  }
  std::sort(to.segments.begin(), to.segments.end(), [](const auto& a, const auto& b) {
    return a.segment.range.low < b.segment.range.low;
  });
  std::vector<segment_with_range> sorted;
  sorted.reserve(to.segments.size());
  for (const auto& each : to.segments)
    sorted.push_back(each.segment);
  if (auto checked = check_neighbours(sorted); !checked) return checked.error();
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const get_successors&) {
  return successor_lists;
}

pb::StreamCutRange encode(const get_segments_between& call) {
  pb::StreamCutRange to;
  put(call.stream, *to.mutable_streaminfo());
  put(call.from, *to.mutable_from());
  put(call.to, *to.mutable_to());
  return to;
}
answer decode(const get_segments_between& call, const pb::StreamCutRangeResponse& from) {
  segment_list to;
  to.segments.reserve(static_cast<std::size_t>(from.segments_size()));
  for (const auto& each : from.segments()) {
    const auto id = id_of(each, call.stream);
    if (!id) return id.error();
    to.segments.push_back(*id);
  }
  // Cuts the wrong way round have nothing between them; up to the tail there is something.
  if (to.segments.empty() && call.to.empty()) return violation("no segments up to the tail");
  std::sort(to.segments.begin(), to.segments.end());
  if (auto distinct = check_distinct(to.segments); !distinct) return distinct.error();
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const get_segments_between&) {
  return between_lists;
}

pb::SegmentId encode(const get_uri& call) {
  return segment_of(call.of);
}
answer decode(const get_uri&, const pb::NodeUri& from) {
  auto to = endpoint_of(from);
  if (!to) return to.error();
  return reply{std::move(*to)};
}
std::span<const list_limit> lists_of(const get_uri&) {
  return {};
}

pb::SegmentId encode(const is_segment_valid& call) {
  return segment_of(call.of);
}
answer decode(const is_segment_valid&, const pb::SegmentValidityResponse& from) {
  return reply{existence{from.response()}};
}
std::span<const list_limit> lists_of(const is_segment_valid&) {
  return {};
}

pb::StreamInfo encode(const get_delegation_token& call) {
  return info(call.stream, call.access);
}
answer decode(const get_delegation_token&, const pb::DelegationToken& from) {
  return reply{token{from.delegationtoken()}};
}
std::span<const list_limit> lists_of(const get_delegation_token&) {
  return {};
}

}  // namespace pravega_actor::internal
