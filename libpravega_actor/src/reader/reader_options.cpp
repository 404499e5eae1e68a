#include "reader/reader_options.hpp"

#include <string>

namespace pravega_actor::internal {

namespace {

result<void> out_of_range(std::string_view option, std::string_view range) {
  return error{errc::invalid_argument, std::string{option}.append(" must be ").append(range)}
      .with_stage(stage::configuration);
}

result<void> check_cut(const scoped_stream& stream, const stream_cut& cut) {
  if (auto valid = cut.check(); !valid) return valid;
  if (cut.stream == stream) return {};
  return error{errc::invalid_argument, "a cut of stream " + cut.stream.to_string() +
                                           " for a reader of " + stream.to_string()}
      .with_stage(stage::configuration);
}

}  // namespace

result<void> check(const scoped_stream& stream, const reader_options& options) {
  if (auto valid = check_names(stream); !valid) return valid;
  if (options.request_bytes < limits::event_header_bytes ||
      options.request_bytes > limits::read_bytes_max)
    return out_of_range("request_bytes", "8 to 2097152");
  if (options.prefetch_slices < 1 || options.prefetch_slices > limits::prefetch_slices_max)
    return out_of_range("prefetch_slices", "1 to 64");
  if (options.event_payload_bytes_max > limits::large_event_payload_bytes_max)
    return out_of_range("event_payload_bytes_max", "at most 67108864");
  if (const auto* start = std::get_if<stream_cut>(&options.start)) {
    if (auto valid = check_cut(stream, *start); !valid) return valid;
    if (start->offsets.empty())
      return error{errc::invalid_argument, "the start cut names no segment"}.with_stage(
          stage::configuration);
  }
  return options.end ? check_cut(stream, *options.end) : result<void>{};
}

}  // namespace pravega_actor::internal
