#include <algorithm>
#include <cmath>

#include "core/versioned.hpp"
#include "grpc_port/decode.hpp"

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

result<segment_id> id_of(const pb::SegmentId& from, const scoped_stream& stream) {
  if (auto same = check_stream_of(from.streaminfo(), stream); !same) return same.error();
  return id_of(from.segmentid());
}

result<segment_with_range> range_of(const pb::SegmentRange& from, const scoped_stream& stream) {
  const auto id = id_of(from.segmentid(), stream);
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

result<void> check_distinct(std::vector<segment_id> ids) {
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return {};
  return violation("segment " + std::to_string(twice->value()) + " comes twice");
}

/// Of segments sorted by range: none comes twice, and each begins where the one before ends.
result<void> check_neighbours(const std::vector<segment_with_range>& sorted) {
  std::vector<segment_id> ids;
  ids.reserve(sorted.size());
  for (const auto& each : sorted) {
    const bool touches =
        ids.empty() ||
        std::abs(each.range.low - sorted[ids.size() - 1].range.high) <= range_tolerance;
    if (!touches) return violation("the segments' ranges overlap or leave gaps");
    ids.push_back(each.id);
  }
  return check_distinct(std::move(ids));
}

/// Sorted by range.
template <class Ranges>
result<std::vector<segment_with_range>> ranges_of(const Ranges& from,
                                                  const scoped_stream& stream) {
  std::vector<segment_with_range> to;
  to.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& each : from) {
    auto one = range_of(each, stream);
    if (!one) return one.error();
    to.push_back(*one);
  }
  std::sort(to.begin(), to.end(), by_range);
  return to;
}

bool reach_both_ends(const std::vector<segment_with_range>& sorted) {
  return std::abs(sorted.front().range.low) <= range_tolerance &&
         std::abs(sorted.back().range.high - 1.0) <= range_tolerance;
}

answer whole_ranges(const pb::SegmentRanges& from, const scoped_stream& stream) {
  auto sorted = ranges_of(from.segmentranges(), stream);
  if (!sorted) return sorted.error();
  if (auto checked = check_neighbours(*sorted); !checked) return checked.error();
  if (!sorted->empty() && !reach_both_ends(*sorted)) {
    return violation("the segments' ranges overlap or leave gaps");
  }
  return reply{segment_ranges{std::move(*sorted), from.delegationtoken()}};
}

/// The new segments of a scale are those that were asked for.
result<void> check_scaled(const scale_stream& call, const scale_started& told) {
  if (told.epoch < 0) return violation("an epoch is negative");
  std::vector<segment_id> ids;
  auto wanted = call.ranges;
  std::sort(wanted.begin(), wanted.end(),
            [](const auto& a, const auto& b) { return a.low < b.low; });
  bool same = wanted.size() == told.segments.size();
  for (std::size_t i = 0; same && i < wanted.size(); ++i) {
    const auto& [id, range] = told.segments[i];
    same = std::abs(range.low - wanted[i].low) <= range_tolerance &&
           std::abs(range.high - wanted[i].high) <= range_tolerance && id.epoch > told.epoch;
    ids.push_back(id);
  }
  if (!same) return violation("the new segments are not those that were asked for");
  return check_distinct(std::move(ids));
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

answer decode(const get_controller_servers&, const pb::ServerResponse& from) {
  std::vector<endpoint> to;
  to.reserve(static_cast<std::size_t>(from.nodeuri_size()));
  for (const auto& each : from.nodeuri()) {
    auto one = endpoint_of(each);
    if (!one) return one.error();
    to.push_back(std::move(*one));
  }
  return reply{std::move(to)};
}

answer decode(const get_current_segments& call, const pb::SegmentRanges& from) {
  return whole_ranges(from, call.stream);
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

answer decode(const get_successors& call, const pb::SuccessorResponse& from) {
  successors to;
  to.segments.reserve(static_cast<std::size_t>(from.segments_size()));
  for (const auto& each : from.segments()) {
    auto one = successor_of(each, call.of);
    if (!one) return one.error();
    to.segments.push_back(std::move(*one));
  }
  std::sort(to.segments.begin(), to.segments.end(),
            [](const auto& a, const auto& b) { return by_range(a.segment, b.segment); });
  std::vector<segment_with_range> sorted;
  sorted.reserve(to.segments.size());
  for (const auto& each : to.segments)
    sorted.push_back(each.segment);
  if (auto checked = check_neighbours(sorted); !checked) return checked.error();
  to.delegation_token = from.delegationtoken();
  return reply{std::move(to)};
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

answer decode(const scale_stream& call, const pb::ScaleResponse& from) {
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
  auto sorted = ranges_of(from.segments(), call.stream);
  if (!sorted) return sorted.error();
  scale_started to{std::move(*sorted), from.epoch()};
  if (auto checked = check_scaled(call, to); !checked) return checked.error();
  return reply{std::move(to)};
}

answer decode(const check_scale&, const pb::ScaleStatusResponse& from) {
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

answer decode(const get_uri&, const pb::NodeUri& from) {
  auto to = endpoint_of(from);
  if (!to) return to.error();
  return reply{std::move(*to)};
}

answer decode(const is_segment_valid&, const pb::SegmentValidityResponse& from) {
  return reply{existence{from.response()}};
}

answer decode(const is_stream_cut_valid&, const pb::StreamCutValidityResponse& from) {
  return reply{existence{from.response()}};
}

}  // namespace pravega_actor::detail
