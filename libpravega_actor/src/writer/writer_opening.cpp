#include "writer/event_writer_actor.hpp"

#include <algorithm>
#include <utility>

#include "core/access.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "requests/ask_controller.hpp"
#include "writer/writer_name.hpp"

namespace pravega_actor::internal {

namespace {

void refuse(writer_pointer self, const error& why) {
  auto& state = self->state;
  const auto named = why.with_subject(state.setup.stream.to_string());
  auto tell = std::exchange(state.on_open, nullptr);
  if (tell) tell(named);
  self->quit(to_caf_error(named));
}

std::optional<uuid> transaction_of(const event_writer_setup& setup) {
  return setup.parts ? std::optional{setup.parts->transaction} : std::nullopt;
}

// Makes channels for as long as the log lives, from any thread.
channel_table::channel_factory make_factory(writer_pointer self) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  const auto large = options.large_events.value_or(large_event_options{});
  const append_limits limits{options.block_bytes_max, options.blocks_in_flight_max,
                             std::min(state.setup.eager_block_bytes, options.block_bytes_max),
                             large.part_bytes, large.parts_in_flight_max};
  return [env = state.context->env, pool = state.context->pool, stream = state.setup.stream,
          owner = std::weak_ptr<append_owner>{state.log}, limits,
          transaction = transaction_of(state.setup), name = options.name,
          numbers = state.log->numbers()](segment_id id) {
    const auto flow = static_cast<std::int64_t>(env->next_flow_id());
    const segment of{stream, id};
    const auto writer = numbers ? named_writer_id(name, of) : env->random_uuid();
    append_log log{writer, flow << 32, pool, limits, numbers};
    if (!transaction) return std::make_shared<append_channel>(owner, of, std::move(log));
    return std::make_shared<append_channel>(owner, of, of.transaction_name(*transaction),
                                            std::move(log), transaction_segments);
  };
}

write_log_hooks hooks_of(writer_pointer self) {
  auto& state = self->state;
  const auto me = weak_self(self);
  write_log_hooks hooks;
  hooks.keeps = state.inbox;
  hooks.ended = [inbox = state.inbox] { inbox->signal(); };
  hooks.stored = hooks.ended;
  hooks.closing = [me](duration timeout) { me.send(writer_closing{timeout}); };
  hooks.replaced = [me](auto added, const std::string& token) {
    me.send(segments_added{std::move(added), token});
  };
  if (const auto& parts = state.setup.parts)
    hooks.first_event = [me, token = parts->delegation_token](auto channel) {
      me.send(segments_added{{std::move(channel)}, token});
    };
  hooks.threw = std::make_shared<const std::function<void(const char*)>>(
      [bus = state.context->bus, env = state.context->env,
       path = state.setup.path](const char* what) {
        bus->publish({event_kind::callback_threw, path, what, env->now()});
      });
  return hooks;
}

void open(writer_pointer self, const controller::segment_ranges& current,
          const claim_machine::outcome* claimed = nullptr) {
  auto& state = self->state;
  if (current.segments.empty()) return refuse(self, errc::stream_sealed);
  auto table = channel_table::make(current.segments, make_factory(self));
  if (!table) return refuse(self, table.error());
  state.supervisor =
      start_supervisor(self, *state.context, state.setup.path, state.setup.supervision);
  const auto channels = table->channels();
  state.log->open(std::move(*table), hooks_of(self),
                  claimed ? claimed->stored : stored_numbers{});
  if (claimed)
    for (const auto& [id, channel] : channels)
      state.log->settle(*channel, claimed->segments.at(id).value, false);
  // Those of a transaction wait for their first event.
  if (!state.setup.parts)
    for (const auto& [id, channel] : channels)
      supervise_segment(self, channel, current.delegation_token);
  auto handle = access::make<event_writer>(state.log);
  if (state.setup.use.by_messages) state.kept = handle;
  auto tell = std::exchange(state.on_open, nullptr);
  tell(opened_writer{std::move(handle), self, state.log});
  if (state.owner_gone) state.log->start_close(state.setup.options.close_timeout, {});
}

// The controller client is being restarted: its next incarnation is asked.
void look_up_later(writer_pointer self) {
  auto& state = self->state;
  constexpr milliseconds pause{20};
  if (state.context->env->now() + pause >= state.open_deadline)
    return refuse(
        self, error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
                  stage::controller_call));
  self->delayed_send(writer_actor{self}, pause, look_up_again{});
}

}  // namespace

void supervise_segment(writer_pointer self, const std::shared_ptr<append_channel>& channel,
                       const std::string& token) {
  auto& state = self->state;
  if (!state.supervisor) return;
  const auto id = "segment:" + channel->name();
  segment_writer_setup setup{channel, state.setup.timing, state.setup.path + "/" + id, token};
  auto factory = [context = state.context, setup = std::move(setup)](const child_start& as) {
    return as.spawn(segment_writer, context, setup);
  };
  caf::anon_send(state.supervisor,
                 supervise{{id, std::move(factory), restart_type::transient}});
}

void open_claimed(writer_pointer self, const result<claim_machine::outcome>& claimed) {
  if (!claimed) return refuse(self, claimed.error());
  open(self, claimed->current, &*claimed);
}

void look_up_segments(writer_pointer self) {
  if (const auto& parts = self->state.setup.parts)
    return open(self, {parts->segments, parts->delegation_token});
  if (!self->state.setup.options.name.empty()) return claim_current(self);
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

}  // namespace pravega_actor::internal
