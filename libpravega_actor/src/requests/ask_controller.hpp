// Questions that several actors have for the controller client.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "host/segment_context.hpp"
#include "requests/successor_answer.hpp"

namespace pravega_actor {

/// `then(result of the reply)`, or `lost()` if the controller client ended or did not answer.
void call_controller(caf::event_based_actor* self, const segment_context& context,
                     controller::request what,
                     std::function<void(const result<controller::reply>&)> then,
                     std::function<void()> lost);
/// The same, with the reply in its own type.
template <class Request, class Then>
requires(position_in<controller::request_set, Request> >=
         0) void ask_controller(caf::event_based_actor* self, const segment_context& context,
                                Request what, Then then, std::function<void()> lost) {
  call_controller(
      self, context, std::move(what),
      [then = std::move(then)](const result<controller::reply>& got) {
        then(controller::reply_of<Request>(got));
      },
      std::move(lost));
}

/// What follows a sealed segment. If nothing does, the stream is sealed, a scale is still under
/// way, or the stream is another one by now (stream_not_found). The current segments tell; if
/// there are none, it is asked once more what follows: both may have happened between the
/// questions. Numbers of segments go on in a stream's next life: what its first epoch begins
/// behind is of an earlier one.
void ask_for_successors(caf::event_based_actor* self,
                        std::shared_ptr<const segment_context> context, const segment& of,
                        access_operation access,
                        std::function<void(const result<successor_answer>&)> then,
                        std::function<void()> lost);

}  // namespace pravega_actor
