// pravega-actor stream scale|seal|truncate|update.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "report.hpp"
#include "stream_actions.hpp"
#include "stream_specs.hpp"

namespace pravega_actor::tool {

namespace {

using json = nlohmann::ordered_json;

/// Opens a client for the stream that the options name.
struct stream_session {
  scoped_stream stream;
  client pravega;
  static result<stream_session> open(const common_options& common,
                                     const stream_options& options) {
    auto stream = scoped_stream::parse(options.stream);
    if (!stream) return stream.error();
    auto pravega = open_client(common);
    if (!pravega) return pravega.error();
    return stream_session{*stream, *pravega};
  }
};

result<stream_scaled> scaled(stream_session& on, const stream_options& options) {
  const auto streams = on.pravega.streams();
  const auto deadline = clock_type::now() + seconds{options.timeout_s};
  const auto left = [&] { return deadline - clock_type::now(); };
  if (options.scale_to > 0) return streams.scale_to(on.stream, options.scale_to, left());
  auto current = streams.call(controller::get_current_segments{on.stream}, left());
  if (!current) return current.error();
  if (current->segments.empty())
    return error{errc::stream_sealed}.with_subject(on.stream.to_string());
  const bool merges = !options.merge.empty();
  auto which = parse_segments(merges ? options.merge : options.split, current->segments);
  if (!which) return which.error().with_subject(on.stream.to_string());
  if (merges) return streams.merge_segments(on.stream, *which, left());
  if (which->size() > 1) return error{errc::invalid_argument, "--split takes one segment"};
  return streams.split_segment({on.stream, which->front()}, options.into, left());
}

result<exit_code> scale(const common_options& common, const stream_options& options) {
  const int ways =
      int{!options.split.empty()} + int{!options.merge.empty()} + int{options.scale_to > 0};
  if (ways != 1)
    return error{errc::invalid_argument, "give one of --split, --merge and --segments"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  auto done = scaled(*on, options);
  if (!done) return done.error();
  if (common.json) {
    auto opened = json::array();
    for (const auto& each : done->opened)
      opened.push_back({{"segment", fmt::format("{}.{}", each.id.number, each.id.epoch)},
                        {"low", each.range.low},
                        {"high", each.range.high}});
    print_json(
        {{"stream", on->stream.to_string()}, {"epoch", done->epoch}, {"opened", opened}});
    return told();
  }
  std::string text =
      fmt::format("scaled {} to epoch {}\n", on->stream.to_string(), done->epoch);
  for (const auto& each : done->opened)
    text += fmt::format("segment   {}.{}  keys [{:.4f}, {:.4f})\n", each.id.number,
                        each.id.epoch, each.range.low, each.range.high);
  print(text);
  return told();
}

result<exit_code> seal(const common_options& common, const stream_options& options) {
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  if (auto sealed = on->pravega.streams().seal_stream(on->stream); !sealed)
    return sealed.error();
  if (common.json)
    print_json({{"stream", on->stream.to_string()}, {"sealed", true}});
  else
    print(fmt::format("sealed {}\n", on->stream.to_string()));
  return told();
}

result<stream_cut> wanted_cut(stream_session& on, const stream_options& options) {
  if (options.at_tail) return on.pravega.streams().tail_cut(on.stream);
  auto cut = stream_cut::from_text(options.cut);
  if (!cut) return cut.error();
  if (cut->stream == on.stream) return cut;
  return error{errc::invalid_argument,
               fmt::format("the cut is one of {}, not of {}", cut->stream.to_string(),
                           on.stream.to_string())};
}

result<exit_code> truncate(const common_options& common, const stream_options& options) {
  if (options.cut.empty() == !options.at_tail)
    return error{errc::invalid_argument, "give one of --cut and --at-tail"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  const auto cut = wanted_cut(*on, options);
  if (!cut) return cut.error();
  if (auto done = on->pravega.streams().truncate_stream(*cut); !done) return done.error();
  if (common.json)
    print_json({{"stream", on->stream.to_string()}, {"head", cut->to_text()}});
  else
    print(fmt::format("truncated {} at {}\n", on->stream.to_string(), cut->to_string()));
  return told();
}

result<exit_code> update(const common_options& common, const stream_options& options) {
  stream_config wanted;
  if (auto read = read_config_options(options, wanted); !read) return read.error();
  stream_change change;
  if (!options.scaling.empty()) change.scaling = wanted.scaling;
  if (!options.retention.empty()) change.retention = wanted.retention;
  if (!options.rollover.empty()) change.rollover_size_bytes = wanted.rollover_size_bytes;
  change.add_tags = options.tags;
  change.remove_tags = options.untags;
  if (change.empty())
    return error{errc::invalid_argument,
                 "give what to change: --scaling, --retention, --tag, --untag, --rollover"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  const auto now = on->pravega.streams().change_stream(on->stream, change);
  if (!now) return now.error();
  if (common.json)
    print_json({{"stream", on->stream.to_string()},
                {"scaling", to_string(now->scaling)},
                {"retention", to_string(now->retention)},
                {"tags", now->tags}});
  else
    print(fmt::format(
        "updated {}\nsegments  {}\nretention {}\ntags      {}\n", on->stream.to_string(),
        to_string(now->scaling), to_string(now->retention),
        now->tags.empty() ? "none" : fmt::format("{}", fmt::join(now->tags, ", "))));
  return told();
}

void add_scale(CLI::App& verb, command_line& line,
               const std::shared_ptr<stream_options>& options) {
  auto& scaling =
      add_stream_action(verb, line, "scale",
                        "Split or merge segments, and wait until it is done", options, scale);
  add_stream_option(scaling, options->stream);
  scaling.add_option("--split", options->split, "The segment to split, as `info` shows it")
      ->type_name("SEGMENT");
  scaling.add_option("--into", options->into, "Parts that it is split into")
      ->check(CLI::Range(2, limits::split_parts_max))
      ->capture_default_str();
  scaling.add_option("--merge", options->merge, "Neighbouring segments to merge into one")
      ->type_name("SEGMENT,SEGMENT");
  scaling
      .add_option("--segments", options->scale_to,
                  "Replace all segments by so many of equal width")
      ->check(CLI::Range(1, 100'000));
  scaling.add_option("--timeout-s", options->timeout_s, "Longest time to wait")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  scaling.footer(
      "Examples:\n  pravega-actor stream scale logs/dpkg --split 0 --into 2\n"
      "  pravega-actor stream scale logs/dpkg --merge 1,2\n"
      "  pravega-actor stream scale logs/dpkg --segments 8");
}

}  // namespace

void add_stream_changes(CLI::App& verb, command_line& line,
                        const std::shared_ptr<stream_options>& options) {
  add_scale(verb, line, options);
  auto& sealing = add_stream_action(verb, line, "seal",
                                    "End a stream: it takes no more events and stays readable",
                                    options, seal);
  add_stream_option(sealing, options->stream);
  sealing.footer("Example:\n  pravega-actor stream seal logs/dpkg");
  auto& cutting =
      add_stream_action(verb, line, "truncate", "Drop the events before a stream cut, for ever",
                        options, truncate);
  add_stream_option(cutting, options->stream);
  cutting.add_option("--cut", options->cut, "The new head, as `info` or a reader prints it")
      ->type_name("CUT");
  cutting.add_flag("--at-tail", options->at_tail, "Drop everything that is in the stream now");
  cutting.footer("Example:\n  pravega-actor stream truncate logs/dpkg --at-tail");
  auto& updating = add_stream_action(verb, line, "update", "Change a stream's configuration",
                                     options, update);
  add_stream_option(updating, options->stream);
  updating
      .add_option("--scaling", options->scaling,
                  "fixed:N, events:RATE,FACTOR,N or kilobytes:RATE,FACTOR,N")
      ->type_name("POLICY");
  updating.add_option("--retention", options->retention, "none, time:90m or size:10GB")
      ->type_name("POLICY");
  updating.add_option("--tag", options->tags, "Add a tag; repeatable")->type_name("TAG");
  updating.add_option("--untag", options->untags, "Remove a tag; repeatable")->type_name("TAG");
  updating
      .add_option("--rollover", options->rollover, "Size of the chunks in long-term storage")
      ->type_name("BYTES");
  updating.footer(
      "What is not given stays as it is. The server may scale the stream to fit.\n"
      "Example:\n  pravega-actor stream update logs/dpkg --scaling events:1000,2,4 "
      "--retention time:7d --tag debian");
}

}  // namespace pravega_actor::tool
