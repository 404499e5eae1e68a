// pravega-actor demo: the whole of it in twenty seconds.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "demo/demo_run.hpp"
#include "demo/demo_view.hpp"
#include "stream/lineage_svg.hpp"

namespace pravega_actor::tool {

namespace {

constexpr double scales_max = 100;
constexpr double kills_max = 1000;
constexpr double readers_max = 100;

// A name that no other demo has.
scoped_stream new_stream() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<milliseconds>(now).count();
  return {"demo", fmt::format("log-{}-{}", ms, ::getpid())};
}

std::vector<styled_line> head_lines(const demo_target& target, const demo_run& run,
                                    const demo_options& options, const demo_file& file,
                                    const std::string& key) {
  const auto line = [](const char* name, std::string value) {
    return styled_line{}
        .add(tone::faint, fmt::format("{:<12}", name))
        .add(tone::plain, std::move(value));
  };
  return {
      line("file", fmt::format("{}: {}, {} ({})", file.name, counted(file.lines.size(), "line"),
                               counted(run.keys(), "routing key"), key)),
      line("stream",
           fmt::format("{}, {}", run.stream().to_string(),
                       counted(static_cast<std::uint64_t>(options.segments), "segment"))),
      line("controller",
           target.controller() + (target.embedded() ? " (embedded sandbox)" : "")),
      line("readers", fmt::format("{} of one group; {} killed at work", options.readers,
                                  options.reader_kills)),
      line("plan", fmt::format("about {:.0f} s, {}, {}, {}, {}", options.seconds,
                               counted(options.cuts, "cut"), counted(options.splits, "split"),
                               counted(options.merges, "merge"),
                               counted(options.kills, "killed writer"))),
  };
}

void print_row(const char* name, std::uint64_t value, const std::string& more = {},
               tone meaning = tone::plain) {
  print_line(styled_line{fmt::format("  {:<20} ", name)}
                 .add(meaning, fmt::format("{:>10}", grouped(value)))
                 .add(tone::faint, more.empty() ? more : "   " + more));
}

// What must be none.
void print_fault(const char* name, std::uint64_t found) {
  print_row(name, found, {}, found == 0 ? tone::good : tone::bad);
}

// Who read what, and what was read again because its reader was killed.
void print_readers(const std::vector<reader_tally>& readers) {
  print_line(styled_line{}.add(
      tone::faint, fmt::format("  {:<20} {:>10}   {:>10}", "reader", "events", "read again")));
  for (const auto& each : readers)
    print_line(styled_line{fmt::format("  {:<20} {:>10}   {:>10}", each.name,
                                       grouped(each.events), grouped(each.again))}
                   .add(tone::warning, each.killed ? "   killed" : ""));
}

void print_table(const demo_report& report, std::size_t keys) {
  const auto& end = report.end;
  const auto rate = static_cast<double>(end.written) / report.seconds;
  print_line({});
  print_row("events written", end.written,
            fmt::format("{} in {:.1f} s, {} events/s (paced)",
                        with_unit(static_cast<double>(end.bytes)), report.seconds,
                        grouped(static_cast<std::uint64_t>(std::llround(rate)))));
  print_row("events durable", end.durable);
  print_row("events read", end.read);
  print_fault("lost", report.found.lost);
  print_fault("doubled", report.found.doubled);
  print_fault("reordered", report.found.reordered);
  print_fault("foreign", report.found.foreign);
  print_row("in a transaction", end.transactions.committed, "committed");
  print_row("in another one", end.transactions.aborted,
            "aborted; each that is read is a foreign line");
  print_row("cuts", end.cuts, counted(end.connections_cut, "connection"));
  print_row("splits", end.splits);
  print_row("merges", end.merges,
            fmt::format("{} in {}", counted(report.lineage.segments.size(), "segment"),
                        counted(static_cast<std::uint64_t>(report.lineage.epochs), "epoch")));
  print_row("killed actors", end.killed);
  print_row("restarts", end.restarts);
  print_row("reconnects", end.reconnects);
  for (const auto& each : report.found.examples)
    print_line(styled_line{"  "}.add(tone::bad, each));
  print_line({});
  print_readers(end.readers);
  print_line({});
  if (report.held())
    print_line(styled_line{}.add(
        tone::good, fmt::format("Every line is there, once, and in order for each of {}.",
                                counted(keys, "key"))));
  else
    print_line(styled_line{}.add(tone::bad, "The check failed."));
}

json_array to_json(const std::vector<reader_tally>& readers) {
  json_array all;
  for (const auto& each : readers)
    all.add(json_object{}
                .add("reader", each.name)
                .add("events", each.events)
                .add("read_again", each.again)
                .add("killed", each.killed));
  return all;
}

json_object to_json(const demo_report& report, const demo_run& run, const std::string& file,
                    const std::string& controller) {
  const auto& end = report.end;
  json_object all;
  all.add("ok", report.held())
      .add("file", file)
      .add("controller", controller)
      .add("stream", run.stream().to_string())
      .add("lines", end.lines)
      .add("keys", run.keys())
      .add("written", end.written)
      .add("durable", end.durable)
      .add("read", end.read)
      .add("bytes", end.bytes)
      .add("lost", report.found.lost)
      .add("doubled", report.found.doubled)
      .add("reordered", report.found.reordered)
      .add("foreign", report.found.foreign)
      .add("examples", report.found.examples)
      .add("committed_in_transaction", end.transactions.committed)
      .add("aborted_in_transaction", end.transactions.aborted)
      .add("cuts", end.cuts)
      .add("connections_cut", end.connections_cut)
      .add("splits", end.splits)
      .add("merges", end.merges)
      .add("killed", end.killed)
      .add("readers_killed", end.readers_killed)
      .add("readers", to_json(end.readers))
      .add("restarts", end.restarts)
      .add("reconnects", end.reconnects)
      .add("epochs", report.lineage.epochs)
      .add("stream_segments", report.lineage.segments.size())
      .add("seconds", report.seconds)
      .add("events_per_s", static_cast<double>(end.written) / report.seconds)
      .add("stopped", report.stopped);
  return all;
}

// What stays behind: nothing, unless it is wanted.
result<void> tidy_up(const common_options& common, demo_target& target,
                     const demo_options& options, const demo_run& run) {
  const auto& stream = run.stream();
  const auto& group = run.group();
  if (!options.keep) {
    if (target.embedded()) return {};
    const blocking_wait wait{
        common, finishing(for_controller(target.settings(), "delete " + stream.to_string(),
                                         "the check is complete; the stream may remain"))};
    auto groups = target.pravega().reader_groups();
    if (auto gone = groups.delete_group(group); !gone) return gone.error();
    auto deleted = target.pravega().streams().delete_stream(stream);
    return deleted ? result<void>{} : result<void>{deleted.error()};
  }
  note(common, fmt::format("\nThe stream was kept:\n  pravega-actor read {} --controller {}",
                           stream.to_string(), target.controller()));
  if (!target.embedded()) return {};
  note(common, "The sandbox runs until Ctrl-C.");
  while (!stop_wanted())
    wait_for_stop(seconds{60});
  return {};
}

// Found out before twenty seconds are spent. The picture that was not asked for is done
// without.
result<void> check_picture(const common_options& common, demo_options& options) {
  if (options.lineage.empty()) return {};
  auto possible = check_lineage_file(options.lineage);
  if (possible || options.lineage != demo_lineage_default) return possible;
  note(common, fmt::format("pravega-actor: the stream will not be drawn: {}",
                           possible.error().detail()));
  options.lineage.clear();
  return {};
}

// What is known by now does not become a failure by a picture that cannot be drawn.
void draw_lineage(const common_options& common, const demo_options& options,
                  const stream_lineage& seen) {
  if (options.lineage.empty()) return;
  const blocking_wait wait{common, finishing(for_file(options.lineage))};
  const auto drawn = write_lineage_svg(options.lineage, seen);
  if (!drawn)
    note(common, "pravega-actor: the stream was not drawn: " + drawn.error().detail());
  else if (!common.json && !common.quiet)
    print_text(
        fmt::format("The stream's splits and merges are drawn in {}\n", options.lineage));
}

result<exit_code> run(const common_options& common, demo_options options) {
  if (auto possible = check_picture(common, options); !possible) return possible.error();
  auto file = [&] {
    const blocking_wait wait{common, for_file(options.file)};
    return load_demo_file(options.file);
  }();
  if (!file) return file.error();
  auto rule = key_rule::make(options.key.given() ? options.key : guess_key(*file));
  if (!rule) return rule.error();
  auto target = demo_target::make(common);
  if (!target) return target.error();
  const auto key = rule->to_string();
  demo_run work{**target, options, *file, std::move(*rule), new_stream()};
  demo_view view{!common.json && !common.quiet, draws_live(common, (*target)->settings()),
                 head_lines(**target, work, options, *file, key)};
  auto report = work.run(view);
  if (!report) return report.error();
  view.end(report->end);
  if (common.json)
    print_json(to_json(*report, work, file->name, (*target)->controller()));
  else
    print_table(*report, work.keys());
  draw_lineage(common, options, report->lineage);
  if (auto tidied = tidy_up(common, **target, options, work); !tidied) return tidied.error();
  if (auto printed = output_outcome(); !printed) return printed.error();
  if (!report->held()) return exit_code::check_failed;
  return report->stopped ? exit_code::interrupted : exit_code::ok;
}

constexpr const char* details =
    "Writes FILE line by line into a new stream, each line under its routing key, in about\n"
    "--seconds. The readers of a group share the stream. Meanwhile the demo cuts the client's\n"
    "connections, splits and merges segments of the stream, and kills actors of the client "
    "and\n"
    "a reader. It checks that each line comes once, and the lines of each key in order. Lines\n"
    "that the killed reader had read but not released come again to another reader; the demo\n"
    "counts them apart. The last lines are written in a transaction that is committed, while\n"
    "the lines of another one are aborted and must not come. The exit code is 0 if the check\n"
    "succeeds, and 1 if it fails. An SVG picture shows the history of the stream.\n"
    "\n"
    "FILE is /var/log/dpkg.log by default, or a log made from the list of installed packages.\n"
    "The key is the package for dpkg.log, and otherwise the field that groups lines best.\n"
    "Without --controller, the demo starts an embedded sandbox.\n"
    "\n"
    "Examples:\n"
    "  pravega-actor demo\n"
    "  pravega-actor demo --watch-status --splits 4 --kills 3\n"
    "  pravega-actor demo /var/log/syslog --key-field 5 --cuts 20\n"
    "  pravega-actor demo --controller tcp://127.0.0.1:9090 --seconds 5 --json";

}  // namespace

void add_demo_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action(
      "demo", "Write a real log file through a stream while faults strike, and check it");
  auto options = std::make_shared<demo_options>();
  verb.add("file", options->file, "The file").type("FILE");
  verb.add("--seconds", options->seconds, "Approximate duration of writing")
      .range(0.1, 86'400)
      .with_default();
  verb.add("--cuts", options->cuts, "Number of times that connections are cut")
      .range(0, 100'000)
      .with_default();
  verb.add("--splits", options->splits, "Number of splits").range(0, scales_max).with_default();
  verb.add("--merges", options->merges, "Number of merges, after the splits")
      .range(0, scales_max)
      .with_default();
  verb.add("--kills", options->kills, "Number of segment writers (actors) to kill")
      .range(0, kills_max)
      .with_default();
  verb.add("--readers", options->readers, "Number of readers in the group")
      .range(1, readers_max)
      .with_default();
  verb.add("--reader-kills", options->reader_kills, "Number of readers to kill at work")
      .range(0, kills_max)
      .with_default();
  verb.add("--segments", options->segments, "Initial number of segments")
      .range(1, 1000)
      .with_default();
  verb.add("--lineage", options->lineage, "File for the stream's picture; \"\": none")
      .type("FILE")
      .with_default();
  verb.add("--watch-status", options->watch_status,
           "Also show the supervision tree and the writer's segments");
  verb.add("--keep", options->keep, "Keep the stream (and the embedded sandbox, until Ctrl-C)");
  add_key_options(verb, options->key);
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer = details;
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
