#include "group/group_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "common/report.hpp"
#include "common/terminal.hpp"
#include "group/groups.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t columns_min = 60;
constexpr std::size_t number_columns_max = 14;
/// On a narrow terminal, and the columns of one that is not.
constexpr std::size_t number_columns_min = 12;
constexpr std::size_t comfortable_columns = 72;
constexpr std::size_t count_columns = 9;
constexpr std::size_t column_gap = 2;
constexpr std::size_t group_label_columns = 13;
constexpr const char* nobody = "(nobody)";

/// Columns of the table: the name takes what the numbers leave.
struct layout {
  bool checkpoint = false;
  bool live = false;
  std::size_t columns = 80;
  [[nodiscard]] std::size_t number_columns() const {
    return columns < comfortable_columns ? number_columns_min : number_columns_max;
  }
  [[nodiscard]] std::size_t unread_columns() const {
    const auto each = number_columns() + column_gap;
    return (checkpoint ? each : 0) + (live ? each : 0);
  }
};

std::string fitted(const std::string& name, std::size_t columns) {
  return one_line(name, columns);
}

// What is too long for its column is rounded.
std::string number(std::optional<std::int64_t> value, std::size_t columns) {
  if (!value) return "-";
  const auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, *value));
  auto text = grouped(bytes);
  return text.size() <= columns ? text : with_unit(static_cast<double>(bytes));
}

std::string segment_name(const segment& of) {
  return fmt::format("{}/{}.{}", of.stream.stream, of.id.number, of.id.epoch);
}

std::optional<std::int64_t> unread_by(const std::optional<unread_bytes>& all,
                                      const std::string& reader) {
  if (!all) return std::nullopt;
  const auto found = all->by_reader.find(reader);
  return found == all->by_reader.end() ? 0 : found->second;
}

std::optional<std::int64_t> unread_of(const std::optional<unread_bytes>& all,
                                      const segment& of) {
  if (!all) return std::nullopt;
  for (const auto& each : all->segments)
    if (each.of == of) return each.bytes;
  return std::nullopt;
}

void append_unread(std::string& line, const layout& as,
                   const std::optional<std::int64_t>& checkpoint,
                   const std::optional<std::int64_t>& live) {
  if (as.checkpoint)
    line +=
        fmt::format("  {:>{}}", number(checkpoint, as.number_columns()), as.number_columns());
  if (as.live)
    line += fmt::format("  {:>{}}", number(live, as.number_columns()), as.number_columns());
}

std::string unread_titles(const layout& as) {
  std::string text;
  if (as.checkpoint) text += fmt::format("  {:>{}}", "unread", as.number_columns());
  if (as.live) text += fmt::format("  {:>{}}", "unread live", as.number_columns());
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string checkpoints_text(const reader_group_description& group) {
  const auto every = group.config.automatic_checkpoint_interval_ms;
  auto text = every > 0 ? fmt::format("every {} ms", grouped(static_cast<std::uint64_t>(every)))
                        : std::string{"on request only"};
  text += group.last_checkpoint.empty() ? ", none that readers passed (others do not count)"
                                        : ", one completed";
  return text;
}

void append_head(std::vector<styled_line>& lines, const group_view& seen, std::size_t columns) {
  const auto& group = seen.group;
  const auto add = [&](const char* name, const std::string& text, tone meaning = tone::plain) {
    lines.push_back(styled_line{}
                        .add(tone::faint, fmt::format("{:<{}}", name, group_label_columns))
                        .add(meaning, one_line(text, columns - group_label_columns)));
  };
  std::size_t segments = group.unassigned.size();
  for (const auto& [reader, owned] : group.readers)
    segments += owned.size();
  add("group",
      fmt::format("{}: {}, {}, {} free{}", group.group.to_string(),
                  counted(group.readers.size(), "reader"), counted(segments, "segment"),
                  group.unassigned.size(), group.end_of_data ? ", everything is read" : ""));
  std::vector<std::string> streams;
  for (const auto& [stream, cut] : group.config.starting_cuts)
    streams.push_back(stream.to_string());
  add("streams", joined(streams));
  add("checkpoints", checkpoints_text(group));
  for (const auto& each : group.outstanding)
    add("waiting",
        fmt::format("for {} to pass checkpoint {}", joined(each.waits_for), each.name),
        tone::warning);
  if (!seen.live_obstacle.empty()) {
    const auto whole =
        folded("unknown: " + seen.live_obstacle, columns - group_label_columns - 1, 0);
    std::istringstream folds{whole};
    const auto* name = "unread live";
    for (std::string text; std::getline(folds, text); name = "")
      add(name, text, tone::warning);
  }
  if (group.resetting)
    add("reset", "begun but not completed; `group reset` completes it", tone::warning);
}

void append_readers(std::vector<styled_line>& lines, const group_view& seen, const layout& as) {
  const auto wide = as.columns - as.unread_columns() - count_columns - column_gap;
  lines.push_back(
      styled_line{}.add(tone::faint, fmt::format("{:<{}}  {:>{}}{}", "reader", wide, "segments",
                                                 count_columns, unread_titles(as))));
  const auto add = [&](const std::string& name, const std::string& reader, std::size_t count) {
    auto line = fmt::format("{:<{}}  {:>{}}", fitted(name, wide), wide, count, count_columns);
    append_unread(line, as, unread_by(seen.since_checkpoint, reader),
                  unread_by(seen.since_live, reader));
    lines.emplace_back(std::move(line));
  };
  for (const auto& [reader, owned] : seen.group.readers)
    add(reader, reader, owned.size());
  const auto left = seen.group.unassigned.size() + seen.group.future.size();
  if (left > 0) add(nobody, "", left);
}

void append_segments(std::vector<styled_line>& lines, const group_view& seen,
                     const layout& as) {
  const auto wide = as.columns - as.unread_columns() - as.number_columns() - column_gap;
  const auto segment_wide = (wide - column_gap) / 2;
  const auto reader_wide = wide - column_gap - segment_wide;
  lines.push_back(styled_line{}.add(
      tone::faint, fmt::format("{:<{}}  {:<{}}  {:>{}}{}", "segment", segment_wide, "reader",
                               reader_wide, "offset", as.number_columns(), unread_titles(as))));
  const auto add = [&](const segment& of, const std::string& reader, const std::string& at) {
    auto line = fmt::format("{:<{}}  {:<{}}  {:>{}}", fitted(segment_name(of), segment_wide),
                            segment_wide, fitted(reader, reader_wide), reader_wide, at,
                            as.number_columns());
    append_unread(line, as, unread_of(seen.since_checkpoint, of),
                  unread_of(seen.since_live, of));
    lines.emplace_back(std::move(line));
  };
  const auto offset_text = [&as](std::int64_t offset) {
    return offset < 0 ? std::string{"end"} : number(offset, as.number_columns());
  };
  for (const auto& [reader, owned] : seen.group.readers)
    for (const auto& [of, offset] : owned)
      add(of, reader, offset_text(offset));
  for (const auto& [of, offset] : seen.group.unassigned)
    add(of, nobody, offset_text(offset));
  for (const auto& [of, predecessors] : seen.group.future) {
    std::vector<std::string> names;
    for (const auto& each : predecessors)
      names.push_back(fmt::format("{}.{}", each.number, each.epoch));
    add(of, "waits for " + joined(names), "0");
  }
}

json_array to_json(const group_positions& positions) {
  json_array all;
  for (const auto& [of, offset] : positions)
    all.add(json_object{}.add("segment", of.to_string()).add("offset", offset));
  return all;
}

json_object to_json(const unread_bytes& unread) {
  json_array readers;
  for (const auto& [reader, bytes] : unread.by_reader)
    readers.add(json_object{}.add("reader", reader).add("bytes", bytes));
  json_array segments;
  for (const auto& each : unread.segments)
    segments.add(json_object{}
                     .add("segment", each.of.to_string())
                     .add("reader", each.reader)
                     .add("bytes", each.bytes));
  return json_object{}
      .add("total", unread.total)
      .add("readers", readers)
      .add("segments", segments);
}

void add_unread(json_object& to, const char* name, const std::optional<unread_bytes>& unread) {
  if (unread)
    to.add(name, to_json(*unread));
  else
    to.add_null(name);
}

}  // namespace

json_object to_json(const reader_group_config& config) {
  json_array streams;
  for (const auto& [stream, start] : config.starting_cuts) {
    json_object one;
    one.add("stream", stream.to_string());
    if (start)
      one.add("start", start->to_text());
    else
      one.add_null("start");
    const auto end = config.ending_cuts.find(stream);
    if (end != config.ending_cuts.end() && end->second)
      one.add("end", end->second->to_text());
    else
      one.add_null("end");
    streams.add(one);
  }
  json_object all;
  all.add("streams", streams)
      .add("checkpoint_interval_ms", config.automatic_checkpoint_interval_ms)
      .add("refresh_ms", config.group_refresh_time_ms)
      .add("retention", to_string(config.retention))
      .add("outstanding_checkpoints_max", config.outstanding_checkpoints_max)
      .add("generation", config.generation)
      .add("id", config.id.to_string());
  return all;
}

json_array to_json(const std::map<scoped_stream, stream_cut>& cuts) {
  json_array all;
  for (const auto& [stream, cut] : cuts)
    all.add(json_object{}.add("stream", stream.to_string()).add("cut", cut.to_text()));
  return all;
}

json_object to_json(const group_view& seen) {
  const auto& group = seen.group;
  json_array readers;
  for (const auto& [reader, owned] : group.readers)
    readers.add(json_object{}.add("reader", reader).add("segments", to_json(owned)));
  json_array future;
  for (const auto& [of, predecessors] : group.future) {
    std::vector<std::string> names;
    for (const auto each : predecessors)
      names.push_back(segment{of.stream, each}.to_string());
    future.add(json_object{}.add("segment", of.to_string()).add("waits_for", names));
  }
  json_array outstanding;
  for (const auto& each : group.outstanding)
    outstanding.add(
        json_object{}.add("checkpoint", each.name).add("waits_for", each.waits_for));
  json_object all;
  all.add("group", group.group.to_string())
      .add("config", to_json(group.config))
      .add("resetting", group.resetting)
      .add("end_of_data", group.end_of_data)
      .add("readers", readers)
      .add("unassigned", to_json(group.unassigned))
      .add("future", future)
      .add("outstanding_checkpoints", outstanding)
      .add("last_checkpoint", to_json(group.last_checkpoint))
      .add("log_bytes", group.log_bytes);
  add_unread(all, "unread_since_checkpoint", seen.since_checkpoint);
  add_unread(all, "unread_live", seen.since_live);
  return all;
}

std::vector<styled_line> group_lines(const group_view& seen, std::size_t columns) {
  const layout as{seen.since_checkpoint.has_value(), seen.since_live.has_value(),
                  std::max(columns, columns_min)};
  std::vector<styled_line> lines;
  append_head(lines, seen, as.columns);
  append_readers(lines, seen, as);
  append_segments(lines, seen, as);
  return lines;
}

}  // namespace pravega_actor::tool
