// Every reply of a segment store is compared here with its request before it counts: nothing
// else in the library takes one apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/error.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/uuid.hpp"
#include "requests/request_table.hpp"
#include "wire/commands.hpp"
#include "wire/frame_reader.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal {

/// What the reply to a request must repeat.
struct expected_reply {
  std::int64_t request_id = 0;
  std::string_view segment;
  /// Of appends.
  const uuid* writer_id = nullptr;
  /// Another segment of the request, which a refusal may name instead; empty if there is none.
  std::string_view other_segment = {};
};

/// The reply as `T`: append_setup, stream_segment_info or segment_is_truncated. Errors: what
/// the segment store refused with; protocol_violation for a reply of another type, to another
/// request, or with numbers that contradict each other; malformed_frame.
template <class T>
[[nodiscard]] result<T> reply_as(const wire::frame& reply, const expected_reply& to);

/// The reply to `asked`, a request of the table. Errors as above, and conditional_check_failed
/// if the store says that a condition of the request was not met. `to` names the request's id
/// and its segment; for a request with a writer id its writer, too.
template <class Request>
[[nodiscard]] result<reply_type<Request>> reply_to(const wire::frame& reply,
                                                   const Request& asked,
                                                   const expected_reply& to);

/// What a reply that is not the answer means for its request: never a success.
[[nodiscard]] error refusal_in(const wire::frame& reply, const expected_reply& to);

[[nodiscard]] result<wire::data_appended> acknowledgement_in(const wire::frame& reply,
                                                             const expected_reply& to);

/// The name of the transient segment that was created for the segment.
[[nodiscard]] result<std::string> transient_segment_in(const wire::frame& reply,
                                                       const expected_reply& to);

/// A read, and what its reply must fit.
struct expected_data {
  expected_reply reply;
  std::int64_t offset = 0;
  std::size_t bytes_max = 0;
};
/// malformed_frame if nothing on the connection can be trusted any more.
[[nodiscard]] result<wire::segment_read_view> data_in(const wire::frame& reply,
                                                      const expected_data& to);

}  // namespace pravega_actor::internal
