// The actions of `pravega-actor stream` and what they share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/command_line.hpp"

namespace pravega_actor::tool {

struct stream_options {
  std::string stream;
  std::string scope;
  std::string tag;
  std::vector<std::string> tags;
  std::vector<std::string> untags;
  /// 0: not given.
  std::int32_t segments = 0;
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
  std::string svg;
  /// Of lineage: a group whose readers are shown; "": none.
  std::string group;
};

using stream_action = result<exit_code> (*)(const common_options&, const stream_options&);

/// Adds an action with the options that all have.
verb_row& add_stream_action(verb_row& verb, common_options& common, const char* name,
                            const char* about, const std::shared_ptr<stream_options>& options,
                            stream_action action);
/// A client for the stream that the options name.
struct stream_session {
  scoped_stream stream;
  session in;
  [[nodiscard]] static result<stream_session> open(const common_options& common,
                                                   const stream_options& options);
  [[nodiscard]] std::string name() const { return stream.to_string(); }
};
/// The end of an action that has printed its outcome.
[[nodiscard]] result<exit_code> told();
/// --timeout, or what an action takes that asks many questions.
[[nodiscard]] duration patience_of(const common_options& common, seconds otherwise);
/// Scaling, retention, tags and rollover, as the options want them.
[[nodiscard]] result<void> read_config_options(const stream_options& options,
                                               stream_config& into);
/// "red, big", escaped; "none".
[[nodiscard]] std::string tags_text(const std::vector<std::string>& tags);

/// scale, seal, truncate and update: stream_change_actions.cpp.
void add_stream_changes(verb_row& verb, common_options& common,
                        const std::shared_ptr<stream_options>& options);
/// lineage: lineage_action.cpp.
void add_stream_lineage(verb_row& verb, common_options& common,
                        const std::shared_ptr<stream_options>& options);

}  // namespace pravega_actor::tool
