// pravega-actor stream: create, list, info, delete, and the others' registration.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "report.hpp"
#include "stream_actions.hpp"
#include "stream_specs.hpp"
#include "streams.hpp"

namespace pravega_actor::tool {

namespace {

using json = nlohmann::ordered_json;

result<exit_code> create(const common_options& common, const stream_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto pravega = open_client(common);
  if (!pravega) return pravega.error();
  auto config = fixed_segments(options.segments);
  config.tags = options.tags;
  if (auto read = read_config_options(options, config); !read) return read.error();
  auto made = ensure(pravega->streams(), *stream, config);
  if (!made) return made.error();
  const bool created = made->stream == ensured::created;
  const auto& differences = made->stream.differences;
  if (!differences.empty())
    note(common, fmt::format("the existing stream differs: {}", fmt::join(differences, "; ")));
  if (common.json)
    print_json({{"stream", stream->to_string()},
                {"created", created},
                {"scope_created", made->scope == ensured::created},
                {"differences", differences}});
  else
    print(fmt::format(
        "{}{} {}\n",
        made->scope == ensured::created ? fmt::format("created scope {}\n", stream->scope) : "",
        created ? "created" : "existed", stream->to_string()));
  return told();
}

void print_names(const common_options& common, const char* what,
                 const std::vector<std::string>& names) {
  if (common.json) return print_json({{what, names}});
  std::string text;
  for (const auto& each : names)
    text += each + "\n";
  print(text);
}

result<exit_code> list(const common_options& common, const stream_options& options) {
  if (options.scope.empty() && !options.tag.empty())
    return error{errc::invalid_argument, "--tag needs a scope"};
  auto pravega = open_client(common);
  if (!pravega) return pravega.error();
  const bool scopes = options.scope.empty();
  auto names = scopes ? pravega->streams().list_scopes()
                      : pravega->streams().list_streams(options.scope, options.tag);
  if (!names) return names.error();
  if (!options.all)
    std::erase_if(*names, [](const std::string& name) { return name.starts_with('_'); });
  std::sort(names->begin(), names->end());
  print_names(common, scopes ? "scopes" : "streams", *names);
  return told();
}

json to_json(const stream_description& seen) {
  auto segments = json::array();
  for (const auto& each : seen.segments)
    segments.push_back({{"segment", each.id.to_string()},
                        {"low", each.range.low},
                        {"high", each.range.high},
                        {"start_offset", each.start_offset},
                        {"write_offset", each.write_offset},
                        {"sealed", each.sealed}});
  return {{"stream", seen.stream.to_string()},
          {"sealed", seen.sealed},
          {"segments_min", seen.config.scaling.segments_min},
          {"scaling", to_string(seen.config.scaling)},
          {"retention", to_string(seen.config.retention)},
          {"tags", seen.config.tags},
          {"bytes", bytes_of(seen)},
          {"segments", segments},
          {"head", seen.head.to_text()},
          {"tail", seen.tail.to_text()}};
}

void print_description(const stream_description& seen) {
  std::string text = fmt::format("{}{}\n", seen.stream.to_string(),
                                 seen.sealed ? ", sealed: it takes no more events" : "");
  text += fmt::format("scaling   {}\nretention {}\n", to_string(seen.config.scaling),
                      to_string(seen.config.retention));
  if (!seen.config.tags.empty())
    text += fmt::format("tags      {}\n", fmt::join(seen.config.tags, ", "));
  text +=
      fmt::format("bytes     {} in {} segments\n",
                  grouped(static_cast<std::uint64_t>(bytes_of(seen))), seen.segments.size());
  for (const auto& each : seen.segments)
    text += fmt::format("segment   {}.{}  keys [{:.4f}, {:.4f})  bytes {} to {}{}\n",
                        each.id.id.number, each.id.id.epoch, each.range.low, each.range.high,
                        each.start_offset, each.write_offset, each.sealed ? "  sealed" : "");
  text += fmt::format("head      {}\ntail      {}\n", seen.head.to_text(), seen.tail.to_text());
  print(text);
}

result<exit_code> info(const common_options& common, const stream_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto pravega = open_client(common);
  if (!pravega) return pravega.error();
  auto seen = pravega->streams().describe(*stream);
  if (!seen) return seen.error();
  if (common.json)
    print_json(to_json(*seen));
  else
    print_description(*seen);
  return told();
}

result<exit_code> remove(const common_options& common, const stream_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto pravega = open_client(common);
  if (!pravega) return pravega.error();
  auto deleted = pravega->streams().delete_stream(*stream);
  if (!deleted) return deleted.error();
  if (!*deleted) {
    const auto asked = pravega->status();
    return error{errc::stream_not_found}
        .with_subject(stream->to_string())
        .with_controller(asked ? asked->controller : std::string{});
  }
  if (common.json)
    print_json({{"stream", stream->to_string()}, {"deleted", true}});
  else
    print(fmt::format("deleted {}\n", stream->to_string()));
  return told();
}

}  // namespace

result<exit_code> told() {
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

result<void> read_config_options(const stream_options& options, stream_config& into) {
  if (!options.scaling.empty()) {
    auto policy = parse_scaling(options.scaling);
    if (!policy) return policy.error();
    into.scaling = *policy;
  }
  if (!options.retention.empty()) {
    auto policy = parse_retention(options.retention);
    if (!policy) return policy.error();
    into.retention = *policy;
  }
  if (!options.rollover.empty()) {
    auto bytes = parse_bytes(options.rollover);
    if (!bytes) return bytes.error();
    into.rollover_size_bytes = *bytes;
  }
  return {};
}

CLI::App& add_stream_action(CLI::App& verb, command_line& line, const char* name,
                            const char* about, const std::shared_ptr<stream_options>& options,
                            stream_action action) {
  auto& added = *verb.add_subcommand(name, about);
  add_json_option(added, line.common);
  add_common_options(added, line.common);
  added.callback([&line, options, action] {
    line.run = [&line, options, action] { return action(line.common, *options); };
  });
  return added;
}

void add_stream_verb(CLI::App& app, command_line& line) {
  auto& verb =
      *app.add_subcommand("stream", "Create, describe, scale, truncate and delete streams");
  verb.require_subcommand(1);
  verb.footer("Example:\n  pravega-actor stream info --help");
  auto options = std::make_shared<stream_options>();
  auto& creating =
      add_stream_action(verb, line, "create",
                        "Create a stream, and its scope, unless they exist", options, create);
  add_stream_option(creating, options->stream);
  creating.add_option("--segments", options->segments, "Number of segments")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  creating.add_option("--tag", options->tags, "A tag; repeatable")->type_name("TAG");
  creating
      .add_option("--scaling", options->scaling,
                  "Instead of --segments: fixed:N, events:RATE,FACTOR,N or kilobytes:...")
      ->type_name("POLICY");
  creating.add_option("--retention", options->retention, "none, time:90m or size:10GB")
      ->type_name("POLICY");
  creating.footer(
      "Example:\n  pravega-actor stream create logs/dpkg --segments 4 --tag debian");
  auto& listing = add_stream_action(
      verb, line, "list", "List the scopes, or the streams of a scope", options, list);
  listing.add_option("scope,--scope", options->scope, "The scope")->type_name("SCOPE");
  listing.add_option("--tag", options->tag, "Only streams that have this tag")
      ->type_name("TAG");
  listing.add_flag("--all", options->all, "Pravega's own scopes and streams too");
  listing.footer("Examples:\n  pravega-actor stream list\n  pravega-actor stream list logs");
  auto& describing = add_stream_action(
      verb, line, "info", "Segments, offsets, and stream cuts of head and tail", options, info);
  add_stream_option(describing, options->stream);
  describing.footer("Example:\n  pravega-actor stream info logs/dpkg --json");
  auto& deleting =
      add_stream_action(verb, line, "delete", "Seal and delete a stream", options, remove);
  add_stream_option(deleting, options->stream);
  add_stream_changes(verb, line, options);
  add_stream_lineage(verb, line, options);
  deleting.footer("Example:\n  pravega-actor stream delete logs/dpkg");
}

}  // namespace pravega_actor::tool
