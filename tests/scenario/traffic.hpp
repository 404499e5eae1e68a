// A writer and readers that are at work while the world changes.
#pragma once

#include <memory>

#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// Reads whatever comes, as soon as it comes, unless it is paused.
class collecting_reader {
 public:
  /// Opens it; runs the world until that is done.
  collecting_reader(client_world& of, const scoped_stream& stream,
                    const reader_options& options);
  explicit collecting_reader(client_world& of)
      : collecting_reader{of, of.stream, of.user->default_reader_options()} {}
  ~collecting_reader() { close(); }
  collecting_reader(const collecting_reader&) = delete;
  collecting_reader& operator=(const collecting_reader&) = delete;

  void pause() { kept_->paused = true; }
  void resume();
  void close() { kept_->handle.close(); }

  [[nodiscard]] const texts& events() const { return kept_->events; }
  [[nodiscard]] const std::vector<segment_gap>& gaps() const { return kept_->gaps; }
  [[nodiscard]] const std::vector<segment_end>& ends() const { return kept_->ends; }
  /// Why nothing more comes; empty while it goes on.
  [[nodiscard]] const std::optional<error>& over() const { return kept_->over; }
  [[nodiscard]] stream_reader& handle() { return kept_->handle; }

 private:
  struct kept {
    stream_reader handle;
    texts events;
    std::vector<segment_gap> gaps;
    std::vector<segment_end> ends;
    std::optional<error> over;
    bool paused = false;
  };
  static void drain(const std::shared_ptr<kept>& held);
  std::shared_ptr<kept> kept_ = std::make_shared<kept>();
};

/// Writes an event "key-number" in each interval; one that the writer has no room for waits.
class steady_writer {
 public:
  steady_writer(client_world& of, event_writer writer, duration between, int keys = 5);
  ~steady_writer() { stop(); }
  steady_writer(const steady_writer&) = delete;
  steady_writer& operator=(const steady_writer&) = delete;

  void stop() { kept_->stopped = true; }
  /// Stops, and runs the world until the outcome of each event is known.
  void finish(duration limit);

  [[nodiscard]] const texts& written() const { return kept_->written; }
  [[nodiscard]] const outcome_list& outcomes() const { return kept_->outcomes; }
  [[nodiscard]] std::size_t durable() const { return kept_->outcomes.told.size(); }
  [[nodiscard]] event_writer& handle() { return kept_->handle; }

 private:
  struct kept {
    event_writer handle;
    duration between;
    int keys = 1;
    texts written;
    outcome_list outcomes;
    bool stopped = false;
  };
  static void write_next(client_world& of, const std::shared_ptr<kept>& held);
  client_world& of_;
  std::shared_ptr<kept> kept_ = std::make_shared<kept>();
};

/// Every event once, and those of each key in their order.
void check_exactly_once(const texts& written, const texts& read);

/// The number at the end of an event.
[[nodiscard]] std::size_t number_of(const std::string& event);

}  // namespace pravega_actor::scenario
