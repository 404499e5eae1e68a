// What a server makes of the append commands of one connection: whole appends.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/uuid.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::internal::wire {

struct append_block_end_view;
struct conditional_view;

/// A whole append. Its data lies in up to three parts, which keep the frames alive.
class assembled_append {
 public:
  uuid writer_id;
  std::int32_t num_events = 0;
  std::int64_t last_event_number = 0;
  std::int64_t request_id = -1;
  /// The length that the segment must have, for a conditional append.
  std::optional<std::int64_t> expected_offset;

  [[nodiscard]] std::span<const shared_bytes> parts() const noexcept {
    return {parts_.data(), part_count_};
  }
  [[nodiscard]] std::size_t data_bytes() const noexcept;
  /// The data in one piece: without a copy if it is one part.
  [[nodiscard]] shared_bytes data() const;

 private:
  friend class append_assembler;
  void add(std::shared_ptr<const void> owner, byte_view bytes);

  std::array<shared_bytes, 3> parts_;
  std::size_t part_count_ = 0;
};

/// Takes the frames of one connection in order. An error ends the connection: malformed_frame,
/// or protocol_violation if another part of an append stands between a block and its end, if
/// the end does not fit the block, or if an append has no events. Not thread-safe.
class append_assembler {
 public:
  /// The append that the frame completes; nothing for the start of a block and for all other
  /// commands, which are the caller's matter.
  [[nodiscard]] result<std::optional<assembled_append>> feed(const frame& next);

  /// Whose block waits for its end; nothing if none does.
  [[nodiscard]] std::optional<uuid> block_writer() const noexcept {
    return block_ ? std::optional{block_->writer_id} : std::nullopt;
  }

 private:
  struct open_block {
    uuid writer_id;
    byte_view data;
    std::shared_ptr<const void> owner;
  };
  using outcome = result<std::optional<assembled_append>>;
  [[nodiscard]] outcome start_block(const frame& next);
  [[nodiscard]] outcome end_block(const frame& next);
  [[nodiscard]] static outcome conditional(const frame& next,
                                           const result<conditional_view>& view);
  /// Whether the data of the end belongs to the append.
  [[nodiscard]] static result<bool> add_block(assembled_append& append, const open_block& block,
                                              const append_block_end_view& end);

  std::optional<open_block> block_;
};

}  // namespace pravega_actor::internal::wire
