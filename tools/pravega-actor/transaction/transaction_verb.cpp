// pravega-actor transaction: list, status, commit, abort.
#include <fmt/format.h>

#include <memory>
#include <string_view>

#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "stream/stream_actions.hpp"
#include "transaction/ended.hpp"

namespace pravega_actor::tool {

namespace {

/// Between two questions about a transaction that is being committed.
constexpr milliseconds question_interval{100};

struct transaction_options_given {
  std::string stream;
  std::string id;
};

using transaction_action = result<exit_code> (*)(const common_options&,
                                                 const transaction_options_given&);

/// A client for the transaction that the options name.
struct transaction_session {
  named_transaction name;
  session in;

  static result<transaction_session> open(const common_options& common,
                                          const transaction_options_given& options) {
    auto stream = scoped_stream::parse(options.stream);
    if (!stream) return stream.error();
    auto id = transaction_id::parse(options.id);
    if (!id) return id.error();
    auto in = session::open(common);
    if (!in) return in.error();
    return transaction_session{{std::move(*stream), *id}, std::move(*in)};
  }
};

void print_state(const common_options& common, const named_transaction& name,
                 std::string_view state, std::optional<bool> already = std::nullopt) {
  if (!common.json)
    return print_text(fmt::format("{} {}{}\n", name.id.to_string(),
                                  already.value_or(false) ? "was " : "", state));
  json_object told;
  told.add("stream", name.stream.to_string())
      .add("transaction", name.id.to_string())
      .add("state", state);
  if (already) told.add("already", *already);
  print_json(told);
}

// --- list, status ---------------------------------------------------------------------------

result<exit_code> list(const common_options& common, const transaction_options_given& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto in = session::open(common);
  if (!in) return in.error();
  auto listed = [&] {
    const blocking_wait wait{
        common, for_controller(in->settings(), "list transactions of " + stream->to_string())};
    // A controller may list none of a stream that does not exist.
    auto config = in->streams().config_of(*stream);
    using request = controller::list_completed_transactions;
    return config ? in->streams().call(request{*stream})
                  : result<request::reply>{config.error()};
  }();
  if (!listed) return listed.error();
  if (common.json) {
    json_array all;
    for (const auto& each : listed->transactions)
      all.add(json_object{}
                  .add("transaction", each.id.to_string())
                  .add("state", to_string(each.state)));
    print_json(json_object{}.add("stream", stream->to_string()).add("transactions", all));
    return told();
  }
  std::string text;
  for (const auto& each : listed->transactions)
    text += fmt::format("{} {}\n", each.id.to_string(), to_string(each.state));
  print_text(text);
  if (listed->transactions.empty())
    note(common, fmt::format("the controller lists no completed transaction of {}",
                             stream->to_string()));
  return told();
}

error unknown_transaction(const named_transaction& name) {
  return error{errc::transaction_not_found, "transaction " + name.id.to_string()}.with_subject(
      name.stream.to_string());
}

result<transaction_state> ask_state(const transaction_session& on) {
  auto found = on.in.streams().call(controller::check_transaction{on.name.stream, on.name.id});
  if (!found) return found.error();
  if (found->state == transaction_state::unknown) return unknown_transaction(on.name);
  return found->state;
}

result<exit_code> status(const common_options& common,
                         const transaction_options_given& options) {
  auto on = transaction_session::open(common, options);
  if (!on) return on.error();
  auto state = [&] {
    const blocking_wait wait{
        common,
        for_controller(on->in.settings(), "return the state of " + on->name.to_string())};
    return ask_state(*on);
  }();
  if (!state) return state.error();
  print_state(common, on->name, to_string(*state));
  return told();
}

// --- commit, abort --------------------------------------------------------------------------

wait_details for_ending(const transaction_session& on, const char* verb) {
  return for_controller(
      on.in.settings(), fmt::format("{} {}", verb, on.name.to_string()),
      fmt::format("its state is not known; {} shows it", on.name.status_command()));
}

// An open transaction stays so if the command cannot end it.
result<transaction> resume(transaction_session& on, duration timeout) {
  auto writer = on.in.pravega().open_transactional_writer(on.name.stream);
  if (!writer) return writer.error();
  transaction_options options;
  options.leave_open = true;
  return writer->resume(on.name.id, timeout, options);
}

// Its commit was accepted before, at the request of some process.
result<void> await_committed(const transaction_session& on, time_point until) {
  for (;;) {
    auto state = ask_state(on);
    if (!state) return state.error();
    if (*state == transaction_state::committed) return {};
    if (clock_type::now() >= until)
      return error{
          errc::outcome_unknown,
          fmt::format("transaction {} is {}", on.name.id.to_string(), to_string(*state))}
          .with_subject(on.name.stream.to_string())
          .with_stage(stage::commit_transaction);
    wait_for_stop(question_interval);
  }
}

struct ended_transaction {
  result<void> outcome;
  /// It was so before.
  bool already = false;
};

ended_transaction commit_now(const common_options& common, transaction_session& on) {
  const auto timeout = patience_of(common, ending_patience);
  const auto until = clock_type::now() + timeout;
  auto open = resume(on, timeout);
  if (open) return {open->commit(timeout)};
  if (open.error() == errc::transaction_committed) return {await_committed(on, until), true};
  return {open.error()};
}

ended_transaction abort_now(const common_options& common, transaction_session& on) {
  const auto timeout = patience_of(common, ending_patience);
  auto open = resume(on, timeout);
  if (open) return {open->abort(timeout)};
  if (open.error() == errc::transaction_aborted) return {{}, true};
  return {open.error()};
}

result<exit_code> end(const common_options& common, const transaction_options_given& options,
                      const char* verb, const char* state,
                      ended_transaction (*call)(const common_options&, transaction_session&)) {
  auto on = transaction_session::open(common, options);
  if (!on) return on.error();
  const auto ended = [&] {
    // The calls have the same end, and say what they know.
    auto without_timeout = common;
    without_timeout.timeout_s = 0;
    const blocking_wait wait{without_timeout, for_ending(*on, verb)};
    return call(common, *on);
  }();
  if (!ended.outcome) {
    if (ended.outcome.error() == errc::outcome_unknown)
      note(common, "pravega-actor: " + on->name.status_command() + " shows what became of it");
    return ended.outcome.error();
  }
  print_state(common, on->name, state, ended.already);
  return told();
}

result<exit_code> commit(const common_options& common,
                         const transaction_options_given& options) {
  return end(common, options, "commit", "committed", commit_now);
}

result<exit_code> abort_it(const common_options& common,
                           const transaction_options_given& options) {
  return end(common, options, "abort", "aborted", abort_now);
}

verb_row& add_one(verb_row& verb, common_options& common, const char* name, const char* about,
                  transaction_action action, bool of_one) {
  auto options = std::make_shared<transaction_options_given>();
  auto& added = verb.add_action(name, about);
  add_stream_option(added, options->stream);
  if (of_one)
    added.add("transaction,--transaction", options->id, "The transaction's id (required)")
        .type("ID")
        .required();
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options, action] { return action(common, *options); };
  return added;
}

constexpr const char* list_details =
    "Controllers list only transactions that are committed or aborted, and only the last of\n"
    "them: a 0.13 server the last 500 of the last day. Once transactions of several streams\n"
    "have ended, a 0.13 server lists none of any stream. No server lists open transactions.\n"
    "`transaction status` shows the state of a transaction in all these cases.\n"
    "\n"
    "Example:\n  pravega-actor transaction list reports/daily";
constexpr const char* status_details =
    "The state is open, committing, committed, aborting or aborted. The exit code is 5 if the\n"
    "controller does not know the transaction, or has forgotten it after its end.\n"
    "\n"
    "Example:\n"
    "  pravega-actor transaction status reports/daily \"$ID\"";
constexpr const char* commit_details =
    "Commits an open transaction of any process with all events that are durable in it, and\n"
    "waits until readers can get them, for up to a minute or --timeout. To commit a committed\n"
    "transaction succeeds. If the outcome is unknown (exit code 8), the command can be\n"
    "repeated.\n"
    "\n"
    "Example:\n"
    "  pravega-actor transaction commit reports/daily \"$ID\"";
constexpr const char* abort_details =
    "Aborts an open transaction of any process: readers never get its events. To abort an\n"
    "aborted transaction succeeds.\n"
    "\n"
    "Example:\n"
    "  pravega-actor transaction abort reports/daily \"$ID\"";

}  // namespace

void add_transaction_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("transaction", "List, commit and abort transactions");
  verb.footer =
      "`pravega-actor write STREAM --transaction` writes one.\n"
      "Example:\n  pravega-actor transaction status --help";
  add_one(verb, common, "list", "List transactions that are committed or aborted", list, false)
      .footer = list_details;
  add_one(verb, common, "status", "Show the state of a transaction", status, true).footer =
      status_details;
  add_one(verb, common, "commit", "Commit an open transaction", commit, true).footer =
      commit_details;
  add_one(verb, common, "abort", "Abort an open transaction", abort_it, true).footer =
      abort_details;
}

}  // namespace pravega_actor::tool
