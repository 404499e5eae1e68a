// The actions of `pravega-actor group` and what they share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "group/groups.hpp"

namespace pravega_actor::tool {

struct group_action_options {
  std::string group;
  std::string scope;
  std::string reader;
  std::string checkpoint;
  std::vector<std::string> streams;
  group_settings settings;
  /// Of describe: which unread bytes: "checkpoint", "live", "both" or "none".
  std::string unread = "checkpoint";
  bool watch = false;
  double interval_s = 2;
};

using group_action = result<exit_code> (*)(const common_options&, const group_action_options&);

/// Adds an action with the options that all have.
verb_row& add_group_action(verb_row& verb, common_options& common, const char* name,
                           const char* about,
                           const std::shared_ptr<group_action_options>& options,
                           group_action action);
/// "SCOPE/GROUP", as an argument or as --group; required.
void add_group_argument(verb_row& verb, std::string& into);

/// A client for the group that the options name.
struct group_session {
  scoped_group group;
  session in;
  [[nodiscard]] static result<group_session> open(const common_options& common,
                                                  const group_action_options& options);
  [[nodiscard]] std::string name() const { return group.to_string(); }
  [[nodiscard]] reader_group_manager groups() { return in.pravega().reader_groups(); }
};

/// describe: group_describe.cpp.
void add_group_describe(verb_row& verb, common_options& common,
                        const std::shared_ptr<group_action_options>& options);

}  // namespace pravega_actor::tool
