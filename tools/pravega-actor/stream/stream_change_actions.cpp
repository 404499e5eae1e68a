// pravega-actor stream scale|seal|truncate|update.
#include <fmt/format.h>

#include "common/report.hpp"
#include "common/waiting.hpp"
#include "stream/stream_actions.hpp"
#include "stream/stream_specs.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds scale_patience{60};

result<stream_scaled> scaled(stream_session& on, const common_options& common,
                             const stream_options& options) {
  const auto patience = patience_of(common, scale_patience);
  auto details =
      for_controller(on.in.settings(), "scale " + on.name(),
                     "a started scale continues on the server; `stream info` shows it");
  details.longest_ms = to_ms(patience);
  const blocking_wait wait{common, std::move(details)};
  const auto streams = on.in.streams();
  const auto deadline = clock_type::now() + patience;
  const auto left = [&] { return deadline - clock_type::now(); };
  if (options.scale_to > 0) return streams.scale_to(on.stream, options.scale_to, left());
  auto current = streams.call(controller::get_current_segments{on.stream}, left());
  if (!current) return current.error();
  if (current->segments.empty()) return error{errc::stream_sealed}.with_subject(on.name());
  const bool merges = !options.merge.empty();
  auto which = parse_segments(merges ? options.merge : options.split, current->segments);
  if (!which) return which.error().with_subject(on.name());
  if (merges) return streams.merge_segments(on.stream, *which, left());
  if (which->size() > 1) return error{errc::invalid_argument, "--split takes one segment"};
  return streams.split_segment({on.stream, which->front()}, options.into, left());
}

void print_scaled(const common_options& common, const std::string& stream,
                  const stream_scaled& done) {
  if (common.json) {
    json_array opened;
    for (const auto& each : done.opened)
      opened.add(json_object{}
                     .add("segment", name_of(each.id))
                     .add("low", each.range.low)
                     .add("high", each.range.high));
    return print_json(
        json_object{}.add("stream", stream).add("epoch", done.epoch).add("opened", opened));
  }
  auto text = fmt::format("scaled {} to epoch {}\n", stream, done.epoch);
  for (const auto& each : done.opened)
    text += fmt::format("segment   {}  keys [{:.4f}, {:.4f})\n", name_of(each.id),
                        each.range.low, each.range.high);
  print_text(text);
}

result<exit_code> scale(const common_options& common, const stream_options& options) {
  const int ways =
      int{!options.split.empty()} + int{!options.merge.empty()} + int{options.scale_to > 0};
  if (ways != 1)
    return error{errc::invalid_argument, "give one of --split, --merge and --segments"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  auto done = scaled(*on, common, options);
  if (!done) return done.error();
  print_scaled(common, on->name(), *done);
  return told();
}

result<exit_code> seal(const common_options& common, const stream_options& options) {
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<void> sealed;
  {
    const blocking_wait wait{common, for_controller(on->in.settings(), "seal " + on->name(),
                                                    "it is unknown whether it is sealed")};
    sealed = on->in.streams().seal_stream(on->stream);
  }
  if (!sealed) return sealed.error();
  if (common.json)
    print_json(json_object{}.add("stream", on->name()).add("sealed", true));
  else
    print_text(fmt::format("sealed {}\n", on->name()));
  return told();
}

result<stream_cut> wanted_cut(stream_session& on, const stream_options& options) {
  if (options.at_tail) return on.in.streams().tail_cut(on.stream);
  auto cut = stream_cut::from_text(options.cut);
  if (!cut) return cut.error();
  if (cut->stream == on.stream) return cut;
  return error{errc::invalid_argument,
               fmt::format("the cut belongs to {}, not to {}", cut->stream.to_string(),
                           on.stream.to_string())};
}

// "0.0 at 4,096, 1.0 at 12": segments as `info` shows them, in the order of their numbers.
std::string places_text(const stream_cut& cut) {
  std::string text;
  for (const auto& [id, offset] : cut.offsets)
    text += fmt::format(
        "{}{} at {}", text.empty() ? "" : ", ", name_of(id),
        offset < 0 ? std::string{"its end"} : grouped(static_cast<std::uint64_t>(offset)));
  return text;
}

result<exit_code> truncate(const common_options& common, const stream_options& options) {
  if (options.cut.empty() == !options.at_tail)
    return error{errc::invalid_argument, "give one of --cut and --at-tail"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<stream_cut> cut = errc::closed;
  result<void> done;
  {
    const blocking_wait wait{common, for_controller(on->in.settings(), "truncate " + on->name(),
                                                    "it is unknown whether it is truncated")};
    cut = wanted_cut(*on, options);
    if (cut) done = on->in.streams().truncate_stream(*cut);
  }
  if (!cut) return cut.error();
  if (!done) return done.error();
  if (common.json)
    print_json(json_object{}.add("stream", on->name()).add("head", cut->to_text()));
  else
    print_text(fmt::format("truncated {}; its head is {}\n", on->name(), places_text(*cut)));
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
                 "give a change: --scaling, --retention, --tag, --untag or --rollover"};
  auto on = stream_session::open(common, options);
  if (!on) return on.error();
  result<stream_config> now = errc::closed;
  {
    const blocking_wait wait{common, for_controller(on->in.settings(), "update " + on->name(),
                                                    "it is unknown whether it is changed")};
    now = on->in.streams().change_stream(on->stream, change);
  }
  if (!now) return now.error();
  if (common.json)
    print_json(json_object{}
                   .add("stream", on->name())
                   .add("scaling", to_string(now->scaling))
                   .add("retention", to_string(now->retention))
                   .add("tags", now->tags));
  else
    print_text(fmt::format("updated {}\nsegments  {}\nretention {}\ntags      {}\n", on->name(),
                           to_string(now->scaling), to_string(now->retention),
                           tags_text(now->tags)));
  return told();
}

void add_scale(verb_row& verb, common_options& common,
               const std::shared_ptr<stream_options>& options) {
  auto& scaling = add_stream_action(
      verb, common, "scale", "Split or merge segments and wait for completion", options, scale);
  add_stream_option(scaling, options->stream);
  scaling.add("--split", options->split, "The segment to split, as `info` shows it")
      .type("SEGMENT");
  scaling.add("--into", options->into, "Number of parts of the split")
      .range(2, limits::split_parts_max)
      .with_default();
  scaling.add("--merge", options->merge, "Neighbouring segments to merge into one")
      .type("SEGMENT,SEGMENT");
  scaling
      .add("--segments", options->scale_to,
           "Replace all segments with this many of equal width")
      .range(1, 100'000);
  scaling.footer =
      "Waits for 60 s, or --timeout. After that, a started scale continues on the server.\n"
      "Examples:\n  pravega-actor stream scale logs/dpkg --split 0 --into 2\n"
      "  pravega-actor stream scale logs/dpkg --merge 1,2\n"
      "  pravega-actor stream scale logs/dpkg --segments 8";
}

void add_update(verb_row& verb, common_options& common,
                const std::shared_ptr<stream_options>& options) {
  auto& updating = add_stream_action(verb, common, "update", "Change a stream's configuration",
                                     options, update);
  add_stream_option(updating, options->stream);
  updating
      .add("--scaling", options->scaling,
           "fixed:N, events:RATE,FACTOR,N or kilobytes:RATE,FACTOR,N")
      .type("POLICY");
  updating.add("--retention", options->retention, "none, time:90m or size:10GB").type("POLICY");
  updating.add("--tag", options->tags, "Add a tag; repeatable").type("TAG");
  updating.add("--untag", options->untags, "Remove a tag; repeatable").type("TAG");
  updating.add("--rollover", options->rollover, "Size of the chunks in long-term storage")
      .type("BYTES");
  updating.footer =
      "The rest of the configuration stays as it is. The server may scale the stream to fit.\n"
      "Example:\n  pravega-actor stream update logs/dpkg --scaling events:1000,2,4 "
      "--tag debian";
}

}  // namespace

void add_stream_changes(verb_row& verb, common_options& common,
                        const std::shared_ptr<stream_options>& options) {
  add_scale(verb, common, options);
  auto& sealing = add_stream_action(
      verb, common, "seal", "End a stream for writers; it stays readable", options, seal);
  add_stream_option(sealing, options->stream);
  sealing.footer = "Example:\n  pravega-actor stream seal logs/dpkg";
  auto& cutting =
      add_stream_action(verb, common, "truncate",
                        "Drop the events before a stream cut, for ever", options, truncate);
  add_stream_option(cutting, options->stream);
  cutting.add("--cut", options->cut, "The new head, as `info` or a reader prints it")
      .type("CUT");
  cutting.add("--at-tail", options->at_tail, "Drop everything that is in the stream now");
  cutting.footer = "Example:\n  pravega-actor stream truncate logs/dpkg --at-tail";
  add_update(verb, common, options);
}

}  // namespace pravega_actor::tool
