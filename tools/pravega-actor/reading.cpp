#include "reading.hpp"

#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds patience{100};

}  // namespace

result<read_start> parse_start(const std::string& text) {
  if (text == "head") return read_start{read_from_head{}};
  if (text == "tail") return read_start{read_from_tail{}};
  auto cut = stream_cut::from_text(text);
  if (cut) return read_start{std::move(*cut)};
  return error{errc::invalid_argument,
               "--from takes head, tail or the text of a stream cut: " + cut.error().detail()};
}

result<read_outcome_of> read_stream(client& pravega, const read_plan& plan,
                                    const read_hooks& hooks) {
  auto options = pravega.default_reader_options();
  options.start = plan.from;
  if (!plan.follow) {
    auto seen = pravega.streams().describe(plan.stream);
    if (!seen) return seen.error();
    if (!seen->sealed) options.end = seen->tail;
    // The same tail: a scale meanwhile would lead behind the end.
    const bool from_tail = std::holds_alternative<read_from_tail>(plan.from);
    if (from_tail && !seen->sealed) options.start = seen->tail;
  }
  auto reader = pravega.create_reader(plan.stream, options);
  if (!reader) return reader.error();
  read_end end = read_end::stopped;
  while (!stop_wanted()) {
    auto item = reader->next(patience);
    if (!item && item.error() == errc::end_of_segment) {
      end = read_end::reached;
      break;
    }
    if (!item) return item.error();
    if (!*item) {
      if (!hooks.on_idle || hooks.on_idle()) continue;
      end = read_end::enough;
      break;
    }
    if (const auto* gap = std::get_if<segment_gap>(&**item); gap != nullptr && hooks.on_gap)
      hooks.on_gap(*gap);
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice != nullptr && !hooks.on_slice(*slice)) {
      end = read_end::enough;
      break;
    }
    reader->release();
  }
  return read_outcome_of{end, reader->position()};
}

}  // namespace pravega_actor::tool
