// Questions that several actors have for the controller client.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "host/segment_context.hpp"
#include "requests/successor_answer.hpp"

namespace pravega_actor::internal {

/// `then(result of the reply)`, or `lost()` if the controller client ended or did not answer.
/// `timeout` is for all attempts; zero: the controller client has one of its own. `self` is any
/// event-based actor, typed or not.
template <class Self>
void call_controller(Self* self, const segment_context& context, controller::request what,
                     std::function<void(const result<controller::reply>&)> then,
                     std::function<void()> lost, duration timeout = duration{0}) {
  const auto limit = timeout > duration{0} ? timeout + seconds{1} : context.request_timeout;
  self->request(context.controller->get(), limit, controller_call{std::move(what), timeout})
      .then([then = std::move(then)](const controller_answer& answer) { then(answer.outcome); },
            [lost = std::move(lost)](const caf::error&) { lost(); });
}
/// The same, with the reply in its own type.
template <class Self, class Request, class Then>
requires(position_in<controller::request_set, Request> >=
         0) void ask_controller(Self* self, const segment_context& context, Request what,
                                Then then, std::function<void()> lost,
                                duration timeout = duration{0}) {
  call_controller(
      self, context, std::move(what),
      [then = std::move(then)](const result<controller::reply>& got) {
        then(controller::reply_of<Request>(got));
      },
      std::move(lost), timeout);
}

/// `call_controller` in the name of one actor.
using call_function = std::function<void(controller::request,
                                         std::function<void(const result<controller::reply>&)>,
                                         std::function<void()> lost)>;

/// `self` is any event-based actor, typed or not.
template <class Self>
[[nodiscard]] call_function calls_of(Self* self,
                                     std::shared_ptr<const segment_context> context) {
  return
      [self, context = std::move(context)](controller::request what, auto answered, auto lost) {
        call_controller(self, *context, std::move(what), std::move(answered), std::move(lost));
      };
}

/// Where a segment is served.
struct located_segment {
  endpoint store;
  /// Only if one was asked for.
  std::optional<std::string> new_token = {};
};
[[nodiscard]] inline result<endpoint> store_of(const result<located_segment>& found) {
  return found.map([](const located_segment& each) { return each.store; });
}

/// Asks where a segment is served; if `needs_token`, for a new delegation token before that.
void locate_segment(const call_function& call, const segment& of, access_operation access,
                    bool needs_token, std::function<void(const result<located_segment>&)> then,
                    std::function<void()> lost);

/// The successors of a sealed segment. If there are none, the stream is sealed, a scale is
/// still under way, or the stream was deleted and created again (stream_not_found). The current
/// segments show which. If there are none of these either, the call asks for the successors
/// once more: a scale and the seal of the stream may have happened between the two questions.
/// Numbers of segments continue in a stream's next life, so a segment whose number lies before
/// the first epoch belongs to an earlier life.
void ask_for_successors(const call_function& call, const segment& of, access_operation access,
                        std::function<void(const result<successor_answer>&)> then,
                        std::function<void()> lost);

}  // namespace pravega_actor::internal
