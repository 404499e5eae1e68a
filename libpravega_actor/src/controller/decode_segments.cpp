#include <algorithm>
#include <cmath>

#include "controller/decode.hpp"
#include "core/versioned.hpp"

namespace pravega_actor::detail {
namespace {

using namespace controller;  // NOLINT: the calls and replies

/// The server adds fractions up: 49 ranges of 1/49 do not quite reach 1.
constexpr double range_tolerance = 1e-9;
constexpr std::int32_t port_max = 65535;
/// The offset of a segment that lies before the head as a whole.
constexpr std::int64_t read_to_the_end = -1;
constexpr std::size_t host_characters_max = 255;

error violation(std::string what) {
  return {errc::protocol_violation, std::move(what)};
}

result<segment_id> id_of(std::int64_t value) {
  const auto id = segment_id::from_value(value);
  if (id.number < 0 || id.epoch < 0) {
    return violation("segment id " + std::to_string(value) + " is not valid");
  }
  return id;
}

result<segment_with_range> range_of(const pb::SegmentRange& from) {
  const auto id = id_of(from.segmentid().segmentid());
  if (!id) return id.error();
  const segment_with_range to{*id, {from.minkey(), from.maxkey()}};
  // Written so that NaN fails, too.
  if (!(to.range.low >= 0.0 && to.range.low < to.range.high &&
        to.range.high <= 1.0 + range_tolerance)) {
    return violation("the range of segment " + std::to_string(id->value()) + " is not valid");
  }
  return to;
}

bool by_range(const segment_with_range& a, const segment_with_range& b) {
  return a.range.low < b.range.low;
}

/// Sorted by range.
template <class Ranges>
result<std::vector<segment_with_range>> ranges_of(const Ranges& from) {
  std::vector<segment_with_range> to;
  to.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& each : from) {
    auto one = range_of(each);
    if (!one) return one.error();
    to.push_back(*one);
  }
  std::sort(to.begin(), to.end(), by_range);
  return to;
}

bool cover_everything(const std::vector<segment_with_range>& sorted) {
  double reached = 0.0;
  for (const auto& each : sorted) {
    if (std::abs(each.range.low - reached) > range_tolerance) return false;
    reached = each.range.high;
  }
  return std::abs(reached - 1.0) <= range_tolerance;
}

answer whole_ranges(const pb::SegmentRanges& from) {
  auto sorted = ranges_of(from.segmentranges());
  if (!sorted) return sorted.error();
  if (!sorted->empty() && !cover_everything(*sorted)) {
    return violation("the segments' ranges overlap or leave gaps");
  }
  return reply{segment_ranges{std::move(*sorted), from.delegationtoken()}};
}

result<endpoint> endpoint_of(const pb::NodeUri& from) {
  if (from.endpoint().empty() || from.endpoint().size() > host_characters_max) {
    return violation("a server's host is empty or too long");
  }
  if (from.port() < 1 || from.port() > port_max) {
    return violation("a server's port is " + std::to_string(from.port()));
  }
  return endpoint{from.endpoint(), static_cast<std::uint16_t>(from.port())};
}

errc code_of(pb::ScaleStatusResponse::ScaleStatus status) {
  switch (status) {
    case pb::ScaleStatusResponse::INVALID_INPUT:
      return errc::invalid_argument;
    case pb::ScaleStatusResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

}  // namespace

answer decode(reply_to<get_controller_servers>, const pb::ServerResponse& from) {
  std::vector<endpoint> to;
  to.reserve(static_cast<std::size_t>(from.nodeuri_size()));
  for (const auto& each : from.nodeuri()) {
    auto one = endpoint_of(each);
    if (!one) return one.error();
    to.push_back(std::move(*one));
  }
  return reply{std::move(to)};
}

answer decode(reply_to<get_current_segments>, const pb::SegmentRanges& from) {
  return whole_ranges(from);
}

answer decode(reply_to<get_epoch_segments>, const pb::SegmentRanges& from) {
  return whole_ranges(from);
}

answer decode(reply_to<get_head_segments>, const pb::SegmentsAtTime& from) {
  segment_offsets to;
  for (const auto& each : from.segments()) {
    const auto id = id_of(each.segmentid().segmentid());
    if (!id) return id.error();
    if (each.offset() < read_to_the_end || each.offset() > compact_signed_long_max)
      return violation("a segment starts at offset " + std::to_string(each.offset()));
    if (!to.offsets.emplace(*id, each.offset()).second) {
      return violation("segment " + std::to_string(id->value()) + " comes twice");
    }
  }
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}

answer decode(reply_to<get_successors>, const pb::SuccessorResponse& from) {
  successors to;
  to.segments.reserve(static_cast<std::size_t>(from.segments_size()));
  for (const auto& each : from.segments()) {
    const auto range = range_of(each.segment());
    if (!range) return range.error();
    successor one{*range, {}};
    for (const auto value : each.value()) {
      const auto id = id_of(value);
      if (!id) return id.error();
      one.predecessors.push_back(*id);
    }
    if (one.predecessors.empty()) return violation("a successor has no predecessors");
    std::sort(one.predecessors.begin(), one.predecessors.end());
    to.segments.push_back(std::move(one));
  }
  std::sort(to.segments.begin(), to.segments.end(),
            [](const auto& a, const auto& b) { return by_range(a.segment, b.segment); });
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}

answer decode(reply_to<get_segments_between>, const pb::StreamCutRangeResponse& from) {
  segment_list to;
  to.segments.reserve(static_cast<std::size_t>(from.segments_size()));
  for (const auto& each : from.segments()) {
    const auto id = id_of(each.segmentid());
    if (!id) return id.error();
    to.segments.push_back(*id);
  }
  std::sort(to.segments.begin(), to.segments.end());
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
}

answer decode(reply_to<scale_stream>, const pb::ScaleResponse& from) {
  switch (from.status()) {
    case pb::ScaleResponse::STARTED:
      break;
    case pb::ScaleResponse::FAILURE:
      // Also where another scale is under way, or the controller cannot reach what it keeps.
      return refusal(errc::controller_failure, "FAILURE");
    case pb::ScaleResponse::PRECONDITION_FAILED:
    default:
      return refusal(errc::precondition_failed,
                     pb::ScaleResponse::ScaleStreamStatus_Name(from.status()));
  }
  auto sorted = ranges_of(from.segments());
  if (!sorted) return sorted.error();
  if (from.epoch() < 0) return violation("an epoch is negative");
  return reply{scale_started{std::move(*sorted), from.epoch()}};
}

answer decode(reply_to<check_scale>, const pb::ScaleStatusResponse& from) {
  switch (from.status()) {
    case pb::ScaleStatusResponse::IN_PROGRESS:
      return reply{scale_state::in_progress};
    case pb::ScaleStatusResponse::SUCCESS:
      return reply{scale_state::success};
    default:
      return refusal(code_of(from.status()),
                     pb::ScaleStatusResponse::ScaleStatus_Name(from.status()));
  }
}

answer decode(reply_to<get_uri>, const pb::NodeUri& from) {
  auto to = endpoint_of(from);
  if (!to) return to.error();
  return reply{std::move(*to)};
}

answer decode(reply_to<is_segment_valid>, const pb::SegmentValidityResponse& from) {
  return reply{existence{from.response()}};
}

answer decode(reply_to<is_stream_cut_valid>, const pb::StreamCutValidityResponse& from) {
  return reply{existence{from.response()}};
}

}  // namespace pravega_actor::detail
