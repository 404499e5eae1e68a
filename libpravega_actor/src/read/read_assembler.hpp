// Cuts a segment's bytes, as replies bring them, into slices of whole events.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/buffer_pool.hpp"
#include "pravega_actor/event_slice.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_actor::internal {

/// Pure. Slices refer to the replies' own memory. Where an event does not end with its reply:
/// if that costs little, it is to be asked for again from its start; otherwise its parts are
/// copied together until it is whole, and it becomes a slice of its own.
class read_assembler {
 public:
  /// A partial event is asked for again if it is less than this part of its reply (and the
  /// reply had whole events too).
  static constexpr std::size_t repeat_part = 8;

  /// `offset`: where the first event begins.
  read_assembler(std::shared_ptr<const segment> in, std::int64_t offset,
                 std::size_t event_payload_bytes_max, std::shared_ptr<buffer_pool> pool);

  struct reply {
    shared_bytes data;
    bool at_tail = false;
    /// No bytes will ever follow these.
    bool last = false;
  };
  struct step {
    /// In order; none is empty.
    std::vector<event_slice> slices;
    /// Everything is delivered.
    bool finished = false;
    /// protocol_violation: what follows the slices is no event, or the bytes end within one.
    /// limit_exceeded: it is an event that is larger than the reader takes.
    std::optional<error> failure;
    /// The failure is that the bytes end within an event.
    bool ends_within_event = false;
  };
  /// Whether an event of so many bytes may be kept while only a part of it is there; if not, it
  /// is dropped, and `wanted()` is its start.
  using admission = std::function<bool(std::size_t bytes)>;
  /// Takes the bytes at `wanted()`. Not after a failure. `admit` is asked of each event that is
  /// larger than limits::reader_request_bytes_least.
  [[nodiscard]] step add(const reply& got, const admission& admit = {});

  /// Where the next reply's data must begin.
  [[nodiscard]] std::int64_t wanted() const noexcept {
    return offset_ + static_cast<std::int64_t>(have_);
  }
  /// Where the next event begins that is not in a slice yet.
  [[nodiscard]] std::int64_t offset() const noexcept { return offset_; }
  /// The size of an event of which a part is kept, as far as it is known; 0: there is none.
  [[nodiscard]] std::size_t unfinished_bytes() const noexcept {
    return partial_ ? partial_->capacity() : 0;
  }
  /// Bytes that it lacks.
  [[nodiscard]] std::size_t missing_bytes() const noexcept {
    return unfinished_bytes() - std::min(unfinished_bytes(), have_);
  }
  /// Forgets a partial event: its bytes are asked for again.
  void drop_partial() noexcept;
  /// Goes on elsewhere.
  void move_to(std::int64_t offset) noexcept;

 private:
  [[nodiscard]] result<void> fill_partial(byte_view& data, step& out, const admission& admit);
  [[nodiscard]] result<void> begin_partial(byte_view rest, const admission& admit);
  [[nodiscard]] result<void> cut(const reply& got, step& out, const admission& admit);
  [[nodiscard]] bool may_keep(std::size_t bytes, const admission& admit);
  [[nodiscard]] error refusal(const wire::event_step& next, byte_view at) const;
  /// The size of the partial event, or of its header while that is not there.
  [[nodiscard]] result<std::size_t> partial_size() const;
  void advance(std::size_t bytes) noexcept { offset_ += static_cast<std::int64_t>(bytes); }

  std::shared_ptr<const segment> in_;
  std::int64_t offset_;
  std::size_t event_payload_bytes_max_;
  std::shared_ptr<buffer_pool> pool_;
  /// The partial event at `offset_`, of which `have_` bytes are there.
  std::shared_ptr<buffer> partial_;
  std::size_t have_ = 0;
};

}  // namespace pravega_actor::internal
