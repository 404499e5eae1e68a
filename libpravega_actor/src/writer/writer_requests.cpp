#include <algorithm>
#include <new>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pravega_actor/limits.hpp"
#include "pravega_actor/sender_limits.hpp"
#include "writer/pending_answers.hpp"

namespace pravega_actor::internal {

namespace {

/// Who sent the message that is being handled; valid until its answer is delivered.
struct message_sender {
  sender_gate::sender_id id = sender_gate::anonymous;
  caf::actor_control_block* address = nullptr;
};

// To be called before the message's promise is taken.
message_sender sender_of(writer_pointer self) {
  const auto& sender = self->current_sender();
  return sender ? message_sender{sender->id(), sender.get()} : message_sender{};
}

// Monitors the sender for as long as the gate remembers it.
void watch(writer_pointer self, const message_sender& who) {
  auto& state = self->state;
  if (who.id == sender_gate::anonymous) return;
  const auto known = state.watched.find(who.id);
  const bool wanted = state.gate.remembers(who.id);
  if (wanted == (known != state.watched.end())) return;
  if (wanted) {
    const caf::strong_actor_ptr sender{who.address};
    state.watched.emplace(who.id, caf::actor_cast<caf::actor_addr>(sender));
    self->monitor(sender);
  } else {
    self->demonitor(known->second);
    state.watched.erase(known);
  }
}

void arm_credits_timer(writer_pointer self) {
  auto& state = self->state;
  if (state.credits_timer || !state.gate.holds_room() || state.log->over()) return;
  state.credits_timer = true;
  self->delayed_send(writer_actor{self}, seconds{limits::credit_unused_s_max}, credits_due{});
}

// Nothing of the sender is taken from now on until it has used a credit.
void shut_out(writer_pointer self, const message_sender& who) {
  auto& state = self->state;
  state.log->release(state.gate.refuse(who.id));
  watch(self, who);
}

// The answer to a sender that is shut out; the failure comes first if the writer has ended.
error shut_out_error(const event_writer_state& state) {
  const auto can = state.log->writable();
  return can ? error{errc::would_block} : can.error();
}

bool may_succeed_later(const error& why) {
  return why == errc::would_block || why == errc::out_of_memory;
}

// Takes events: `add(completion, reservation)` adds them to the log.
template <class Pending, class Answer, class Add>
caf::result<Answer> write(writer_pointer self, std::size_t events, const Add& add) {
  auto& state = self->state;
  const auto who = sender_of(self);
  if (!state.gate.open_for(who.id)) return Pending::refusal(shut_out_error(state));
  pending_pointer<Pending> pending;
  result<event_ticket> added{errc::out_of_memory};
  try {
    pending = make_pending<Pending>(self);
    added = add(completion_of(*state.inbox, *pending), state.gate.reservation(who.id));
  } catch (const std::bad_alloc&) {
    // Nothing was added.
  }
  if (!added) {
    if (may_succeed_later(added.error())) shut_out(self, who);
    if (!pending) return Pending::refusal(added.error());
    pending->deliver(Pending::refusal(added.error()));
    return pending->promise();
  }
  pending->taken(*added, events);
  state.gate.wrote(who.id, state.context->env->now());
  if (!state.watched.empty()) watch(self, who);
  return accept(state, std::move(pending));
}

// What is larger than the limits, and than the largest batch, will never have room.
bool can_have_room(const write_log& log, const await_credit& what) {
  const auto& options = log.options();
  const auto events_max = std::max(options.outstanding_events_max,
                                   limits::batch_bytes_max / limits::event_header_bytes);
  return what.events > 0 && what.events <= events_max &&
         what.payload_bytes <=
             std::max({options.outstanding_bytes_max, limits::batch_bytes_max,
                       options.large_events ? options.large_events->payload_bytes_max
                                            : std::size_t{0}});
}

// Another request of the same sender takes its place.
void withdraw(event_writer_state& state, std::uint64_t number) {
  const auto at = state.credit_requests.find(number);
  if (at == state.credit_requests.end()) return;
  auto* request = at->second;
  // One that is about to be called back finds out by itself.
  if (!state.log->forget_waiter(request->waiter())) return;
  state.credit_requests.erase(at);
  state.pending.remove(*request);
  const pending_pointer<credit_request> last{request};
  request->cancel();
}

caf::result<credit> serve(writer_pointer self, const message_sender& who,
                          const await_credit& what, std::uint64_t number) {
  auto& state = self->state;
  const auto room = write_room::of(what.payload_bytes, what.events);
  pending_pointer<credit_request> pending;
  try {
    pending = make_pending<credit_request>(self);
    auto* request = pending.get();
    request->set(who.id, number, room);
    state.credit_requests.emplace(number, request);
    request->set_waiter(state.log->reserve(
        room, [inbox = state.inbox.get(), request] { inbox->put(*request, {}); }));
    return accept(state, std::move(pending));
  } catch (const std::bad_alloc&) {
    state.credit_requests.erase(number);
    state.gate.drop(who.id, number);
    watch(self, who);
  }
  if (!pending) return credit{0, errc::out_of_memory};
  pending->deliver({0, errc::out_of_memory});
  return pending->promise();
}

void tell_progress(writer_pointer self) {
  auto& state = self->state;
  if (!state.sink || state.progress_under_way) return;
  const auto now = state.log->progress();
  if (now.durable_through == state.progress_told) return;
  state.progress_told = now.durable_through;
  state.progress_under_way = true;
  self->request(state.sink, caf::infinite, now)
      .then(
          [self] {
            self->state.progress_under_way = false;
            tell_progress(self);
          },
          [self, to = state.sink](const caf::error&) {
            self->state.progress_under_way = false;
            if (self->state.sink == to) self->state.sink = nullptr;
            tell_progress(self);
          });
}

}  // namespace

caf::result<event_written> take(writer_pointer self, const write_event& what) {
  std::optional<std::string_view> key;
  if (what.routing_key) key = *what.routing_key;
  return write<write_request, event_written>(
      self, 1, [&](write_completion&& done, write_room* reserved) {
        return self->state.log->add(key, what.payload.bytes(), std::move(done), reserved,
                                    what.number);
      });
}

caf::result<event_written> take(writer_pointer self, const write_batch& what) {
  return write<write_request, event_written>(
      self, what.payloads.size(), [&](write_completion&& done, write_room* reserved) {
        std::vector<byte_view> events;
        events.reserve(what.payloads.size());
        for (const auto& each : what.payloads)
          events.push_back(each.view());
        return self->state.log->add_batch(what.routing_key, events, std::move(done), reserved,
                                          what.first_number);
      });
}

caf::result<events_written> take(writer_pointer self, const write_events& what) {
  return write<write_all_request, events_written>(
      self, what.events.size(), [&](write_completion&& done, write_room* reserved) {
        return self->state.log->add_all(what.events, std::move(done), reserved);
      });
}

caf::result<events_flushed> take(writer_pointer self, const flush_events&) {
  auto& state = self->state;
  if (!state.gate.open_for(sender_of(self).id)) return events_flushed{shut_out_error(state)};
  pending_pointer<flush_request> pending;
  try {
    pending = make_pending<flush_request>(self);
  } catch (const std::bad_alloc&) {
    return events_flushed{errc::out_of_memory};
  }
  state.log->flush(
      [inbox = state.inbox.get(), request = pending.get()](const result<void>& outcome) {
        inbox->put(*request, {0, outcome.has_value(), outcome});
      });
  return accept(state, std::move(pending));
}

caf::result<credit> take(writer_pointer self, const await_credit& what) {
  auto& state = self->state;
  if (auto can = state.log->writable(); !can) return credit{0, can};
  if (!can_have_room(*state.log, what))
    return credit{0,
                  error{errc::invalid_argument, "more than the writer may hold, or nothing"}};
  const auto who = sender_of(self);
  const auto number = ++state.last_credit_request;
  const auto asked = state.gate.ask(who.id, number);
  state.log->release(asked.released);
  if (asked.withdrawn != 0) withdraw(state, asked.withdrawn);
  watch(self, who);
  if (!asked.outcome) return credit{0, asked.outcome};
  if (!asked.serve) return credit{};
  return serve(self, who, what, number);
}

void take(writer_pointer self, const use_credit& what) {
  self->state.gate.use(sender_of(self).id, what.number, self->state.context->env->now());
}

namespace {

// Closes the log; `answer_of(report)` is the answer where there is no memory for a request.
template <class Request, class AnswerOf>
auto close_log(writer_pointer self, duration timeout, AnswerOf answer_of)
    -> caf::result<decltype(answer_of(close_report{}))> {
  auto& state = self->state;
  pending_pointer<Request> pending;
  close_report failed;
  failed.outcome = errc::out_of_memory;
  try {
    pending = make_pending<Request>(self);
    state.log->start_close(timeout, [inbox = state.inbox.get(), request = pending.get()](
                                        const close_report&) { inbox->put(*request, {}); });
    return accept(state, std::move(pending));
  } catch (const std::bad_alloc&) {
    if (!pending) return answer_of(std::move(failed));
  }
  pending->deliver(answer_of(std::move(failed)));
  return pending->promise();
}

}  // namespace

caf::result<writer_closed> take(writer_pointer self, const close_writer& what) {
  return close_log<close_request>(
      self, what.timeout, [](close_report report) { return writer_closed{std::move(report)}; });
}

caf::result<drained> take(writer_pointer self, const drain& what) {
  return close_log<drain_request>(self, what.timeout, drained_of);
}

caf::result<sender_checked> take(writer_pointer self, const check_sender& what) {
  const auto& state = self->state;
  if (state.gate.open_for(what.sender)) return sender_checked{};
  return sender_checked{shut_out_error(state)};
}

caf::result<writing_finished> take(writer_pointer self, const finish_writing& what) {
  self->state.log->refuse_with(what.refusal);
  return close_log<finish_request>(self, what.timeout, [](const close_report& report) {
    return writing_finished{report.outcome};
  });
}

void take(writer_pointer self, const subscribe_progress& what) {
  auto& state = self->state;
  state.sink = what.sink;
  state.log->on_progress(
      state.sink ? [inbox = state.inbox](const writer_progress&) { inbox->signal(); }
                 : std::function<void(const writer_progress&)>{});
  tell_progress(self);
}

namespace {

// Without memory for the answer it waits until the actor is woken again.
bool answered(event_writer_state& state, pending_request& done) {
  try {
    done.answer(state);
    return true;
  } catch (const std::bad_alloc&) {
    state.inbox->put_back(done);
    return false;
  }
}

}  // namespace

void deliver_outcomes(writer_pointer self) {
  auto& state = self->state;
  if (!state.inbox->filled()) return;
  while (auto* done = state.inbox->take()) {
    if (!answered(state, *done)) return;
    state.pending.remove(*done);
    done->let_go();
  }
  arm_credits_timer(self);
  tell_progress(self);
}

void forget_sender(writer_pointer self, sender_gate::sender_id who) {
  auto& state = self->state;
  state.watched.erase(who);
  const auto ended = state.gate.gone(who);
  state.log->release(ended.released);
  if (ended.withdrawn != 0) withdraw(state, ended.withdrawn);
}

void expire_credits(writer_pointer self) {
  auto& state = self->state;
  state.credits_timer = false;
  state.log->release(
      state.gate.expire(state.context->env->now(), seconds{limits::credit_unused_s_max}));
  std::vector<sender_gate::sender_id> forgotten;
  for (const auto& [who, address] : state.watched)
    if (!state.gate.remembers(who)) forgotten.push_back(who);
  for (const auto who : forgotten)
    watch(self, {who, nullptr});
  arm_credits_timer(self);
}

void answer_at_death(event_writer_state& state) {
  while (auto* done = state.inbox->take()) {
    done->answer(state);
    state.pending.remove(*done);
    done->let_go();
  }
  // Another thread may be delivering just now: its outcomes come too late for this actor.
  state.inbox->close();
  while (auto* late = state.pending.first()) {
    state.pending.remove(*late);
    late->answer_at_death(state);
    late->let_go();
  }
}

}  // namespace pravega_actor::internal
