// The rules for the numbers that an application gives its events.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "append/event_numbers.hpp"
#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stored_numbers.hpp"

namespace pravega_actor::internal {

/// Of a writer with a name. Pure; the writer's lock guards it.
class numbered_writing {
 public:
  /// What the stream holds of events with consecutive numbers.
  enum class holding : std::uint8_t { none, all, some };

  /// What the stream held when the writer was opened.
  void set_stored(stored_numbers stored) { stored_ = std::move(stored); }
  [[nodiscard]] const stored_numbers& stored() const noexcept { return stored_; }

  /// Whether `count` events may have the numbers from `first` on: they are in the range, and
  /// the first one is above the last that was taken.
  [[nodiscard]] result<void> check(event_number first, std::size_t count) const;
  /// Which of them were stored before this writer was opened.
  [[nodiscard]] holding held(double position, event_number first,
                             std::size_t count) const noexcept;

  /// The event with this ticket, and those behind it, have the numbers from `first` on.
  void book(event_ticket ticket, event_number first) { numbers_->add(ticket, first); }
  /// Takes back what was booked behind this ticket.
  void cancel(event_ticket last) noexcept { numbers_->drop_behind(last); }
  /// An event with this number was taken.
  void take(event_number last) noexcept { last_ = last; }
  /// Every event up to this ticket is durable.
  void forget_through(event_ticket ticket) noexcept { numbers_->forget_through(ticket); }

  [[nodiscard]] event_number last() const noexcept { return last_; }
  /// For the logs of segments, under the same lock.
  [[nodiscard]] std::shared_ptr<const event_numbers> numbers() const noexcept {
    return numbers_;
  }

 private:
  stored_numbers stored_;
  event_number last_ = 0;
  std::shared_ptr<event_numbers> numbers_ = std::make_shared<event_numbers>();
};

/// The error for a number that is out of range.
[[nodiscard]] error bad_event_number(event_number number);
/// The errors for a number where none belongs, and for none where one does.
[[nodiscard]] error number_without_name();
[[nodiscard]] error name_without_number();

}  // namespace pravega_actor::internal
