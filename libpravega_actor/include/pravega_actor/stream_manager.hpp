// Creates, lists, describes and deletes scopes and streams.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor {

class client_core;

/// Whether an `ensure_` call had something to do.
enum class ensured : std::uint8_t { created, existed };

/// One segment of a stream as the segment store sees it. Offsets are bytes.
struct segment_description {
  segment id;
  key_range range;
  std::int64_t start_offset = 0;
  std::int64_t write_offset = 0;
  bool sealed = false;
};

/// A stream as it is now.
struct stream_description {
  scoped_stream stream;
  stream_config config;
  bool sealed = false;
  /// Current segments, sorted by range; empty when the stream is sealed.
  std::vector<segment_description> segments;
  /// Where the stream begins and ends.
  stream_cut head;
  stream_cut tail;
};

/// Blocking calls, for threads that are not actors; each ends within the configured
/// controller_call_timeout_ms. Any thread may use it; copies are cheap.
class stream_manager {
 public:
  explicit stream_manager(std::shared_ptr<client_core> core) : core_{std::move(core)} {}

  /// Any call of the controller, with retries.
  template <class Request>
  [[nodiscard]] result<typename Request::reply> call(const Request& request) const {
    auto answer = call_any(request);
    if (!answer) return answer.error();
    if (auto* held = std::get_if<typename Request::reply>(&*answer)) return std::move(*held);
    return error{errc::internal_error, "the controller's reply has another type"};
  }

  /// Creates the scope unless it exists.
  [[nodiscard]] result<ensured> ensure_scope(const std::string& scope) const;
  /// Creates the stream unless it exists; an existing one keeps its configuration.
  [[nodiscard]] result<ensured> ensure_stream(const scoped_stream& stream,
                                              const stream_config& config) const;
  [[nodiscard]] result<std::vector<std::string>> list_scopes() const;
  /// All streams of a scope, internal ones too; with a tag only those that have it.
  [[nodiscard]] result<std::vector<std::string>> list_streams(
      const std::string& scope, const std::string& tag = {}) const;
  /// Asks the segment stores too; this part ends within request_timeout_ms.
  [[nodiscard]] result<stream_description> describe(const scoped_stream& stream) const;
  [[nodiscard]] result<void> seal_stream(const scoped_stream& stream) const;
  /// Seals and deletes. False: there was no such stream.
  [[nodiscard]] result<bool> delete_stream(const scoped_stream& stream) const;
  [[nodiscard]] result<bool> delete_scope(const std::string& scope) const;

 private:
  [[nodiscard]] result<controller::reply> call_any(const controller::request& request) const;
  std::shared_ptr<client_core> core_;
};

/// A configuration with a fixed number of segments.
[[nodiscard]] stream_config fixed_segments(std::int32_t segments);

}  // namespace pravega_actor
