// `describe`: what the controller knows about a stream, and what the segment stores know about
// its segments.
#include <algorithm>

#include "client/client_core.hpp"
#include "core/rendezvous.hpp"
#include "pravega_actor/stream_manager.hpp"
#include "segment/segment_requests.hpp"

namespace pravega_actor {

namespace {

constexpr seconds answer_margin{5};

using infos = std::vector<segment_info>;
using infos_done = std::function<void(const result<infos>&)>;

struct describer_state {
  infos found;
  std::size_t missing = 0;
  caf::actor stores;
  infos_done done;
  const char* name = "describer";

  void tell(const result<infos>& outcome) {
    if (auto call = std::exchange(done, nullptr)) call(outcome);
  }
  ~describer_state() {
    tell(error{errc::actor_terminated, "the request was stopped"});
    caf::anon_send_exit(stores, caf::exit_reason::user_shutdown);
  }
};

// Asks about all segments at once and ends; the first error counts.
void describer(caf::stateful_actor<describer_state>* self,
               std::shared_ptr<const segment_context> context, request_timing timing,
               const std::vector<segment>& segments, const std::string& token,
               infos_done done) {
  auto& state = self->state;
  state.done = std::move(done);
  state.found.resize(segments.size());
  state.missing = segments.size();
  state.stores = self->spawn(segment_info_client, std::move(context), timing);
  for (std::size_t i = 0; i < segments.size(); ++i)
    self->request(state.stores, timing.request_timeout + seconds{1},
                  get_segment_info{segments[i], timing.request_timeout, token})
        .then(
            [self, i](const segment_info_answer& answer) {
              auto& now = self->state;
              if (!answer.outcome) {
                now.tell(answer.outcome.error());
                return self->quit();
              }
              now.found[i] = *answer.outcome;
              if (--now.missing > 0) return;
              now.tell(std::move(now.found));
              self->quit();
            },
            [self](const caf::error&) {
              self->state.tell(error{errc::actor_terminated, "an internal request failed"});
              self->quit();
            });
}

result<void> add_segments(client_core& core, const controller::segment_ranges& current,
                          stream_description& into) {
  std::vector<segment> segments;
  for (const auto& each : current.segments)
    segments.push_back({into.stream, each.id});
  if (segments.empty()) return {};
  const auto& settings = core.settings();
  request_timing timing;
  timing.backoff = core.backoff();
  timing.answer_timeout = milliseconds{settings.liveness_timeout_ms};
  timing.request_timeout = milliseconds{settings.request_timeout_ms};
  auto answered = std::make_shared<rendezvous<result<infos>>>();
  core.system().spawn(describer, core.context(), timing, segments, current.delegation_token,
                      [answered](const result<infos>& found) { answered->set(found); });
  auto found = answered->wait_until(clock_type::now() + timing.request_timeout + answer_margin);
  if (!found) return error{errc::deadline_exceeded, "the client's actors do not answer"};
  if (!*found) return found->error();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& seen = (**found)[i];
    into.segments.push_back({segments[i], current.segments[i].range, seen.start_offset,
                             seen.write_offset, seen.sealed});
    into.tail.offsets[segments[i].id] = seen.write_offset;
  }
  return {};
}

}  // namespace

result<stream_description> stream_manager::describe(const scoped_stream& stream) const {
  if (!core_) return errc::closed;
  stream_description described;
  described.stream = described.head.stream = described.tail.stream = stream;
  auto current = call(controller::get_current_segments{stream});
  if (!current) return current.error();
  auto configured = call(controller::get_stream_config{stream});
  if (!configured) return configured.error();
  auto head = call(controller::get_head_segments{stream});
  if (!head) return head.error();
  described.config = std::move(*configured);
  described.head.offsets = std::move(head->offsets);
  described.sealed = current->segments.empty();
  if (auto added = add_segments(*core_, *current, described); !added) return added.error();
  return described;
}

}  // namespace pravega_actor
