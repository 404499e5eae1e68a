// The stream reader actor: opens a reader, supervises its segment readers, delivers to an
// actor.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/drain.hpp"
#include "pravega_actor/reader_messages.hpp"
#include "read/segment_reader.hpp"
#include "reader/delivery_book.hpp"
#include "reader/open_machine.hpp"
#include "reader/slice_queue.hpp"
#include "requests/segment_requests.hpp"
#include "supervision/supervisor.hpp"

namespace pravega_actor::internal {

/// Who takes what is read.
enum class reader_use : std::uint8_t {
  /// The threads that hold the handle. The actor ends when the reader is closed or has failed.
  handle,
  /// Subscribers. The actor stays after a failure, too, until it is closed.
  messages,
};

struct stream_reader_setup {
  scoped_stream stream;
  reader_options options;
  supervision_policy supervision;
  read_timing timing;
  /// Of the questions where segments end, for a reader that begins at the tail.
  request_timing requests;
  /// Its place in the supervision tree.
  std::string path;
  reader_use use = reader_use::handle;
  /// See `delivery_book`.
  std::size_t unreleased_bytes_max = limits::reader_unreleased_bytes_max;
  /// If there is one, the reader closes when this actor has ended.
  caf::actor_addr owner;
  /// It does not stay when it has failed: a supervisor of the application restarts it.
  bool ends_failed = false;
};

/// What opening gives.
struct opened_reader {
  /// Empty if the reader is used by messages.
  stream_reader handle;
  stream_reader_handle actor;
};

// The actor's own messages.
/// The queue was closed, or the reader failed.
struct reading_over {};
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
/// The pause of the opening is over.
struct open_again {};

/// What the actor understands, its own messages included: the compiler asks for a handler of
/// each.
using stream_reader_inside = stream_reader_handle::extend<
    caf::replies_to<drain>::with<drained>, caf::reacts_to<open_again>,
    caf::reacts_to<successors_due>, caf::reacts_to<reader_readable>,
    caf::reacts_to<reader_segment_read>, caf::reacts_to<reading_over>>;

struct stream_reader_state {
  std::shared_ptr<const segment_context> context;
  stream_reader_setup setup;
  std::shared_ptr<slice_queue> queue;
  std::function<void(result<opened_reader>)> on_open;
  std::string delegation_token;

  open_machine opening;
  /// While the tail is looked up.
  segment_requests infos;
  /// When it is open.
  reader_start start;

  supervisor_handle supervisor;
  /// Segments whose end was not handed out yet.
  std::map<segment_id, std::string> open_segments;
  /// Segments whose successors are being asked for.
  std::set<segment_id> asked;

  delivery_book book;
  reader_subscriber consumer;
  /// `reader_readable` is on its way or will be.
  bool armed = false;
  /// How reading ended, if it has. `closed`: somebody wished it.
  std::optional<result<void>> outcome;
  /// The actor quits as soon as its segment readers have ended.
  bool closing = false;
  const char* name = "stream_reader";
  /// Its death ends the reader.
  ~stream_reader_state();
};

using stream_reader_pointer = stream_reader_inside::stateful_pointer<stream_reader_state>;

/// Finds the segments to begin with, then calls `on_open` once with the reader or an error.
/// Each segment is read to its end (or to the end cut), then its successors. Quits normally, or
/// with the reader's failure (see actor_errors.hpp).
stream_reader_inside::behavior_type stream_reader_actor(
    stream_reader_pointer self, std::shared_ptr<const segment_context> context,
    stream_reader_setup setup, std::function<void(result<opened_reader>)> on_open);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::reading_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::reader_readable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::reader_segment_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::successors_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::open_again)
