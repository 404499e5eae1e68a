// What a reader may hold in memory, over all its segments.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

/// Pure. Counts what waits, what is asked for, and events of which only a part is there. When
/// that comes to the limit, a segment in which nothing waits still asks for a little, so that
/// none starves, and one unfinished event is still taken, so that it can be finished.
///
/// Segments are named by numbers, so that one budget can serve several streams. After
/// `reserve` no call takes memory while there are no more segments than that.
class read_budget {
 public:
  using source = std::int32_t;
  struct event {
    source in = 0;
    std::size_t bytes = 0;
  };
  explicit read_budget(std::size_t bytes_max) : bytes_max_{bytes_max} {}
  void reserve(std::size_t segments) {
    refused_.reserve(segments);
    events_waiting_.reserve(segments);
  }

  void add_waiting(std::size_t bytes) noexcept { waiting_ += bytes; }
  void take_waiting(std::size_t bytes) noexcept { subtract(waiting_, bytes); }

  /// How much of `wanted` a segment may ask for at present. None: `next_refused` names it when
  /// there is room again; only where something waits already.
  [[nodiscard]] std::size_t ask(source of, std::size_t wanted, bool something_waits) {
    const auto room = bytes_max_ - std::min(bytes_max_, held());
    auto granted = std::min(wanted, room);
    if (granted < std::min(wanted, limits::reader_request_bytes_least)) granted = 0;
    if (granted == 0 && !something_waits)
      granted = std::min(wanted, limits::reader_request_bytes_least);
    if (granted == 0) add_once(refused_, of);
    asked_ += granted;
    return granted;
  }
  /// The same for an unfinished event that is counted already: it must come to its end.
  [[nodiscard]] std::size_t ask_for_event(std::size_t wanted) noexcept {
    asked_ += wanted;
    return wanted;
  }
  void answered(std::size_t bytes) noexcept { subtract(asked_, bytes); }
  [[nodiscard]] std::optional<source> next_refused() noexcept {
    if (refused_.empty() || held() >= bytes_max_) return std::nullopt;
    const auto first = refused_.front();
    refused_.erase(refused_.begin());
    return first;
  }

  /// Whether a segment may keep an unfinished event of this size. If not, it waits for its
  /// turn: `next_event`.
  [[nodiscard]] bool begin(const event& what) {
    if (events_waiting_.empty() && fits(what.bytes)) {
      count(what.bytes);
      return true;
    }
    events_waiting_.push_back(what);
    return false;
  }
  void end(std::size_t bytes) noexcept {
    subtract(unfinished_, bytes);
    if (events_ > 0) --events_;
  }
  /// The next one that may begin; it is counted.
  [[nodiscard]] std::optional<event> next_event() noexcept {
    if (events_waiting_.empty() || !fits(events_waiting_.front().bytes)) return std::nullopt;
    const auto first = events_waiting_.front();
    events_waiting_.erase(events_waiting_.begin());
    count(first.bytes);
    return first;
  }
  /// The segment waits no more.
  void forget(source which) noexcept {
    std::erase(refused_, which);
    std::erase_if(events_waiting_, [&](const event& each) { return each.in == which; });
  }

  [[nodiscard]] std::size_t held() const noexcept { return waiting_ + asked_ + unfinished_; }

 private:
  [[nodiscard]] bool fits(std::size_t bytes) const noexcept {
    return events_ == 0 || held() + bytes <= bytes_max_;
  }
  void count(std::size_t bytes) noexcept {
    unfinished_ += bytes;
    ++events_;
  }
  static void subtract(std::size_t& from, std::size_t bytes) noexcept {
    from -= std::min(from, bytes);
  }
  static void add_once(std::vector<source>& to, source which) {
    if (std::find(to.begin(), to.end(), which) == to.end()) to.push_back(which);
  }

  std::size_t bytes_max_;
  std::size_t waiting_ = 0;
  std::size_t asked_ = 0;
  std::size_t unfinished_ = 0;
  std::size_t events_ = 0;
  std::vector<source> refused_;
  std::vector<event> events_waiting_;
};

}  // namespace pravega_actor::internal
