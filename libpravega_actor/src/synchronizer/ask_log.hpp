// Carries a request of a synchronizer's machine to the store of its log.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <string>

#include "requests/segment_requests.hpp"
#include "synchronizer/log_requests.hpp"

namespace pravega_actor::internal {

/// Pravega's attribute RevisionStreamClientMark.
inline constexpr uuid revision_mark_attribute{0x7df9a874246cc9d6, 0x9397cdd19ead68c5};

/// Where a log is, and who writes to it.
struct log_address {
  segment of;
  std::string delegation_token;
  uuid writer_id;
};

/// Asks through `stores` and calls `then` in `self`. `timeout` is longer than zero. The errors
/// are those of `ask_store`.
void ask_log(caf::event_based_actor* self, const segment_requests& stores,
             const log_address& at, const log_request& what, duration timeout,
             std::function<void(const result<log_answer>&)> then);

}  // namespace pravega_actor::internal
