#include "reader/stream_reader_segments.hpp"

#include "pravega_actor/limits.hpp"
#include "reader/stream_reader_delivery.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = stream_reader_pointer;

std::shared_ptr<read_channel> make_channel(self_pointer self, const segment& which,
                                           std::int64_t offset) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  read_channel::start from{offset, std::nullopt, state.delegation_token};
  if (options.end) {
    const auto at = options.end->offsets.find(which.id);
    if (at != options.end->offsets.end() && at->second >= 0) from.end = at->second;
  }
  return std::make_shared<read_channel>(
      state.queue, which, state.context->env->next_flow_id(), std::move(from),
      read_limits{options.request_bytes, options.prefetch_slices,
                  options.event_payload_bytes_max},
      state.context->pool);
}

// The channel is in the queue.
void supervise_segment(self_pointer self, const std::shared_ptr<read_channel>& channel) {
  auto& state = self->state;
  const auto child = "segment:" + channel->name();
  state.open_segments.emplace(channel->of().id, child);
  state.start.unreached.erase(channel->of().id);
  segment_reader_setup setup{state.setup.timing, state.setup.options.on_truncation,
                             state.setup.path + "/" + child};
  auto factory = [context = state.context, channel, setup](const child_start& as) {
    return as.spawn(segment_reader, context, channel, setup);
  };
  caf::anon_send(state.supervisor,
                 supervise{{child, std::move(factory), restart_type::transient}});
}

// The end lies in a segment that nothing led to, though what was read holds the same keys.
std::optional<segment_id> missed_end(self_pointer self) {
  const auto& state = self->state;
  for (const auto& end : state.start.unreached) {
    bool passed = false;
    for (const auto& [id, offset] : state.start.offsets)
      passed = passed || (!lies_behind_end(self, id) && state.start.coverage.overlap(id, end));
    // Another segment of the end may stand before it.
    for (const auto& [id, offset] : state.setup.options.end->offsets)
      passed = passed &&
               (state.start.unreached.contains(id) || !state.start.coverage.overlap(id, end));
    if (passed) return end;
  }
  return std::nullopt;
}

void finish(self_pointer self) {
  auto& state = self->state;
  const auto missed = missed_end(self);
  if (!missed) {
    state.queue->finish();
    return end_if_used_by_messages(self);
  }
  state.queue->fail(of_controller(
      self,
      error{errc::protocol_violation,
            "the controller names no more segments, but the reader's end lies in segment " +
                short_name(*missed) + ", which was not read"}));
}

void finish_if_read(self_pointer self) {
  auto& state = self->state;
  const bool busy = !state.open_segments.empty() || !state.asked.empty() ||
                    state.start.frontier.questioning();
  if (busy) return;
  if (state.start.frontier.waiting() == 0) return finish(self);
  state.queue->fail(
      of_controller(self, error{errc::protocol_violation,
                                "the controller names predecessors that follow nothing"}));
}

event_kind kind_of(const segment_frontier::step& step) {
  if (step.gone.size() > 1) return event_kind::merged;
  return step.next.size() > 1 ? event_kind::split : event_kind::replaced;
}

void advance(self_pointer self, const segment_frontier::step& step) {
  auto& state = self->state;
  if (step.next.empty()) return;
  const auto count = state.open_segments.size() + state.asked.size() + step.next.size();
  if (auto fits = check_segment_count(count); !fits)
    return state.queue->fail(of_controller(self, fits.error()));
  std::vector<std::shared_ptr<read_channel>> channels;
  for (const auto& id : step.next)
    channels.push_back(make_channel(self, segment{state.setup.stream, id}, 0));
  state.queue->advance(state.setup.stream, step.gone, channels);
  state.book.advance(step.gone, step.next);
  const auto& end = state.setup.options.end;
  for (const auto& id : step.gone)
    if (!state.start.offsets.contains(id) && !(end && end->offsets.contains(id)))
      state.start.coverage.forget(id);
  for (const auto& channel : channels) {
    supervise_segment(self, channel);
    state.context->bus->publish({kind_of(step), state.setup.path, "on to " + channel->name(),
                                 state.context->env->now()});
  }
}

void go_on(self_pointer self) {
  auto& state = self->state;
  while (const auto todo = state.start.frontier.next())
    advance(self, *todo);
  if (const auto of = state.start.frontier.take_question())
    ask_successors(
        self, {*of, state.context->env->now() + state.setup.timing.recovery_timeout, true});
  finish_if_read(self);
}

void on_successors(self_pointer self, segment_id of,
                   const std::vector<controller::successor>& found) {
  auto& state = self->state;
  state.asked.erase(of);
  auto fits = state.start.coverage.check_successors(of, found);
  if (fits) fits = state.start.frontier.on_read(of, found);
  if (!fits) return state.queue->fail(of_controller(self, fits.error()));
  for (const auto& each : found)
    state.start.coverage.know(each.segment);
  go_on(self);
}

// The stream is sealed, or a scale is still under way.
void ask_later(self_pointer self, const successors_due& due, const error& why) {
  auto& state = self->state;
  constexpr milliseconds pause{500};
  if (state.context->env->now() + pause < due.deadline && why.retriable())
    return self->delayed_send(stream_reader_inside{self}, pause, due);
  const auto subject = segment{state.setup.stream, due.of}.to_string();
  state.queue->fail(of_controller(self, why.with_subject(subject)));
}

void on_answer(self_pointer self, const successors_due& due,
               const result<successor_answer>& answer) {
  auto& state = self->state;
  if (!answer) return ask_later(self, due, answer.error());
  if (!answer->delegation_token.empty()) state.delegation_token = answer->delegation_token;
  if (answer->stream_sealed || !answer->segments.empty())
    return on_successors(self, due.of, answer->segments);
  ask_later(
      self, due,
      error{errc::deadline_exceeded, "the controller names no successors of a sealed segment"});
}

}  // namespace

bool lies_behind_end(self_pointer self, segment_id id) {
  const auto& state = self->state;
  return state.start.frontier.stops_in(id) && state.setup.options.end->offsets.count(id) == 0;
}

void add_segment(self_pointer self, segment_id id, std::int64_t offset) {
  auto& state = self->state;
  const segment which{state.setup.stream, id};
  const bool behind_end = lies_behind_end(self, id);
  state.start.unreached.erase(id);
  if (offset < 0 || behind_end) {
    state.open_segments.emplace(id, std::string{});
    return state.queue->add_ended({which, offset, !behind_end});
  }
  auto channel = make_channel(self, which, offset);
  state.queue->add(channel, offset);
  supervise_segment(self, channel);
}

void ask_successors(self_pointer self, const successors_due& due) {
  auto& state = self->state;
  const segment of{state.setup.stream, due.of};
  if (due.ahead) {
    const auto known = [self, due](const result<controller::successors>& got) {
      if (!got) return ask_later(self, due, got.error());
      self->state.start.frontier.on_known(got->segments);
      go_on(self);
    };
    return ask_controller(self, *state.context, controller::get_successors{of}, known,
                          [known] { known(controller_lost()); });
  }
  const auto then = [self, due](const result<successor_answer>& answer) {
    on_answer(self, due, answer);
  };
  ask_for_successors(calls_of(self, state.context), of, access_operation::read, then,
                     [then] { then(result<successor_answer>{controller_lost()}); });
}

void on_segment_read(self_pointer self, const segment_end& end) {
  auto& state = self->state;
  const auto id = end.in.id;
  state.open_segments.erase(id);
  // What follows a segment that the end cut names lies behind it, also if that is its end.
  if (!end.sealed || state.start.frontier.stops_in(id)) return finish_if_read(self);
  state.asked.insert(id);
  ask_successors(self,
                 {id, state.context->env->now() + state.setup.timing.recovery_timeout, false});
}

}  // namespace pravega_actor::internal
