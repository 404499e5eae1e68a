#include "group_reader/event_reader_segments.hpp"

#include <utility>

namespace pravega_actor::internal {

namespace {

std::shared_ptr<read_channel> make_channel(event_reader_pointer self,
                                           const member_machine::begin_segment& what) {
  auto& state = self->state;
  const auto& options = state.setup.options;
  return std::make_shared<read_channel>(
      state.queue, what.of, state.context->env->next_flow_id(),
      read_channel::start{what.offset, what.end, {}},
      read_limits{options.request_bytes, options.prefetch_slices,
                  options.event_payload_bytes_max},
      state.context->pool);
}

}  // namespace

// A segment may come, go and come again before its first segment reader has ended: its flow
// distinguishes its children.
void begin_segment(event_reader_pointer self, const member_machine::begin_segment& what) {
  auto& state = self->state;
  auto channel = make_channel(self, what);
  state.queue->add(channel, what.offset);
  const auto child = "segment:" + channel->name() + "#" + std::to_string(channel->flow());
  // A group that is to be reset is so instead of a failure of the reader.
  const bool goes_on = state.setup.options.on_truncation == truncation_policy::report_and_go_on;
  segment_reader_setup setup{
      state.setup.timing,
      goes_on ? truncation_policy::report_and_go_on : truncation_policy::fail,
      state.setup.path + "/" + child};
  auto factory = [context = state.context, channel, setup](const child_start& as) {
    return as.spawn(segment_reader, context, channel, setup);
  };
  caf::anon_send(state.supervisor,
                 supervise{{child, std::move(factory), restart_type::transient}});
}

// Its segment reader ends by itself.
std::int64_t stop_segment(event_reader_pointer self, const segment& of) {
  const auto taken = self->state.queue->take_away(of);
  return taken ? taken->at.next : 0;
}

member_machine::successors successors_in(const scoped_stream& stream,
                                         const successor_answer& found) {
  member_machine::successors all;
  for (const auto& each : found.segments) {
    auto& ids = all[{{stream, each.segment.id}, each.segment.range}];
    for (const auto& before : each.predecessors)
      ids.insert(before.value());
  }
  return all;
}

}  // namespace pravega_actor::internal
