// The reads of one connection, with those that wait at a tail.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/session_context.hpp"
#include "wire/commands.hpp"

namespace pravega_sandbox {

/// Every member that returns bool says whether the connection may go on.
class read_session {
 public:
  /// `waiter` hears of parked reads and passes them to `resume`.
  read_session(session_context& context, read_waiter& waiter)
      : context_{context},
        waiter_{waiter},
        memory_{context.store.memory(), memory_use::waiting_reads} {}

  [[nodiscard]] bool read(const wire::read_segment& request);
  /// As a real server, a read that waited is answered in another way than a new one: with
  /// SegmentIsSealed at the end, and with no data once the segment is deleted; with WrongHost
  /// if the segment has moved to another store.
  [[nodiscard]] bool resume(std::uint64_t read_id);
  /// Answers every parked read with no data, as a server does that evicts its read index.
  [[nodiscard]] bool evict_parked();
  [[nodiscard]] std::size_t parked() const noexcept { return parked_.size(); }
  void clear();

 private:
  struct read_state {
    segment_handle segment;
    std::int64_t offset = 0;
    std::size_t bytes_max = 0;
    std::int64_t request_id = -1;
    segment_model::parked_place place = {};
  };
  [[nodiscard]] bool answer(const read_state& read);
  [[nodiscard]] bool answer_end(const read_state& read);
  [[nodiscard]] bool answer_empty(const read_state& read);
  [[nodiscard]] bool park(const read_state& read);
  [[nodiscard]] static std::size_t bytes_of(std::size_t reads) noexcept;

  session_context& context_;
  read_waiter& waiter_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, read_state> parked_;
  memory_share memory_;
};

}  // namespace pravega_sandbox
