// pravega-actor stream lineage.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "lineage_svg.hpp"
#include "report.hpp"
#include "stream_actions.hpp"

namespace pravega_actor::tool {

namespace {

using json = nlohmann::ordered_json;

std::string name_of(segment_id id) {
  return fmt::format("{}.{}", id.number, id.epoch);
}

json names_of(const std::vector<segment_id>& all) {
  auto names = json::array();
  for (const auto id : all)
    names.push_back(name_of(id));
  return names;
}

json to_json(const stream_lineage& seen) {
  auto segments = json::array();
  for (const auto& each : seen.segments) {
    json one{{"segment", name_of(each.id)},
             {"low", each.range.low},
             {"high", each.range.high},
             {"opened", each.opened},
             {"closed", nullptr},
             {"live", each.live()},
             {"bytes", nullptr},
             {"predecessors", names_of(each.predecessors)},
             {"successors", names_of(each.successors)}};
    if (each.closed) one["closed"] = *each.closed;
    if (each.stored) {
      one["bytes"] = each.stored->bytes();
      one["start_offset"] = each.stored->start_offset;
      one["write_offset"] = each.stored->write_offset;
    }
    segments.push_back(std::move(one));
  }
  return {{"stream", seen.stream.to_string()},
          {"sealed", seen.sealed},
          {"epochs", seen.epochs},
          {"segments", segments}};
}

void print_lineage(const stream_lineage& seen) {
  std::string text = fmt::format("{}: {} segments in {} epochs{}\n", seen.stream.to_string(),
                                 seen.segments.size(), seen.epochs,
                                 seen.sealed ? ", sealed: it takes no more events" : "");
  text += fmt::format("{:<10} {:<18} {:>13} {:>16}  {}\n", "segment", "keys", "epochs", "bytes",
                      "successors");
  for (const auto& each : seen.segments) {
    std::vector<std::string> next;
    for (const auto id : each.successors)
      next.push_back(name_of(id));
    const auto epochs = each.live() ? fmt::format("{} to now", each.opened)
                                    : fmt::format("{} to {}", each.opened, *each.closed - 1);
    const auto bytes = each.stored ? grouped(static_cast<std::uint64_t>(each.stored->bytes()))
                                   : std::string{"truncated"};
    text += fmt::format("{:<10} {:<18} {:>13} {:>16}  {}\n", name_of(each.id),
                        fmt::format("[{:.4f}, {:.4f})", each.range.low, each.range.high),
                        epochs, bytes, fmt::join(next, " "));
    while (text[text.size() - 2] == ' ')
      text.erase(text.size() - 2, 1);
  }
  print(text);
}

result<exit_code> lineage(const common_options& common, const stream_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto pravega = open_client(common);
  if (!pravega) return pravega.error();
  auto seen = pravega->streams().lineage(*stream, seconds{options.timeout_s});
  if (!seen) return seen.error();
  if (!options.svg.empty()) {
    if (auto written = write_lineage_svg(options.svg, *seen); !written) return written.error();
    note(common, fmt::format("wrote {}", options.svg));
  }
  if (common.json)
    print_json(to_json(*seen));
  else
    print_lineage(*seen);
  return told();
}

}  // namespace

void add_stream_lineage(CLI::App& verb, command_line& line,
                        const std::shared_ptr<stream_options>& options) {
  auto& tracing =
      add_stream_action(verb, line, "lineage",
                        "Every segment that a stream ever had, by epochs", options, lineage);
  add_stream_option(tracing, options->stream);
  tracing.add_option("--svg", options->svg, "Draw it into this file")->type_name("FILE");
  tracing.add_option("--timeout-s", options->timeout_s, "Longest time for all questions")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  tracing.footer(
      "The picture has the key space upright and the epochs from left to right.\n"
      "Example:\n  pravega-actor stream lineage logs/dpkg --svg lineage.svg");
}

}  // namespace pravega_actor::tool
