// Reader groups as the verbs need them: names, and the settings of a new group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/command_line.hpp"

namespace pravega_actor::tool {

/// "SCOPE/GROUP"; with a `scope` also the group's name alone. The error is invalid_name or
/// invalid_argument.
[[nodiscard]] result<scoped_group> parse_group(const std::string& text,
                                               const std::string& scope = {});

/// Settings of a group as the command line has them.
struct group_settings {
  static constexpr std::int64_t not_given = -1;
  /// "head", "tail" or texts of stream cuts; empty: not given.
  std::vector<std::string> from;
  std::int64_t checkpoint_interval_ms = not_given;
  std::int64_t refresh_ms = not_given;
  std::string retention;
};

/// --checkpoint-interval-ms, --refresh-ms and --retention; `needed`: an option that they need,
/// or "".
void add_group_settings(verb_row& verb, group_settings& into, const char* needed);

/// A configuration, and where streams without a cut begin.
struct wanted_group {
  reader_group_config config;
  group_start start = group_start::head;
};
/// Changes of `base` that the settings ask for. The streams of the group are those of
/// `streams`. The error is invalid_argument.
[[nodiscard]] result<wanted_group> wanted_of(const group_settings& settings,
                                             const std::vector<scoped_stream>& streams,
                                             reader_group_config base);

/// Those differences that concern settings which were given: a default that nobody asked for
/// is no difference.
[[nodiscard]] std::vector<std::string> differences_asked_for(const group_settings& settings,
                                                             std::vector<std::string> all);

/// The error of a call that readers did not answer in time, with the way out: the detail says
/// what to do if one of them is dead. Other errors stay as they are.
[[nodiscard]] error with_offline_hint(const error& why);

/// "none", "manual" or "automatic".
[[nodiscard]] std::string_view to_string(group_retention kind) noexcept;

/// "host-4711-1f3c9a20": this machine, this process, and a random number. A valid name of a
/// reader that no other process uses.
[[nodiscard]] std::string new_reader_name();
/// The same from its parts; characters of `host` that names do not have become "-".
[[nodiscard]] std::string reader_name_of(std::string host, int process, std::uint32_t random);

}  // namespace pravega_actor::tool
