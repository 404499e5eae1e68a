// The segment writer actor: manages the connection on which one segment's events are appended.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string>

#include "append/append_channel.hpp"
#include "append/append_machine.hpp"
#include "host/segment_context.hpp"

namespace pravega_actor::internal {

struct segment_writer_setup {
  std::shared_ptr<append_channel> channel;
  append_timing timing;
  /// Its place in the supervision tree.
  std::string path;
  std::string delegation_token;
};

// The actor's own messages.
struct channel_said {
  std::uint64_t generation = 0;
  channel_notice notice;
};
struct handshake_over {
  std::uint64_t attempt = 0;
};
struct backoff_over {
  std::uint64_t attempt = 0;
};

/// A segment writer; it understands its own messages only.
using segment_writer_handle =
    caf::typed_actor<caf::reacts_to<channel_said>, caf::reacts_to<handshake_over>,
                     caf::reacts_to<backoff_over>>;

struct segment_writer_state {
  std::shared_ptr<const segment_context> context;
  std::shared_ptr<append_channel> channel;
  std::unique_ptr<append_machine> machine;
  std::string path;
  std::string delegation_token;
  std::uint64_t generation = 0;
  /// What the server said to be stored cannot be: nothing is certain any more.
  bool resume_refused = false;
  /// Where the last attempt went, for errors and for noticing moves.
  std::string store;
  const char* name = "segment_writer";
  /// The connection ends with the actor; the log stays.
  ~segment_writer_state();
};

/// Keeps its channel connected until it gets an exit message, or until the segment is sealed
/// and its successors take over, or, without successors, the writer ends. May be killed at any
/// moment: its next incarnation continues where it stopped.
segment_writer_handle::behavior_type segment_writer(
    segment_writer_handle::stateful_pointer<segment_writer_state> self,
    std::shared_ptr<const segment_context> context, segment_writer_setup setup);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::channel_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::handshake_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::backoff_over)
