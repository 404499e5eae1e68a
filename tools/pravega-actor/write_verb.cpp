// pravega-actor write: lines of standard input as events.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <nlohmann/json.hpp>

#include "key_rule.hpp"
#include "line_input.hpp"
#include "report.hpp"
#include "signals.hpp"
#include "streams.hpp"
#include "terminal.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds patience{200};
constexpr seconds silence{3};
constexpr std::uint64_t lines_between_looks = 256;
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
  line_writer(const common_options& common, bool live, key_rule rule, event_writer writer)
      : common_{common},
        rule_{std::move(rule)},
        writer_{std::move(writer)},
        input_{STDIN_FILENO},
        live_{STDERR_FILENO, live},
        total_bytes_{input_.total_bytes()} {}

  result<exit_code> run();

 private:
  result<void> write_lines();
  result<void> write_line(std::string_view line);
  result<void> drain();
  void look();
  void draw(std::uint64_t durable);
  [[nodiscard]] exit_code tell(const close_report& report, const result<void>& outcome);
  [[nodiscard]] nlohmann::ordered_json summary(const close_report& report) const;

  const common_options& common_;
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
};

void line_writer::draw(std::uint64_t durable) {
  const std::chrono::duration<double> took = clock_type::now() - begin_;
  auto text =
      fmt::format("written {}  durable {}  {}/s", grouped(input_.lines()), grouped(durable),
                  with_unit(static_cast<double>(input_.bytes()) / took.count()));
  if (total_bytes_ && *total_bytes_ > 0)
    text = fmt::format(
        "{} {}",
        bar(static_cast<double>(input_.bytes()) / static_cast<double>(*total_bytes_),
            bar_width),
        text);
  live_.draw({text});
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
  if (live_.due()) draw(progress.durable_through);
  if (now - changed_ < silence) return;
  changed_ = now;
  const auto status = writer_.status();
  if (status.last_failure.empty()) return;
  live_.clear();
  note(common_, "pravega-actor: still trying: " + status.last_failure);
}

result<void> line_writer::write_line(std::string_view line) {
  const auto key = rule_.key_of(line);
  if (!key) ++without_key_;
  for (;;) {
    auto ticket = key ? writer_.write(*key, as_bytes(line), patience)
                      : writer_.write(as_bytes(line), patience);
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

// Ends when all is durable, when the writer failed, or at one more stop signal than there was.
result<void> line_writer::drain() {
  const int stops = stop_signals();
  if (stops > 0)
    note(common_, "pravega-actor: waits for what is written; again to stop at once");
  for (;;) {
    auto flushed = writer_.flush(patience);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    look();
    if (stop_signals() > stops) return flushed;
  }
}

nlohmann::ordered_json line_writer::summary(const close_report& report) const {
  const std::chrono::duration<double> took = clock_type::now() - begin_;
  auto undurable = nlohmann::ordered_json::array();
  for (const auto& each : report.undurable)
    undurable.push_back({{"first_line", each.first},
                         {"last_line", each.last},
                         {"outcome", each.unknown ? "unknown" : "not written"}});
  return {{"stream", writer_.status().stream.to_string()},
          {"lines", report.last_written},
          {"durable_lines", report.durable_through},
          {"bytes", event_bytes_},
          {"without_key", without_key_},
          {"seconds", took.count()},
          {"events_per_s", static_cast<double>(report.durable_through) / took.count()},
          {"not_durable", undurable}};
}

exit_code line_writer::tell(const close_report& report, const result<void>& outcome) {
  auto code = exit_code::ok;
  auto json = summary(report);
  std::string lost;
  for (const auto& each : report.undurable)
    lost += fmt::format("pravega-actor: lines {} to {}: {}\n", each.first, each.last,
                        each.unknown ? "nobody knows whether they are stored" : "not written");
  const bool complete = report.durable_through == report.last_written;
  if (!outcome) {
    code = complete ? exit_code_of(outcome.error()) : exit_code::not_durable;
    note({}, fmt::format("pravega-actor: {}\npravega-actor: durable: {}",
                         outcome.error() == errc::cancelled ? "stopped by a signal"
                                                            : outcome.error().to_string(),
                         report.durable_through == 0
                             ? std::string{"nothing"}
                             : fmt::format("lines 1 to {}", report.durable_through)));
    if (!lost.empty()) print_error(lost);
    json["error"] = json_of(outcome.error());
  }
  if (common_.json)
    print_json(json);
  else if (outcome)
    note(common_, fmt::format("{} events ({}) are durable in {}{}, {:.2f} s",
                              grouped(report.durable_through),
                              with_unit(static_cast<double>(event_bytes_)),
                              json["stream"].get<std::string>(),
                              without_key_ > 0 && rule_.given()
                                  ? fmt::format(" ({} without a key)", grouped(without_key_))
                                  : "",
                              json["seconds"].get<double>()));
  return code;
}

result<exit_code> line_writer::run() {
  auto outcome = write_lines();
  const auto drained = drain();
  if (outcome && !drained) outcome = drained.error();
  const auto report = writer_.close(drained ? duration{seconds{10}} : duration{patience});
  live_.clear();
  if (outcome && !report.outcome) outcome = report.outcome.error();
  const auto code = tell(report, outcome);
  const auto told = output_outcome();
  return told || code != exit_code::ok ? result<exit_code>{code} : told.error();
}

result<exit_code> run(const common_options& common, const write_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto rule = key_rule::make(options.key);
  if (!rule) return rule.error();
  const auto settings = configuration_of(common);
  if (!settings) return settings.error();
  auto pravega = open_client(*settings);
  if (!pravega) return pravega.error();
  if (options.create) {
    auto made = ensure(pravega->streams(), *stream, fixed_segments(options.segments));
    if (!made) return made.error();
  }
  auto writer = pravega->create_writer(*stream);
  if (!writer) return writer.error();
  const bool live = draws_live(common, *settings);
  return line_writer{common, live, std::move(*rule), std::move(*writer)}.run();
}

constexpr const char* examples =
    "Each line is one event, without its line end; the last line needs none. The command ends\n"
    "when every line is durable. If it fails it tells which lines are durable and which are\n"
    "not. Lines without a key are spread over the segments in no order.\n"
    "\n"
    "Examples:\n"
    "  journalctl -f -o short | pravega-actor write logs/journal --key-field 5\n"
    "  pravega-actor write logs/dpkg --create --segments 4 --key-field 4 < /var/log/dpkg.log\n"
    "  pravega-actor write web/hits --key-regex '^(\\S+) ' < access.log";

}  // namespace

void add_write_verb(CLI::App& app, command_line& line) {
  auto& verb = *app.add_subcommand("write", "Write lines of standard input as events");
  auto options = std::make_shared<write_options>();
  add_stream_option(verb, options->stream);
  auto* create =
      verb.add_flag("--create", options->create, "Create scope and stream if missing");
  verb.add_option("--segments", options->segments, "Segments of a stream that is created")
      ->check(CLI::Range(1, 100'000))
      ->needs(create)
      ->capture_default_str();
  add_key_options(verb, options->key);
  add_json_option(verb, line.common);
  add_common_options(verb, line.common);
  verb.footer(examples);
  verb.callback(
      [&line, options] { line.run = [&line, options] { return run(line.common, *options); }; });
}

}  // namespace pravega_actor::tool
