#include "requests/segment_requests.hpp"

#include "pravega_actor/limits.hpp"
#include "requests/ask_controller.hpp"
#include "requests/reply_check.hpp"
#include "requests/request_id.hpp"
#include "supervision/perform_actions.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = caf::stateful_actor<segment_info_client_state>*;
using pending = segment_info_client_state::pending;
using machine_actions = segment_requests_machine::actions;

void perform(self_pointer self, std::uint64_t number, const machine_actions& todo);

result<segment_info> info_of(const wire::frame& reply, const expected_reply& to) {
  const auto info = reply_as<wire::stream_segment_info>(reply, to);
  if (!info) return info.error();
  return segment_info{info->is_sealed, info->start_offset, info->write_offset,
                      info->last_modified};
}

// What ends a connection, with whatever code, says nothing about this request: the next
// connection may be well. The token that ends one is a reader's: this request names its own.
error of_connection(const error& reason) {
  const bool of_others = reason == errc::token_expired || reason == errc::token_rejected;
  if (reason.retriable() && !of_others) return reason;
  return error{errc::connection_lost, reason.to_string()}
      .with_stage(reason.at())
      .with_segment_store(reason.segment_store());
}

/// Carries one attempt's answer to the actor.
class info_sink final : public reply_sink {
 public:
  info_sink(caf::actor_addr to, std::uint64_t number, std::uint32_t attempt, std::int32_t flow,
            std::string segment)
      : to_{std::move(to)},
        number_{number},
        attempt_{attempt},
        id_{request_id(flow, attempt)},
        segment_{std::move(segment)} {}
  void on_reply(const wire::frame& reply) override {
    const auto id = wire::peek_request_id(reply.type, reply.payload);
    if (id && *id == id_) tell(info_of(reply, {id_, segment_}));
  }
  [[nodiscard]] bool expects(std::int64_t request_id) const override {
    return request_id == id_;
  }
  void on_session_closed(const error& reason) override { tell(of_connection(reason)); }

 private:
  void tell(result<segment_info> outcome) {
    if (auto alive = caf::actor_cast<caf::actor>(to_))
      caf::anon_send(alive, info_answered{number_, attempt_, std::move(outcome)});
  }
  const caf::actor_addr to_;
  const std::uint64_t number_;
  const std::uint32_t attempt_;
  const std::int64_t id_;
  const std::string segment_;
};

pending* find(self_pointer self, std::uint64_t number) {
  auto at = self->state.requests.find(number);
  return at == self->state.requests.end() ? nullptr : &at->second;
}

error in_context(self_pointer self, const pending& which, const error& reason) {
  return in_context(*self->state.context, reason, which.what.of.to_string(), which.store,
                    stage::segment_request);
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

void on_session(self_pointer self, std::uint64_t number, const session_opened& opened) {
  auto* which = find(self, number);
  if (which == nullptr || !which->machine.connecting()) return;
  if (!opened.outcome) return fail(self, number, of_connection(opened.outcome.error()));
  leave(*which);
  auto sink = std::make_shared<info_sink>(caf::actor_addr{self->address()}, number,
                                          which->machine.attempt(), which->flow,
                                          which->what.of.to_string());
  if (!(*opened.outcome)->attach(which->flow, std::move(sink)))
    return fail(self, number, error{errc::connection_lost, "it ended before it was used"});
  which->in_use = *opened.outcome;
  perform(self, number, which->machine.on_connected());
}

struct performer {
  self_pointer self;
  std::uint64_t number;
  pending& which;

  void operator()(const segment_requests_machine::arm_deadline& a) const {
    self->delayed_send(self, a.delay, info_deadline{number});
  }
  void operator()(const segment_requests_machine::locate&) const {
    auto answered = [me = self, n = number](result<endpoint> where) {
      auto* asked = find(me, n);
      if (asked == nullptr) return;
      if (where)
        asked->store = where->to_string();
      else
        where = in_context(me, *asked, where.error());
      perform(me, n, asked->machine.on_located(where, me->state.context->env->random()));
    };
    ask_controller(self, *self->state.context, controller::get_uri{which.what.of},
                   std::move(answered),
                   [me = self, n = number] { fail_lost(me, n, stage::controller_call); });
  }
  void operator()(const segment_requests_machine::connect& a) const {
    const auto& context = *self->state.context;
    self->request(context.connections->get(), context.request_timeout,
                  open_session{a.to, false})
        .then([me = self,
               n = number](const session_opened& opened) { on_session(me, n, opened); },
              [me = self, n = number](const caf::error&) { fail_lost(me, n, stage::connect); });
  }
  void operator()(const segment_requests_machine::ask&) const {
    const auto id = request_id(which.flow, which.machine.attempt());
    auto frame = wire::encode(wire::get_stream_segment_info{id, which.what.of.to_string(),
                                                            which.what.delegation_token});
    if (frame) which.in_use->send(std::move(*frame));
  }
  void operator()(const segment_requests_machine::arm_answer& a) const {
    self->delayed_send(self, a.delay, info_answer_due{number, a.attempt});
  }
  void operator()(const segment_requests_machine::leave&) const { leave(which); }
  void operator()(const segment_requests_machine::arm_backoff& a) const {
    self->delayed_send(self, a.delay, info_backoff_over{number, a.attempt});
  }
  void operator()(const segment_requests_machine::finish& a) const {
    which.promise.deliver(segment_info_answer{
        a.outcome ? a.outcome
                  : result<segment_info>{in_context(self, which, a.outcome.error())}});
    self->state.requests.erase(number);
  }
};

void perform(self_pointer self, std::uint64_t number, const machine_actions& todo) {
  // `finish` is always the last action: the request is there until then.
  perform_actions(self, self->state.context->env, "segment_requests", todo,
                  segment_requests_machine::name_of,
                  [self, number](const segment_requests_machine::action& each) {
                    if (auto* which = find(self, number))
                      std::visit(performer{self, number, *which}, each);
                  });
}

caf::response_promise begin(self_pointer self, const get_segment_info& what) {
  auto& state = self->state;
  auto promise = self->make_response_promise();
  if (state.requests.size() >= limits::segment_requests_max) {
    promise.deliver(segment_info_answer{error{errc::limit_exceeded, "segment_requests_max"}});
    return promise;
  }
  const auto timeout = what.timeout > duration{0} ? what.timeout : state.timing.request_timeout;
  const auto number = state.next++;
  auto added =
      state.requests.emplace(number, pending{what,
                                             segment_requests_machine{state.timing, timeout},
                                             promise,
                                             state.context->env->next_flow_id(),
                                             nullptr,
                                             {}});
  perform(self, number, added.first->second.machine.start());
  return promise;
}

}  // namespace

segment_info_client_state::~segment_info_client_state() {
  for (auto& [number, each] : requests) {
    if (each.in_use) each.in_use->detach(each.flow);
    each.promise.deliver(segment_info_answer{
        error{errc::actor_terminated, "the segment info client ended"}.with_stage(
            stage::segment_request)});
  }
}

caf::behavior segment_info_client(caf::stateful_actor<segment_info_client_state>* self,
                                  std::shared_ptr<const segment_context> context,
                                  request_timing timing) {
  self->state.context = std::move(context);
  self->state.timing = timing;
  return {
      [self](const get_segment_info& what) { return begin(self, what); },
      [self](const info_answered& got) {
        auto* which = find(self, got.number);
        if (which == nullptr || which->machine.attempt() != got.attempt) return;
        const auto answer =
            got.outcome ? got.outcome
                        : result<segment_info>{in_context(self, *which, got.outcome.error())};
        perform(self, got.number,
                which->machine.on_answer(answer, self->state.context->env->random()));
      },
      [self](const info_answer_due& due) {
        if (auto* which = find(self, due.number))
          perform(self, due.number,
                  which->machine.on_answer_timeout(due.attempt,
                                                   self->state.context->env->random()));
      },
      [self](const info_backoff_over& over) {
        if (auto* which = find(self, over.number))
          perform(self, over.number, which->machine.on_backoff_over(over.attempt));
      },
      [self](const info_deadline& due) {
        if (auto* which = find(self, due.number))
          perform(self, due.number, which->machine.on_deadline());
      },
  };
}

}  // namespace pravega_actor::internal
