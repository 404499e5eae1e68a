// The actor that carries requests to the stores of segments, over shared sessions.
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "host/segment_context.hpp"
#include "requests/segment_requests_machine.hpp"

namespace pravega_actor::internal {

/// A request to the store of a segment; answered with `segment_answer`. `ask_store` makes one
/// and gives back the reply in its own type.
struct segment_request {
  segment of;
  std::shared_ptr<const segment_question> what;
  /// Covers all attempts; zero means the configured one.
  duration timeout{0};
  /// Of the stream, as its controller gave it; an expired one is renewed.
  std::string delegation_token;
};
struct segment_answer {
  result<wire::command> outcome;
};

using segment_requests =
    caf::typed_actor<caf::replies_to<segment_request>::with<segment_answer>>;

// The actor's own messages; `number` is the request's.
struct request_answered {
  std::uint64_t number = 0;
  std::uint32_t serial = 0;
  result<wire::command> outcome;
};
struct request_answer_due {
  std::uint64_t number = 0;
  std::uint32_t serial = 0;
};
struct request_backoff_over {
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
};
struct request_deadline {
  std::uint64_t number = 0;
};

/// What the actor understands, its own messages included.
using segment_requests_inside = segment_requests::extend<
    caf::reacts_to<request_answered>, caf::reacts_to<request_answer_due>,
    caf::reacts_to<request_backoff_over>, caf::reacts_to<request_deadline>>;

/// Segments whose stores are remembered.
inline constexpr std::size_t located_segments_max = 1024;

struct segment_requests_state {
  struct pending {
    segment of;
    std::string token;
    segment_requests_machine machine;
    caf::typed_response_promise<segment_answer> promise;
    std::int32_t flow = 0;
    std::shared_ptr<session> in_use;
    /// Where the last attempt went.
    std::optional<endpoint> store;
  };
  std::shared_ptr<const segment_context> context;
  request_timing timing;
  std::map<std::uint64_t, pending> requests;
  /// The stores that served their segments last; located_segments_max at most.
  std::map<segment, endpoint> located;
  std::uint64_t next = 1;
  const char* name = "segment_requests";
  /// Answers what is still open, so that no requester waits for a dead actor.
  ~segment_requests_state();
};

/// Serves any number of requests at once, up to limits::segment_requests_max. A segment that
/// was served is asked for at the same store again, without a question to the controller; after
/// a failure there, the controller says where it is.
segment_requests_inside::behavior_type segment_requests_actor(
    segment_requests_inside::stateful_pointer<segment_requests_state> self,
    std::shared_ptr<const segment_context> context, request_timing timing);

/// Sends `what`, a command of the request table, to the store of a segment through `stores` and
/// calls `then(result of the command's reply)` in `self`, any event-based actor. Request id,
/// segment and delegation token of `what` are filled in. `timeout` covers all attempts and is
/// longer than zero. Errors: what the store refused with;
/// protocol_violation for a reply that does not fit the request; outcome_unknown (see
/// `segment_requests_machine`); deadline_exceeded; actor_terminated if `stores` ended.
template <class Request, class Self, class Then>
void ask_store(Self* self, const segment_requests& stores, segment of, Request what,
               duration timeout, std::string delegation_token, Then then) {
  using reply = reply_type<Request>;
  // The actor answers by itself when the time is over.
  self->request(stores, timeout + seconds{1},
                segment_request{std::move(of), question_of(std::move(what)), timeout,
                                std::move(delegation_token)})
      .then(
          [then](const segment_answer& answer) {
            if (!answer.outcome) return then(result<reply>{answer.outcome.error()});
            then(result<reply>{answer.outcome->template get<reply>()});
          },
          [then](const caf::error&) {
            then(result<reply>{error{errc::actor_terminated, "the segment requests ended"}});
          });
}

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::segment_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::segment_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::request_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::request_answer_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::request_backoff_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::request_deadline)
