// pravega-actor read: events to standard output.
#include <fmt/format.h>
#include <unistd.h>

#include "common/report.hpp"
#include "event_printer.hpp"
#include "group/group_reading.hpp"
#include "reading.hpp"

namespace pravega_actor::tool {

namespace {

/// Exact as a floating-point number.
constexpr double events_max = 9e15;
constexpr double parallel_max = 256;

struct read_options {
  std::string stream;
  std::string from = "head";
  std::string format = "%e%n";
  std::uint64_t count = 0;
  std::uint32_t parallel = 0;
  bool follow = false;
  bool cut = false;
  group_options group;
};

void warn_of_gap(const segment_gap& gap) {
  print_error(fmt::format("pravega-actor: {}: events from offset {} {} were truncated away\n",
                          gap.in.to_string(), gap.from,
                          gap.to < 0 ? std::string{"on"} : fmt::format("to {}", gap.to)));
}

// The summary for people who see no events, because standard output is not a terminal.
void summarize(const common_options& common, const event_printer& printer, double seconds) {
  if (is_terminal(STDOUT_FILENO) || !is_terminal(STDERR_FILENO)) return;
  const auto events = static_cast<double>(printer.events());
  note(common, fmt::format("{} events ({}) in {:.2f} s, {}/s", grouped(printer.events()),
                           with_unit(static_cast<double>(printer.bytes())), seconds,
                           rounded(seconds > 0 ? events / seconds : 0)));
}

/// What both ways of reading share.
struct printing {
  const common_options& common;
  event_printer printer;
  time_point begin = clock_type::now();
  /// When the last event came; what follows it is the wait for the certainty that nothing does.
  time_point last = begin;

  void came() { last = clock_type::now(); }
  [[nodiscard]] double seconds_read() const {
    return std::chrono::duration<double>{last - begin}.count();
  }
  [[nodiscard]] double seconds_passed() const {
    return std::chrono::duration<double>{clock_type::now() - begin}.count();
  }
  [[nodiscard]] std::string progress() const {
    return fmt::format("read {} events, {}, {:.1f} s", grouped(printer.events()),
                       with_unit(static_cast<double>(printer.bytes())), seconds_passed());
  }
  // How the verb ends. `broken_off`: before it had read what was wanted.
  [[nodiscard]] result<exit_code> end(bool broken_off) const {
    if (auto printed = output_outcome(); !printed) return printed.error();
    if (broken_off)
      print_error(fmt::format("pravega-actor: stopped by a signal after {} events\n",
                              grouped(printer.events())));
    else
      summarize(common, printer, seconds_read());
    return broken_off ? exit_code::interrupted : exit_code::ok;
  }
};

result<exit_code> run_alone(const common_options& common, session& in, const read_plan& plan,
                            bool cut, printing& on) {
  auto& printer = on.printer;
  read_hooks hooks;
  hooks.on_slice = [&](const event_slice& slice) {
    on.came();
    return printer.print_slice(slice) && (!plan.follow || printer.flush());
  };
  hooks.on_gap = warn_of_gap;
  hooks.on_idle = [&] {
    printer.flush();
    return true;
  };
  hooks.progress = [&] { return on.progress(); };
  auto outcome = plan.parallel > 0 ? read_in_parallel(common, in, plan, hooks)
                                   : read_stream(common, in, plan, hooks);
  printer.flush();
  if (!outcome) return outcome.error();
  if (cut) print_error(printer.position(outcome->position).to_text() + "\n");
  return on.end(outcome->end == read_end::stopped && !plan.follow);
}

// What was written is released, nothing else: the rest goes to another reader.
item_taken print_item(event_printer& printer, const event_item& item) {
  item_taken taken;
  if (const auto* slice = std::get_if<event_slice>(&item)) {
    taken.go_on = printer.print_slice(*slice);
    taken.processed_to = printer.in_part();
  } else if (const auto* mark = std::get_if<checkpoint_mark>(&item)) {
    printer.print_checkpoint(*mark);
  } else if (const auto* gap = std::get_if<segment_gap>(&item)) {
    warn_of_gap(*gap);
  }
  if (!printer.flush()) return {false, std::nullopt, false};
  return taken;
}

result<exit_code> run_in_group(const common_options& common, session& in,
                               const group_plan& plan, printing& on) {
  group_hooks hooks;
  hooks.on_item = [&](const std::string&, const event_item& item) {
    if (std::holds_alternative<event_slice>(item)) on.came();
    return print_item(on.printer, item);
  };
  hooks.progress = [&] { return on.progress(); };
  auto outcome = read_group(common, in, plan, hooks);
  if (!outcome) return outcome.error();
  const bool stopped = outcome->end == read_end::stopped;
  note_left(common, plan.group, *outcome, stopped);
  return on.end(stopped && !plan.follow);
}

result<exit_code> run(const common_options& common, read_options options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto from = parse_start(options.from);
  if (!from) return from.error();
  if (options.parallel > 0 && std::holds_alternative<read_from_tail>(*from))
    return error{errc::invalid_argument, "--parallel reads from the head or from a stream cut"};
  if (options.parallel > 0 && !options.group.group.empty())
    return error{errc::invalid_argument, "--parallel and --group exclude each other"};
  auto format = event_format::parse(options.format);
  if (!format) return format.error();
  auto in = session::open(common);
  if (!in) return in.error();
  auto& group = options.group;
  if (group.group.empty()) {
    printing on{common, {common, std::move(*format), options.count}};
    return run_alone(common, *in, {*stream, *from, options.follow, options.parallel},
                     options.cut, on);
  }
  if (options.from != "head") group.settings.from = {options.from};
  if (group.reader.empty()) group.reader = new_reader_name();
  auto name = ready_group(common, *in, group, *stream);
  if (!name) return name.error();
  printing on{common, {common, std::move(*format), options.count, group.reader}};
  return run_in_group(
      common, *in, {*stream, *name, {group.reader}, reader_options_of(group), options.follow},
      on);
}

constexpr const char* details =
    "Events of one segment come in order; segments take turns. Without --follow, the command\n"
    "ends at the tail that the stream had at the start.\n"
    "\n"
    "--parallel N reads N segments at a time, each with a reader of its own, until all are\n"
    "read. Segments do not wait for their predecessors, so only the events of one segment\n"
    "come in order; those of one key may not.\n"
    "\n"
    "With --group, processes share the stream: each event goes to one of them. A reader that\n"
    "joins later gets segments from the others after a checkpoint of the group. The command\n"
    "releases the events that it has written: if it ends, the group continues after them.\n"
    "Without --follow, it ends when the group has nothing left to read. --from and the\n"
    "settings apply to a new group only; an existing one stays as it is.\n"
    "\n"
    "--format: %e the event, %l its length, %s its segment, %o its offset, %p an event "
    "pointer,\n"
    "%n newline, %t tab, %0 a zero byte, %% a percent sign.\n"
    "--json: one object per event; an event that is not UTF-8 becomes event_base64.\n"
    "With --group it names the reader, and a checkpoint is an object with \"checkpoint\".\n"
    "\n"
    "Examples:\n"
    "  pravega-actor read logs/dpkg | grep installed\n"
    "  pravega-actor read logs/dpkg --from tail --follow\n"
    "  pravega-actor read logs/dpkg --parallel 8 | sort\n"
    "  pravega-actor read logs/dpkg --count 10 --format '%s@%o: %e%n'\n"
    "  pravega-actor read logs/dpkg --count 100 --cut 2> cut; \\\n"
    "  pravega-actor read logs/dpkg --from \"$(cat cut)\"\n"
    "  pravega-actor read logs/dpkg --group workers --follow";

}  // namespace

void add_read_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("read", "Print the events of a stream");
  auto options = std::make_shared<read_options>();
  add_stream_option(verb, options->stream);
  verb.add("--from", options->from, "The start: head, tail or the text of a stream cut")
      .type("PLACE")
      .with_default();
  verb.add("--count", options->count, "End after this many events").range(1, events_max);
  verb.add("--parallel", options->parallel,
           "Read this many segments at a time; the segments have no order")
      .range(1, parallel_max);
  verb.add("--follow,-f", options->follow, "Continue with new events at the tail")
      .excludes("--parallel");
  verb.add("--format", options->format, "The format of an event").type("FORMAT").with_default();
  verb.add("--cut", options->cut,
           "At the end, print the stream cut for the next --from on stderr")
      .excludes("--parallel");
  add_group_options(verb, options->group).excludes("--cut").excludes("--parallel");
  verb.add("--reader", options->group.reader,
           "The reader's name in the group (default: from host, process and a random number)")
      .type("NAME")
      .group(group_heading)
      .needs("--group");
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer = details;
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
