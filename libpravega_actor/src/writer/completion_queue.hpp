// The completions that wait for their events, in the order of writing.
#pragma once

#include <iterator>
#include <list>
#include <utility>
#include <vector>

#include "core/user_code.hpp"
#include "pravega_actor/event_writer.hpp"

namespace pravega_actor::internal {

/// A queue in chunks: taking a thousand completions out moves a few chunks, not a thousand
/// functions, and needs no memory. Not thread-safe.
class completion_queue {
 public:
  struct entry {
    event_ticket ticket = 0;
    write_completion done;
  };

  /// Completions that were taken out, to be called without a lock. Made once and used again.
  class batch {
   public:
    batch() { part_.reserve(chunk_entries); }
    [[nodiscard]] bool empty() const noexcept { return whole_.empty() && part_.empty(); }
    /// Calls each with `outcome_of(ticket)`, in order; `threw` as in `call_caught`.
    template <class OutcomeOf, class Threw>
    void tell(const OutcomeOf& outcome_of, const Threw& threw) const {
      for (const auto& chunk : whole_)
        tell_chunk(chunk, outcome_of, threw);
      tell_chunk(part_, outcome_of, threw);
    }
    /// Calls all of them with success.
    template <class Threw>
    void succeed(const Threw& threw) const {
      write_result outcome{0, true, {}};
      const auto success_of = [&outcome](event_ticket ticket) -> const write_result& {
        outcome.ticket = ticket;
        return outcome;
      };
      tell(success_of, threw);
    }
    void clear() noexcept {
      whole_.clear();
      part_.clear();
    }

   private:
    friend class completion_queue;
    template <class OutcomeOf, class Threw>
    static void tell_chunk(const std::vector<entry>& chunk, const OutcomeOf& outcome_of,
                           const Threw& threw) {
      for (const auto& each : chunk)
        call_caught(threw, each.done, outcome_of(each.ticket));
    }

    std::list<std::vector<entry>> whole_;
    /// What was taken of the chunk behind them.
    std::vector<entry> part_;
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

  /// Moves everything up to `through` to `out`, which is empty.
  void take_through(event_ticket through, batch& out) noexcept {
    auto past = chunks_.begin();
    while (past != chunks_.end() && past->back().ticket <= through)
      ++past;
    out.whole_.splice(out.whole_.end(), chunks_, chunks_.begin(), past);
    if (chunks_.empty()) return;
    auto& front = chunks_.front();
    auto end = front.begin();
    while (end->ticket <= through)
      ++end;
    out.part_.assign(std::make_move_iterator(front.begin()), std::make_move_iterator(end));
    front.erase(front.begin(), end);
  }

 private:
  static constexpr std::size_t chunk_entries = 256;
  std::list<std::vector<entry>> chunks_;
};

}  // namespace pravega_actor::internal
