// A block of events of one segment, as it travels: one AppendBlockEnd frame with all its data.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/buffer_pool.hpp"
#include "pravega_actor/bytes.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal {

/// What must be remembered of an event until it is acknowledged: its routing position, so that
/// it can be routed again after a seal, and its ticket (the writer's own numbering).
struct event_mark {
  double position = 0;
  std::uint64_t ticket : 63 = 0;
  /// It belongs to the batch of the event before it: both are stored, or none.
  std::uint64_t joined : 1 = 0;
};

/// Events that are sent together. Once sent, neither its boundaries nor its numbers change: a
/// resend sends the same bytes. Memory is taken from a pool in chunks.
class append_block {
 public:
  /// The smallest and the largest chunk.
  static constexpr std::size_t chunk_bytes_min = 4096;
  static constexpr std::size_t chunk_bytes_max = 65536;
  /// Memory of the block itself, counted for each event besides its bytes.
  static constexpr std::size_t overhead_bytes_per_event = sizeof(event_mark);

  /// Copies an event in, with its header. An exception leaves the block as it was.
  void add(buffer_pool& pool, const event_mark& mark, byte_view payload);
  /// The same with a batch: all or none.
  void add(buffer_pool& pool, std::span<const event_mark> marks,
           std::span<const byte_view> payloads);
  /// Takes over one large event; the block is empty, and nothing else is added to it. It is
  /// sent in parts of its own (see `large_append`), not as the block's frame.
  void add_large(const event_mark& mark, shared_bytes payload);
  /// How far it is filled.
  struct extent {
    std::size_t chunks = 0;
    /// Of the last chunk.
    std::size_t used = 0;
    std::size_t bytes = 0;
    std::size_t marks = 0;
    bool in_sequence = true;
  };
  [[nodiscard]] extent filled() const noexcept;
  /// Forgets what was added since.
  void take_back(const extent& to) noexcept;
  /// Fixes the numbers; nothing can be added afterwards.
  void seal(const uuid& writer_id, std::int64_t last_event_number, std::int64_t request_id);
  /// Makes it as new; the memory for marks is kept.
  void clear() noexcept;
  /// Calls `visit` with the marks and payloads of what was written at once, one event or a
  /// batch, in order; payloads are valid during their call only. Not for a large event.
  void for_each(const std::function<void(std::span<const event_mark>,
                                         std::span<const byte_view>)>& visit) const;
  /// The frame's parts in order; each keeps the block alive.
  [[nodiscard]] static std::vector<shared_bytes> parts(const std::shared_ptr<append_block>& of);

  [[nodiscard]] std::size_t data_bytes() const noexcept { return data_bytes_; }
  [[nodiscard]] std::size_t events() const noexcept { return marks_.size(); }
  [[nodiscard]] bool empty() const noexcept { return marks_.empty(); }
  [[nodiscard]] const std::vector<event_mark>& marks() const noexcept { return marks_; }
  /// Whether each ticket is its predecessor's plus 1. Not so if there are several segments, and
  /// behind a merge not even ascending.
  [[nodiscard]] bool in_sequence() const noexcept { return in_sequence_; }
  [[nodiscard]] std::int64_t last_event_number() const noexcept { return last_event_number_; }
  [[nodiscard]] std::int64_t first_event_number() const noexcept {
    return last_event_number_ - static_cast<std::int64_t>(marks_.size()) + 1;
  }
  [[nodiscard]] bool large() const noexcept { return large_; }
  /// Of the large event.
  [[nodiscard]] const shared_bytes& large_payload() const noexcept { return payload_; }
  /// What the block counts against the writer's limit of outstanding bytes.
  [[nodiscard]] std::size_t cost() const noexcept {
    return data_bytes_ + marks_.size() * overhead_bytes_per_event;
  }
  /// Whether it has ever been handed to a connection.
  [[nodiscard]] bool ever_sent() const noexcept { return ever_sent_; }
  void note_sent() noexcept { ever_sent_ = true; }
  /// It was refused, and so it is as if it had not been sent.
  void note_unsent() noexcept { ever_sent_ = false; }

 private:
  struct chunk {
    std::shared_ptr<buffer> memory;
    std::size_t used = 0;
  };
  bool has_room(std::size_t bytes) const noexcept {
    return !chunks_.empty() && chunks_.back().memory->capacity() - chunks_.back().used >= bytes;
  }
  void put(buffer_pool& pool, byte_view bytes);
  void drop_large() noexcept;
  void add_one(buffer_pool& pool, const event_mark& mark, byte_view payload);
  template <class Add>
  void all_or_nothing(Add&& add);

  std::array<std::byte, wire::append_block_prefix_bytes> prefix_{};
  std::array<std::byte, wire::append_block_suffix_bytes> suffix_{};
  std::vector<chunk> chunks_;
  std::vector<event_mark> marks_;
  std::size_t data_bytes_ = 0;
  std::int64_t last_event_number_ = 0;
  bool ever_sent_ = false;
  bool in_sequence_ = true;
  bool large_ = false;
  shared_bytes payload_;
};

}  // namespace pravega_actor::internal
