#include "reader/stream_reader_opening.hpp"

#include <set>
#include <string>
#include <utility>

#include "reader/reader_options.hpp"
#include "reader/stream_reader_segments.hpp"

namespace pravega_actor {

namespace {

using self_pointer = stream_reader_pointer;
using offset_map = std::map<segment_id, std::int64_t>;

/// Before opening is tried again.
constexpr milliseconds open_pause{20};

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
template <class Request, class Then, class Otherwise>
void ask_to_open(self_pointer self, Request what, Then then, Otherwise otherwise) {
  ask_controller(self, std::move(what),
                 [self, then, otherwise](const result<typename Request::reply>& got) {
                   if (got) return then(*got);
                   auto& state = self->state;
                   const bool again =
                       got.error() == errc::actor_terminated &&
                       state.context->env->now() + open_pause < state.open_deadline;
                   if (!again) return otherwise(got.error());
                   self->delayed_send(self, open_pause, open_again{});
                 });
}

template <class Request, class Then>
void ask_to_open(self_pointer self, Request what, Then then) {
  ask_to_open(self, std::move(what), then, [self](const error& why) { refuse(self, why); });
}

bool starts_at_cut(self_pointer self) {
  return std::holds_alternative<stream_cut>(self->state.setup.options.start);
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

// Numbers of segments go on when a stream is deleted and created again, so a cut of its earlier
// life names what this one never had.
void refuse_stranger(self_pointer self, segment_id which) {
  const auto& state = self->state;
  const bool of_start = state.found.contains(which);
  const auto never = "never had segment " + short_name(which);
  if (of_start && !starts_at_cut(self))
    return refuse(self, of_controller(self, error{errc::protocol_violation,
                                                  "the stream " + never +
                                                      ", which the controller names"}));
  const auto cut = of_start ? "the start cut" : "the end cut";
  refuse(self, error{errc::invalid_argument,
                     std::string{cut} + " is not of this stream, which " + never +
                         ": the stream was deleted and created again since, or the cut was "
                         "taken elsewhere"}
                   .with_stage(stage::configuration));
}

// The head must leave nothing out; a cut may.
void judge_start(self_pointer self) {
  auto& state = self->state;
  std::set<segment_id> start;
  for (const auto& [id, offset] : state.found)
    start.insert(id);
  if (!starts_at_cut(self))
    if (auto whole = state.coverage.check_whole(start); !whole)
      return refuse(self, of_controller(self, whole.error()));
  place(self, state.found.begin()->first);
}

// An epoch that the stream does not have is a cut's fault, unless the stream is gone by now.
void refuse_epoch(self_pointer self, const error& why) {
  if (why != errc::stream_not_found) return refuse(self, why);
  ask_to_open(
      self, controller::get_current_segments{self->state.setup.stream, access_operation::read},
      [self](const controller::segment_ranges&) {
        refuse_stranger(self, *self->state.coverage.wanted_of_next_epoch());
      });
}

void learn_ranges(self_pointer self) {
  const auto epoch = self->state.coverage.next_epoch();
  if (!epoch) return judge_start(self);
  ask_to_open(
      self, controller::get_epoch_segments{self->state.setup.stream, *epoch},
      [self, epoch = *epoch](const controller::segment_ranges& got) {
        if (const auto which = self->state.coverage.on_epoch(epoch, got.segments))
          return refuse_stranger(self, *which);
        learn_ranges(self);
      },
      [self](const error& why) { refuse_epoch(self, why); });
}

void open_from(self_pointer self, offset_map start) {
  auto& state = self->state;
  state.found = std::move(start);
  if (auto fits = check_segment_count(state.found.size()); !fits)
    return refuse(self, of_controller(self, fits.error()));
  state.frontier = {};
  state.unreached.clear();
  for (const auto& [id, offset] : state.found)
    state.frontier.begin(id);
  if (state.setup.options.end)
    for (const auto& [id, offset] : state.setup.options.end->offsets) {
      state.frontier.stop_in(id);
      state.coverage.want(id);
      if (offset > 0) state.unreached.insert(id);
    }
  for (const auto& [id, offset] : state.found)
    state.coverage.want(id);
  learn_ranges(self);
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
        if (auto fits = check_segment_count(current.segments.size()); !fits)
          return refuse(self, of_controller(self, fits.error()));
        ++state.tail_round;
        state.found.clear();
        state.infos_missing = current.segments.size();
        state.infos_deadline = state.context->env->now() + state.setup.requests.request_timeout;
        start_infos(self);
        state.unasked.clear();
        for (const auto& each : current.segments) {
          state.unasked.push_back(each.id);
          state.coverage.know(each);
        }
        for (std::size_t i = 0; i < stream_reader_state::infos_max; ++i)
          ask_next_info(self);
      });
}

}  // namespace

void begin_to_open(self_pointer self) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  state.coverage = {};
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

}  // namespace pravega_actor
