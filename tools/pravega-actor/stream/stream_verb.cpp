// pravega-actor stream: create, list, info, delete, and the others' registration.
#include <fmt/format.h>

#include <algorithm>

#include "common/report.hpp"
#include "common/safe_text.hpp"
#include "common/waiting.hpp"
#include "stream/stream_actions.hpp"
#include "stream/stream_specs.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

// A default that nobody asked for is no difference.
std::vector<std::string> differences_asked_for(const stream_options& options,
                                               std::vector<std::string> all) {
  std::erase_if(all, [&](const std::string& each) {
    if (each.starts_with("segments")) return options.segments == 0 && options.scaling.empty();
    if (each.starts_with("tags")) return options.tags.empty();
    return each.starts_with("retention") && options.retention.empty();
  });
  return all;
}

result<exit_code> create(const common_options& common, const stream_options& options) {
  auto config = fixed_segments(std::max(options.segments, 1));
  config.tags = options.tags;
  if (auto read = read_config_options(options, config); !read) return read.error();
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<ensured_stream> made = errc::closed;
  {
    const blocking_wait wait{common, for_controller(on->in.settings(), "create " + on->name(),
                                                    "it is unknown whether it was created")};
    made = ensure(on->in.streams(), on->stream, config);
  }
  if (!made) return made.error();
  const bool created = made->stream == ensured::created;
  const auto differences = differences_asked_for(options, made->stream.differences);
  if (!differences.empty())
    return error{errc::stream_exists,
                 fmt::format("it differs from what was asked for: {}; `pravega-actor stream "
                             "update` changes it",
                             fmt::join(differences, "; "))}
        .with_subject(on->name());
  if (common.json)
    print_json(json_object{}
                   .add("stream", on->name())
                   .add("created", created)
                   .add("scope_created", made->scope == ensured::created)
                   .add("differences", made->stream.differences));
  else
    print_text(fmt::format("{}{} {}\n",
                           made->scope == ensured::created
                               ? fmt::format("created scope {}\n", on->stream.scope)
                               : "",
                           created ? "created" : "existed", on->name()));
  return told();
}

void print_names(const common_options& common, const char* what,
                 const std::vector<std::string>& names) {
  if (common.json) return print_json(json_object{}.add(what, names));
  std::string text;
  for (const auto& each : names)
    text += shown(each) + "\n";
  print_text(text);
}

result<exit_code> list(const common_options& common, const stream_options& options) {
  if (options.scope.empty() && !options.tag.empty())
    return error{errc::invalid_argument, "--tag needs a scope"};
  auto in = session::open(common);
  if (!in) return in.error();
  const bool scopes = options.scope.empty();
  result<std::vector<std::string>> names = errc::closed;
  {
    const blocking_wait wait{
        common, for_controller(in->settings(), scopes ? "list scopes" : "list streams")};
    names = scopes ? in->streams().list_scopes()
                   : in->streams().list_streams(options.scope, options.tag);
  }
  if (!names) return names.error();
  if (!options.all)
    std::erase_if(*names, [](const std::string& name) { return name.starts_with('_'); });
  std::sort(names->begin(), names->end());
  print_names(common, scopes ? "scopes" : "streams", *names);
  return told();
}

json_object to_json(const stream_description& seen) {
  json_array segments;
  for (const auto& each : seen.segments)
    segments.add(json_object{}
                     .add("segment", each.id.to_string())
                     .add("low", each.range.low)
                     .add("high", each.range.high)
                     .add("start_offset", each.start_offset)
                     .add("write_offset", each.write_offset)
                     .add("sealed", each.sealed));
  json_object told;
  told.add("stream", seen.stream.to_string())
      .add("sealed", seen.sealed)
      .add("segments_min", seen.config.scaling.segments_min)
      .add("scaling", to_string(seen.config.scaling))
      .add("retention", to_string(seen.config.retention))
      .add("tags", seen.config.tags)
      .add("bytes", bytes_of(seen))
      .add("segments", segments)
      .add("head", seen.head.to_text())
      .add("tail", seen.tail.to_text());
  return told;
}

void print_description(const stream_description& seen) {
  std::string text = fmt::format("{}{}\n", seen.stream.to_string(),
                                 seen.sealed ? ", sealed: it accepts no more events" : "");
  text += fmt::format("scaling   {}\nretention {}\n", to_string(seen.config.scaling),
                      to_string(seen.config.retention));
  if (!seen.config.tags.empty())
    text += fmt::format("tags      {}\n", tags_text(seen.config.tags));
  text +=
      fmt::format("bytes     {} in {} segments\n",
                  grouped(static_cast<std::uint64_t>(bytes_of(seen))), seen.segments.size());
  for (const auto& each : seen.segments)
    text += fmt::format("segment   {}.{}  keys [{:.4f}, {:.4f})  bytes {} to {}{}\n",
                        each.id.id.number, each.id.id.epoch, each.range.low, each.range.high,
                        each.start_offset, each.write_offset, each.sealed ? "  sealed" : "");
  text += fmt::format("head      {}\ntail      {}\n", seen.head.to_text(), seen.tail.to_text());
  print_text(text);
}

result<exit_code> info(const common_options& common, const stream_options& options) {
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<stream_description> seen = errc::closed;
  {
    const blocking_wait wait{common,
                             for_controller(on->in.settings(), "describe " + on->name())};
    seen = on->in.streams().describe(on->stream);
  }
  if (!seen) return seen.error();
  if (common.json)
    print_json(to_json(*seen));
  else
    print_description(*seen);
  return told();
}

result<exit_code> remove(const common_options& common, const stream_options& options) {
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<bool> deleted = errc::closed;
  {
    const blocking_wait wait{common,
                             for_controller(on->in.settings(), "delete " + on->name(),
                                            "it is unknown whether it is sealed or deleted")};
    deleted = on->in.streams().delete_stream(on->stream);
  }
  if (!deleted) return deleted.error();
  if (!*deleted) {
    const auto asked = on->in.pravega().status();
    return error{errc::stream_not_found}
        .with_subject(on->name())
        .with_controller(asked ? asked->controller : std::string{});
  }
  if (common.json)
    print_json(json_object{}.add("stream", on->name()).add("deleted", true));
  else
    print_text(fmt::format("deleted {}\n", on->name()));
  return told();
}

}  // namespace

result<stream_session> stream_session::open(const common_options& common,
                                            const stream_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto in = session::open(common);
  if (!in) return in.error();
  return stream_session{std::move(*stream), std::move(*in)};
}

duration patience_of(const common_options& common, seconds otherwise) {
  if (common.timeout_s <= 0) return otherwise;
  return milliseconds{static_cast<std::int64_t>(common.timeout_s * 1000)};
}

std::string tags_text(const std::vector<std::string>& tags) {
  std::string text;
  for (const auto& each : tags)
    text += (text.empty() ? "" : ", ") + shown(each);
  return tags.empty() ? "none" : text;
}

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

verb_row& add_stream_action(verb_row& verb, common_options& common, const char* name,
                            const char* about, const std::shared_ptr<stream_options>& options,
                            stream_action action) {
  auto& added = verb.add_action(name, about);
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options, action] { return action(common, *options); };
  return added;
}

void add_stream_verb(verb_row& root, common_options& common) {
  auto& verb =
      root.add_action("stream", "Create, describe, scale, truncate and delete streams");
  verb.footer = "Example:\n  pravega-actor stream info --help";
  auto options = std::make_shared<stream_options>();
  auto& creating =
      add_stream_action(verb, common, "create",
                        "Create a stream, and its scope, unless they exist", options, create);
  add_stream_option(creating, options->stream);
  creating.add("--segments", options->segments, "Number of segments (default: 1)")
      .range(1, 100'000);
  creating.add("--tag", options->tags, "A tag; repeatable").type("TAG");
  creating
      .add("--scaling", options->scaling,
           "Instead of --segments: fixed:N, events:RATE,FACTOR,N or kilobytes:...")
      .type("POLICY");
  creating.add("--retention", options->retention, "none, time:90m or size:10GB").type("POLICY");
  creating.footer =
      "If the stream exists with another configuration, it is not changed; that is an error.\n"
      "Example:\n  pravega-actor stream create logs/dpkg --segments 4 --tag debian";
  auto& listing = add_stream_action(
      verb, common, "list", "List the scopes, or the streams of a scope", options, list);
  listing.add("scope,--scope", options->scope, "The scope").type("SCOPE");
  listing.add("--tag", options->tag, "Only streams that have this tag").type("TAG");
  listing.add("--all", options->all, "Include Pravega's own scopes and streams");
  listing.footer = "Examples:\n  pravega-actor stream list\n  pravega-actor stream list logs";
  auto& describing = add_stream_action(
      verb, common, "info", "Show segments, offsets, and the stream cuts of head and tail",
      options, info);
  add_stream_option(describing, options->stream);
  describing.footer = "Example:\n  pravega-actor stream info logs/dpkg --json";
  auto& deleting =
      add_stream_action(verb, common, "delete", "Seal and delete a stream", options, remove);
  add_stream_option(deleting, options->stream);
  deleting.footer = "Example:\n  pravega-actor stream delete logs/dpkg";
  add_stream_changes(verb, common, options);
  add_stream_lineage(verb, common, options);
}

}  // namespace pravega_actor::tool
