// Records the events that an application wrote, completed and read, and checks that none is
// lost, stored twice or out of order.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/event_writer.hpp"

namespace pravega_sandbox {

/// The segments of a stream in the order of their names, each with all its events.
using stored_events = std::vector<std::vector<std::string>>;

/// How often a reader may get an event.
enum class delivery : std::uint8_t { exactly_once, at_least_once, at_most_once };

/// The history of one stream. Each event's payload must be unique: it identifies the event.
/// Not thread-safe.
class event_history {
 public:
  /// The application passes an event to a writer. Events of a key must be stored in the order
  /// of their first call: a refused event that is passed again keeps its place.
  void sent(std::string_view key, std::string_view event);
  /// The writer completed the event. Sent events that never complete may be stored or not.
  void completed(std::string_view event, const pravega_actor::write_result& outcome);
  /// A reader of the application processed the event.
  void processed(std::string_view event);

  [[nodiscard]] std::size_t sent_count() const noexcept { return sent_.size(); }
  /// Events that were completed as durable.
  [[nodiscard]] std::size_t durable_count() const noexcept { return durable_; }

  /// One sentence for each violation:
  /// - a durable event that is not stored,
  /// - an event that is stored twice, or was never sent,
  /// - a stored event that its writer reported as not written,
  /// - two events of a key out of order.
  /// `stored` comes, for example, from `simulation::stored_events_of`.
  [[nodiscard]] std::vector<std::string> check_stored(const stored_events& stored) const;
  /// The same for processed events, compared with the stored ones.
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
