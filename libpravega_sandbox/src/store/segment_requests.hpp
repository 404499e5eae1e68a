// Requests about whole segments: create, seal, delete, truncate, attributes, merge.
#pragma once

#include <set>
#include <string>

#include "store/session_context.hpp"
#include "wire/commands.hpp"

namespace pravega_sandbox {

/// Every member that returns bool says whether the connection may go on.
class segment_requests {
 public:
  explicit segment_requests(session_context& context) : context_{context} {}

  [[nodiscard]] bool handle(const wire::get_stream_segment_info& request);
  [[nodiscard]] bool handle(const wire::create_segment& request);
  [[nodiscard]] bool handle(const wire::seal_segment& request);
  [[nodiscard]] bool handle(const wire::delete_segment& request);
  [[nodiscard]] bool handle(const wire::update_segment_policy& request);
  [[nodiscard]] bool handle(const wire::get_segment_attribute& request);
  [[nodiscard]] bool handle(const wire::update_segment_attribute& request);
  [[nodiscard]] bool handle(const wire::truncate_segment& request);
  [[nodiscard]] bool handle(const wire::create_transient_segment& request);
  [[nodiscard]] bool handle(const wire::merge_segments& request);
  [[nodiscard]] bool handle(const wire::merge_segments_batch& request);

  /// Deletes the connection's transient segments that were not merged.
  void clear();

 private:
  [[nodiscard]] bool missing(std::int64_t request_id, const std::string& segment);
  [[nodiscard]] bool sealed(std::int64_t request_id, const std::string& segment);
  /// Answers WrongHost and returns false if another store owns the segment.
  [[nodiscard]] bool serves(std::int64_t request_id, const std::string& segment, bool& goes_on);
  /// The same, and before that the answer to a token that does not allow it. As 0.13: READ is
  /// enough, also for changes.
  template <class Request>
  [[nodiscard]] bool admits(const Request& request, bool& goes_on) {
    return context_.allows(request.delegation_token, request.segment, permission::read,
                           request.request_id, goes_on) &&
           serves(request.request_id, request.segment, goes_on);
  }

  void set_policy(const std::string& segment, std::int8_t type, std::int32_t rate);
  void set(const std::string& segment, const uuid& attribute, std::int64_t value);

  session_context& context_;
  std::set<std::string> transients_;
};

}  // namespace pravega_sandbox
