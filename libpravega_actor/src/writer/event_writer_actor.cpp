#include "writer/event_writer_actor.hpp"

#include "requests/ask_controller.hpp"

namespace pravega_actor {

namespace {

using self_pointer = caf::stateful_actor<event_writer_state>*;

template <class Message>
auto to_self(self_pointer self) {
  caf::actor_addr me{self->address()};
  return [me](Message what) {
    if (auto alive = caf::actor_cast<caf::actor>(me)) caf::anon_send(alive, std::move(what));
  };
}

void refuse(self_pointer self, const error& why) {
  auto& state = self->state;
  auto tell = std::move(state.on_open);
  state.on_open = nullptr;
  if (tell) tell(why.with_subject(state.setup.stream.to_string()));
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

// Makes channels for as long as the log lives, from any thread.
channel_table::channel_factory make_factory(self_pointer self) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  const append_limits limits{options.block_bytes_max, options.blocks_in_flight_max,
                             std::min(state.setup.eager_block_bytes, options.block_bytes_max)};
  return [env = state.context->env, pool = state.context->pool, stream = state.setup.stream,
          owner = std::weak_ptr<append_owner>{state.log}, limits](segment_id id) {
    const auto flow = static_cast<std::int64_t>(env->next_flow_id());
    append_log log{env->random_uuid(), flow << 32, pool, limits};
    return std::make_shared<append_channel>(owner, segment{stream, id}, std::move(log));
  };
}

void supervise_segment(self_pointer self, const std::shared_ptr<append_channel>& channel,
                       const std::string& token) {
  auto& state = self->state;
  const auto id = "segment:" + channel->name();
  segment_writer_setup setup{channel, state.setup.timing, state.setup.path + "/" + id, token};
  auto factory = [context = state.context, setup = std::move(setup)](
                     caf::event_based_actor* parent, std::uint64_t) {
    return parent->spawn(segment_writer, context, setup);
  };
  self->send(state.supervisor, supervise{id, restart_type::transient, std::move(factory)});
}

void open(self_pointer self, const controller::segment_ranges& current) {
  auto& state = self->state;
  if (current.segments.empty()) return refuse(self, errc::stream_sealed);
  auto table = channel_table::make(current.segments, make_factory(self));
  if (!table) return refuse(self, table.error());
  start_supervisor(self);
  const auto channels = table->channels();
  state.log->open(
      std::move(*table),
      {[tell = to_self<writer_ended>(self)] { tell({}); },
       [tell = to_self<writer_closing>(self)](duration t) { tell({t}); },
       [tell = to_self<segments_added>(self)](auto added, const std::string& token) {
         tell({std::move(added), token});
       },
       std::make_shared<const std::function<void(const char*)>>(
           [bus = state.context->bus, env = state.context->env,
            path = state.setup.path](const char* what) {
             bus->publish({event_kind::callback_threw, path, what, env->now()});
           })});
  for (const auto& [id, channel] : channels)
    supervise_segment(self, channel, current.delegation_token);
  auto tell = std::move(state.on_open);
  state.on_open = nullptr;
  tell(opened_writer{event_writer{state.log}, caf::actor{self}});
}

// The controller client is being restarted: its next incarnation is asked.
void look_up_later(self_pointer self) {
  auto& state = self->state;
  constexpr milliseconds pause{20};
  if (state.context->env->now() + pause >= state.open_deadline)
    return refuse(
        self, error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
                  stage::controller_call));
  self->delayed_send(self, pause, look_up_again{});
}

void look_up(self_pointer self) {
  ask_controller(
      self, *self->state.context,
      controller::get_current_segments{self->state.setup.stream, access_operation::write},
      [self](const result<controller::segment_ranges>& current) {
        if (current) return open(self, *current);
        if (current.error() == errc::actor_terminated) return look_up_later(self);
        refuse(self, current.error());
      },
      [self] { look_up_later(self); });
}

write_completion into_inbox(self_pointer self) {
  return [inbox = self->state.inbox,
          wake = to_self<completions_ready>(self)](const write_result& outcome) {
    if (inbox->put(outcome)) wake({});
  };
}

caf::response_promise answer_when_durable(self_pointer self,
                                          const result<event_ticket>& added) {
  auto promise = self->make_response_promise();
  if (added)
    self->state.writes.emplace(*added, promise);
  else
    promise.deliver(event_written{{0, false, added.error()}});
  return promise;
}

caf::response_promise write(self_pointer self, const write_event& what) {
  std::optional<std::string_view> key;
  if (what.routing_key) key = *what.routing_key;
  return answer_when_durable(self,
                             self->state.log->add(key, as_bytes(what.event), into_inbox(self)));
}

caf::response_promise write_all(self_pointer self, const write_batch& what) {
  std::vector<byte_view> events;
  events.reserve(what.events.size());
  for (const auto& each : what.events)
    events.push_back(as_bytes(each));
  return answer_when_durable(
      self, self->state.log->add_batch(what.routing_key, events, into_inbox(self)));
}

error ended() {
  return {errc::actor_terminated, "the event writer's actor ended"};
}

// Keeps a promise under a number that a callback in another thread can name.
std::uint64_t keep(self_pointer self, const caf::response_promise& promise,
                   std::function<void(caf::response_promise&)> at_death) {
  const auto number = self->state.next_other++;
  self->state.others.emplace(number, pending_answer{promise, std::move(at_death)});
  return number;
}

template <class Answer>
void answer_kept(self_pointer self, std::uint64_t number, Answer with) {
  auto at = self->state.others.find(number);
  if (at == self->state.others.end()) return;
  at->second.promise.deliver(std::move(with));
  self->state.others.erase(at);
}

caf::response_promise await_room(self_pointer self, const await_credit& what) {
  auto promise = self->make_response_promise();
  const auto number =
      keep(self, promise, [](caf::response_promise& late) { late.deliver(credit{}); });
  self->state.log->when_writable(
      what.payload_bytes, [number, tell = to_self<credit_ready>(self)] { tell({number}); },
      what.events);
  return promise;
}

caf::response_promise flush(self_pointer self) {
  auto promise = self->make_response_promise();
  const auto number = keep(self, promise, [](caf::response_promise& late) {
    late.deliver(events_flushed{ended()});
  });
  self->state.log->flush(
      [number, tell = to_self<flush_ready>(self)](const result<void>& outcome) {
        tell({number, outcome});
      });
  return promise;
}

// The report of a log that has failed. Another thread may be telling outcomes just now; then
// there is no list of ranges.
close_report report_at_death(write_log& log) {
  auto told = std::make_shared<close_report>();
  const auto reached = log.progress();
  told->durable_through = reached.durable_through;
  told->last_written = reached.last_written;
  told->outcome = ended();
  log.start_close(duration{0}, [told](const close_report& report) { *told = report; });
  // Another thread may be telling the end just now: what is durable is so all the same.
  if (!told->outcome && reached.durable_through == reached.last_written) told->outcome = {};
  return *told;
}

caf::response_promise close(self_pointer self, const close_writer& what) {
  auto promise = self->make_response_promise();
  auto log = self->state.log;
  const auto number = keep(self, promise, [log](caf::response_promise& late) {
    late.deliver(writer_closed{report_at_death(*log)});
  });
  log->start_close(what.timeout,
                   [number, tell = to_self<close_ready>(self)](const close_report& report) {
                     tell({number, report});
                   });
  return promise;
}

void deliver_outcomes(self_pointer self) {
  auto& writes = self->state.writes;
  for (const auto& outcome : self->state.inbox->take()) {
    auto at = writes.find(outcome.ticket);
    if (at == writes.end()) continue;
    at->second.deliver(event_written{outcome});
    writes.erase(at);
  }
}

void on_supervisor_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (down.source != state.supervisor.address()) return;
  if (classify_exit(down.reason) == exit_kind::failure)
    state.log->fail(error{errc::retries_exhausted,
                          "the supervisor gave up: " + describe_exit(down.reason)});
  deliver_outcomes(self);
  self->quit();
}

}  // namespace

event_writer_state::~event_writer_state() {
  if (on_open)
    on_open(error{errc::actor_terminated, "the event writer ended while it was opened"});
  if (log) log->fail(ended());
  for (const auto& outcome : inbox->take()) {
    auto at = writes.find(outcome.ticket);
    if (at == writes.end()) continue;
    at->second.deliver(event_written{outcome});
    writes.erase(at);
  }
  // Another thread may be delivering just now: its outcomes come too late for this actor.
  for (auto& [ticket, promise] : writes)
    promise.deliver(
        event_written{{ticket, false, error{errc::outcome_unknown, ended().detail()}}});
  for (auto& [number, pending] : others)
    pending.at_death(pending.promise);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

caf::behavior event_writer_actor(caf::stateful_actor<event_writer_state>* self,
                                 std::shared_ptr<const segment_context> context,
                                 event_writer_setup setup,
                                 std::function<void(result<opened_writer>)> on_open) {
  auto& state = self->state;
  state.log = std::make_shared<write_log>(setup.stream, setup.options, context->env->random());
  state.context = std::move(context);
  if (state.context->owed) state.context->owed->add(state.log);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  self->set_down_handler([self](const caf::down_msg& down) { on_supervisor_down(self, down); });
  self->state.open_deadline =
      self->state.context->env->now() + self->state.context->request_timeout;
  look_up(self);
  return {
      [self](const look_up_again&) { look_up(self); },
      [self](const write_event& what) { return write(self, what); },
      [self](const write_batch& what) { return write_all(self, what); },
      [self](const await_credit& what) { return await_room(self, what); },
      [self](const flush_events&) { return flush(self); },
      [self](const close_writer& what) { return close(self, what); },
      [self](const keep_open& what) { self->state.kept = what.handle; },
      [self](const get_writer_status&) { return self->state.log->status(); },
      [self](const completions_ready&) { deliver_outcomes(self); },
      [self](const credit_ready& what) { answer_kept(self, what.number, credit{}); },
      [self](const flush_ready& what) {
        deliver_outcomes(self);
        answer_kept(self, what.number, events_flushed{what.outcome});
      },
      [self](const close_ready& what) {
        deliver_outcomes(self);
        answer_kept(self, what.number, writer_closed{what.report});
      },
      [self](const writer_closing& what) {
        self->delayed_send(self, what.timeout, writer_close_due{});
      },
      [self](const writer_close_due&) { self->state.log->close_deadline(); },
      [self](const segments_added& what) {
        for (const auto& channel : what.channels)
          supervise_segment(self, channel, what.delegation_token);
      },
      [self](const writer_ended&) {
        deliver_outcomes(self);
        if (self->state.supervisor)
          self->send_exit(self->state.supervisor, caf::exit_reason::user_shutdown);
        else
          self->quit();
      },
  };
}

}  // namespace pravega_actor
