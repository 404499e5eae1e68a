// Fields that messages of several calls have, from and to plain structs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "grpc_port/messages.hpp"
#include "pravega_actor/ports/controller_calls.hpp"

namespace pravega_actor::internal {

// --- requests -------------------------------------------------------------------------------

void put(const scoped_stream& from, pb::StreamInfo& to);
void put(const std::map<segment_id, std::int64_t>& from,
         google::protobuf::Map<std::int64_t, std::int64_t>& to);
[[nodiscard]] pb::StreamInfo info(const scoped_stream& stream,
                                  access_operation access = access_operation::unspecified);
[[nodiscard]] pb::SegmentId segment_of(const segment& from);
[[nodiscard]] pb::TxnId id_of(const transaction_id& from);
[[nodiscard]] pb::StreamCut cut_of(const stream_cut& from);

// --- replies --------------------------------------------------------------------------------

/// What the controller's plain FAILURE becomes: the same call would fail again.
inline constexpr errc plain_failure = errc::precondition_failed;
/// The server adds fractions up: 49 ranges of 1/49 do not quite reach 1.
inline constexpr double range_tolerance = 1e-9;

[[nodiscard]] error violation(std::string what);
/// The error of a status in a reply. An unknown status (no name) breaks the protocol.
[[nodiscard]] error refusal(errc code, const std::string& status_name);

/// A reply names no stream, or the one that was asked about.
[[nodiscard]] result<void> check_stream_of(const pb::StreamInfo& found,
                                           const scoped_stream& asked);
[[nodiscard]] result<endpoint> endpoint_of(const pb::NodeUri& from);
[[nodiscard]] result<segment_id> id_of(std::int64_t value);
[[nodiscard]] result<segment_id> id_of(const pb::SegmentId& from, const scoped_stream& stream);
[[nodiscard]] result<segment_with_range> range_of(const pb::SegmentRange& from,
                                                  const scoped_stream& stream);
/// Sorted by range.
[[nodiscard]] result<std::vector<segment_with_range>> ranges_of(
    const google::protobuf::RepeatedPtrField<pb::SegmentRange>& from,
    const scoped_stream& stream);
[[nodiscard]] result<void> check_distinct(std::vector<segment_id> ids);
/// Of segments sorted by range: none comes twice, and each begins where the one before ends.
[[nodiscard]] result<void> check_neighbours(const std::vector<segment_with_range>& sorted);
/// Whether sorted neighbours, of which there is one at least, take every routing key.
[[nodiscard]] bool reach_both_ends(const std::vector<segment_with_range>& sorted);

}  // namespace pravega_actor::internal
