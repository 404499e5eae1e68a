// The messages of the client actor: it opens writers and readers, runs calls about streams,
// reports and closes. Included by actors.hpp, where the interface is.
#pragma once

#include <caf/all.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_actor/event_reader_messages.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/reader_messages.hpp"
#include "pravega_actor/stream_lineage.hpp"
#include "pravega_actor/stream_manager.hpp"
#include "pravega_actor/transaction_messages.hpp"
#include "pravega_actor/writer_messages.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Open a writer; answered with `writer_opened`. The sender owns the writer.
struct create_writer {
  scoped_stream stream;
  /// None: the client's defaults.
  std::optional<writer_options> options = std::nullopt;
};
/// Open a writer of transactions; answered with `transactional_writer_opened`. The sender owns
/// the writer: when the sender is down, it closes.
struct create_transactional_writer {
  scoped_stream stream;
  transactional_writer_options options = {};
};
/// Open a reader; answered with `reader_opened`. The sender owns the reader.
struct create_reader {
  scoped_stream stream;
  /// None: the client's defaults, from the head of the stream.
  std::optional<reader_options> options = std::nullopt;
};
/// Open a reader of a group; answered with `event_reader_opened`. The sender owns the reader.
struct create_event_reader {
  scoped_group group;
  std::string reader;
  event_reader_options options = {};
};

/// An actor that gets the events of the library.
using event_sink = caf::typed_actor<caf::reacts_to<library_event>>;
/// Send all library events from now on to the sink, until it ends or the client closes; no
/// answer.
struct subscribe_events {
  event_sink sink;
};

/// Answered with `client_status`.
struct get_client_status {};
/// Close writers (they drain), readers and connections; answered with `client_closed`. The
/// actor ends with it.
struct close_client {
  /// The time for everything together.
  duration timeout = seconds{30};
};
/// What closing found.
struct client_closed {
  client_close_report report;
};

/// Calls about scopes and streams, with the names, meanings and errors of `stream_manager`.
/// Each is answered with `stream_answer` of its result.
namespace streams {

/// See `stream_manager::ensure_scope`.
struct ensure_scope {
  using result_type = ensured;
  std::string scope;
};
/// See `stream_manager::ensure_stream`.
struct ensure_stream {
  using result_type = ensured_config;
  scoped_stream stream;
  stream_config config;
};
/// See `stream_manager::delete_scope`.
struct delete_scope {
  using result_type = bool;
  std::string scope;
};
/// See `stream_manager::seal_stream`.
struct seal_stream {
  using result_type = void;
  scoped_stream stream;
};
/// See `stream_manager::delete_stream`.
struct delete_stream {
  using result_type = bool;
  scoped_stream stream;
};
/// See `stream_manager::list_scopes`.
struct list_scopes {
  using result_type = std::vector<std::string>;
};
/// See `stream_manager::list_streams`.
struct list_streams {
  using result_type = std::vector<std::string>;
  std::string scope;
  /// If not empty, list only the streams that have this tag.
  std::string tag = {};
};
/// See `stream_manager::describe`.
struct describe {
  using result_type = stream_description;
  scoped_stream stream;
};
/// See `stream_manager::config_of`.
struct get_config {
  using result_type = stream_config;
  scoped_stream stream;
};
/// See `stream_manager::head_cut`.
struct get_head_cut {
  using result_type = stream_cut;
  scoped_stream stream;
};
/// See `stream_manager::tail_cut`.
struct get_tail_cut {
  using result_type = stream_cut;
  scoped_stream stream;
};
/// See `stream_manager::segments_between`.
struct get_segments_between {
  using result_type = std::vector<segment_id>;
  stream_cut from;
  stream_cut to;
};
/// See `stream_manager::splits`.
struct get_splits {
  using result_type = stream_splits;
  scoped_stream stream;
  stream_range between = {};
  duration timeout = seconds{120};
};
/// See `stream_manager::read_event`.
struct read_event {
  using result_type = event_slice;
  event_pointer at;
};
/// See `stream_manager::lineage`.
struct get_lineage {
  using result_type = stream_lineage;
  scoped_stream stream;
  duration timeout = seconds{120};
};
/// See `stream_manager::update_stream`.
struct update_stream {
  using result_type = void;
  scoped_stream stream;
  stream_config config;
};
/// See `stream_manager::change_stream`.
struct change_stream {
  using result_type = stream_config;
  scoped_stream stream;
  stream_change change;
};
/// See `stream_manager::truncate_stream`.
struct truncate_stream {
  using result_type = void;
  stream_cut cut;
};
/// See `stream_manager::scale_stream`.
struct scale_stream {
  using result_type = stream_scaled;
  scoped_stream stream;
  std::vector<segment_id> sealed;
  std::vector<key_range> ranges;
  duration timeout = seconds{60};
};
/// See `stream_manager::split_segment`.
struct split_segment {
  using result_type = stream_scaled;
  segment which;
  std::int32_t parts = 2;
  duration timeout = seconds{60};
};
/// See `stream_manager::merge_segments`.
struct merge_segments {
  using result_type = stream_scaled;
  scoped_stream stream;
  std::vector<segment_id> which;
  duration timeout = seconds{60};
};
/// See `stream_manager::scale_to`.
struct scale_to {
  using result_type = stream_scaled;
  scoped_stream stream;
  std::int32_t segments = 1;
  duration timeout = seconds{60};
};

}  // namespace streams

/// The outcome of a call about streams.
template <class T>
struct stream_answer {
  result<T> outcome;
};

}  // namespace pravega_actor

// clang-format off
/// X(message) for each call about streams.
#define PRAVEGA_ACTOR_STREAM_MESSAGES(X) \
  X(ensure_scope) X(ensure_stream) X(delete_scope) X(seal_stream) X(delete_stream) \
  X(list_scopes) X(list_streams) X(describe) X(get_config) X(get_head_cut) X(get_tail_cut) \
  X(get_segments_between) X(get_splits) X(read_event) X(get_lineage) X(update_stream) \
  X(change_stream) X(truncate_stream) \
  X(scale_stream) X(split_segment) X(merge_segments) X(scale_to)
/// X(type) for each result that these calls have.
#define PRAVEGA_ACTOR_STREAM_RESULTS(X) \
  X(void) X(bool) X(pravega_actor::ensured) X(pravega_actor::ensured_config) \
  X(std::vector<std::string>) X(pravega_actor::stream_description) \
  X(pravega_actor::stream_config) X(pravega_actor::stream_cut) \
  X(std::vector<pravega_actor::segment_id>) X(pravega_actor::stream_lineage) \
  X(pravega_actor::stream_scaled) X(pravega_actor::stream_splits) X(pravega_actor::event_slice)
// clang-format on

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::create_writer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::create_transactional_writer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::create_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::create_event_reader)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::library_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_client_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::client_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::client_closed)
#define X(message) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::streams::message)
PRAVEGA_ACTOR_STREAM_MESSAGES(X)
#undef X
#define X(...) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::stream_answer<__VA_ARGS__>)
PRAVEGA_ACTOR_STREAM_RESULTS(X)
#undef X
