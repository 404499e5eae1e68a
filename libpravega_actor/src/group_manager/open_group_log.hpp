// The replicated state of a group, for the worker of an operation.
#pragma once

#include <memory>

#include "host/client_host.hpp"
#include "pravega_actor/names.hpp"
#include "streams/stream_worker.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace pravega_actor::internal {

/// The times of a group's synchronizer, as configured.
[[nodiscard]] synchronizer_timing group_timing(const client_host& host);

/// Opens a synchronizer of the group's state for a worker, with which it closes.
[[nodiscard]] log_opener open_group_log(const client_host& host, const scoped_group& group);

}  // namespace pravega_actor::internal
