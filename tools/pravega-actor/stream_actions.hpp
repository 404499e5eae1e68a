// The actions of `pravega-actor stream` and what they share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "command_line.hpp"

namespace pravega_actor::tool {

struct stream_options {
  std::string stream;
  std::string scope;
  std::string tag;
  std::vector<std::string> tags;
  std::vector<std::string> untags;
  std::int32_t segments = 1;
  bool all = false;
  std::string scaling;
  std::string retention;
  std::string rollover;
  std::string cut;
  bool at_tail = false;
  std::string split;
  std::int32_t into = 2;
  std::string merge;
  std::int32_t scale_to = 0;
  std::int64_t timeout_s = 60;
  std::string svg;
};

using stream_action = result<exit_code> (*)(const common_options&, const stream_options&);

/// Adds an action with the options that all have.
CLI::App& add_stream_action(CLI::App& verb, command_line& line, const char* name,
                            const char* about, const std::shared_ptr<stream_options>& options,
                            stream_action action);
/// How an action ends that has told its outcome.
[[nodiscard]] result<exit_code> told();
/// Scaling, retention, tags and rollover, as the options want them.
[[nodiscard]] result<void> read_config_options(const stream_options& options,
                                               stream_config& into);

/// scale, seal, truncate and update: stream_change_actions.cpp.
void add_stream_changes(CLI::App& verb, command_line& line,
                        const std::shared_ptr<stream_options>& options);
/// lineage: lineage_action.cpp.
void add_stream_lineage(CLI::App& verb, command_line& line,
                        const std::shared_ptr<stream_options>& options);

}  // namespace pravega_actor::tool
