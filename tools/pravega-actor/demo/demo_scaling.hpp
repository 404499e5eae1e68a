// Splits and merges the demo's stream while it is written.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/stream_manager.hpp"

namespace pravega_actor::tool {

struct scaling_plan {
  std::size_t splits = 2;
  std::size_t merges = 1;
  /// The time that all of it is spread over.
  double seconds = 20;
};

/// When each of the plan's steps is due, in seconds; splits come first.
[[nodiscard]] std::vector<double> due_times(const scaling_plan& plan);
/// The widest segment; of equal ones the one that begins first. There must be one.
[[nodiscard]] segment_id widest(const std::vector<segment_with_range>& current);
/// The two neighbours that are narrowest together; empty if there are fewer than two segments.
[[nodiscard]] std::vector<segment_id> narrowest_pair(std::vector<segment_with_range> current);

/// Does it in a thread of its own, since a scale may take seconds. Use once.
class demo_scaling {
 public:
  /// Called from that thread, with what was done in words.
  using told = std::function<void(const std::string& what)>;

  demo_scaling(stream_manager streams, scoped_stream stream, const scaling_plan& plan,
               told sink);
  /// Ends behind the step that is under way.
  ~demo_scaling();
  demo_scaling(const demo_scaling&) = delete;
  demo_scaling& operator=(const demo_scaling&) = delete;

  /// The plan's time begins.
  void start();
  /// Makes no further step.
  void stop() { stopped_ = true; }
  /// All steps are made, it was stopped, or one has failed.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Waits for the end; says why a step failed.
  [[nodiscard]] result<void> outcome();

  [[nodiscard]] std::size_t splits() const noexcept { return splits_; }
  [[nodiscard]] std::size_t merges() const noexcept { return merges_; }

 private:
  void run();
  [[nodiscard]] result<void> split();
  [[nodiscard]] result<void> merge();
  [[nodiscard]] result<std::vector<segment_with_range>> current() const;

  const stream_manager streams_;
  const scoped_stream stream_;
  const scaling_plan plan_;
  const told sink_;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> ended_{false};
  std::atomic<std::size_t> splits_{0};
  std::atomic<std::size_t> merges_{0};
  result<void> outcome_;
  std::thread thread_;
};

}  // namespace pravega_actor::tool
