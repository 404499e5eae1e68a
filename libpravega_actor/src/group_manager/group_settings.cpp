// The differences of two configurations of a reader group, in words.
#include <string>

#include "pravega_actor/reader_group.hpp"

namespace pravega_actor {

namespace {

std::string in_words(group_retention kind) {
  switch (kind) {
    case group_retention::none:
      return "none";
    case group_retention::manual:
      return "manual";
    case group_retention::automatic:
      return "automatic";
  }
  return "unknown";
}

std::string in_words(const reader_group_config::cuts& cuts, const char* open) {
  std::string text;
  for (const auto& [stream, cut] : cuts) {
    text.append(text.empty() ? "" : "; ");
    text += cut ? cut->to_string() : stream.to_string().append(" ").append(open);
  }
  return text.empty() ? "none" : text;
}

// Streams without an end are as good as absent.
reader_group_config::cuts ends_of(const reader_group_config& config) {
  auto ends = config.ending_cuts;
  std::erase_if(ends, [](const auto& each) { return !each.second; });
  return ends;
}

std::string ms(std::int64_t value) {
  return std::to_string(value) + " ms";
}

}  // namespace

std::vector<std::string> differences(const reader_group_config& existing,
                                     const reader_group_config& wanted) {
  std::vector<std::string> found;
  const auto compare = [&](const char* what, const std::string& is, const std::string& other) {
    if (is != other) found.push_back(std::string{what} + " " + is + " instead of " + other);
  };
  compare("starts", in_words(existing.starting_cuts, "from the head"),
          in_words(wanted.starting_cuts, "from the head"));
  compare("ends", in_words(ends_of(existing), ""), in_words(ends_of(wanted), ""));
  compare("automatic checkpoints every", ms(existing.automatic_checkpoint_interval_ms),
          ms(wanted.automatic_checkpoint_interval_ms));
  compare("refresh time", ms(existing.group_refresh_time_ms), ms(wanted.group_refresh_time_ms));
  compare("outstanding checkpoints", std::to_string(existing.outstanding_checkpoints_max),
          std::to_string(wanted.outstanding_checkpoints_max));
  compare("retention", in_words(existing.retention), in_words(wanted.retention));
  return found;
}

}  // namespace pravega_actor
