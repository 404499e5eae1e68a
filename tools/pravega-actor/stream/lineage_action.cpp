// pravega-actor stream lineage.
#include <fmt/format.h>

#include "common/report.hpp"
#include "common/waiting.hpp"
#include "group/group_positions.hpp"
#include "group/groups.hpp"
#include "stream/lineage_svg.hpp"
#include "stream/stream_actions.hpp"
#include "stream/stream_specs.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds lineage_patience{60};

json_array names_of(const std::vector<segment_id>& all) {
  json_array names;
  for (const auto id : all)
    names.add(name_of(id));
  return names;
}

json_object to_json(const lineage_segment& each) {
  json_object one;
  one.add("segment", name_of(each.id))
      .add("low", each.range.low)
      .add("high", each.range.high)
      .add("opened", each.opened);
  if (each.closed)
    one.add("closed", *each.closed);
  else
    one.add_null("closed");
  one.add("live", each.live());
  if (each.stored)
    one.add("bytes", each.stored->bytes())
        .add("start_offset", each.stored->start_offset)
        .add("write_offset", each.stored->write_offset);
  else
    one.add_null("bytes");
  one.add("predecessors", names_of(each.predecessors))
      .add("successors", names_of(each.successors));
  return one;
}

json_array to_json(const std::vector<reader_tick>& readers) {
  json_array all;
  for (const auto& each : readers)
    all.add(json_object{}
                .add("reader", each.reader)
                .add("segment", name_of(each.in))
                .add("offset", each.offset));
  return all;
}

json_object to_json(const stream_lineage& seen) {
  json_array segments;
  for (const auto& each : seen.segments)
    segments.add(to_json(each));
  json_object all;
  all.add("stream", seen.stream.to_string())
      .add("sealed", seen.sealed)
      .add("epochs", seen.epochs)
      .add("segments", segments);
  return all;
}

void print_lineage(const stream_lineage& seen) {
  std::string text = fmt::format("{}: {} in {}{}\n", seen.stream.to_string(),
                                 counted(seen.segments.size(), "segment"),
                                 counted(static_cast<std::uint64_t>(seen.epochs), "epoch"),
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
  print_text(text);
}

void print_readers(const std::vector<reader_tick>& readers) {
  std::string text;
  for (const auto& each : readers)
    text += fmt::format(
        "reader {} is in segment {} at {}\n", each.reader, name_of(each.in),
        each.offset < 0
            ? std::string{"its end"}
            : fmt::format("offset {}", grouped(static_cast<std::uint64_t>(each.offset))));
  print_text(text);
}

result<exit_code> lineage(const common_options& common, const stream_options& options) {
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  const auto patience = patience_of(common, lineage_patience);
  result<stream_lineage> seen = errc::closed;
  {
    auto details = for_controller(on->in.settings(), "list the epochs of " + on->name());
    details.longest_ms = to_ms(patience);
    const blocking_wait wait{common, std::move(details)};
    seen = on->in.streams().lineage(on->stream, patience);
  }
  if (!seen) return seen.error();
  std::vector<reader_tick> readers;
  if (!options.group.empty()) {
    auto group = parse_group(options.group, on->stream.scope);
    if (!group) return group.error();
    auto positions = positions_in(common, on->in, *group, *seen);
    if (!positions) return positions.error();
    readers = std::move(*positions);
  }
  if (!options.svg.empty()) {
    if (auto written = write_lineage_svg(options.svg, *seen, readers); !written)
      return written.error();
    note(common, fmt::format("wrote {}", options.svg));
  }
  if (common.json) {
    auto all = to_json(*seen);
    if (!options.group.empty()) all.add("readers", to_json(readers));
    print_json(all);
  } else {
    print_lineage(*seen);
    print_readers(readers);
  }
  return told();
}

}  // namespace

void add_stream_lineage(verb_row& verb, common_options& common,
                        const std::shared_ptr<stream_options>& options) {
  auto& tracing =
      add_stream_action(verb, common, "lineage",
                        "Every segment that a stream ever had, by epochs", options, lineage);
  add_stream_option(tracing, options->stream);
  tracing.add("--svg", options->svg, "Draw it into this file").type("FILE");
  tracing.add("--group", options->group, "Also show the readers of this group, as ticks")
      .type("GROUP");
  tracing.footer =
      "The picture shows the key space vertically and the epochs from left to right.\n"
      "Example:\n  pravega-actor stream lineage logs/dpkg --svg lineage.svg";
}

}  // namespace pravega_actor::tool
