// pravega-actor write: lines of standard input as events.
#include <fmt/format.h>

#include "common/descriptors.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "stream/streams.hpp"
#include "write/line_feed.hpp"
#include "write/transaction_write.hpp"

namespace pravega_actor::tool {

namespace {

struct write_options {
  std::string stream;
  key_options key;
  bool create = false;
  bool transaction = false;
  std::string name;
  std::int32_t segments = 1;
};

/// Writes all lines and waits until they are durable.
class line_writer {
 public:
  line_writer(const common_options& common, const session& in, key_rule rule,
              event_writer writer, bool numbered)
      : common_{common}, feed_{common, in, std::move(rule), std::move(writer), numbered} {}

  result<exit_code> run();

 private:
  [[nodiscard]] exit_code tell_failure(const close_report& report, const error& reason);
  [[nodiscard]] exit_code tell(const close_report& report, const result<void>& outcome);
  [[nodiscard]] json_object summary(const close_report& report, double seconds);

  const common_options& common_;
  line_feed feed_;
};

json_object line_writer::summary(const close_report& report, double seconds) {
  json_array undurable;
  for (const auto& each : report.undurable)
    undurable.add(json_object{}
                      .add("first_line", each.first)
                      .add("last_line", each.last)
                      .add("outcome", each.unknown ? "unknown" : "not written"));
  json_object told;
  told.add("stream", feed_.writer().status().stream.to_string())
      .add("lines", report.last_written)
      .add("durable_lines", report.durable_through)
      .add("bytes", feed_.event_bytes())
      .add("without_key", feed_.without_key())
      .add("stored_before", feed_.writer().stored().everywhere())
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
  if (feed_.lines() > report.last_written)
    text += fmt::format("pravega-actor: lines {} to {}: not written\n", report.last_written + 1,
                        feed_.lines());
  print_error(text);
  return report.durable_through == feed_.lines() ? exit_code_of(reason)
                                                 : exit_code::not_durable;
}

exit_code line_writer::tell(const close_report& report, const result<void>& outcome) {
  const auto took = feed_.seconds_passed();
  auto json = summary(report, took);
  auto code = exit_code::ok;
  if (!outcome) {
    code = tell_failure(report, outcome.error());
    json.add("error", json_of(outcome.error(), process_code(code)));
  }
  if (common_.json)
    print_json(json);
  else if (outcome)
    note(common_,
         fmt::format("{} events ({}) are durable in {}{}, {:.2f} s",
                     grouped(report.durable_through),
                     with_unit(static_cast<double>(feed_.event_bytes())),
                     feed_.writer().status().stream.to_string(), feed_.keys_remark(), took));
  return code;
}

result<exit_code> line_writer::run() {
  auto outcome = feed_.write_lines();
  const auto drained = feed_.drain();
  if (outcome && !drained) outcome = drained.error();
  const auto report =
      feed_.writer().close(drained ? duration{seconds{10}} : duration{signal_patience});
  feed_.end();
  if (outcome && !report.outcome) outcome = report.outcome.error();
  const auto code = tell(report, outcome);
  const auto told = output_outcome();
  return told || code != exit_code::ok ? result<exit_code>{code} : told.error();
}

result<void> make_ready(session& in, const write_options& options,
                        const scoped_stream& stream) {
  if (!options.create) return {};
  auto made = ensure(in.streams(), stream, fixed_segments(options.segments));
  return made ? result<void>{} : result<void>{made.error()};
}

wait_details for_opening(const session& in, const scoped_stream& stream) {
  return for_controller(in.settings(), "open " + stream.to_string(),
                        "durable: nothing; no line was read");
}

result<event_writer> open_writer(const common_options& common, session& in,
                                 const write_options& options, const scoped_stream& stream) {
  const blocking_wait wait{common, for_opening(in, stream)};
  if (auto ready = make_ready(in, options, stream); !ready) return ready.error();
  auto how = in.pravega().default_writer_options();
  how.name = options.name;
  auto writer = in.pravega().create_writer(stream, how);
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
  if (options.transaction) {
    auto begun = [&]() -> result<transaction> {
      const blocking_wait wait{common, for_opening(*in, *stream)};
      if (auto ready = make_ready(*in, options, *stream); !ready) return ready.error();
      return begin_for_lines(common, *in, *stream);
    }();
    if (!begun) return begun.error();
    return write_transaction(common, *in, std::move(*rule), std::move(*begun));
  }
  auto writer = open_writer(common, *in, options, *stream);
  if (!writer) return writer.error();
  const auto stored = writer->stored().everywhere();
  if (stored > 0)
    note(common, fmt::format("pravega-actor: lines 1 to {} were stored before", stored));
  return line_writer{common, *in, std::move(*rule), std::move(*writer), !options.name.empty()}
      .run();
}

constexpr const char* examples =
    "Each line is one event, without its line end; the last line needs none. The command ends\n"
    "when every line is durable. If it fails, it lists the lines that are durable and those\n"
    "that are not. Lines without a key are spread over the segments in no order.\n"
    "\n"
    "With --transaction, readers get all lines or none. The transaction is committed at the\n"
    "end of the input. If the command fails or is interrupted, it is aborted. If the command\n"
    "is killed, the controller aborts it within 90 s. The exit code is 8 if it is unknown\n"
    "whether the lines are stored; `pravega-actor transaction status` shows it later.\n"
    "\n"
    "With --name, the command can be started again with the same input after it was killed or\n"
    "has failed. It goes on behind the lines that are stored, and each is stored once. The\n"
    "number of a line is its identity: only append to the input. Of two commands with one\n"
    "name, the later one goes on.\n"
    "\n"
    "Examples:\n"
    "  journalctl -f -o short | pravega-actor write logs/journal --key-field 5\n"
    "  pravega-actor write logs/dpkg --create --key-field 4 < /var/log/dpkg.log\n"
    "  pravega-actor write web/hits --key-regex '^(\\S+) ' < access.log\n"
    "  make-report | pravega-actor write reports/daily --transaction\n"
    "  pravega-actor write logs/import --name import-1 < big.log";

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
  verb.add("--transaction", options->transaction,
           "Write all lines in one transaction: all of them are stored, or none");
  verb.add("--name", options->name,
           "Go on where an earlier command with this name and the same input has stopped")
      .type("NAME")
      .excludes("--transaction");
  add_key_options(verb, options->key);
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer = examples;
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
