#include "segment/ask_controller.hpp"

#include <caf/all.hpp>

namespace pravega_actor {

void call_controller(caf::event_based_actor* self, const segment_context& context,
                     controller::request what,
                     std::function<void(const result<controller::reply>&)> then,
                     std::function<void()> lost) {
  self->request(context.controller->get(), context.request_timeout,
                controller_call{std::move(what)})
      .then([then = std::move(then)](const controller_answer& answer) { then(answer.outcome); },
            [lost = std::move(lost)](const caf::error&) { lost(); });
}

void ask_for_successors(caf::event_based_actor* self,
                        std::shared_ptr<const segment_context> context, const segment& of,
                        access_operation access,
                        std::function<void(const result<successor_answer>&)> then,
                        std::function<void()> lost) {
  using answer = result<successor_answer>;
  const auto on_last = [=](const result<controller::successors>& found) {
    if (!found) return then(answer{found.error()});
    then(answer{{found->segments, found->segments.empty(), found->delegation_token}});
  };
  const auto on_current = [=](const result<controller::segment_ranges>& current) {
    if (!current) return then(answer{current.error()});
    if (!current->segments.empty()) return then(answer{{{}, false, current->delegation_token}});
    ask_controller(self, *context, controller::get_successors{of}, on_last, lost);
  };
  const auto on_first = [=](const result<controller::successors>& found) {
    if (!found) return then(answer{found.error()});
    if (!found->segments.empty())
      return then(answer{{found->segments, false, found->delegation_token}});
    ask_controller(self, *context, controller::get_current_segments{of.stream, access},
                   on_current, lost);
  };
  ask_controller(self, *context, controller::get_successors{of}, on_first, lost);
}

}  // namespace pravega_actor
