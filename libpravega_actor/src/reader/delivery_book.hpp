// What a reader delivered to its subscribers, and how much of it they released.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "reader/numbered_items.hpp"

namespace pravega_actor::internal {

/// Pure: it knows no actor and no lock. The items of a reader of one stream, numbered and held
/// until they are released. The position moves behind an item when that item is released.
class delivery_book {
 public:
  struct rules {
    [[nodiscard]] static std::size_t cost_of(const read_item& item) noexcept;
    /// Slices use demand up; ends and gaps do not, but wait while there is none.
    [[nodiscard]] static bool uses_demand(const read_item& item) noexcept {
      return std::holds_alternative<event_slice>(item);
    }
  };
  using items = numbered_items<read_item, rules>;
  using delivery = items::delivery;

  /// `bytes_max`: see limits::reader_unreleased_bytes_max.
  explicit delivery_book(std::size_t bytes_max = limits::reader_unreleased_bytes_max)
      : items_{bytes_max} {}
  /// Where the reader begins.
  void open_at(stream_cut start) { released_ = std::move(start); }

  // See `numbered_items`:
  void subscribe() { items_.subscribe(); }
  void unsubscribe() { items_.unsubscribe(); }
  void add_demand(std::size_t slices) { items_.add_demand(slices); }
  [[nodiscard]] std::optional<delivery> next_again() { return items_.next_again(); }
  [[nodiscard]] bool wants_new() const noexcept { return items_.wants_new(); }
  [[nodiscard]] delivery add(read_item item);
  [[nodiscard]] bool subscriber_has_all() const noexcept { return items_.subscriber_has_all(); }

  /// Segments whose ends were delivered make place for their successors. The position follows
  /// when the last of these ends is released.
  void advance(const std::vector<segment_id>& gone, const std::vector<segment_id>& next);
  /// This item and all before it are processed. Without effect on what is released already;
  /// invalid_argument for a number that was never delivered.
  [[nodiscard]] result<void> release_through(std::uint64_t number);

  /// The start, moved on behind everything that is released.
  [[nodiscard]] const stream_cut& released() const noexcept { return released_; }
  [[nodiscard]] std::uint64_t last_released() const noexcept { return items_.last_released(); }
  [[nodiscard]] std::uint64_t last_delivered() const noexcept {
    return items_.last_delivered();
  }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return items_.held_bytes(); }

 private:
  struct step {
    std::vector<segment_id> gone;
    std::vector<segment_id> next;
  };
  void apply(const read_item& item);
  void apply(const step& what);

  items items_;
  stream_cut released_;
  /// What follows when an item is released.
  std::map<std::uint64_t, std::vector<step>> steps_;
  /// The numbers of ends that no step has used yet.
  std::map<segment_id, std::uint64_t> ends_;
};

}  // namespace pravega_actor::internal
