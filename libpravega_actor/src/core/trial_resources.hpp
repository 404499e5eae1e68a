// Tries out whether the system gives what a client or sandbox is about to take.
#pragma once

#include <cstddef>

#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

struct resource_need {
  std::size_t threads = 0;
  std::size_t descriptors = 0;
  /// Address space beside what the threads take.
  std::size_t bytes = 0;
};

/// What gRPC starts at its first use: two executors, a timer thread, an event engine with its
/// own timer thread, and the threads that run callbacks.
[[nodiscard]] std::size_t grpc_threads() noexcept;

/// Takes all of it at once and gives it back. CAF and gRPC end or hang the process when a
/// thread, a descriptor or memory is refused in the middle of their start; so this stands
/// before both. Errors: io_error (threads, descriptors) and out_of_memory, which say how much
/// there was.
[[nodiscard]] result<void> try_resources(const resource_need& need);

}  // namespace pravega_actor::internal
