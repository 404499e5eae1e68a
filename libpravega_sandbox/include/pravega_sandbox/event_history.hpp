// What an application wrote, what it was told, and what it read: is anything lost, doubled or
// out of order?
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/event_writer.hpp"

namespace pravega_sandbox {

/// Segments of a stream in the order of their names, with all their events.
using stored_events = std::vector<std::vector<std::string>>;

/// How often a reader may get an event.
enum class delivery : std::uint8_t { exactly_once, at_least_once, at_most_once };

/// The history of one stream. Each event's payload must be unique: it identifies the event.
/// Not thread-safe.
class event_history {
 public:
  /// The application hands an event to a writer. Events of a key must be stored in the order of
  /// their first hand-over: one that was refused and is handed over again keeps its place.
  void sent(std::string_view key, std::string_view event);
  /// The writer completed the event. Events that were sent and never completed may be stored
  /// or not.
  void completed(std::string_view event, const pravega_actor::write_result& outcome);
  /// A reader of the application processed the event.
  void processed(std::string_view event);

  [[nodiscard]] std::size_t sent_count() const noexcept { return sent_.size(); }
  /// Events that were completed as durable.
  [[nodiscard]] std::size_t durable_count() const noexcept { return durable_; }

  /// One sentence for each violation: a durable event that is not stored, one that is stored
  /// twice, one that is stored although its writer said that it is not, one that was never
  /// sent, or two events of a key out of order. `stored`: for example
  /// `simulation::stored_events_of`.
  [[nodiscard]] std::vector<std::string> check_stored(const stored_events& stored) const;
  /// The same for what was processed, against what is stored.
  [[nodiscard]] std::vector<std::string> check_processed(const stored_events& stored,
                                                         delivery promised) const;

 private:
  enum class fate : std::uint8_t { open, durable, not_written, unknown };
  struct record {
    std::string key;
    std::size_t place = 0;
    fate outcome = fate::open;
  };
  [[nodiscard]] std::vector<std::string> check_order(const std::vector<std::string>& events,
                                                     std::string_view what) const;

  std::map<std::string, record, std::less<>> sent_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<std::string> processed_;
  std::size_t durable_ = 0;
};

/// The sentences as lines; "" for none.
[[nodiscard]] std::string to_lines(const std::vector<std::string>& sentences);

}  // namespace pravega_sandbox
