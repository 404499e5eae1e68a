// The segment info client: asks segment stores about segments, over shared sessions.
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <string>

#include "host/segment_context.hpp"
#include "requests/segment_requests_machine.hpp"

namespace pravega_actor::internal {

/// Ask where a segment begins and ends; answered with `segment_info_answer`. `timeout` covers
/// all attempts; zero means the configured one. A segment that does not exist is
/// segment_not_found.
struct get_segment_info {
  segment of;
  duration timeout{0};
  std::string delegation_token;
};
struct segment_info_answer {
  result<segment_info> outcome;
};

// The client's own messages; `number` is the request's.
struct info_answered {
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
  result<segment_info> outcome;
};
struct info_answer_due {
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
};
struct info_backoff_over {
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
};
struct info_deadline {
  std::uint64_t number = 0;
};

struct segment_info_client_state {
  struct pending {
    get_segment_info what;
    segment_requests_machine machine;
    caf::response_promise promise;
    std::int32_t flow = 0;
    std::shared_ptr<session> in_use;
    /// Where the last attempt went, for errors.
    std::string store;
  };
  std::shared_ptr<const segment_context> context;
  request_timing timing;
  std::map<std::uint64_t, pending> requests;
  std::uint64_t next = 1;
  const char* name = "segment_info_client";
  /// Answers what is still open, so that no requester waits for a dead actor.
  ~segment_info_client_state();
};

caf::behavior segment_info_client(caf::stateful_actor<segment_info_client_state>* self,
                                  std::shared_ptr<const segment_context> context,
                                  request_timing timing);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::get_segment_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::segment_info_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::info_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::info_answer_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::info_backoff_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::info_deadline)
