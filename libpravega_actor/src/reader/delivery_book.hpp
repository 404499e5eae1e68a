// What a reader delivered to its subscribers, and how much of it they released.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace pravega_actor::internal {

/// Pure: it knows no actor and no lock. Every item gets a number, from 1 on, and is held until
/// it is released. A subscriber first gets what is held, then new items. The position moves
/// behind an item when that item is released.
class delivery_book {
 public:
  struct delivery {
    std::uint64_t number = 0;
    read_item item;
  };

  /// `bytes_max`: see limits::reader_unreleased_bytes_max.
  explicit delivery_book(std::size_t bytes_max = limits::reader_unreleased_bytes_max)
      : bytes_max_{bytes_max} {}
  /// Where the reader begins.
  void open_at(stream_cut start) { released_ = std::move(start); }

  /// Another subscriber takes over, without demand: everything that is held is due to it.
  void subscribe();
  /// Nothing is due to anybody.
  void unsubscribe();
  /// The subscriber takes so many slices more. Without effect if there is none.
  void add_demand(std::size_t slices);

  /// A held item that the subscriber has not got yet, if it demands one. Slices use demand up;
  /// ends and gaps do not, but wait while there is none.
  [[nodiscard]] std::optional<delivery> next_again();
  /// Whether the subscriber takes a new item now: it has everything that is held, demands a
  /// slice, and what is held is below the limit.
  [[nodiscard]] bool wants_new() const noexcept;
  /// A new item for the subscriber; only while `wants_new()`.
  [[nodiscard]] delivery add(read_item item);
  /// There is a subscriber, and nothing that is held is still due to it.
  [[nodiscard]] bool subscriber_has_all() const noexcept;

  /// Segments whose ends were delivered make place for their successors. The position follows
  /// when the last of these ends is released.
  void advance(const std::vector<segment_id>& gone, const std::vector<segment_id>& next);
  /// This item and all before it are processed. Without effect on what is released already;
  /// invalid_argument for a number that was never delivered.
  [[nodiscard]] result<void> release_through(std::uint64_t number);

  /// The start, moved on behind everything that is released.
  [[nodiscard]] const stream_cut& released() const noexcept { return released_; }
  [[nodiscard]] std::uint64_t last_released() const noexcept { return last_released_; }
  [[nodiscard]] std::uint64_t last_delivered() const noexcept {
    return last_released_ + held_.size();
  }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }

 private:
  struct step {
    std::vector<segment_id> gone;
    std::vector<segment_id> next;
  };
  struct entry {
    read_item item;
    /// What follows when it is released.
    std::vector<step> steps;
  };
  [[nodiscard]] delivery send(std::uint64_t number);
  [[nodiscard]] entry& held(std::uint64_t number) {
    return held_[static_cast<std::size_t>(number - last_released_ - 1)];
  }
  void apply(const entry& what);
  void apply(const step& what);

  std::size_t bytes_max_;
  stream_cut released_;
  std::uint64_t last_released_ = 0;
  /// The items behind `last_released_`, in order.
  std::deque<entry> held_;
  std::size_t held_bytes_ = 0;
  /// The numbers of ends that no step has used yet.
  std::map<segment_id, std::uint64_t> ends_;
  bool subscribed_ = false;
  std::size_t demand_ = 0;
  /// The next item for the subscriber.
  std::uint64_t next_ = 1;
};

}  // namespace pravega_actor::internal
