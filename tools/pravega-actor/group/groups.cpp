#include "group/groups.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

namespace pravega_actor::tool {

namespace {

constexpr std::array<std::string_view, 3> retentions{"none", "manual", "automatic"};
/// A day.
constexpr double interval_ms_max = 86'400'000;
constexpr std::size_t host_bytes_max = 100;

error refused(std::string what) {
  return {errc::invalid_argument, std::move(what)};
}

result<group_retention> parse_retention_of_group(const std::string& text) {
  const auto at = std::find(retentions.begin(), retentions.end(), text);
  if (at != retentions.end()) return static_cast<group_retention>(at - retentions.begin());
  return refused("--retention takes none, manual or automatic");
}

// Places a cut of a stream of the group; "head" and "tail" are for the streams without one.
result<void> add_start(const std::string& text, wanted_group& into) {
  if (text == "head" || text == "tail") {
    into.start = text == "head" ? group_start::head : group_start::tail;
    return {};
  }
  auto cut = stream_cut::from_text(text);
  if (!cut)
    return refused("--from takes head, tail or the text of a stream cut: " +
                   cut.error().detail());
  const auto at = into.config.starting_cuts.find(cut->stream);
  if (at == into.config.starting_cuts.end())
    return refused(fmt::format("--from: the cut belongs to {}, which the group does not read",
                               cut->stream.to_string()));
  at->second = std::move(*cut);
  return {};
}

}  // namespace

result<scoped_group> parse_group(const std::string& text, const std::string& scope) {
  const auto slash = text.find('/');
  const bool alone = slash == std::string::npos;
  if (alone && scope.empty()) return refused(fmt::format("\"{}\": write SCOPE/GROUP", text));
  const auto group = alone ? scoped_group{scope, text}
                           : scoped_group{text.substr(0, slash), text.substr(slash + 1)};
  if (auto valid = check_names(group); !valid) return valid.error();
  return group;
}

void add_group_settings(verb_row& verb, group_settings& into, const char* needed) {
  const auto add = [&](auto& row) {
    row.group("Settings of a new group");
    if (*needed != '\0') row.needs(needed);
  };
  add(verb.add("--checkpoint-interval-ms", into.checkpoint_interval_ms,
               "Time between automatic checkpoints; 0: none (default: 30000)")
          .range(0, interval_ms_max));
  add(verb.add("--refresh-ms", into.refresh_ms,
               "How often a reader reads the group's state (default: 3000)")
          .range(0, interval_ms_max));
  add(verb.add("--retention", into.retention,
               "What the streams keep for the group: none, manual or automatic "
               "(default: none)")
          .type("KIND"));
}

result<wanted_group> wanted_of(const group_settings& settings,
                               const std::vector<scoped_stream>& streams,
                               reader_group_config base) {
  wanted_group wanted{std::move(base), group_start::head};
  auto& config = wanted.config;
  for (const auto& each : streams)
    config.starting_cuts.try_emplace(each);
  if (!settings.from.empty())
    for (auto& [stream, cut] : config.starting_cuts)
      cut.reset();
  for (const auto& each : settings.from)
    if (auto added = add_start(each, wanted); !added) return added.error();
  if (settings.checkpoint_interval_ms != group_settings::not_given)
    config.automatic_checkpoint_interval_ms = settings.checkpoint_interval_ms;
  if (settings.refresh_ms != group_settings::not_given)
    config.group_refresh_time_ms = settings.refresh_ms;
  if (settings.retention.empty()) return wanted;
  auto kind = parse_retention_of_group(settings.retention);
  if (!kind) return kind.error();
  config.retention = *kind;
  return wanted;
}

std::vector<std::string> differences_asked_for(const group_settings& settings,
                                               std::vector<std::string> all) {
  std::erase_if(all, [&](const std::string& each) {
    if (each.starts_with("starts")) return settings.from.empty();
    if (each.starts_with("automatic checkpoints"))
      return settings.checkpoint_interval_ms == group_settings::not_given;
    if (each.starts_with("refresh time"))
      return settings.refresh_ms == group_settings::not_given;
    if (each.starts_with("retention")) return settings.retention.empty();
    // The tool has no options for the rest.
    return true;
  });
  return all;
}

error with_offline_hint(const error& why) {
  if (why.code() != errc::deadline_exceeded) return why;
  return why.with_detail(why.detail() +
                         "; if its process has ended, `pravega-actor group offline` lets the "
                         "others continue");
}

std::string_view to_string(group_retention kind) noexcept {
  const auto at = static_cast<std::size_t>(kind);
  return at < retentions.size() ? retentions[at] : "unknown";
}

std::string reader_name_of(std::string host, int process, std::uint32_t random) {
  host.resize(std::min(host.size(), host_bytes_max));
  for (auto& each : host)
    if (!check_name(std::string_view{&each, 1})) each = '-';
  return fmt::format("{}-{}-{:08x}", host.empty() ? "reader" : host, process, random);
}

std::string new_reader_name() {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  return reader_name_of(host, ::getpid(), std::random_device{}());
}

}  // namespace pravega_actor::tool
