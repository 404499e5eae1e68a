#include "requests/segment_requests.hpp"

#include "core/refused_peer.hpp"
#include "pravega_actor/limits.hpp"
#include "requests/ask_controller.hpp"
#include "requests/request_id.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = segment_requests_inside::stateful_pointer<segment_requests_state>;
using pending = segment_requests_state::pending;
using machine_actions = segment_requests_machine::actions;

void perform(self_pointer self, std::uint64_t number, const machine_actions& todo);

// What ends a connection, with whatever code, says nothing about this request: the next
// connection may be well. The token that ends one is a reader's: this request names its own. A
// store that is not accepted is not accepted the next time either.
error of_connection(const error& reason) {
  if (is_refused_peer(reason)) return reason;
  const bool of_others = reason == errc::token_expired || reason == errc::token_rejected;
  if (reason.retriable() && !of_others) return reason;
  return error{errc::connection_lost, reason.to_string()}
      .with_stage(reason.at())
      .with_segment_store(reason.segment_store());
}

/// Carries the answer to one step to the actor.
class answer_sink final : public reply_sink {
 public:
  answer_sink(self_pointer self, std::uint64_t number, const pending& which)
      : to_{segment_requests_inside{self}},
        number_{number},
        serial_{which.machine.serial()},
        step_{which.machine.step()},
        question_{which.machine.share_question()},
        id_{request_id(which.flow, serial_)},
        segment_{which.of.to_string()} {}
  void on_reply(const wire::frame& reply) override {
    const auto id = wire::peek_request_id(reply.type, reply.payload);
    if (id && *id == id_) tell(question_->check(step_, reply, {id_, segment_}));
  }
  [[nodiscard]] bool expects(std::int64_t request_id) const override {
    return request_id == id_;
  }
  void on_session_closed(const error& reason) override { tell(of_connection(reason)); }

 private:
  void tell(result<wire::command> outcome) {
    to_.send(request_answered{number_, serial_, std::move(outcome)});
  }
  const weak_handle<segment_requests_inside> to_;
  const std::uint64_t number_;
  const std::uint32_t serial_;
  const std::size_t step_;
  const std::shared_ptr<const segment_question> question_;
  const std::int64_t id_;
  const std::string segment_;
};

pending* find(self_pointer self, std::uint64_t number) {
  auto at = self->state.requests.find(number);
  return at == self->state.requests.end() ? nullptr : &at->second;
}

error in_context(self_pointer self, const pending& which, const error& reason) {
  return in_context(*self->state.context, reason, which.of.to_string(),
                    which.store ? which.store->to_string() : "", stage::segment_request);
}

result<wire::command> in_context(self_pointer self, const pending& which,
                                 const result<wire::command>& outcome) {
  if (outcome) return outcome;
  return in_context(self, which, outcome.error());
}

void fail(self_pointer self, std::uint64_t number, const error& reason) {
  auto* which = find(self, number);
  if (which == nullptr) return;
  perform(self, number,
          which->machine.on_failure(in_context(self, *which, reason),
                                    self->state.context->env->random()));
}

void fail_lost(self_pointer self, std::uint64_t number, stage at) {
  fail(self, number,
       error{errc::actor_terminated, "an internal request failed"}.with_stage(at));
}

void leave(pending& which) {
  if (which.in_use) which.in_use->detach(which.flow);
  which.in_use.reset();
}

std::optional<endpoint> last_store_of(self_pointer self, const segment& of) {
  const auto& located = self->state.located;
  const auto at = located.find(of);
  return at == located.end() ? std::nullopt : std::optional{at->second};
}

void remember(self_pointer self, const pending& which) {
  auto& located = self->state.located;
  // Whatever is forgotten costs one call.
  if (located.size() >= located_segments_max) located.clear();
  located.insert_or_assign(which.of, *which.store);
}

void on_session(self_pointer self, std::uint64_t number, const session_opened& opened) {
  auto* which = find(self, number);
  if (which == nullptr || !which->machine.connecting()) return;
  if (!opened.outcome) return fail(self, number, of_connection(opened.outcome.error()));
  leave(*which);
  which->in_use = *opened.outcome;
  perform(self, number, which->machine.on_connected());
}

void locate(self_pointer self, std::uint64_t number, const pending& which, bool needs_token) {
  const auto answered = [self, number](result<located_segment> found) {
    auto* asked = find(self, number);
    if (asked == nullptr) return;
    if (found) {
      asked->store = found->store;
      if (found->new_token) asked->token = *found->new_token;
    } else {
      found = in_context(self, *asked, found.error());
    }
    perform(self, number,
            asked->machine.on_located(store_of(found), self->state.context->env->random()));
  };
  locate_segment(calls_of(self, self->state.context), which.of,
                 which.machine.question().access(), needs_token, answered,
                 [self, number] { fail_lost(self, number, stage::controller_call); });
}

void ask(self_pointer self, std::uint64_t number, pending& which,
         const segment_requests_machine::ask& a) {
  const auto name = which.of.to_string();
  auto frame = which.machine.question().encode(
      a.step, {request_id(which.flow, a.serial), name, which.token});
  if (!frame) return fail(self, number, frame.error());
  // The sink of an earlier step expects another reply.
  which.in_use->detach(which.flow);
  if (!which.in_use->attach(which.flow, std::make_shared<answer_sink>(self, number, which)))
    return fail(self, number, error{errc::connection_lost, "it ended before it was used"});
  which.in_use->send(std::move(*frame));
}

struct performer {
  self_pointer self;
  std::uint64_t number;
  pending& which;

  void operator()(const segment_requests_machine::arm_deadline& a) const {
    self->delayed_send(segment_requests_inside{self}, a.delay, request_deadline{number});
  }
  void operator()(const segment_requests_machine::locate& a) const {
    locate(self, number, which, a.needs_token);
  }
  void operator()(const segment_requests_machine::connect& a) const {
    const auto& context = *self->state.context;
    self->request(context.connections->get(), context.request_timeout,
                  open_session{a.to, false})
        .then([me = self,
               n = number](const session_opened& opened) { on_session(me, n, opened); },
              [me = self, n = number](const caf::error&) { fail_lost(me, n, stage::connect); });
  }
  void operator()(const segment_requests_machine::ask& a) const { ask(self, number, which, a); }
  void operator()(const segment_requests_machine::arm_answer& a) const {
    self->delayed_send(segment_requests_inside{self}, a.delay,
                       request_answer_due{number, a.serial});
  }
  void operator()(const segment_requests_machine::leave&) const { leave(which); }
  // The controller says where the next attempt goes; later requests ask it, too.
  void operator()(const segment_requests_machine::arm_backoff& a) const {
    self->state.located.erase(which.of);
    self->delayed_send(segment_requests_inside{self}, a.delay,
                       request_backoff_over{number, a.attempt});
  }
  void operator()(const segment_requests_machine::finish& a) const {
    which.promise.deliver(segment_answer{in_context(self, which, a.outcome)});
    self->state.requests.erase(number);
  }
};

void perform(self_pointer self, std::uint64_t number, const machine_actions& todo) {
  // An action that fails at once is followed by others, which may end the request.
  perform_actions<segment_requests_machine>(self, self->state.context->env, todo,
                                            [self, number](const auto& each) {
                                              if (auto* which = find(self, number))
                                                performer{self, number, *which}(each);
                                            });
}

caf::typed_response_promise<segment_answer> begin(self_pointer self,
                                                  const segment_request& what) {
  auto& state = self->state;
  auto promise = self->make_response_promise<segment_answer>();
  if (state.requests.size() >= limits::segment_requests_max) {
    promise.deliver(segment_answer{error{errc::limit_exceeded, "segment_requests_max"}});
    return promise;
  }
  const auto timeout = what.timeout > duration{0} ? what.timeout : state.timing.request_timeout;
  const auto number = state.next++;
  auto added = state.requests.emplace(
      number,
      pending{what.of, what.delegation_token,
              segment_requests_machine{what.what, state.timing, timeout}, promise,
              state.context->env->next_flow_id(), nullptr, last_store_of(self, what.of)});
  const auto known = added.first->second.store;
  perform(self, number, added.first->second.machine.start(known));
  return promise;
}

void on_answered(self_pointer self, const request_answered& got) {
  auto* which = find(self, got.number);
  if (which == nullptr || which->machine.serial() != got.serial) return;
  // A refusal that no other attempt can change comes from the right store.
  if (got.outcome || !got.outcome.error().retriable()) remember(self, *which);
  perform(self, got.number,
          which->machine.on_answer(in_context(self, *which, got.outcome),
                                   self->state.context->env->random()));
}

}  // namespace

segment_requests_state::~segment_requests_state() {
  for (auto& [number, each] : requests) {
    if (each.in_use) each.in_use->detach(each.flow);
    each.promise.deliver(
        segment_answer{error{errc::actor_terminated, "the segment requests ended"}.with_stage(
            stage::segment_request)});
  }
}

segment_requests_inside::behavior_type segment_requests_actor(
    self_pointer self, std::shared_ptr<const segment_context> context, request_timing timing) {
  self->state.context = std::move(context);
  self->state.timing = timing;
  return {
      [self](const segment_request& what) { return begin(self, what); },
      [self](const request_answered& got) { on_answered(self, got); },
      [self](const request_answer_due& due) {
        if (auto* which = find(self, due.number))
          perform(
              self, due.number,
              which->machine.on_answer_timeout(due.serial, self->state.context->env->random()));
      },
      [self](const request_backoff_over& over) {
        if (auto* which = find(self, over.number))
          perform(self, over.number, which->machine.on_backoff_over(over.attempt));
      },
      [self](const request_deadline& due) {
        if (auto* which = find(self, due.number))
          perform(self, due.number, which->machine.on_deadline());
      },
  };
}

}  // namespace pravega_actor::internal
