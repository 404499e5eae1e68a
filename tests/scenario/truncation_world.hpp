// A stream with events of one size, and readers that are told when to stop.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// "event-000" with its header.
inline constexpr std::int64_t event_bytes = 17;

/// The places of some events in their segments.
using by_place = std::map<std::pair<segment_id, std::int64_t>, std::string>;

/// Reads until it is told to stop, and remembers what it got.
class probe {
 public:
  /// Opens a reader, with small requests.
  probe(client_world& of, reader_options options);
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;
  ~probe() { kept_->handle.close(); }

  /// Reads until there are so many events, or a slice more.
  void read_events(std::size_t count);
  /// Reads until nothing comes for a while, or the reader is over.
  void read_rest();
  /// What came, in order: "0: 3 events", "0: gap 51 to 102", "0: end".
  [[nodiscard]] texts log() const;
  [[nodiscard]] const by_place& read() const { return kept_->read; }
  [[nodiscard]] const std::vector<segment_gap>& gaps() const { return kept_->gaps; }
  [[nodiscard]] const std::optional<error>& over() const { return kept_->over; }
  /// How it ended: an error's name, or "" while it goes on.
  [[nodiscard]] std::string outcome() const;
  [[nodiscard]] stream_cut position();

 private:
  struct entry {
    segment_id in;
    std::string what;
    std::size_t events = 0;
  };
  struct kept {
    stream_reader handle;
    by_place read;
    std::vector<segment_gap> gaps;
    std::vector<entry> log;
    std::optional<error> over;
  };
  void take(const read_item& item);
  void drain(std::size_t events_max);
  client_world& of_;
  std::shared_ptr<kept> kept_ = std::make_shared<kept>();
};

/// A writer, a stream that is scaled and truncated, and what the stream ever held.
struct truncation_world {
  client_world w;
  outcome_list outcomes;
  event_writer writer;
  int written = 0;
  by_place held;

  explicit truncation_world(std::int32_t segments = 1, const fault_plan& plan = {});
  ~truncation_world();

  /// Writes events to one segment of the current ones, and waits until they are durable.
  void write_to(segment_id which, int count);
  void scale(std::vector<segment_id> sealed, std::vector<key_range> ranges);
  void truncate(const std::map<segment_id, std::int64_t>& at);
  void seal() { REQUIRE(w.world.control(controller::seal_stream{w.stream})); }
  [[nodiscard]] stream_cut cut(const std::map<segment_id, std::int64_t>& at) const {
    return {w.stream, at};
  }
  [[nodiscard]] std::vector<segment_with_range> current();
  /// Adds what the segments hold to `held`.
  void remember();

  [[nodiscard]] reader_options from(
      read_start start, truncation_policy policy = truncation_policy::report_and_go_on) const;
  /// What was read is what was held behind `start` without the gaps, in order; a reader at its
  /// position finds nothing more, or goes on with what is written then.
  void check(probe& done, const std::map<segment_id, std::int64_t>& start);
};

}  // namespace pravega_actor::scenario
