// The completions that wait for their events, in the order of writing.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "core/user_code.hpp"
#include "pravega_actor/event_writer.hpp"

namespace pravega_actor {

/// A queue in chunks: taking a thousand completions out moves a few vectors, not a thousand
/// functions. Not thread-safe.
class completion_queue {
 public:
  struct entry {
    event_ticket ticket = 0;
    write_completion done;
  };

  /// Completions that were taken out, to be called without a lock.
  class batch {
   public:
    [[nodiscard]] bool empty() const noexcept { return chunks_.empty(); }
    /// Calls all of them with success, in order; `threw` as in `call_user`.
    template <class Threw>
    void succeed(const Threw& threw) const {
      write_result outcome{0, true, {}};
      for (const auto& chunk : chunks_) {
        for (const auto& each : chunk) {
          outcome.ticket = each.ticket;
          call_user(threw, each.done, std::as_const(outcome));
        }
      }
    }

   private:
    friend class completion_queue;
    std::vector<std::vector<entry>> chunks_;
  };

  [[nodiscard]] bool empty() const noexcept { return chunks_.empty(); }

  /// Tickets must grow. An exception leaves the queue as it was.
  void add(event_ticket ticket, write_completion&& done) {
    if (chunks_.empty() || chunks_.back().size() == chunk_entries) {
      std::vector<entry> fresh;
      fresh.reserve(chunk_entries);
      chunks_.push_back(std::move(fresh));
    }
    chunks_.back().push_back({ticket, std::move(done)});
  }

  /// Takes the last one back.
  void drop_last() {
    chunks_.back().pop_back();
    if (chunks_.back().empty()) chunks_.pop_back();
  }

  /// Moves everything up to `through` behind what `out` holds.
  void take_through(event_ticket through, batch& out) {
    while (!chunks_.empty() && chunks_.front().back().ticket <= through) {
      out.chunks_.push_back(std::move(chunks_.front()));
      chunks_.pop_front();
    }
    if (chunks_.empty() || chunks_.front().front().ticket > through) return;
    auto& front = chunks_.front();
    std::size_t count = 0;
    while (front[count].ticket <= through)
      ++count;
    const auto end = front.begin() + static_cast<std::ptrdiff_t>(count);
    out.chunks_.emplace_back(std::make_move_iterator(front.begin()),
                             std::make_move_iterator(end));
    front.erase(front.begin(), end);
  }

  /// Hands everything to `take(ticket, completion)`.
  template <class Take>
  void take_all(Take take) {
    for (auto& chunk : chunks_)
      for (auto& each : chunk)
        take(each.ticket, std::move(each.done));
    chunks_.clear();
  }

 private:
  static constexpr std::size_t chunk_entries = 256;
  std::deque<std::vector<entry>> chunks_;
};

}  // namespace pravega_actor
