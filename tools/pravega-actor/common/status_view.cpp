#include "common/status_view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pravega_actor::tool {

namespace {

constexpr std::size_t indent_columns = 2;
constexpr std::string_view root = "client/";
constexpr std::string_view segment_prefix = "segment:";
constexpr const char* not_connected = "not connected";

struct table_row {
  std::string name;
  const actor_line* actor;
  /// Of a segment of the writer.
  const writer_status::segment_line* segment;
};

bool is_below(const std::string& path, const std::string& parent) {
  return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '/';
}

// "segment 0.1" for "segment:scope/stream/0.#epoch.1": the stream is the same for all.
std::string short_name(std::string_view name) {
  if (!name.starts_with(segment_prefix)) return std::string{name};
  name.remove_prefix(std::min(name.size(), name.rfind('/') + 1));
  const auto dot = name.find(".#epoch.");
  // A reader's actors have a number behind the name: "0.#epoch.0#17".
  if (dot != std::string_view::npos) name = name.substr(0, name.find('#', dot + 2));
  if (dot == std::string_view::npos) return fmt::format("segment {}", name);
  return fmt::format("segment {}.{}", name.substr(0, dot), name.substr(name.rfind('.') + 1));
}

const writer_status::segment_line* segment_of(const std::string& path,
                                              const writer_status& writer) {
  const auto begin = path.find(segment_prefix);
  if (begin == std::string::npos || path.find("/writer-") == std::string::npos) return nullptr;
  const auto name = std::string_view{path}.substr(begin + segment_prefix.size());
  const auto found = std::find_if(writer.segments.begin(), writer.segments.end(),
                                  [&](const auto& each) { return each.segment == name; });
  return found == writer.segments.end() ? nullptr : &*found;
}

// Names contain slashes ("segment:scope/stream/0.#epoch.0"): the parent is an actor before,
// whose path the line's path goes on from.
std::vector<table_row> in_a_tree(const std::vector<actor_line>& actors,
                                 const writer_status& writer) {
  std::vector<table_row> rows;
  std::vector<const actor_line*> parents;
  for (const auto& each : actors) {
    while (!parents.empty() && !is_below(each.path, parents.back()->path))
      parents.pop_back();
    auto name = std::string_view{each.path};
    if (!parents.empty())
      name.remove_prefix(parents.back()->path.size() + 1);
    else if (name.starts_with(root))
      name.remove_prefix(root.size());
    rows.push_back({std::string(parents.size() * indent_columns, ' ') + short_name(name), &each,
                    segment_of(each.path, writer)});
    parents.push_back(&each);
  }
  return rows;
}

std::string_view connection_of(const table_row& row) {
  if (row.segment == nullptr) return {};
  return row.segment->connected ? std::string_view{row.segment->peer} : not_connected;
}

styled_line line_of(const table_row& row, std::size_t names, std::size_t connections) {
  const bool well = row.actor->running && (row.segment == nullptr || row.segment->connected);
  styled_line line{"  "};
  line.add(well ? tone::good : tone::bad, well ? "●" : "○");
  line.add(fmt::format(" {:<{}}  {:<7}  ", row.name, names,
                       row.actor->running ? "running" : "waiting"));
  line.add(row.actor->restarts > 0 ? tone::warning : tone::plain,
           fmt::format("{:>8}", row.actor->restarts));
  const auto pending =
      row.segment == nullptr ? "" : fmt::format("{}", row.segment->events_pending);
  if (row.segment != nullptr || !row.actor->last_cause.empty())
    line.add(fmt::format("  {:<{}}  {:>7}", connection_of(row), connections, pending));
  if (!row.actor->last_cause.empty()) line.add(tone::faint, "  " + row.actor->last_cause);
  return line;
}

}  // namespace

std::vector<styled_line> status_lines(const std::vector<actor_line>& actors,
                                      const writer_status& writer) {
  if (actors.empty()) return {};
  auto sorted = actors;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  const auto rows = in_a_tree(sorted, writer);
  std::size_t names = std::string_view{"supervision tree"}.size();
  std::size_t connections = std::string_view{"connection"}.size();
  for (const auto& each : rows) {
    names = std::max(names, each.name.size());
    connections = std::max(connections, connection_of(each).size());
  }
  std::vector<styled_line> lines;
  lines.push_back(styled_line{}.add(
      tone::faint, fmt::format("    {:<{}}  {:<7}  restarts  {:<{}}  pending",
                               "supervision tree", names, "state", "connection", connections)));
  for (const auto& each : rows)
    lines.push_back(line_of(each, names, connections));
  if (!writer.last_failure.empty())
    lines.push_back(
        styled_line{"  the writer is recovering from: "}.add(tone::bad, writer.last_failure));
  return lines;
}

}  // namespace pravega_actor::tool
