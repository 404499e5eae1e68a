#include "reader/stream_reader_actor.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "reader/reader_options.hpp"
#include "reader/stream_reader_segments.hpp"

namespace pravega_actor {

namespace {

using self_pointer = stream_reader_pointer;
using offset_map = std::map<segment_id, std::int64_t>;

/// Before opening is tried again.
constexpr milliseconds open_pause{20};

template <class Message>
auto to_self(self_pointer self) {
  caf::actor_addr me{self->address()};
  return [me](Message what) {
    if (auto alive = caf::actor_cast<caf::actor>(me)) caf::anon_send(alive, std::move(what));
  };
}

// --- opening --------------------------------------------------------------------------------

void refuse(self_pointer self, const error& why) {
  auto& state = self->state;
  auto tell = std::exchange(state.on_open, nullptr);
  const auto reason =
      why.subject().empty() ? why.with_subject(state.setup.stream.to_string()) : why;
  state.queue->fail(reason);
  if (tell) tell(reason);
  self->quit();
}

void start_supervisor(self_pointer self) {
  auto& state = self->state;
  const auto& setup = state.setup;
  state.supervisor = self->spawn(
      supervisor, supervisor_setup{setup.path, setup.supervision, state.context->env,
                                   state.context->bus, state.context->board});
  self->monitor(state.supervisor);
}

void open(self_pointer self) {
  auto& state = self->state;
  start_supervisor(self);
  state.queue->open(
      {[tell = to_self<reader_segment_read>(self)](const segment_end& end) { tell({end}); },
       [tell = to_self<reader_ended>(self)] { tell({}); }});
  for (const auto& [id, offset] : state.found)
    add_segment(self, id, offset);
  auto tell = std::exchange(state.on_open, nullptr);
  tell(opened_reader{stream_reader{state.queue}, caf::actor{self}});
}

// While opening: the next incarnation of the controller client is asked; what the controller
// says is final.
template <class Request, class Then>
void ask_to_open(self_pointer self, Request what, Then then) {
  ask_controller(
      self, std::move(what), [self, then](const result<typename Request::reply>& got) {
        if (got) return then(*got);
        auto& state = self->state;
        const bool again = got.error() == errc::actor_terminated &&
                           state.context->env->now() + open_pause < state.open_deadline;
        if (!again) return refuse(self, got.error());
        self->delayed_send(self, open_pause, open_again{});
      });
}

// Opens when it is known which segments of the start lie behind the end. Those before `from`
// are decided.
void place(self_pointer self, segment_id from) {
  auto& state = self->state;
  for (auto at = state.found.lower_bound(from); at != state.found.end(); ++at) {
    const auto id = at->first;
    if (state.frontier.stops_in(id)) continue;
    const auto behind = state.frontier.begins_behind_end(id);
    if (behind && *behind) state.frontier.stop_in(id);
    if (behind) continue;
    const auto which = state.frontier.take_question();
    return ask_to_open(self, controller::get_successors{{state.setup.stream, *which}},
                       [self, id](const controller::successors& got) {
                         self->state.frontier.on_known(got.segments);
                         place(self, id);
                       });
  }
  open(self);
}

void open_from(self_pointer self, offset_map start) {
  auto& state = self->state;
  state.found = std::move(start);
  state.frontier = {};
  for (const auto& [id, offset] : state.found)
    state.frontier.begin(id);
  if (state.setup.options.end)
    for (const auto& [id, offset] : state.setup.options.end->offsets)
      state.frontier.stop_in(id);
  place(self, state.found.begin()->first);
}

void open_at_head(self_pointer self) {
  ask_to_open(self, controller::get_head_segments{self->state.setup.stream},
              [self](const controller::segment_offsets& head) {
                const error none{errc::protocol_violation,
                                 "the controller names no segments at the head"};
                if (head.offsets.empty()) return refuse(self, of_controller(self, none));
                open_from(self, head.offsets);
              });
}

void start_infos(self_pointer self) {
  auto& state = self->state;
  ++state.infos_generation;
  state.infos = self->spawn(segment_info_client, state.context, state.setup.requests);
}

void stop_infos(self_pointer self) {
  auto infos = std::exchange(self->state.infos, nullptr);
  if (infos) self->send_exit(infos, caf::exit_reason::user_shutdown);
}

void ask_info(self_pointer self, segment_id id);

void ask_next_info(self_pointer self) {
  auto& unasked = self->state.unasked;
  if (unasked.empty()) return;
  const auto id = unasked.back();
  unasked.pop_back();
  ask_info(self, id);
}

void on_info(self_pointer self, segment_id id, const result<segment_info>& outcome) {
  auto& state = self->state;
  if (!state.on_open) return;
  if (!outcome) {
    stop_infos(self);
    // Sealed and truncated away since the controller was asked: there is another tail now.
    const bool moved = outcome.error() == errc::segment_not_found &&
                       state.context->env->now() < state.open_deadline;
    if (!moved) return refuse(self, outcome.error());
    ++state.tail_round;
    return self->delayed_send(self, open_pause, open_again{});
  }
  state.found[id] = outcome->write_offset;
  if (--state.infos_missing > 0) return ask_next_info(self);
  stop_infos(self);
  open_from(self, std::exchange(state.found, {}));
}

// The info client died; another takes its place until the time is over.
void on_info_lost(self_pointer self, segment_id id, std::uint64_t generation) {
  auto& state = self->state;
  if (!state.on_open) return;
  if (state.context->env->now() >= state.infos_deadline)
    return on_info(self, id, error{errc::actor_terminated, "the segment info client ended"});
  if (generation == state.infos_generation) {
    stop_infos(self);
    start_infos(self);
  }
  ask_info(self, id);
}

void ask_info(self_pointer self, segment_id id) {
  auto& state = self->state;
  const auto generation = state.infos_generation;
  const auto round = state.tail_round;
  const auto left = state.infos_deadline - state.context->env->now();
  const get_segment_info what{{state.setup.stream, id}, left, state.delegation_token};
  self->request(state.infos, left + seconds{1}, what)
      .then(
          [self, id, generation, round](const segment_info_answer& answer) {
            if (round != self->state.tail_round) return;
            const bool lost =
                !answer.outcome && answer.outcome.error() == errc::actor_terminated;
            if (lost)
              on_info_lost(self, id, generation);
            else
              on_info(self, id, answer.outcome);
          },
          [self, id, generation, round](const caf::error&) {
            if (round == self->state.tail_round) on_info_lost(self, id, generation);
          });
}

void open_at_tail(self_pointer self) {
  ask_to_open(
      self, controller::get_current_segments{self->state.setup.stream, access_operation::read},
      [self](const controller::segment_ranges& current) {
        auto& state = self->state;
        if (current.segments.empty())
          return refuse(self, of_controller(self, errc::stream_sealed));
        ++state.tail_round;
        state.found.clear();
        state.infos_missing = current.segments.size();
        state.infos_deadline = state.context->env->now() + state.setup.requests.request_timeout;
        start_infos(self);
        state.unasked.clear();
        for (const auto& each : current.segments)
          state.unasked.push_back(each.id);
        for (std::size_t i = 0; i < stream_reader_state::infos_max; ++i)
          ask_next_info(self);
      });
}

void begin(self_pointer self) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  if (auto valid = check(state.setup.stream, options); !valid)
    return refuse(self, valid.error());
  if (std::holds_alternative<read_from_head>(options.start)) return open_at_head(self);
  if (std::holds_alternative<read_from_tail>(options.start)) return open_at_tail(self);
  // The stream must exist; the cut's own segments may have been sealed long ago.
  ask_to_open(
      self, controller::get_current_segments{self->state.setup.stream, access_operation::read},
      [self](const controller::segment_ranges&) {
        open_from(self, std::get<stream_cut>(self->state.setup.options.start).offsets);
      });
}

// --- delivery -------------------------------------------------------------------------------

void unsubscribe(self_pointer self) {
  self->state.consumer = nullptr;
  self->state.demand = 0;
}

struct deliverer {
  self_pointer self;
  void operator()(event_slice& slice) const {
    --self->state.demand;
    self->send(self->state.consumer, slice_delivered{std::move(slice)});
  }
  void operator()(const segment_end& end) const {
    self->send(self->state.consumer, segment_ended{end});
  }
  void operator()(const segment_gap& gap) const {
    self->send(self->state.consumer, segment_truncated_gap{gap});
  }
};

void wait_for_more(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.armed, true)) return;
  (void)state.queue->when_readable([tell = to_self<reader_readable>(self)] { tell({}); });
}

void deliver(self_pointer self) {
  auto& state = self->state;
  while (state.consumer && state.demand > 0) {
    auto taken = state.queue->take_unreleased();
    if (!taken) {
      self->send(state.consumer, reader_failed{taken.error()});
      return unsubscribe(self);
    }
    if (!*taken) return wait_for_more(self);
    std::visit(deliverer{self}, **taken);
  }
}

void subscribe(self_pointer self, const caf::actor& consumer) {
  unsubscribe(self);
  self->state.consumer = consumer;
  self->monitor(consumer);
}

// --- the end --------------------------------------------------------------------------------

void on_ended(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.ended, true)) return;
  if (state.consumer) {
    auto outcome = state.queue->take_unreleased();
    if (!outcome) self->send(state.consumer, reader_failed{outcome.error()});
    unsubscribe(self);
  }
  if (state.supervisor)
    self->send_exit(state.supervisor, caf::exit_reason::user_shutdown);
  else
    self->quit();
}

void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.consumer && down.source == state.consumer.address()) return unsubscribe(self);
  if (!state.supervisor || down.source != state.supervisor.address()) return;
  if (classify_exit(down.reason) == exit_kind::failure)
    state.queue->fail(
        error{errc::retries_exhausted, "the supervisor gave up: " + describe_exit(down.reason)}
            .with_stage(stage::read)
            .with_subject(state.setup.stream.to_string()));
  state.supervisor = nullptr;
  on_ended(self);
  self->quit();
}

}  // namespace

stream_reader_state::~stream_reader_state() {
  const error reason{errc::actor_terminated, "the stream reader's actor ended"};
  if (on_open) on_open(reason.with_subject(setup.stream.to_string()));
  if (queue) queue->fail(reason.with_subject(setup.stream.to_string()));
  if (consumer) caf::anon_send(consumer, reader_failed{reason});
  if (infos) caf::anon_send_exit(infos, caf::exit_reason::user_shutdown);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

caf::behavior stream_reader_actor(caf::stateful_actor<stream_reader_state>* self,
                                  std::shared_ptr<const segment_context> context,
                                  stream_reader_setup setup,
                                  std::function<void(result<opened_reader>)> on_open) {
  auto& state = self->state;
  state.queue = std::make_shared<slice_queue>(setup.stream);
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  state.open_deadline = state.context->env->now() + state.context->request_timeout;
  begin(self);
  return {
      [self](const open_again&) { begin(self); },
      [self](const successors_due& due) { ask_successors(self, due); },
      [self](const subscribe_reader& what) { subscribe(self, what.consumer); },
      [self](const read_demand& what) {
        auto& s = self->state;
        if (!s.consumer) return;
        s.demand += std::min(what.slices, std::numeric_limits<std::size_t>::max() - s.demand);
        deliver(self);
      },
      [self](const keep_reader_open& what) { self->state.kept = what.handle; },
      [self](const release_slices&) { self->state.queue->release(); },
      [self](const get_reader_status&) { return self->state.queue->status(); },
      [self](const close_reader&) {
        self->state.queue->close();
        return reader_closed{self->state.queue->position()};
      },
      [self](const reader_readable&) {
        self->state.armed = false;
        deliver(self);
      },
      [self](const reader_segment_read& what) { on_segment_read(self, what.end); },
      [self](const reader_ended&) { on_ended(self); },
  };
}

}  // namespace pravega_actor
