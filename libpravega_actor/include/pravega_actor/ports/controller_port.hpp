// The controller port: the controller's calls as plain structs, each with its reply type.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/one_of.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How a stream scales. For `fixed` only `segments_min` counts.
struct scaling_policy {
  enum class kind : std::uint8_t { fixed, by_kilobytes_per_s, by_events_per_s };
  kind type = kind::fixed;
  std::int32_t target_rate = 0;
  std::int32_t scale_factor = 0;
  std::int32_t segments_min = 1;
  friend bool operator==(const scaling_policy&, const scaling_policy&) = default;
};

/// What a stream keeps. `parameter` is milliseconds or bytes.
struct retention_policy {
  enum class kind : std::uint8_t { none, by_time_ms, by_size_bytes };
  kind type = kind::none;
  std::int64_t parameter = 0;
  std::int64_t maximum = 0;
  friend bool operator==(const retention_policy&, const retention_policy&) = default;
};

struct stream_config {
  scaling_policy scaling;
  retention_policy retention;
  std::vector<std::string> tags;
  std::int64_t timestamp_aggregation_timeout_ms = 0;
  std::int64_t rollover_size_bytes = 0;
  friend bool operator==(const stream_config&, const stream_config&) = default;
};

enum class access_operation : std::uint8_t { unspecified, none, any, read, write, read_write };

namespace controller {

/// Reply of calls that only succeed or fail.
struct done {
  friend bool operator==(const done&, const done&) = default;
};
struct existence {
  bool exists = false;
};
/// Reply of creating calls: false when it existed already.
struct creation {
  bool created = false;
};
/// Reply of deleting calls: false when there was nothing to delete.
struct deletion {
  bool deleted = false;
};
/// One page of names; `token` asks for the next page, an empty page is the last.
struct name_page {
  std::vector<std::string> names;
  std::string token;
};
/// Sorted by range. Empty: the stream is sealed.
struct segment_ranges {
  std::vector<segment_with_range> segments;
  std::string delegation_token;
};
/// Segments at the head of the stream with their start offsets; -1: the whole segment lies
/// before the head.
struct segment_offsets {
  std::map<segment_id, std::int64_t> offsets;
  std::string delegation_token;
};
struct successor {
  segment_with_range segment;
  std::vector<segment_id> predecessors;
};
struct successors {
  std::vector<successor> segments;
  std::string delegation_token;
};
struct segment_list {
  std::vector<segment_id> segments;
  std::string delegation_token;
};
struct scale_started {
  std::vector<segment_with_range> segments;
  /// The epoch before the scale: `check_scale` wants it.
  std::int32_t epoch = 0;
};
enum class scale_state : std::uint8_t { in_progress, success };
struct token {
  std::string text;
};

// clang-format off
// Requests. Each names its reply. Failure statuses come as errors (scope_not_found, ...).
struct get_controller_servers { using reply = std::vector<endpoint>; };
struct create_scope { using reply = creation; std::string scope; };
struct delete_scope { using reply = deletion; std::string scope; bool recursive = false; };
struct check_scope { using reply = existence; std::string scope; };
struct list_scopes { using reply = name_page; std::string token; };
struct create_stream { using reply = creation; scoped_stream stream; stream_config config; };
struct update_stream { using reply = done; scoped_stream stream; stream_config config; };
struct truncate_stream { using reply = done; stream_cut cut; };
struct seal_stream { using reply = done; scoped_stream stream; };
struct delete_stream { using reply = deletion; scoped_stream stream; };
struct check_stream { using reply = existence; scoped_stream stream; };
struct get_stream_config { using reply = stream_config; scoped_stream stream; };
/// With a tag: only the streams that have it.
struct list_streams { using reply = name_page; std::string scope; std::string tag; std::string token; };
struct get_current_segments { using reply = segment_ranges; scoped_stream stream; access_operation access = access_operation::unspecified; };
struct get_epoch_segments { using reply = segment_ranges; scoped_stream stream; std::int32_t epoch = 0; };
/// The head of the stream (0.13 ignores the time stamp of this call).
struct get_head_segments { using reply = segment_offsets; scoped_stream stream; };
struct get_successors { using reply = successors; segment of; };
struct get_segments_between { using reply = segment_list; scoped_stream stream; std::map<segment_id, std::int64_t> from; std::map<segment_id, std::int64_t> to; };
struct scale_stream { using reply = scale_started; scoped_stream stream; std::vector<segment_id> sealed; std::vector<key_range> ranges; std::int64_t time_ms = 0; };
struct check_scale { using reply = scale_state; scoped_stream stream; std::int32_t epoch = 0; };
struct get_uri { using reply = endpoint; segment of; };
struct is_segment_valid { using reply = existence; segment of; };
struct is_stream_cut_valid { using reply = existence; stream_cut cut; };
struct get_delegation_token { using reply = token; scoped_stream stream; access_operation access = access_operation::unspecified; };
/// A writer's time at a position of the stream; for watermarks. Neither goes back.
struct note_time { using reply = done; std::string writer; stream_cut position; std::int64_t time = 0; };
/// The writer notes no more times. Deleted: false if it had noted none.
struct remove_writer { using reply = deletion; std::string writer; scoped_stream stream; };

// clang-format on

// clang-format off
/// X(request) for each call of the controller.
#define PRAVEGA_ACTOR_CONTROLLER_CALLS(X) \
  X(get_controller_servers) X(create_scope) X(delete_scope) X(check_scope) X(list_scopes) \
  X(create_stream) X(update_stream) X(truncate_stream) X(seal_stream) X(delete_stream) \
  X(check_stream) X(get_stream_config) X(list_streams) X(get_current_segments) \
  X(get_epoch_segments) X(get_head_segments) X(get_successors) X(get_segments_between) \
  X(scale_stream) X(check_scale) X(get_uri) X(is_segment_valid) X(is_stream_cut_valid) \
  X(get_delegation_token) X(note_time) X(remove_writer)

/// X(name, type) for each type that replies have.
#define PRAVEGA_ACTOR_CONTROLLER_REPLIES(X) \
  X(done, controller::done) X(existence, controller::existence) X(creation, controller::creation) X(deletion, controller::deletion) \
  X(name_page, controller::name_page) X(segment_ranges, controller::segment_ranges) X(segment_offsets, controller::segment_offsets) \
  X(successors, controller::successors) X(segment_list, controller::segment_list) X(scale_started, controller::scale_started) \
  X(scale_state, controller::scale_state) X(token, controller::token) X(stream_config, stream_config) \
  X(one_endpoint, endpoint) X(endpoints, std::vector<endpoint>)
// clang-format on

struct request_set {
  enum class position : std::uint8_t {
#define X(name) name,
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  };
};
struct reply_set {
  enum class position : std::uint8_t {
#define X(name, type) name,
    PRAVEGA_ACTOR_CONTROLLER_REPLIES(X)
#undef X
  };
};

}  // namespace controller

#define X(name)                                                                 \
  template <>                                                                   \
  inline constexpr int position_in<controller::request_set, controller::name> = \
      static_cast<int>(controller::request_set::position::name);
PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
#define X(name, type)                                             \
  template <>                                                     \
  inline constexpr int position_in<controller::reply_set, type> = \
      static_cast<int>(controller::reply_set::position::name);
PRAVEGA_ACTOR_CONTROLLER_REPLIES(X)
#undef X

namespace controller {

/// Any request, and any reply.
using request = one_of<request_set>;
using reply = one_of<reply_set>;

/// Calls `f` with the request in its own type.
template <class F>
decltype(auto) visit(F&& f, const request& call) {
  switch (static_cast<request_set::position>(call.position())) {
#define X(name)                     \
  case request_set::position::name: \
    return std::forward<F>(f)(call.get<name>());
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  }
  __builtin_unreachable();
}

/// The reply to a `Request` in its own type, or the error; internal_error if it is of another.
template <class Request>
[[nodiscard]] result<typename Request::reply> reply_of(const result<reply>& got) {
  if (!got) return got.error();
  const auto* const held = got->template get_if<typename Request::reply>();
  if (held == nullptr)
    return error{errc::internal_error, "the controller's reply has another type"};
  return *held;
}

/// The name of the RPC, for example "getCurrentSegments".
[[nodiscard]] std::string_view name_of(const request& call) noexcept;

}  // namespace controller

/// One attempt of one call; retries belong to the controller client. Thread-safe.
class controller_port {
 public:
  using callback = std::function<void(result<controller::reply>)>;
  virtual ~controller_port() = default;
  /// Starts a call. `done` is called exactly once, from any thread, never from inside `start`
  /// or `cancel_all`'s caller's stack; at the latest a little after `timeout`, then with
  /// deadline_exceeded. The reply holds the request's `reply` type.
  virtual void start(const controller::request& call, duration timeout, callback done) = 0;
  /// Ends all calls that are under way (each with `cancelled`) and waits until none is left.
  virtual void shut_down() = 0;
  /// "host:port[,host:port]" for errors.
  [[nodiscard]] virtual std::string address() const = 0;
};

struct controller_port_options {
  /// A connection that owes an answer and is silent this long is given up.
  duration liveness_timeout = milliseconds{6000};
};

/// The gRPC implementation. `uri` as in `config::controller_uri`.
[[nodiscard]] result<std::shared_ptr<controller_port>> make_grpc_controller_port(
    const std::string& uri, const controller_port_options& options = {});

}  // namespace pravega_actor
