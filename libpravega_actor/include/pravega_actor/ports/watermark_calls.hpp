// Calls to the controller about the times of writers.
#pragma once

#include <cstdint>
#include <string>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/call_replies.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Notes a writer's time at a position of the stream, for watermarks. Neither may go back.
struct note_time {
  using reply = done;
  std::string writer;
  stream_cut position;
  std::int64_t time = 0;
};
/// Ends a writer's notes of time. `deleted` is false if it had noted none.
struct remove_writer {
  using reply = deletion;
  std::string writer;
  scoped_stream stream;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_WATERMARK_CALLS(X) \
  X(note_time, "noteTimestampFromWriter", TimestampFromWriter, TimestampResponse) \
  X(remove_writer, "removeWriter", RemoveWriterRequest, RemoveWriterResponse)
// clang-format on
