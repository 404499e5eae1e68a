// pravega-actor read: events to standard output.
#include <fmt/format.h>
#include <unistd.h>

#include "common/event_format.hpp"
#include "common/report.hpp"
#include "reading.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t output_bytes = std::size_t{1} << 18;
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
};

/// Prints events until there are enough.
class event_printer {
 public:
  event_printer(const common_options& common, event_format format, std::uint64_t count)
      : common_{common}, format_{std::move(format)}, left_{count}, limited_{count > 0} {}

  // False: enough, or nobody reads the output.
  bool print_slice(const event_slice& slice) {
    next_offset_ = slice.offset();
    in_ = slice.empty() ? std::nullopt : std::optional{slice.in().id};
    for (const auto event : slice) {
      if (common_.json)
        append_json(text_, event);
      else
        format_.append(text_, event);
      ++events_;
      bytes_ += event.payload.size();
      next_offset_ = event.offset + static_cast<std::int64_t>(limits::event_header_bytes +
                                                              event.payload.size());
      if (text_.size() >= output_bytes && !flush()) return false;
      if (limited_ && --left_ == 0) return false;
    }
    in_.reset();
    return true;
  }

  // False: standard output takes no more.
  bool flush() {
    if (!text_.empty()) print(text_);
    text_.clear();
    return !output_failed();
  }

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// The position, moved to the event after the last one that was printed.
  [[nodiscard]] stream_cut position(stream_cut cut) const {
    if (in_) cut.offsets[*in_] = next_offset_;
    return cut;
  }

 private:
  const common_options& common_;
  const event_format format_;
  std::uint64_t left_;
  const bool limited_;
  std::uint64_t events_ = 0;
  std::uint64_t bytes_ = 0;
  std::string text_;
  /// The segment of a slice that is printed in part only.
  std::optional<segment_id> in_;
  std::int64_t next_offset_ = 0;
};

void warn_of_gap(const segment_gap& gap) {
  print_error(fmt::format("pravega-actor: {}: events from offset {} {} were truncated away\n",
                          gap.in.to_string(), gap.from,
                          gap.to < 0 ? std::string{"on"} : fmt::format("to {}", gap.to)));
}

// What a person who sees no events (they go elsewhere) is told in the end.
void summarize(const common_options& common, const event_printer& printer, double seconds) {
  if (is_terminal(STDOUT_FILENO) || !is_terminal(STDERR_FILENO)) return;
  const auto events = static_cast<double>(printer.events());
  note(common, fmt::format("{} events ({}) in {:.2f} s, {}/s", grouped(printer.events()),
                           with_unit(static_cast<double>(printer.bytes())), seconds,
                           rounded(seconds > 0 ? events / seconds : 0)));
}

result<exit_code> run(const common_options& common, const read_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto from = parse_start(options.from);
  if (!from) return from.error();
  if (options.parallel > 0 && std::holds_alternative<read_from_tail>(*from))
    return error{errc::invalid_argument, "--parallel reads from the head or from a stream cut"};
  auto format = event_format::parse(options.format);
  if (!format) return format.error();
  auto in = session::open(common);
  if (!in) return in.error();
  event_printer printer{common, std::move(*format), options.count};
  const auto begin = clock_type::now();
  const auto seconds_passed = [begin] {
    return std::chrono::duration<double>{clock_type::now() - begin}.count();
  };
  read_hooks hooks;
  hooks.on_slice = [&](const event_slice& slice) {
    return printer.print_slice(slice) && (!options.follow || printer.flush());
  };
  hooks.on_gap = warn_of_gap;
  hooks.on_idle = [&] {
    printer.flush();
    return true;
  };
  hooks.progress = [&] {
    return fmt::format("read {} events, {}, {:.1f} s", grouped(printer.events()),
                       with_unit(static_cast<double>(printer.bytes())), seconds_passed());
  };
  const read_plan plan{*stream, *from, options.follow, options.parallel};
  auto outcome = options.parallel > 0 ? read_in_parallel(common, *in, plan, hooks)
                                      : read_stream(common, *in, plan, hooks);
  printer.flush();
  if (!outcome) return outcome.error();
  if (options.cut) print_error(printer.position(outcome->position).to_text() + "\n");
  if (auto printed = output_outcome(); !printed) return printed.error();
  const bool broken_off = outcome->end == read_end::stopped && !options.follow;
  if (broken_off)
    print_error(fmt::format("pravega-actor: stopped by a signal after {} events\n",
                            grouped(printer.events())));
  else
    summarize(common, printer, seconds_passed());
  return broken_off ? exit_code::interrupted : exit_code::ok;
}

constexpr const char* details =
    "Events of one segment come in order; segments take turns. Without --follow, the command\n"
    "ends at the tail that the stream had at the start.\n"
    "\n"
    "--parallel N reads N segments at a time, each with a reader of its own, until all are\n"
    "read. Segments do not wait for their predecessors, so only the events of one segment\n"
    "come in order; those of one key may not.\n"
    "\n"
    "--format: %e the event, %l its length, %s its segment, %o its offset, %p an event "
    "pointer,\n"
    "%n newline, %t tab, %0 a zero byte, %% a percent sign.\n"
    "--json: one object per event; an event that is not UTF-8 becomes event_base64.\n"
    "\n"
    "Examples:\n"
    "  pravega-actor read logs/dpkg | grep installed\n"
    "  pravega-actor read logs/dpkg --from tail --follow\n"
    "  pravega-actor read logs/dpkg --parallel 8 | sort\n"
    "  pravega-actor read logs/dpkg --count 10 --format '%s@%o: %e%n'\n"
    "  pravega-actor read logs/dpkg --count 100 --cut 2> cut; \\\n"
    "  pravega-actor read logs/dpkg --from \"$(cat cut)\"";

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
           "Read this many segments at a time, in no order among them")
      .range(1, parallel_max);
  verb.add("--follow,-f", options->follow, "Continue with new events at the tail")
      .excludes("--parallel");
  verb.add("--format", options->format, "The format of an event").type("FORMAT").with_default();
  verb.add("--cut", options->cut,
           "At the end, print the stream cut for the next --from on stderr")
      .excludes("--parallel");
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer = details;
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
