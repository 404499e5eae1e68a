// pravega-actor write: lines of standard input as events.
#include <fmt/format.h>
#include <unistd.h>

#include "common/descriptors.hpp"
#include "common/key_rule.hpp"
#include "common/line_input.hpp"
#include "common/owed.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/terminal.hpp"
#include "common/waiting.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::uint64_t lines_between_looks = 256;
/// Between notes that nothing moves.
constexpr seconds note_interval{10};
constexpr seconds silence_when_stopped{1};
constexpr std::size_t bar_width = 30;

struct write_options {
  std::string stream;
  key_options key;
  bool create = false;
  std::int32_t segments = 1;
};

/// Writes all lines and waits until they are durable.
class line_writer {
 public:
  line_writer(const common_options& common, const session& in, key_rule rule,
              event_writer writer)
      : common_{common},
        recovery_ms_{in.settings().writer_recovery_timeout_ms},
        rule_{std::move(rule)},
        writer_{std::move(writer)},
        input_{STDIN_FILENO},
        live_{STDERR_FILENO, draws_live(common, in.settings())},
        total_bytes_{input_.total_bytes()} {}

  result<exit_code> run();

 private:
  result<void> write_lines();
  result<void> write_line(std::string_view line);
  result<void> drain();
  void look();
  void draw(std::uint64_t durable);
  [[nodiscard]] exit_code tell_failure(const close_report& report, const error& reason);
  [[nodiscard]] exit_code tell(const close_report& report, const result<void>& outcome);
  [[nodiscard]] json_object summary(const close_report& report, double seconds) const;

  const common_options& common_;
  const std::int64_t recovery_ms_;
  const key_rule rule_;
  event_writer writer_;
  line_input input_;
  live_lines live_;
  const std::optional<std::uint64_t> total_bytes_;
  const time_point begin_ = clock_type::now();
  std::uint64_t without_key_ = 0;
  std::uint64_t event_bytes_ = 0;
  std::uint64_t durable_seen_ = 0;
  time_point changed_ = clock_type::now();
  time_point noted_{};
};

void line_writer::draw(std::uint64_t durable) {
  const std::chrono::duration<double> took = clock_type::now() - begin_;
  const auto bytes = static_cast<double>(input_.bytes());
  styled_line line;
  if (total_bytes_ && *total_bytes_ > 0)
    line = bar(bytes / static_cast<double>(*total_bytes_), bar_width).add(" ");
  line.add(fmt::format("written {}  durable {}  {}/s", grouped(input_.lines()),
                       grouped(durable), with_unit(bytes / took.count())));
  live_.draw({line});
}

// Progress for a terminal; a note when nothing moves.
void line_writer::look() {
  const auto progress = writer_.progress();
  const auto now = clock_type::now();
  if (progress.durable_through != durable_seen_ ||
      progress.durable_through == progress.last_written) {
    durable_seen_ = progress.durable_through;
    changed_ = now;
  }
  const auto silent = now - changed_;
  if (live_.due()) {
    if (silent >= silence_max)
      live_.draw_sentence(owed_text(writer_.status(), silent, recovery_ms_));
    else
      draw(progress.durable_through);
  }
  if (live_.on() || silent < silence_max || now - noted_ < note_interval) return;
  noted_ = now;
  note(common_, "pravega-actor: " + owed_text(writer_.status(), silent, recovery_ms_));
}

result<void> line_writer::write_line(std::string_view line) {
  const auto key = rule_.key_of(line);
  if (!key) ++without_key_;
  for (;;) {
    auto ticket = key ? writer_.write(*key, as_bytes(line), signal_patience)
                      : writer_.write(as_bytes(line), signal_patience);
    if (ticket) return {};
    if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
    look();
    if (stop_wanted()) return errc::cancelled;
  }
}

result<void> line_writer::write_lines() {
  for (;;) {
    auto line = input_.next();
    if (!line) return line.error();
    if (!*line) return stop_wanted() ? result<void>{errc::cancelled} : result<void>{};
    event_bytes_ += (*line)->size();
    if (auto written = write_line(**line); !written) return written;
    if (input_.lines() % lines_between_looks == 0 || !input_.buffered()) look();
  }
}

// Ends when all is durable or when the writer failed; after a stop signal also at one more, or
// when nothing moves any more.
result<void> line_writer::drain() {
  const int stops = stop_signals();
  changed_ = clock_type::now();
  if (stops > 0)
    note(common_, "pravega-actor: waiting for written events; signal again to stop at once");
  for (;;) {
    auto flushed = writer_.flush(signal_patience);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    look();
    const bool stands = clock_type::now() - changed_ > silence_when_stopped;
    if (stop_signals() > stops || (stops > 0 && stands)) return errc::cancelled;
  }
}

json_object line_writer::summary(const close_report& report, double seconds) const {
  json_array undurable;
  for (const auto& each : report.undurable)
    undurable.add(json_object{}
                      .add("first_line", each.first)
                      .add("last_line", each.last)
                      .add("outcome", each.unknown ? "unknown" : "not written"));
  json_object told;
  told.add("stream", writer_.status().stream.to_string())
      .add("lines", report.last_written)
      .add("durable_lines", report.durable_through)
      .add("bytes", event_bytes_)
      .add("without_key", without_key_)
      .add("seconds", seconds)
      .add("events_per_s", static_cast<double>(report.durable_through) / seconds)
      .add("not_durable", undurable);
  return told;
}

// Why it ended, what is durable, and what is not.
exit_code line_writer::tell_failure(const close_report& report, const error& reason) {
  std::string text;
  if (reason == errc::cancelled)
    text = "pravega-actor: stopped by a signal\n";
  else
    report_error({}, reason);
  text += fmt::format("pravega-actor: durable: {}\n",
                      report.durable_through == 0
                          ? std::string{"nothing"}
                          : fmt::format("lines 1 to {}", report.durable_through));
  for (const auto& each : report.undurable)
    text += fmt::format("pravega-actor: lines {} to {}: {}\n", each.first, each.last,
                        each.unknown ? "it is unknown whether they are stored" : "not written");
  // A line that was read and that the writer refused is not durable either.
  if (input_.lines() > report.last_written)
    text += fmt::format("pravega-actor: lines {} to {}: not written\n", report.last_written + 1,
                        input_.lines());
  print_error(text);
  return report.durable_through == input_.lines() ? exit_code_of(reason)
                                                  : exit_code::not_durable;
}

exit_code line_writer::tell(const close_report& report, const result<void>& outcome) {
  const std::chrono::duration<double> took = clock_type::now() - begin_;
  auto json = summary(report, took.count());
  auto code = exit_code::ok;
  if (!outcome) {
    code = tell_failure(report, outcome.error());
    json.add("error", json_of(outcome.error(), process_code(code)));
  }
  if (common_.json)
    print_json(json);
  else if (outcome)
    note(common_, fmt::format("{} events ({}) are durable in {}{}, {:.2f} s",
                              grouped(report.durable_through),
                              with_unit(static_cast<double>(event_bytes_)),
                              writer_.status().stream.to_string(),
                              without_key_ > 0 && rule_.given()
                                  ? fmt::format(" ({} without a key)", grouped(without_key_))
                                  : "",
                              took.count()));
  return code;
}

result<exit_code> line_writer::run() {
  input_.while_waiting([this] { look(); });
  auto outcome = write_lines();
  const auto drained = drain();
  if (outcome && !drained) outcome = drained.error();
  const auto report =
      writer_.close(drained ? duration{seconds{10}} : duration{signal_patience});
  live_.clear();
  if (outcome && !report.outcome) outcome = report.outcome.error();
  const auto code = tell(report, outcome);
  const auto told = output_outcome();
  return told || code != exit_code::ok ? result<exit_code>{code} : told.error();
}

result<event_writer> open_writer(const common_options& common, session& in,
                                 const write_options& options, const scoped_stream& stream) {
  const blocking_wait wait{common, for_controller(in.settings(), "open " + stream.to_string(),
                                                  "durable: nothing; no line was read")};
  if (options.create) {
    auto made = ensure(in.streams(), stream, fixed_segments(options.segments));
    if (!made) return made.error();
  }
  auto writer = in.pravega().create_writer(stream);
  if (!writer) return writer;
  if (auto enough = check_descriptors(writer->status().segments.size()); !enough)
    return enough.error();
  return writer;
}

result<exit_code> run(const common_options& common, const write_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto rule = key_rule::make(options.key);
  if (!rule) return rule.error();
  auto in = session::open(common);
  if (!in) return in.error();
  auto writer = open_writer(common, *in, options, *stream);
  if (!writer) return writer.error();
  return line_writer{common, *in, std::move(*rule), std::move(*writer)}.run();
}

constexpr const char* examples =
    "Each line is one event, without its line end; the last line needs none. The command ends\n"
    "when every line is durable. If it fails, it lists the lines that are durable and those\n"
    "that are not. Lines without a key are spread over the segments in no order.\n"
    "\n"
    "Examples:\n"
    "  journalctl -f -o short | pravega-actor write logs/journal --key-field 5\n"
    "  pravega-actor write logs/dpkg --create --key-field 4 < /var/log/dpkg.log\n"
    "  pravega-actor write web/hits --key-regex '^(\\S+) ' < access.log";

}  // namespace

void add_write_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("write", "Write lines of standard input as events");
  auto options = std::make_shared<write_options>();
  add_stream_option(verb, options->stream);
  verb.add("--create", options->create, "Create scope and stream if missing");
  verb.add("--segments", options->segments, "Number of segments of a new stream")
      .range(1, 100'000)
      .needs("--create")
      .with_default();
  add_key_options(verb, options->key);
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer = examples;
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
