// The segment reader actor: manages the session on which one segment is read.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string>

#include "host/segment_context.hpp"
#include "read/read_channel.hpp"
#include "read/read_machine.hpp"

namespace pravega_actor::internal {

/// Answered with `segment_reader_status`.
struct get_segment_reader_status {};
struct segment_reader_status {
  std::string segment;
  std::string phase;
  std::uint32_t failures_in_row = 0;
  std::string last_failure;
};

// The actor's own messages.
struct read_channel_said {
  std::uint64_t generation = 0;
  read_notice notice;
};
struct read_backoff_over {
  std::uint64_t attempt = 0;
};
struct read_pause_over {
  std::uint64_t attempt = 0;
};

/// What a segment reader answers.
using segment_reader_handle =
    caf::typed_actor<caf::replies_to<get_segment_reader_status>::with<segment_reader_status>>;
/// What it understands, its own messages included.
using segment_reader_inside = segment_reader_handle::extend<caf::reacts_to<read_channel_said>,
                                                            caf::reacts_to<read_backoff_over>,
                                                            caf::reacts_to<read_pause_over>>;

struct segment_reader_setup {
  read_timing timing;
  truncation_policy on_truncation = truncation_policy::report_and_go_on;
  /// Its place in the supervision tree.
  std::string path;
};

struct segment_reader_state {
  std::shared_ptr<const segment_context> context;
  std::shared_ptr<read_channel> channel;
  segment_reader_setup setup;
  std::unique_ptr<read_machine> machine;
  std::uint64_t generation = 0;
  /// Where the last attempt went, for errors.
  std::string store;
  const char* name = "segment_reader";
  /// Leaves the session; what is fetched stays in the channel.
  ~segment_reader_state();
};

/// Keeps `channel` supplied until the segment is read or cannot be read. May be killed at any
/// moment: its successor goes on where it stopped.
segment_reader_inside::behavior_type segment_reader(
    segment_reader_inside::stateful_pointer<segment_reader_state> self,
    std::shared_ptr<const segment_context> context, std::shared_ptr<read_channel> channel,
    segment_reader_setup setup);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::get_segment_reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::segment_reader_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::read_channel_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::read_backoff_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::read_pause_over)
