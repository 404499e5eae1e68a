#include "pravega_actor/stream_policies.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace pravega_actor {

namespace {

error refused_policy(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

std::string in_words(std::int64_t bytes) {
  return bytes > 0 ? std::to_string(bytes) + " bytes" : "the server's default";
}

// Only what the policy's kind uses.
scaling_policy normal(scaling_policy policy) {
  if (policy.type == scaling_policy::kind::fixed) policy.target_rate = policy.scale_factor = 0;
  return policy;
}

retention_policy normal(retention_policy policy) {
  if (policy.type == retention_policy::kind::none) return {};
  // A server without a maximum of its own says 0 or the largest number.
  if (policy.maximum == 0) policy.maximum = std::numeric_limits<std::int64_t>::max();
  return policy;
}

std::vector<std::string> normal(std::vector<std::string> tags) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

std::string listed(const std::vector<std::string>& tags) {
  std::string text;
  for (const auto& each : tags)
    text += (text.empty() ? "" : ",") + each;
  return text.empty() ? "none" : text;
}

result<void> check(const scaling_policy& policy) {
  if (policy.segments_min < 1) return refused_policy("a stream has at least one segment");
  if (policy.type == scaling_policy::kind::fixed) return {};
  if (policy.target_rate < 1) return refused_policy("a scaling policy's rate is at least 1");
  if (policy.scale_factor < 1) return refused_policy("a scaling policy's factor is at least 1");
  return {};
}

result<void> check(const retention_policy& policy) {
  if (policy.type == retention_policy::kind::none) return {};
  if (policy.parameter < 1)
    return refused_policy("a retention policy's age or size is at least 1");
  if (policy.maximum != 0 && policy.maximum < policy.parameter)
    return refused_policy("a retention policy's maximum is not below its age or size");
  return {};
}

}  // namespace

stream_config fixed_segments(std::int32_t segments) {
  stream_config config;
  config.scaling.segments_min = segments;
  return config;
}

scaling_policy scale_by_events(std::int32_t rate, std::int32_t factor,
                               std::int32_t segments_min) {
  return {scaling_policy::kind::by_events_per_s, rate, factor, segments_min};
}

scaling_policy scale_by_kilobytes(std::int32_t rate, std::int32_t factor,
                                  std::int32_t segments_min) {
  return {scaling_policy::kind::by_kilobytes_per_s, rate, factor, segments_min};
}

retention_policy retain_time(duration age) {
  return {retention_policy::kind::by_time_ms, to_ms(age),
          std::numeric_limits<std::int64_t>::max()};
}

retention_policy retain_bytes(std::int64_t bytes) {
  return {retention_policy::kind::by_size_bytes, bytes,
          std::numeric_limits<std::int64_t>::max()};
}

result<void> check(const stream_config& config) {
  if (auto valid = check(config.scaling); !valid) return valid;
  if (auto valid = check(config.retention); !valid) return valid;
  if (config.tags.size() > limits::stream_tags_max)
    return refused_policy("more tags than stream_tags_max (128)");
  for (const auto& tag : config.tags)
    if (tag.empty() || tag.size() > limits::stream_tag_characters_max)
      return refused_policy("a tag has 1 to 256 characters (stream_tag_characters_max)");
  if (config.rollover_size_bytes < 0 || config.timestamp_aggregation_timeout_ms < 0)
    return refused_policy("rollover size and aggregation timeout are not negative");
  return {};
}

std::vector<std::string> differences(const stream_config& existing,
                                     const stream_config& wanted) {
  std::vector<std::string> found;
  const auto add = [&](const char* what, const std::string& is, const std::string& expected) {
    found.push_back(std::string{what} + " " + is + " instead of " + expected);
  };
  if (normal(existing.scaling) != normal(wanted.scaling))
    add("segments", to_string(existing.scaling), to_string(wanted.scaling));
  if (normal(existing.retention) != normal(wanted.retention))
    add("retention", to_string(existing.retention), to_string(wanted.retention));
  if (normal(existing.tags) != normal(wanted.tags))
    add("tags", listed(normal(existing.tags)), listed(normal(wanted.tags)));
  if (existing.timestamp_aggregation_timeout_ms != wanted.timestamp_aggregation_timeout_ms)
    add("timestamp aggregation timeout",
        std::to_string(existing.timestamp_aggregation_timeout_ms) + " ms",
        std::to_string(wanted.timestamp_aggregation_timeout_ms) + " ms");
  if (existing.rollover_size_bytes != wanted.rollover_size_bytes)
    add("rollover size", in_words(existing.rollover_size_bytes),
        in_words(wanted.rollover_size_bytes));
  return found;
}

std::string to_string(const scaling_policy& policy) {
  const auto least = std::to_string(policy.segments_min);
  if (policy.type == scaling_policy::kind::fixed) return least + " fixed";
  const bool events = policy.type == scaling_policy::kind::by_events_per_s;
  return "by " + std::to_string(policy.target_rate) + (events ? " events/s" : " kB/s") +
         ", factor " + std::to_string(policy.scale_factor) + ", at least " + least;
}

std::string to_string(const retention_policy& policy) {
  if (policy.type == retention_policy::kind::none) return "everything";
  if (policy.type == retention_policy::kind::by_size_bytes)
    return std::to_string(policy.parameter) + " bytes";
  struct unit {
    std::int64_t ms;
    const char* name;
  };
  constexpr std::array<unit, 5> units{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}}};
  std::string text;
  auto left = policy.parameter;
  for (const auto& each : units) {
    if (left / each.ms > 0) text += std::to_string(left / each.ms) + each.name;
    left %= each.ms;
  }
  return text.empty() ? "0s" : text;
}

stream_config stream_change::apply_to(stream_config config) const {
  if (scaling) config.scaling = *scaling;
  if (retention) config.retention = *retention;
  if (rollover_size_bytes) config.rollover_size_bytes = *rollover_size_bytes;
  config.tags.insert(config.tags.end(), add_tags.begin(), add_tags.end());
  if (!add_tags.empty() || !remove_tags.empty()) config.tags = normal(std::move(config.tags));
  for (const auto& tag : remove_tags)
    std::erase(config.tags, tag);
  return config;
}

}  // namespace pravega_actor
