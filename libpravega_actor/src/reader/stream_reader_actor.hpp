// The stream reader actor: opens a reader, supervises its segment readers, delivers to an
// actor.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pravega_actor/reader_messages.hpp"
#include "read/segment_reader.hpp"
#include "reader/key_coverage.hpp"
#include "reader/segment_frontier.hpp"
#include "reader/slice_queue.hpp"
#include "requests/segment_requests.hpp"
#include "supervision/supervisor.hpp"

namespace pravega_actor {

struct stream_reader_setup {
  scoped_stream stream;
  reader_options options;
  supervision_policy supervision;
  read_timing timing;
  /// Of the questions where segments end, for a reader that begins at the tail.
  request_timing requests;
  /// Its place in the supervision tree.
  std::string path;
};

/// What opening gives: the handle, and the actor for consumers that are actors.
struct opened_reader {
  stream_reader handle;
  caf::actor actor;
};

// The actor's own messages.
/// Keeps the handle, so that the reader stays open for users that only have the actor.
struct keep_reader_open {
  stream_reader handle;
};
struct reader_ended {};
struct reader_readable {};
struct reader_segment_read {
  segment_end end;
};
/// Ask the controller for the successors of a segment.
struct successors_due {
  segment_id of;
  time_point deadline{};
  /// It is a question of the frontier about a segment that is not read yet: perhaps it has
  /// none.
  bool ahead = false;
};
/// Begin again: the controller client was not there.
struct open_again {};

struct stream_reader_state {
  /// Segments whose ends are asked for at once, when the tail is looked up; each answer makes
  /// place for the next question.
  static constexpr std::size_t infos_max = 256;
  std::shared_ptr<const segment_context> context;
  stream_reader_setup setup;
  std::shared_ptr<slice_queue> queue;
  stream_reader kept;
  std::function<void(result<opened_reader>)> on_open;
  std::string delegation_token;

  /// The start.
  std::map<segment_id, std::int64_t> found;
  /// While the tail is looked up. Answers to an earlier round are too late.
  caf::actor infos;
  std::uint64_t tail_round = 0;
  time_point open_deadline{};
  std::uint64_t infos_generation = 0;
  std::size_t infos_missing = 0;
  /// Segments of the tail that were not asked for yet.
  std::vector<segment_id> unasked;
  time_point infos_deadline{};

  caf::actor supervisor;
  /// Segments whose end was not handed out yet.
  std::map<segment_id, std::string> open_segments;
  /// Segments whose successors are being asked for.
  std::set<segment_id> asked;
  segment_frontier frontier;
  key_coverage coverage;
  /// Segments of the end with something before it that were not begun yet.
  std::set<segment_id> unreached;
  bool ended = false;

  caf::actor consumer;
  std::size_t demand = 0;
  /// `reader_readable` is on its way or will be.
  bool armed = false;
  const char* name = "stream_reader";
  /// Its death ends the reader.
  ~stream_reader_state();
};

/// Finds the segments to begin with, then calls `on_open` once with the reader or an error.
/// Each segment is read to its end (or to the end cut), then its successors. Ends when the
/// reader is closed or has failed.
caf::behavior stream_reader_actor(caf::stateful_actor<stream_reader_state>* self,
                                  std::shared_ptr<const segment_context> context,
                                  stream_reader_setup setup,
                                  std::function<void(result<opened_reader>)> on_open);

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::keep_reader_open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_readable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::reader_segment_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::successors_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::open_again)
