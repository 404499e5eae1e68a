#include "write/transaction_write.hpp"

#include <fmt/format.h>

#include <string_view>

#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "stream/stream_actions.hpp"
#include "transaction/ended.hpp"
#include "write/line_feed.hpp"

namespace pravega_actor::tool {

namespace {

/// Writes all lines into one transaction and ends it.
class transaction_writer {
 public:
  transaction_writer(const common_options& common, const session& in, key_rule rule,
                     transaction into)
      : common_{common},
        in_{in},
        into_{std::move(into)},
        name_{into_.stream(), into_.id()},
        feed_{common, in, std::move(rule), into_.writer()} {}

  result<exit_code> run();

 private:
  template <class Call>
  result<void> ending(const char* verb, Call call);
  void commit();
  void abort();
  [[nodiscard]] exit_code tell_failure();
  [[nodiscard]] json_object summary() const;

  const common_options& common_;
  const session& in_;
  transaction into_;
  const named_transaction name_;
  line_feed feed_;
  /// Why the transaction is not committed by this command.
  std::optional<error> failure_;
  /// "committed", "aborted" or "unknown".
  const char* state_ = "unknown";
};

template <class Call>
result<void> transaction_writer::ending(const char* verb, Call call) {
  // The call has the same end, and says what it knows.
  auto without_timeout = common_;
  without_timeout.timeout_s = 0;
  const blocking_wait wait{
      without_timeout,
      finishing(for_controller(in_.settings(), fmt::format("{} {}", verb, name_.to_string()),
                               fmt::format("it is unknown whether the lines are stored; {} "
                                           "shows it",
                                           name_.status_command())))};
  return call(patience_of(common_, ending_patience));
}

void transaction_writer::commit() {
  const auto done =
      ending("commit", [this](duration timeout) { return into_.commit(timeout); });
  state_ = state_after(done, "committed");
  if (!done) failure_ = done.error();
  // The failure of an event, for example: the library aborts then.
  const bool unclear = !done && std::string_view{state_} == "unknown";
  if (unclear && !(done.error() == errc::outcome_unknown)) abort();
}

void transaction_writer::abort() {
  const auto done = ending("abort", [this](duration timeout) { return into_.abort(timeout); });
  state_ = state_after(done, "aborted");
  // The transaction was over: how it ended says more than what the segment store refused.
  const bool was_over =
      failure_ && (*failure_ == errc::segment_not_found || *failure_ == errc::segment_sealed);
  if (!was_over) return;
  if (const auto how = done ? into_.commit(signal_patience) : done; !how)
    failure_ = how.error();
}

// Why, and what became of the transaction.
exit_code transaction_writer::tell_failure() {
  const std::string_view state = state_;
  const auto& reason = *failure_;
  std::string text;
  if (reason == errc::cancelled)
    text = "pravega-actor: stopped by a signal\n";
  else
    report_error({}, reason);
  const auto lines = counted(feed_.lines(), "line");
  text += fmt::format("pravega-actor: {}: ", name_.to_string());
  if (state == "aborted")
    text += fmt::format("aborted; none of {} is stored\n", lines);
  else if (state == "committed")
    text += "another process has committed it\n";
  else
    text += fmt::format("it is unknown whether {} are stored, all or none; {} shows it\n",
                        lines, name_.status_command());
  print_error(text);
  return state == "unknown" ? exit_code::not_durable : exit_code_of(reason);
}

json_object transaction_writer::summary() const {
  const auto took = feed_.seconds_passed();
  json_object told;
  told.add("stream", name_.stream.to_string())
      .add("transaction", name_.id.to_string())
      .add("state", state_)
      .add("lines", feed_.lines())
      .add("bytes", feed_.event_bytes())
      .add("without_key", feed_.without_key())
      .add("seconds", took)
      .add("events_per_s", static_cast<double>(feed_.lines()) / took);
  return told;
}

result<exit_code> transaction_writer::run() {
  note(common_, name_.to_string());
  auto written = feed_.write_lines();
  if (written) written = feed_.drain();
  feed_.end();
  if (written) {
    commit();
  } else {
    failure_ = written.error();
    abort();
  }
  auto json = summary();
  auto code = exit_code::ok;
  if (failure_) {
    code = tell_failure();
    json.add("error", json_of(*failure_, process_code(code)));
  }
  if (common_.json)
    print_json(json);
  else if (!failure_)
    note(common_,
         fmt::format("committed: {} events ({}) are stored{}, {:.2f} s", grouped(feed_.lines()),
                     with_unit(static_cast<double>(feed_.event_bytes())), feed_.keys_remark(),
                     feed_.seconds_passed()));
  const auto told = output_outcome();
  return told || code != exit_code::ok ? result<exit_code>{code} : told.error();
}

}  // namespace

result<transaction> begin_for_lines(const common_options& common, session& in,
                                    const scoped_stream& stream) {
  auto writer = in.pravega().open_transactional_writer(stream);
  if (!writer) return writer.error();
  return writer->begin(patience_of(common, ending_patience));
}

result<exit_code> write_transaction(const common_options& common, const session& in,
                                    key_rule rule, transaction into) {
  return transaction_writer{common, in, std::move(rule), std::move(into)}.run();
}

}  // namespace pravega_actor::tool
