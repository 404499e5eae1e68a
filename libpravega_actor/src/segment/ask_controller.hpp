// Questions that several actors have for the controller client.
#pragma once

#include <memory>
#include <utility>

#include "segment/append_machine.hpp"
#include "segment/segment_context.hpp"

namespace pravega_actor {

/// `then(result of the reply)`, or `lost()` if the controller client ended or did not answer.
template <class Request, class Self, class Then, class Lost>
void ask_controller(Self* self, const segment_context& context, Request what, Then then,
                    Lost lost) {
  self->request(context.controller->get(), context.request_timeout,
                controller_call{std::move(what)})
      .then([then](const controller_answer& answer) { then(reply_of<Request>(answer)); },
            [lost](const caf::error&) { lost(); });
}

/// What follows a sealed segment. If nothing does, either the stream is sealed or a scale is
/// still under way: the current segments tell. If there are none, it is asked once more what
/// follows: both may have happened between the questions.
template <class Self, class Then, class Lost>
void ask_for_successors(Self* self, std::shared_ptr<const segment_context> context,
                        const segment& of, access_operation access, Then then, Lost lost) {
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
