// How the actor of a writer with a name claims segments: `claim_machine` decides.
#include <algorithm>
#include <utility>

#include "requests/ask_controller.hpp"
#include "requests/segment_info.hpp"
#include "supervision/perform_actions.hpp"
#include "writer/event_writer_actor.hpp"
#include "writer/writer_name.hpp"

namespace pravega_actor::internal {

namespace {

using claiming = event_writer_state::claim_round;

void perform_claim(writer_pointer self, std::uint64_t number,
                   const claim_machine::actions& todo);

claiming* find_claim(writer_pointer self, std::uint64_t number) {
  const auto at = self->state.claims.find(number);
  return at == self->state.claims.end() ? nullptr : &at->second;
}

bool waited_for(const claiming& of) {
  return of.opens || std::any_of(of.channels.begin(), of.channels.end(),
                                 [](const auto& each) { return each->events_wait(); });
}

// `step(machine, now, random)` is the machine's step.
template <class Step>
void go_on(writer_pointer self, std::uint64_t number, const Step& step) {
  auto* which = find_claim(self, number);
  if (which == nullptr) return;
  auto& env = *self->state.context->env;
  if (!waited_for(*which)) which->machine.on_nothing_waits(env.now());
  perform_claim(self, number, step(which->machine, env.now(), env.random()));
}

error lost_controller() {
  return error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
      stage::controller_call);
}

// Asks the controller; `then(machine, answer, now, random)`.
template <class Request, class Then>
void ask_for_claim(writer_pointer self, std::uint64_t number, Request what, Then then) {
  using answer = result<typename Request::reply>;
  const auto tell = [self, number, then](const answer& got) {
    go_on(self, number, [&](claim_machine& machine, time_point now, std::uint64_t random) {
      return then(machine, got, now, random);
    });
  };
  ask_controller(self, *self->state.context, std::move(what), tell,
                 [tell] { tell(answer{lost_controller()}); });
}

// Asks the store of a segment; `then(machine, answer, now, random)`.
template <class Request, class Then>
void ask_holder(writer_pointer self, std::uint64_t number, segment_id of, Request what,
                Then then) {
  auto& state = self->state;
  const auto& setup = state.setup;
  if (!state.stores)
    state.stores = self->spawn(segment_requests_actor, state.context, setup.requests);
  const auto* which = find_claim(self, number);
  const auto token = which->opens ? which->machine.delegation_token() : which->token;
  const segment in{setup.stream, of};
  ask_store(self, state.stores, in, std::move(what), setup.requests.request_timeout, token,
            [self, number, then, in, asked = state.stores](const auto& got) {
              auto& now_state = self->state;
              if (!got && got.error() == errc::actor_terminated && now_state.stores == asked)
                now_state.stores = nullptr;
              go_on(self, number,
                    [&](claim_machine& machine, time_point now, std::uint64_t random) {
                      return then(machine, got, now, random);
                    });
            });
}

uuid id_in(writer_pointer self, segment_id of) {
  const auto& setup = self->state.setup;
  return named_writer_id(setup.options.name, {setup.stream, of});
}

void finish_claim(writer_pointer self, std::uint64_t number,
                  const result<claim_machine::outcome>& what) {
  auto& state = self->state;
  const auto at = state.claims.find(number);
  const auto ended = std::move(at->second);
  state.claims.erase(at);
  if (ended.opens) return open_claimed(self, what);
  if (!what)
    return state.log->fail(in_context(*state.context, what.error(),
                                      state.setup.stream.to_string(), "",
                                      stage::segment_request));
  for (const auto& each : ended.channels) {
    const auto& mine = what->segments.at(each->of().id);
    state.log->settle(*each, mine.value, mine.sealed);
    supervise_segment(self, each, ended.token);
  }
}

struct claim_performer {
  writer_pointer self;
  std::uint64_t number;

  void operator()(const claim_machine::ask_current&) const {
    ask_for_claim(self, number,
                  controller::get_current_segments{self->state.setup.stream,
                                                   access_operation::read_write},
                  [](claim_machine& machine, const result<controller::segment_ranges>& got,
                     time_point now,
                     std::uint64_t random) { return machine.on_current(got, now, random); });
  }
  void operator()(const claim_machine::ask_head&) const {
    ask_for_claim(
        self, number, controller::get_head_segments{self->state.setup.stream},
        [](claim_machine& machine, const result<controller::segment_offsets>& got,
           time_point now, std::uint64_t random) { return machine.on_head(got, now, random); });
  }
  void operator()(const claim_machine::ask_epoch& a) const {
    ask_for_claim(self, number,
                  controller::get_epoch_segments{self->state.setup.stream, a.epoch},
                  [](claim_machine& machine, const result<controller::segment_ranges>& got,
                     time_point now,
                     std::uint64_t random) { return machine.on_epoch(got, now, random); });
  }
  void operator()(const claim_machine::read_value& a) const {
    ask_holder(self, number, a.of, wire::get_segment_attribute{0, {}, id_in(self, a.of), {}},
               [of = a.of](claim_machine& machine, const result<wire::segment_attribute>& got,
                           time_point now, std::uint64_t random) {
                 return machine.on_value(of, got.map([](const wire::segment_attribute& each) {
                   return each.value;
                 }),
                                         now, random);
               });
  }
  void operator()(const claim_machine::claim_value& a) const {
    ask_holder(
        self, number, a.of,
        wire::update_segment_attribute{0, {}, id_in(self, a.of), a.to, a.expected, {}},
        [of = a.of](claim_machine& machine, const result<wire::segment_attribute_updated>& got,
                    time_point now, std::uint64_t random) {
          return machine.on_claimed(of, got ? result<void>{} : result<void>{got.error()}, now,
                                    random);
        });
  }
  void operator()(const claim_machine::inspect& a) const {
    ask_holder(self, number, a.of, wire::get_stream_segment_info{},
               [of = a.of](claim_machine& machine, const result<wire::stream_segment_info>& got,
                           time_point now, std::uint64_t random) {
                 return machine.on_inspected(
                     of, info_of(got).map([](const segment_info& each) { return each.sealed; }),
                     now, random);
               });
  }
  void operator()(const claim_machine::arm_pause& a) const {
    const auto* which = find_claim(self, number);
    if (const auto& why = which->machine.last_failure()) self->state.log->on_trouble(*why);
    self->delayed_send(writer_actor{self}, a.delay, claim_pause_over{number, a.attempt});
  }
  void operator()(const claim_machine::finish& a) const { finish_claim(self, number, a.what); }
};

void perform_claim(writer_pointer self, std::uint64_t number,
                   const claim_machine::actions& todo) {
  perform_actions<claim_machine>(self, self->state.context->env, todo,
                                 claim_performer{self, number});
}

claiming& new_claim(writer_pointer self, std::uint64_t number) {
  const auto& timing = self->state.setup.timing;
  return self->state.claims
      .emplace(
          number,
          claiming{claim_machine{{timing.backoff, timing.recovery_timeout}}, false, {}, {}})
      .first->second;
}

}  // namespace

void claim_current(writer_pointer self) {
  const auto number = ++self->state.last_claim;
  auto& mine = new_claim(self, number);
  mine.opens = true;
  perform_claim(self, number, mine.machine.open(self->state.context->env->now()));
}

void claim_added(writer_pointer self, const segments_added& what) {
  const auto number = ++self->state.last_claim;
  auto& mine = new_claim(self, number);
  mine.channels = what.channels;
  mine.token = what.delegation_token;
  std::vector<segment_id> ids;
  for (const auto& each : what.channels)
    ids.push_back(each->of().id);
  perform_claim(self, number, mine.machine.claim(ids, self->state.context->env->now()));
}

void take(writer_pointer self, const claim_pause_over& what) {
  if (auto* which = find_claim(self, what.number))
    perform_claim(self, what.number, which->machine.on_pause_over(what.attempt));
}

}  // namespace pravega_actor::internal
