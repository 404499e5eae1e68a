#include "transaction/transactional_writer_actor.hpp"

#include <utility>

#include "pravega_actor/actor_errors.hpp"
#include "supervision/watch_owner.hpp"

namespace pravega_actor::internal {

namespace {

using parent_pointer = transactional_writer_pointer;

/// Actors that try in turn to bring one transaction to an end. Its lease ends it at the latest.
constexpr std::uint32_t deaths_max = 10;

error closed_error(parent_pointer self) {
  return error{errc::closed, "the transactional writer is closed"}.with_subject(
      self->state.setup.stream.to_string());
}

void start(parent_pointer self, const transaction_actor_setup& setup, const std::string& id) {
  caf::anon_send(self->state.supervisor,
                 supervise{{id,
                            [context = self->state.context, setup](const child_start& as) {
                              auto mine = setup;
                              mine.path = as.path;
                              return as.spawn(transaction_actor, context, std::move(mine));
                            },
                            restart_type::temporary}});
}

transaction_actor_setup setup_of(parent_pointer self, std::uint64_t number,
                                 const std::optional<transaction_id>& resumed,
                                 const transaction_options& options, duration timeout) {
  const auto& from = self->state.setup;
  const auto me = weak_self(self);
  transaction_actor_setup out;
  out.what.stream = from.stream;
  out.what.resumed = resumed;
  out.what.lease = options.lease;
  out.what.expiring_notice = options.expiring_notice;
  out.what.leave_open = options.leave_open;
  out.writer = options.writer.value_or(from.writer);
  out.supervision = from.supervision;
  out.timing = from.timing;
  out.timeout = bounded_timeout(timeout);
  out.board = std::make_shared<transaction_board>();
  if (resumed) out.board->set_id(*resumed);
  out.on_open = [me, number](const result<opened_transaction>& opened) {
    me.send(transaction_begun{number, opened});
  };
  out.on_over = [me, number](const transaction_ended& how) {
    me.send(transaction_over{number, how});
  };
  out.on_gone = [me, number] { me.send(transaction_gone{number}); };
  return out;
}

struct begin_request {
  std::optional<transaction_id> resumed;
  const transaction_options& options;
  duration timeout;
  caf::actor_addr owner = {};
  bool has_handle = false;
};

void begin(parent_pointer self, const begin_request& what, transaction_open_done done) {
  auto& state = self->state;
  if (state.report) return done(closed_error(self));
  const auto most = state.setup.transactions_open_max;
  if (state.entries.size() >= most)
    return done(error{errc::limit_exceeded, "transactions_open_max is " + std::to_string(most)}
                    .with_subject(state.setup.stream.to_string()));
  const auto number = state.next++;
  auto setup = setup_of(self, number, what.resumed, what.options, what.timeout);
  setup.owner = what.owner;
  setup.has_handle = what.has_handle;
  state.begins.emplace(number, std::move(done));
  start(self, setup, "transaction-" + std::to_string(number));
  state.entries.emplace(number, transactional_writer_state::entry{std::move(setup), {}, 0});
}

template <class Message>
caf::typed_response_promise<transaction_opened> begin_for(
    parent_pointer self, const Message& what, const std::optional<transaction_id>& resumed) {
  const auto owner = caf::actor_cast<caf::actor_addr>(self->current_sender());
  auto promise = self->make_response_promise<transaction_opened>();
  begin(self, {resumed, what.options, what.timeout, owner},
        [promise](const result<opened_transaction>& opened) mutable {
          if (opened)
            promise.deliver(transaction_opened{opened->id, transaction_handle{opened->actor}});
          else
            promise.deliver(transaction_opened{{}, opened.error()});
        });
  return promise;
}

// --- closing --------------------------------------------------------------------------------

void finish(parent_pointer self) {
  auto& state = self->state;
  for (const auto& tell : std::exchange(state.closers, {}))
    tell(*state.report);
  if (state.supervisor)
    self->send_exit(std::exchange(state.supervisor, nullptr), caf::exit_reason::user_shutdown);
  self->quit();
}

void finish_if_over(parent_pointer self) {
  if (self->state.report && self->state.entries.empty()) finish(self);
}

void close(parent_pointer self, duration timeout, transactional_writer_state::closer done) {
  auto& state = self->state;
  if (done) state.closers.push_back(std::move(done));
  // Each call has a deadline of its own; the first one counts.
  self->delayed_send(transactional_writer_inside{self}, bounded_timeout(timeout),
                     closing_due{});
  if (!state.report) {
    state.report.emplace();
    state.report->stream = state.setup.stream;
    for (const auto& [number, each] : state.entries)
      each.actor.send(drop_transaction{});
  }
  finish_if_over(self);
}

// What has not ended by now is left to its lease, or to the controller that commits it.
void on_closing_due(parent_pointer self) {
  auto& state = self->state;
  const error late{errc::deadline_exceeded,
                   "the transaction was not over when its writer closed"};
  for (const auto& [number, each] : std::exchange(state.entries, {})) {
    const auto id = each.setup.board->id();
    if (!id) continue;
    const bool complete = each.setup.board->complete();
    state.report->transactions.push_back(
        {*id, complete ? transaction_end::unknown : transaction_end::left_open, late});
    state.report->outcome =
        late.with_stage(stage::close).with_subject(state.setup.stream.to_string());
  }
  finish(self);
}

drained drained_with_report(const transactional_close_report& report) {
  return {report.outcome,
          [report](client_close_report& to) { to.transactional_writers.push_back(report); }};
}

template <class Answer, class Make>
caf::typed_response_promise<Answer> close_for(parent_pointer self, duration timeout,
                                              const Make& make) {
  auto promise = self->make_response_promise<Answer>();
  close(self, timeout, [promise, make](const transactional_close_report& report) mutable {
    promise.deliver(make(report));
  });
  return promise;
}

// --- what transactions report ---------------------------------------------------------------

void on_begun(parent_pointer self, const transaction_begun& what) {
  auto& state = self->state;
  const auto entry = state.entries.find(what.number);
  if (entry != state.entries.end() && what.outcome) {
    entry->second.actor = what.outcome->actor;
    if (state.report) entry->second.actor.send(drop_transaction{});
  }
  const auto waiting = state.begins.find(what.number);
  if (waiting == state.begins.end()) return;
  const auto done = std::move(waiting->second);
  state.begins.erase(waiting);
  done(what.outcome);
}

void on_over(parent_pointer self, std::uint64_t number, const transaction_ended& how) {
  auto& state = self->state;
  if (state.entries.erase(number) == 0) return;
  auto& count = how.how == transaction_end::committed ? state.committed
                : how.how == transaction_end::aborted ? state.aborted
                                                      : state.otherwise;
  ++count;
  if (state.report) state.report->transactions.push_back(how);
  finish_if_over(self);
}

// If the transaction is not over, its actor has died.
void on_gone(parent_pointer self, std::uint64_t number) {
  auto& state = self->state;
  const auto at = state.entries.find(number);
  if (at == state.entries.end()) return;
  auto& entry = at->second;
  const auto id = entry.setup.board->id();
  const auto died = error{errc::actor_terminated, "the transaction's actor died"};
  const bool left = entry.setup.what.leave_open && !entry.setup.board->complete();
  if (!id || left || ++entry.deaths > deaths_max || !state.supervisor) {
    const auto how = left ? transaction_end::left_open : transaction_end::failed;
    return on_over(self, number, {id.value_or(transaction_id{}), how, died});
  }
  auto setup = entry.setup;
  setup.what.resumed = id;
  setup.owner = nullptr;
  setup.buries = true;
  setup.has_handle = true;
  start(self, setup,
        "transaction-" + std::to_string(number) + "-end-" + std::to_string(entry.deaths));
}

void on_down(parent_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (down.source == state.setup.owner)
    return close(self, state.setup.writer.close_timeout, {});
  if (!state.supervisor || down.source != state.supervisor.address()) return;
  state.supervisor = nullptr;
  self->quit(to_caf_error(
      error{errc::retries_exhausted, "the supervisor gave up: " + describe_exit(down.reason)}));
}

transactional_writer_status status_of(parent_pointer self) {
  const auto& state = self->state;
  transactional_writer_status out;
  out.stream = state.setup.stream;
  out.state = state.report ? "closing" : "open";
  for (const auto& [number, each] : state.entries)
    out.transactions.push_back({each.setup.board->id(), each.setup.board->phase()});
  out.committed = state.committed;
  out.aborted = state.aborted;
  out.otherwise = state.otherwise;
  return out;
}

}  // namespace

transactional_writer_state::~transactional_writer_state() {
  const error ended{errc::actor_terminated, "the transactional writer's actor ended"};
  for (const auto& [number, done] : begins)
    done(ended);
  if (!closers.empty()) {
    auto last = report.value_or(transactional_close_report{});
    last.outcome = ended;
    for (const auto& tell : closers)
      tell(last);
  }
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

transactional_writer_inside::behavior_type transactional_writer_actor(
    parent_pointer self, std::shared_ptr<const segment_context> context,
    transactional_writer_setup setup,
    const std::function<void(result<transactional_writer_inside>)>& on_open) {
  auto& state = self->state;
  state.context = std::move(context);
  state.setup = std::move(setup);
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  state.supervisor =
      start_supervisor(self, *state.context, state.setup.path, state.setup.supervision);
  on_open(transactional_writer_inside{self});
  if (!watch_owner(self, state.setup.owner)) close(self, state.setup.writer.close_timeout, {});
  return {
      [self](const begin_transaction& what) { return begin_for(self, what, std::nullopt); },
      [self](const resume_transaction& what) { return begin_for(self, what, what.id); },
      [self](const get_transactional_writer_status&) { return status_of(self); },
      [self](const close_transactional_writer& what) {
        return close_for<transactional_writer_closed>(
            self, what.timeout, [](const transactional_close_report& report) {
              return transactional_writer_closed{report};
            });
      },
      [self](const drain& what) {
        return close_for<drained>(self, what.timeout, drained_with_report);
      },
      [self](const begin_call& what) {
        begin(self, {what.resumed, what.options, what.timeout, {}, true}, what.done);
      },
      [self](const transactional_writer_status_call& what) { what.done(status_of(self)); },
      [self](const close_call& what) { close(self, what.timeout, what.done); },
      [self](const transactional_writer_unused&) {
        close(self, self->state.setup.writer.close_timeout, {});
      },
      [self](const transaction_begun& what) { on_begun(self, what); },
      [self](const transaction_over& what) { on_over(self, what.number, what.how); },
      [self](const transaction_gone& what) { on_gone(self, what.number); },
      [self](const closing_due&) {
        if (self->state.report) on_closing_due(self);
      },
  };
}

}  // namespace pravega_actor::internal
