// The golden reader group records as values.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "group/group_updates.hpp"
#include "support/json_data.hpp"

namespace pravega_actor::test {

using namespace internal;

inline segment segment_of(const nlohmann::json& at) {
  return *segment::parse(at.at("segment").get<std::string>());
}

inline group_segment group_segment_of(const nlohmann::json& at) {
  if (at.at("low").is_null()) return {segment_of(at), unknown_range};
  return {segment_of(at), {at.at("low").get<double>(), at.at("high").get<double>()}};
}

inline segment_offsets offsets_of(const nlohmann::json& list) {
  segment_offsets all;
  for (const auto& at : list)
    all[segment_of(at)] = at.at("value").get<std::int64_t>();
  return all;
}

inline group_offsets group_offsets_of(const nlohmann::json& list) {
  group_offsets all;
  for (const auto& at : list)
    all[group_segment_of(at)] = at.at("value").get<std::int64_t>();
  return all;
}

inline ordered_offsets ordered_of(const nlohmann::json& list) {
  ordered_offsets all;
  for (const auto& at : list)
    all.add(group_segment_of(at), at.at("value").get<std::int64_t>());
  return all;
}

inline std::map<group_segment, std::set<std::int64_t>> predecessors_of(
    const nlohmann::json& list) {
  std::map<group_segment, std::set<std::int64_t>> all;
  for (const auto& at : list)
    all[group_segment_of(at)] = at.at("value").get<std::set<std::int64_t>>();
  return all;
}

// "UNBOUNDED", or "scope/stream:0=10, 1=20".
inline std::optional<stream_cut> cut_of(const std::string& text) {
  if (text == "UNBOUNDED") return std::nullopt;
  const auto colon = text.find(':');
  stream_cut cut{*scoped_stream::parse(text.substr(0, colon)), {}};
  for (auto at = colon; at != std::string::npos && at + 1 < text.size();) {
    const auto equals = text.find('=', at);
    cut.offsets[segment_id::from_value(std::stoll(text.substr(at + 1, equals - at - 1)))] =
        std::stoll(text.substr(equals + 1));
    at = text.find(',', equals);
  }
  return cut;
}

inline reader_group_config::cuts cuts_of_json(const nlohmann::json& list) {
  reader_group_config::cuts cuts;
  for (const auto& at : list)
    cuts[*scoped_stream::parse(at.at("stream").get<std::string>())] =
        cut_of(at.at("cut").get<std::string>());
  return cuts;
}

inline reader_group_config config_of(const nlohmann::json& record) {
  reader_group_config config;
  config.automatic_checkpoint_interval_ms = record.at("automaticCheckpointIntervalMillis");
  config.group_refresh_time_ms = record.at("groupRefreshTimeMillis");
  config.starting_cuts = cuts_of_json(record.at("startingStreamCuts"));
  config.ending_cuts = cuts_of_json(record.at("endingStreamCuts"));
  config.outstanding_checkpoints_max = record.at("maxOutstandingCheckpointRequest");
  config.retention = static_cast<group_retention>(record.at("retentionOrdinal").get<int>());
  config.generation = record.at("generation");
  config.id = *uuid::parse(record.at("readerGroupId").get<std::string>());
  return config;
}

inline segment_completed completed_of(const nlohmann::json& f) {
  return {f.at("readerId"), group_segment_of(f.at("segmentCompleted")),
          predecessors_of(f.at("successorsMappedToTheirPredecessors"))};
}

inline segment segment_field(const nlohmann::json& f) {
  return *segment::parse(f.at("segment").get<std::string>());
}

/// The update that a record describes: one of "updates" or "inits".
inline group_update update_of(const nlohmann::json& record) {
  const auto name = record.at("class").get<std::string>();
  const auto& f = record.at("fields");
  if (name == "ReaderGroupStateInit")
    return group_init{config_of(f.at("config")), ordered_of(f.at("startingSegments")),
                      offsets_of(f.at("endSegments")), f.at("updatingConfig")};
  if (name == "AddReader") return add_reader{f.at("readerId")};
  if (name == "RemoveReader")
    return remove_reader{f.at("readerId"), offsets_of(f.at("ownedSegments"))};
  if (name == "ReleaseSegment")
    return release_segment{f.at("readerId"), segment_field(f), f.at("offset")};
  if (name == "AcquireSegment") return acquire_segment{f.at("readerId"), segment_field(f)};
  if (name == "UpdateDistanceToTail")
    return update_distance{f.at("readerId"), f.at("distanceToTail"),
                           group_offsets_of(f.at("lastReadPositions"))};
  if (name == "SegmentCompleted") return completed_of(f);
  if (name == "CheckpointReader")
    return checkpoint_reader{f.at("checkpointId"), f.at("readerId"),
                             offsets_of(f.at("positions"))};
  if (name == "CreateCheckpoint") return create_checkpoint{f.at("checkpointId")};
  if (name == "ClearCheckpointsBefore")
    return clear_checkpoints_before{f.at("clearUpToCheckpoint")};
  if (name == "UpdateCheckpointPublished")
    return checkpoint_published{f.at("isCheckpointPublishedToController")};
  if (name == "UpdatingConfig") return updating_config{f.at("updatingConfig")};
  if (name == "RemoveOutstandingCheckpoints") return remove_outstanding_checkpoints{};
  throw std::runtime_error{"no such update: " + name};
}

/// The same bytes, or the same in another order: Java writes most maps in hash order.
inline bool same_but_for_order(std::vector<std::byte> a, std::vector<std::byte> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace pravega_actor::test
