// Creates, lists, describes, changes, scales, truncates and deletes scopes and streams; finds
// what a batch job reads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_lineage.hpp"
#include "pravega_actor/stream_policies.hpp"
#include "pravega_actor/stream_split.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace internal {
class access;
class client_host;
}  // namespace internal

/// The outcome of an `ensure_` call. `differs`: the stream exists with another configuration.
enum class ensured : std::uint8_t { created, existed, differs };

/// The outcome of `ensure_stream`; it converts to `ensured`.
struct ensured_config {
  ensured outcome = ensured::existed;
  /// The present configuration of the stream.
  stream_config config;
  /// Its differences from the requested one; see `differences`.
  std::vector<std::string> differences;
  operator ensured() const noexcept { return outcome; }  // NOLINT: an outcome with details
};

/// A complete scale.
struct stream_scaled {
  /// The new segments.
  std::vector<segment_with_range> opened;
  /// Their epoch.
  std::int32_t epoch = 0;
};

/// Administration. Any thread may use it; copies are cheap.
///
/// Each call has two forms:
/// - The plain form waits for its outcome. It is for threads that are not actors. Unless it
///   says otherwise, it ends within the sum of controller_call_timeout_ms and
///   request_timeout_ms.
/// - The `_async` form calls back once, within the same time, from a thread of the library. The
///   callback must not block. If the client ends first, it gets `closed` or actor_terminated.
///
/// Where possible, a call finds invalid arguments before it sends anything (invalid_argument,
/// invalid_name). If the server refuses, the error is precondition_failed, stream_not_found,
/// stream_sealed and so on, with the server's words in the detail.
class stream_manager {
 public:
  template <class T>
  using callback = std::function<void(const result<T>&)>;
  using names = std::vector<std::string>;
  /// Takes one page of a listing; returning false ends the listing.
  using page_sink = std::function<bool(const names&)>;

  /// Any call to the controller, with retries; ends within `timeout`, by default within
  /// controller_call_timeout_ms.
  template <class Request>
  [[nodiscard]] result<typename Request::reply> call(
      const Request& request, std::optional<duration> timeout = std::nullopt) const {
    return controller::reply_of<Request>(call_any(request, timeout));
  }

  // Scopes and streams.

  /// Creates the scope unless it exists.
  [[nodiscard]] result<ensured> ensure_scope(const std::string& scope) const;
  void ensure_scope_async(const std::string& scope, callback<ensured> done) const;
  /// Creates the stream unless it exists. An existing stream keeps its configuration; the call
  /// compares it with `config`.
  [[nodiscard]] result<ensured_config> ensure_stream(const scoped_stream& stream,
                                                     const stream_config& config) const;
  void ensure_stream_async(const scoped_stream& stream, const stream_config& config,
                           callback<ensured_config> done) const;
  /// Returns false if there was no such scope. scope_not_empty if it has streams.
  [[nodiscard]] result<bool> delete_scope(const std::string& scope) const;
  void delete_scope_async(const std::string& scope, callback<bool> done) const;
  /// Seals the stream: it accepts no more events. Sealing a sealed stream succeeds.
  [[nodiscard]] result<void> seal_stream(const scoped_stream& stream) const;
  void seal_stream_async(const scoped_stream& stream, callback<void> done) const;
  /// Seals and deletes the stream. Returns false if there was no such stream.
  [[nodiscard]] result<bool> delete_stream(const scoped_stream& stream) const;
  void delete_stream_async(const scoped_stream& stream, callback<bool> done) const;

  // Lists. Each page has its own deadline.

  /// All scopes; limit_exceeded for more than limits::listed_names_max.
  [[nodiscard]] result<names> list_scopes() const;
  void list_scopes_async(callback<names> done) const;
  /// All streams of a scope, including internal ones; with a tag, only the streams that have
  /// it.
  [[nodiscard]] result<names> list_streams(const std::string& scope,
                                           const std::string& tag = {}) const;
  void list_streams_async(const std::string& scope, const std::string& tag,
                          callback<names> done) const;
  /// The same, page by page. The waiting form calls the sink in the caller's thread.
  [[nodiscard]] result<void> each_scope(const page_sink& sink) const;
  void each_scope_async(page_sink sink, callback<void> done) const;
  [[nodiscard]] result<void> each_stream(const std::string& scope, const std::string& tag,
                                         const page_sink& sink) const;
  void each_stream_async(const std::string& scope, const std::string& tag, page_sink sink,
                         callback<void> done) const;

  // The state of a stream.

  /// Configuration, current segments with their offsets, head and tail.
  [[nodiscard]] result<stream_description> describe(const scoped_stream& stream) const;
  void describe_async(const scoped_stream& stream, callback<stream_description> done) const;
  [[nodiscard]] result<stream_config> config_of(const scoped_stream& stream) const;
  void config_of_async(const scoped_stream& stream, callback<stream_config> done) const;
  /// The stream's tags, sorted.
  [[nodiscard]] result<names> tags(const scoped_stream& stream) const;
  void tags_async(const scoped_stream& stream, callback<names> done) const;
  /// The beginning of the stream.
  [[nodiscard]] result<stream_cut> head_cut(const scoped_stream& stream) const;
  void head_cut_async(const scoped_stream& stream, callback<stream_cut> done) const;
  /// The present end of the stream: after everything that was durable before the call.
  [[nodiscard]] result<stream_cut> tail_cut(const scoped_stream& stream) const;
  void tail_cut_async(const scoped_stream& stream, callback<stream_cut> done) const;
  /// The segments from one cut of a stream to another, both included, sorted. A `from` without
  /// offsets means the stream's first epoch, a `to` without offsets its tail. One of them must
  /// have offsets.
  [[nodiscard]] result<std::vector<segment_id>> segments_between(const stream_cut& from,
                                                                 const stream_cut& to) const;
  void segments_between_async(const stream_cut& from, const stream_cut& to,
                              callback<std::vector<segment_id>> done) const;
  /// All stored events of a range of the stream, in parts that can be read in parallel; ends
  /// within `timeout`. A reader reads splits if its options start with them. invalid_argument
  /// for a cut that is not of the stream or lies behind its present end.
  [[nodiscard]] result<stream_splits> splits(const scoped_stream& stream,
                                             const stream_range& between = {},
                                             duration timeout = seconds{120}) const;
  void splits_async(const scoped_stream& stream, const stream_range& between, duration timeout,
                    callback<stream_splits> done) const;
  /// Reads one event: a slice of that event alone. invalid_argument if the pointer does not
  /// point at an event, segment_truncated or segment_not_found if the event is not stored any
  /// more.
  [[nodiscard]] result<event_slice> read_event(const event_pointer& at) const;
  void read_event_async(const event_pointer& at, callback<event_slice> done) const;
  /// Every epoch with its segments and their stored parts; ends within `timeout`.
  /// limit_exceeded for a stream with more than limits::lineage_epochs_max epochs.
  [[nodiscard]] result<stream_lineage> lineage(const scoped_stream& stream,
                                               duration timeout = seconds{120}) const;
  void lineage_async(const scoped_stream& stream, duration timeout,
                     callback<stream_lineage> done) const;

  // Changes.

  /// Replaces the whole configuration. The server may scale the stream to fit it.
  [[nodiscard]] result<void> update_stream(const scoped_stream& stream,
                                           const stream_config& config) const;
  void update_stream_async(const scoped_stream& stream, const stream_config& config,
                           callback<void> done) const;
  /// Reads the configuration, changes parts of it, writes it back and returns it. Concurrent
  /// changes by others are lost: the server offers no conditional update.
  [[nodiscard]] result<stream_config> change_stream(const scoped_stream& stream,
                                                    const stream_change& change) const;
  void change_stream_async(const scoped_stream& stream, const stream_change& change,
                           callback<stream_config> done) const;
  /// Drops everything before the cut, for every reader and for ever. The cut must name existing
  /// segments, cover the whole key space once and lie between head and tail. -1 stands for the
  /// end of a sealed segment.
  [[nodiscard]] result<void> truncate_stream(const stream_cut& cut) const;
  void truncate_stream_async(const stream_cut& cut, callback<void> done) const;

  // Scaling. Each call starts the scale and waits for up to `timeout` until it is complete,
  // even if single calls to the controller fail. After `timeout` the error is the last failure,
  // or deadline_exceeded. Its detail says whether the scale was started, or that this is not
  // known. The scale may still continue on the server.

  /// Seals current segments and opens new ones with the given ranges, which must cover the
  /// sealed ones exactly. precondition_failed if fewer segments than the configuration's
  /// segments_min would remain.
  [[nodiscard]] result<stream_scaled> scale_stream(const scoped_stream& stream,
                                                   const std::vector<segment_id>& sealed,
                                                   const std::vector<key_range>& ranges,
                                                   duration timeout = seconds{60}) const;
  void scale_stream_async(const scoped_stream& stream, const std::vector<segment_id>& sealed,
                          const std::vector<key_range>& ranges, duration timeout,
                          callback<stream_scaled> done) const;
  /// Splits one current segment into 2 to limits::split_parts_max segments of equal width.
  [[nodiscard]] result<stream_scaled> split_segment(const segment& which, std::int32_t parts,
                                                    duration timeout = seconds{60}) const;
  void split_segment_async(const segment& which, std::int32_t parts, duration timeout,
                           callback<stream_scaled> done) const;
  /// Merges two or more current segments with neighbouring ranges into one.
  [[nodiscard]] result<stream_scaled> merge_segments(const scoped_stream& stream,
                                                     const std::vector<segment_id>& which,
                                                     duration timeout = seconds{60}) const;
  void merge_segments_async(const scoped_stream& stream, const std::vector<segment_id>& which,
                            duration timeout, callback<stream_scaled> done) const;
  /// Replaces all current segments with `segments` new ones of equal width.
  [[nodiscard]] result<stream_scaled> scale_to(const scoped_stream& stream,
                                               std::int32_t segments,
                                               duration timeout = seconds{60}) const;
  void scale_to_async(const scoped_stream& stream, std::int32_t segments, duration timeout,
                      callback<stream_scaled> done) const;

 private:
  friend class internal::access;
  explicit stream_manager(std::shared_ptr<internal::client_host> host)
      : host_{std::move(host)} {}
  [[nodiscard]] result<controller::reply> call_any(const controller::request& request,
                                                   std::optional<duration> given) const;
  std::shared_ptr<internal::client_host> host_;
};

}  // namespace pravega_actor
