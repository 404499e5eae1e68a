// Compares what a reader got of a truncated stream with what the stream ever held.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pravega_actor/event_slice.hpp"

namespace simulation_tests {

class truncation_checker {
 public:
  using id = pravega_actor::segment_id;
  /// Payloads by the offsets of their events.
  using content = std::map<std::int64_t, std::string>;

  /// A segment holds these events from `start` on. To be told before each truncation, and at
  /// the end.
  void hold(id in, std::int64_t start, const std::vector<std::string>& events);
  /// The stream was truncated here, and these segments are gone.
  void truncate(const std::map<id, std::int64_t>& cut, const std::set<id>& gone);
  void read(const pravega_actor::event_slice& slice);
  void read(id in, std::int64_t offset, std::string payload);
  void read(const pravega_actor::segment_gap& gap);

  [[nodiscard]] const std::map<id, content>& held() const noexcept { return held_; }
  /// Where the next event of a segment would begin.
  [[nodiscard]] std::int64_t end_of(id in) const;
  /// Whether the reader has everything, be it as an event or as a part of a gap.
  [[nodiscard]] bool complete() const;
  /// One sentence for each event that was read twice, not at all, both read and missing, not
  /// held, or out of order in its segment; and for each gap where nothing was truncated.
  [[nodiscard]] std::vector<std::string> check() const;
  [[nodiscard]] std::size_t gaps() const noexcept { return gaps_.size(); }
  /// Events that were missing.
  [[nodiscard]] std::size_t missing() const;

 private:
  [[nodiscard]] bool in_gap(id in, std::int64_t offset) const;

  std::map<id, content> held_;
  std::map<id, std::int64_t> ends_;
  std::map<id, std::int64_t> truncated_to_;
  std::set<id> gone_;
  std::map<id, content> read_;
  std::vector<pravega_actor::segment_gap> gaps_;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
