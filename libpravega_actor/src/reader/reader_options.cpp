#include "reader/reader_options.hpp"

#include <string>
#include <utility>

#include "pravega_actor/large_event.hpp"

namespace pravega_actor::internal {

namespace {

error refused(std::string reason) {
  return error{errc::invalid_argument, std::move(reason)}.with_stage(stage::configuration);
}

result<void> out_of_range(std::string_view option, std::string_view range) {
  return refused(std::string{option}.append(" must be ").append(range));
}

result<void> check_cut(const scoped_stream& stream, const stream_cut& cut) {
  if (auto valid = cut.check(); !valid) return valid;
  if (cut.stream == stream) return {};
  return refused("a cut of stream " + cut.stream.to_string() + " for a reader of " +
                 stream.to_string());
}

}  // namespace

result<void> check(const scoped_stream& stream, const reader_options& options) {
  if (auto valid = check_names(stream); !valid) return valid;
  if (options.request_bytes < limits::event_header_bytes ||
      options.request_bytes > limits::read_bytes_max)
    return out_of_range("request_bytes", "8 to 2097152");
  if (options.prefetch_slices < 1 || options.prefetch_slices > limits::prefetch_slices_max)
    return out_of_range("prefetch_slices", "1 to 64");
  if (options.event_payload_bytes_max > limits::large_event_bytes_max)
    return out_of_range("event_payload_bytes_max", "at most 1073741815");
  if (options.on_truncation == truncation_policy::reset_group)
    return refused("truncation_policy::reset_group is for readers of groups");
  if (const auto* start = std::get_if<stream_cut>(&options.start)) {
    if (auto valid = check_cut(stream, *start); !valid) return valid;
    if (start->offsets.empty()) return refused("the start cut names no segment");
  }
  return options.end ? check_cut(stream, *options.end) : result<void>{};
}

result<reader_options> with_cuts(const scoped_stream& stream, const reader_options& options) {
  const auto* splits = std::get_if<std::vector<stream_split>>(&options.start);
  if (splits == nullptr) return options;
  if (splits->empty()) return refused("there is no split to read");
  if (options.end) return refused("a reader of splits cannot have an end cut");
  stream_cut from{stream, {}};
  stream_cut to{stream, {}};
  for (const auto& each : *splits) {
    if (auto valid = each.check(); !valid)
      return valid.error().with_stage(stage::configuration);
    if (each.in.stream != stream)
      return refused("split " + each.to_string() + " for a reader of " + stream.to_string());
    if (!from.offsets.emplace(each.in.id, each.from).second)
      return refused("two splits of segment " + each.in.to_string() + " for one reader");
    to.offsets.emplace(each.in.id, each.to);
  }
  auto cuts = options;
  cuts.start = std::move(from);
  cuts.end = std::move(to);
  return cuts;
}

}  // namespace pravega_actor::internal
