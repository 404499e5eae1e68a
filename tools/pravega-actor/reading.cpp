#include "reading.hpp"

#include <unistd.h>

#include "common/descriptors.hpp"
#include "common/owed.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

/// Between notes that nothing comes.
constexpr seconds note_interval{10};

result<stream_reader> open_reader(const common_options& common, session& in,
                                  const read_plan& plan) {
  const blocking_wait wait{common,
                           for_controller(in.settings(), "open " + plan.stream.to_string())};
  auto options = in.pravega().default_reader_options();
  options.start = plan.from;
  if (!plan.follow) {
    auto seen = in.streams().describe(plan.stream);
    if (!seen) return seen.error();
    if (!seen->sealed) options.end = seen->tail;
    // The same tail: a scale meanwhile would lead behind the end.
    const bool from_tail = std::holds_alternative<read_from_tail>(plan.from);
    if (from_tail && !seen->sealed) options.start = seen->tail;
  }
  auto reader = in.pravega().create_reader(plan.stream, options);
  if (!reader) return reader;
  if (auto enough = check_descriptors(reader->status().segments.size()); !enough)
    return enough.error();
  return reader;
}

silence_cause cause_of(const stream_reader& reader, const read_plan& plan, duration silent,
                       std::int64_t recovery_ms) {
  const auto seen = reader.status();
  if (plan.follow && seen.last_failure.empty())
    return {"waiting for new events; end with a signal", false};
  return {owed_text(seen, silent, recovery_ms), true};
}

}  // namespace

reading_notes::reading_notes(const common_options& common, const session& in)
    : common_{common},
      // Events on the same terminal are progress enough.
      live_{STDERR_FILENO, draws_live(common, in.settings()) && !is_terminal(STDOUT_FILENO)} {}

void reading_notes::came(const std::function<styled_line()>& progress) {
  last_ = clock_type::now();
  said_ = false;
  said_once_.clear();
  if (progress && live_.due()) live_.draw({progress()});
}

void reading_notes::idle(const std::function<silence_cause(duration)>& cause) {
  const auto now = clock_type::now();
  const auto silent = now - last_;
  if (silent < silence_max || (said_ && now - noted_ < note_interval)) return;
  const auto found = cause(silent);
  noted_ = now;
  if (!found.mends && said_once_ == found.text) return;
  said_once_ = found.mends ? std::string{} : found.text;
  said_ = true;
  live_.clear();
  note(common_, "pravega-actor: " + found.text);
}

result<read_start> parse_start(const std::string& text) {
  if (text == "head") return read_start{read_from_head{}};
  if (text == "tail") return read_start{read_from_tail{}};
  auto cut = stream_cut::from_text(text);
  if (cut) return read_start{std::move(*cut)};
  return error{errc::invalid_argument,
               "--from takes head, tail or the text of a stream cut: " + cut.error().detail()};
}

result<read_outcome_of> read_stream(const common_options& common, session& in,
                                    const read_plan& plan, const read_hooks& hooks) {
  auto reader = open_reader(common, in, plan);
  if (!reader) return reader.error();
  reading_notes notes{common, in};
  const auto recovery_ms = in.settings().reader_recovery_timeout_ms;
  read_end end = read_end::stopped;
  while (!stop_wanted()) {
    auto item = reader->next(signal_patience);
    if (!item && item.error() == errc::end_of_segment) {
      end = read_end::reached;
      break;
    }
    if (!item) return item.error();
    if (!*item) {
      notes.idle([&](duration silent) { return cause_of(*reader, plan, silent, recovery_ms); });
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
    notes.came(hooks.progress);
    reader->release();
  }
  return read_outcome_of{end, reader->position()};
}

}  // namespace pravega_actor::tool
