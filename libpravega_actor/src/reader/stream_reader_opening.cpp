#include "reader/stream_reader_opening.hpp"

#include <utility>

#include "core/access.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "reader/reader_options.hpp"
#include "reader/stream_reader_segments.hpp"
#include "supervision/perform_actions.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = stream_reader_pointer;
using machine = open_machine;

void perform(self_pointer self, machine::actions todo);

time_point now(self_pointer self) {
  return self->state.context->env->now();
}

void open(self_pointer self) {
  auto& state = self->state;
  state.start = state.opening.take_start();
  state.delegation_token = state.start.delegation_token;
  state.supervisor =
      start_supervisor(self, *state.context, state.setup.path, state.setup.supervision);
  state.queue->open(
      {[tell = to_self<reader_segment_read>(self)](const segment_end& end) { tell({end}); },
       [tell = to_self<reading_over>(self)] { tell({}); }});
  state.book = delivery_book{state.setup.unreleased_bytes_max};
  state.book.open_at({state.setup.stream, state.start.offsets});
  for (const auto& [id, offset] : state.start.offsets)
    add_segment(self, id, offset);
  auto tell = std::exchange(state.on_open, nullptr);
  const bool has_handle = state.setup.use == reader_use::handle;
  tell(opened_reader{has_handle ? access::make<stream_reader>(state.queue) : stream_reader{},
                     stream_reader_handle{self}});
}

void stop_infos(self_pointer self) {
  auto infos = std::exchange(self->state.infos, nullptr);
  if (infos) self->send_exit(infos, caf::exit_reason::user_shutdown);
}

void ask_info(self_pointer self, const machine::ask_info& what) {
  auto& state = self->state;
  const auto on_answer = [self,
                          ticket = what.ticket](const result<wire::stream_segment_info>& got) {
    perform(self, self->state.opening.on_info(ticket, info_of(got), now(self)));
  };
  ask_store(self, state.infos, {state.setup.stream, what.ticket.of},
            wire::get_stream_segment_info{}, what.timeout, what.delegation_token, on_answer);
}

struct performer {
  self_pointer self;
  void operator()(machine::ask& a) const {
    const auto on_answer = [self = self](const result<controller::reply>& got) {
      perform(self, self->state.opening.on_answer(got, now(self)));
    };
    call_controller(self, *self->state.context, std::move(a.what), on_answer,
                    [on_answer] { on_answer(controller_lost()); });
  }
  void operator()(const machine::start_infos&) const {
    stop_infos(self);
    auto& state = self->state;
    state.infos = self->spawn(segment_requests_actor, state.context, state.setup.requests);
  }
  void operator()(const machine::stop_infos&) const { stop_infos(self); }
  void operator()(const machine::ask_info& a) const { ask_info(self, a); }
  void operator()(const machine::arm_pause& a) const {
    self->delayed_send(stream_reader_inside{self}, a.how_long, open_again{});
  }
  void operator()(const machine::open&) const { open(self); }
  void operator()(const machine::refuse& a) const {
    refuse_to_open(self, a.by_controller ? of_controller(self, a.why) : a.why);
  }
};

void perform(self_pointer self, machine::actions todo) {
  perform_actions<machine>(self, self->state.context->env, todo, performer{self});
}

}  // namespace

void begin_to_open(self_pointer self) {
  auto& state = self->state;
  auto options = with_cuts(state.setup.stream, state.setup.options);
  if (!options) return refuse_to_open(self, options.error());
  state.setup.options = std::move(*options);
  state.opening = open_machine{
      {state.setup.stream, state.setup.options, state.setup.requests.request_timeout}};
  perform(self, state.opening.begin(now(self) + state.context->request_timeout));
}

void refuse_to_open(self_pointer self, const error& why) {
  auto& state = self->state;
  auto tell = std::exchange(state.on_open, nullptr);
  const auto reason =
      why.subject().empty() ? why.with_subject(state.setup.stream.to_string()) : why;
  state.queue->fail(reason);
  if (tell) tell(reason);
  self->quit(to_caf_error(reason));
}

void go_on_opening(self_pointer self) {
  perform(self, self->state.opening.on_pause_over());
}

}  // namespace pravega_actor::internal
