#include "grpc_port/fields.hpp"

#include <algorithm>
#include <cmath>

namespace pravega_actor::internal {
namespace {

constexpr std::int32_t port_max = 65535;
constexpr std::size_t host_characters_max = 255;

pb::StreamInfo::AccessOperation access_of(access_operation access) {
  switch (access) {
    case access_operation::unspecified:
      break;
    case access_operation::none:
      return pb::StreamInfo::NONE;
    case access_operation::any:
      return pb::StreamInfo::ANY;
    case access_operation::read:
      return pb::StreamInfo::READ;
    case access_operation::write:
      return pb::StreamInfo::WRITE;
    case access_operation::read_write:
      return pb::StreamInfo::READ_WRITE;
  }
  return pb::StreamInfo::UNSPECIFIED;
}

}  // namespace

void put(const scoped_stream& from, pb::StreamInfo& to) {
  to.set_scope(from.scope);
  to.set_stream(from.stream);
}

void put(const std::map<segment_id, std::int64_t>& from,
         google::protobuf::Map<std::int64_t, std::int64_t>& to) {
  for (const auto& [id, offset] : from)
    to[id.value()] = offset;
}

pb::StreamInfo info(const scoped_stream& stream, access_operation access) {
  pb::StreamInfo to;
  put(stream, to);
  to.set_accessoperation(access_of(access));
  return to;
}

pb::SegmentId segment_of(const segment& from) {
  pb::SegmentId to;
  put(from.stream, *to.mutable_streaminfo());
  to.set_segmentid(from.id.value());
  return to;
}

pb::StreamCut cut_of(const stream_cut& from) {
  pb::StreamCut to;
  put(from.stream, *to.mutable_streaminfo());
  put(from.offsets, *to.mutable_cut());
  return to;
}

pb::TxnId id_of(const transaction_id& from) {
  pb::TxnId to;
  to.set_highbits(static_cast<std::int64_t>(from.value.msb));
  to.set_lowbits(static_cast<std::int64_t>(from.value.lsb));
  return to;
}

error violation(std::string what) {
  return {errc::protocol_violation, std::move(what)};
}

error refusal(errc code, const std::string& status_name) {
  if (status_name.empty()) return {errc::protocol_violation, "unknown status in the reply"};
  return {code, "status " + status_name};
}

result<void> check_stream_of(const pb::StreamInfo& found, const scoped_stream& asked) {
  const bool same = (found.scope().empty() || found.scope() == asked.scope) &&
                    (found.stream().empty() || found.stream() == asked.stream);
  if (same) return {};
  return error{errc::protocol_violation,
               "the reply is about another stream, " + found.scope() + "/" + found.stream()};
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

result<std::vector<segment_with_range>> ranges_of(
    const google::protobuf::RepeatedPtrField<pb::SegmentRange>& from,
    const scoped_stream& stream) {
  std::vector<segment_with_range> to;
  to.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& each : from) {
    auto one = range_of(each, stream);
    if (!one) return one.error();
    to.push_back(*one);
  }
  std::sort(to.begin(), to.end(),
            [](const auto& a, const auto& b) { return a.range.low < b.range.low; });
  return to;
}

result<void> check_distinct(std::vector<segment_id> ids) {
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return {};
  return violation("segment " + std::to_string(twice->value()) + " comes twice");
}

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

bool reach_both_ends(const std::vector<segment_with_range>& sorted) {
  return std::abs(sorted.front().range.low) <= range_tolerance &&
         std::abs(sorted.back().range.high - 1.0) <= range_tolerance;
}

}  // namespace pravega_actor::internal
