// The events of a demo, in order.
#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/styled_line.hpp"

namespace pravega_actor::tool {

/// One thing that happened, and to which segments of the stream.
struct happening {
  double at_s = 0;
  tone meaning = tone::plain;
  std::string what;
  std::set<std::int64_t> segments;
  /// "writer reconnected to segments 1, 2".
  [[nodiscard]] std::string text() const;
};

/// The latest happenings. Thread-safe.
class demo_story {
 public:
  void add(double at_s, tone meaning, std::string what);
  /// One happening for all segments to which the same happens at about the same time.
  void add_to(double at_s, tone meaning, const std::string& what, std::int64_t segment);
  /// The latest last.
  [[nodiscard]] std::vector<happening> all() const;

 private:
  void keep(happening latest);

  mutable std::mutex mutex_;
  std::deque<happening> happenings_;
};

/// The names of the client's actors as the story has them. 2 from
/// "client/writer-1/segment:demo/log/2.#epoch.0"; -1 if the path names no segment.
[[nodiscard]] std::int64_t segment_of(const std::string& path);
/// "writer" or "reader".
[[nodiscard]] const char* role_of(const std::string& path);
/// "segment writer 2" for the writer's actor of that segment, else the path.
[[nodiscard]] std::string actor_of(const std::string& path);

}  // namespace pravega_actor::tool
