#include "common/status_view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pravega_actor::tool {

namespace {

constexpr std::size_t indent_columns = 2;

struct named_line {
  std::string name;
  const actor_line* line;
};

bool is_below(const std::string& path, const std::string& parent) {
  return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '/';
}

// Names contain slashes ("segment:scope/stream/0.#epoch.0"): the parent is an actor before,
// whose path the line's path goes on from.
std::vector<named_line> in_a_tree(const std::vector<actor_line>& actors) {
  std::vector<named_line> named;
  std::vector<const actor_line*> parents;
  for (const auto& each : actors) {
    while (!parents.empty() && !is_below(each.path, parents.back()->path))
      parents.pop_back();
    const auto begin = parents.empty() ? 0 : parents.back()->path.size() + 1;
    named.push_back(
        {std::string(parents.size() * indent_columns, ' ') + each.path.substr(begin), &each});
    parents.push_back(&each);
  }
  return named;
}

}  // namespace

std::vector<std::string> actor_lines(const std::vector<actor_line>& actors) {
  auto sorted = actors;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  const auto named = in_a_tree(sorted);
  std::size_t width = 0;
  for (const auto& each : named)
    width = std::max(width, each.name.size());
  std::vector<std::string> lines;
  for (const auto& each : named) {
    auto line = fmt::format("  {} {:<{}}  {:<7}  restarts {}", each.line->running ? "●" : "○",
                            each.name, width, each.line->running ? "running" : "waiting",
                            each.line->restarts);
    if (!each.line->last_cause.empty()) line += "   " + each.line->last_cause;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> segment_lines(const writer_status& writer) {
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (const auto& each : writer.segments)
    width = std::max(width, each.segment.size());
  for (const auto& each : writer.segments)
    lines.push_back(fmt::format("  {} {:<{}}  {:<21}  {} events pending, {} blocks in flight",
                                each.connected ? "●" : "○", each.segment, width,
                                each.connected ? each.peer : std::string{"not connected"},
                                each.events_pending, each.blocks_in_flight));
  if (!writer.last_failure.empty())
    lines.push_back("  recovering from: " + writer.last_failure);
  return lines;
}

}  // namespace pravega_actor::tool
