#include "wire/append_assembler.hpp"

#include <string>
#include <utility>

#include "wire/big_endian.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal::wire {
namespace {

error violation(std::string detail) {
  return error{errc::protocol_violation, std::move(detail)}.with_stage(stage::append);
}

struct block_tail {
  byte_view partial_event;
  bool is_padding = false;
};

// What a server's decoder of appends takes itself; all else may come within a block.
bool belongs_to_appends(std::int32_t type) {
  switch (type) {
    case setup_append::code:
    case append_block::code:
    case conditional_append::code:
    case conditional_block_end::code:
    case padding::code:
    case partial_event::code:
    case event::code:
      return true;
    default:
      return false;
  }
}

// What stands in a block behind its whole events: one frame. What follows that is ignored.
result<block_tail> parse_tail(byte_view tail) {
  if (tail.size() < limits::frame_header_bytes) {
    return violation("append_block: " + std::to_string(tail.size()) +
                     " bytes after the whole events");
  }
  const auto type = load_big_endian<std::int32_t>(tail.data());
  const auto length = load_big_endian<std::int32_t>(tail.data() + 4);
  const auto payload = tail.subspan(limits::frame_header_bytes);
  if (length < 0 || static_cast<std::size_t>(length) > payload.size()) {
    return violation("append_block: the frame after the whole events has length " +
                     std::to_string(length) + " in " + std::to_string(payload.size()));
  }
  if (type == partial_event::code) {
    return block_tail{payload.first(static_cast<std::size_t>(length)), false};
  }
  if (type == padding::code) return block_tail{{}, true};
  return violation("append_block: type " + std::to_string(type) + " after the whole events");
}

}  // namespace

void assembled_append::add(std::shared_ptr<const void> owner, byte_view bytes) {
  if (bytes.empty()) return;
  parts_[part_count_++] = shared_bytes{std::move(owner), bytes};
}

std::size_t assembled_append::data_bytes() const noexcept {
  std::size_t sum = 0;
  for (const auto& part : parts())
    sum += part.size();
  return sum;
}

shared_bytes assembled_append::data() const {
  if (part_count_ == 0) return {};
  if (part_count_ == 1) return parts_[0];
  std::vector<std::byte> joined;
  joined.reserve(data_bytes());
  for (const auto& part : parts()) {
    joined.insert(joined.end(), part.view.begin(), part.view.end());
  }
  return shared_bytes{std::move(joined)};
}

append_assembler::outcome append_assembler::feed(const frame& next) {
  if (block_ && belongs_to_appends(next.type)) {
    return violation("type " + std::to_string(next.type) +
                     " between append_block and append_block_end");
  }
  switch (next.type) {
    case append_block::code:
      return start_block(next);
    case append_block_end::code:
      return end_block(next);
    case conditional_append::code:
      return conditional(next, view_conditional_append(next.payload));
    case conditional_block_end::code:
      return conditional(next, view_conditional_block_end(next.payload));
    default:
      return std::optional<assembled_append>{};
  }
}

append_assembler::outcome append_assembler::start_block(const frame& next) {
  const auto view = view_append_block(next.payload);
  if (!view) return view.error();
  block_ = open_block{view->writer_id, view->data, next.owner};
  return std::optional<assembled_append>{};
}

append_assembler::outcome append_assembler::end_block(const frame& next) {
  const auto view = view_append_block_end(next.payload);
  if (!view) return view.error();
  const auto block = std::exchange(block_, std::nullopt);
  if (view->num_events <= 0) {
    return violation("append_block_end: num_events " + std::to_string(view->num_events));
  }
  assembled_append append;
  append.writer_id = view->writer_id;
  append.num_events = view->num_events;
  append.last_event_number = view->last_event_number;
  append.request_id = view->request_id;
  bool data_follows = true;
  if (block) {
    const auto added = add_block(append, *block, *view);
    if (!added) return added.error();
    data_follows = *added;
  }
  if (data_follows) append.add(next.owner, view->data);
  return std::optional<assembled_append>{std::move(append)};
}

// A server takes the data of the end only to complete the block's last event; else it drops it.
result<bool> append_assembler::add_block(assembled_append& append, const open_block& block,
                                         const append_block_end_view& end) {
  if (block.writer_id != end.writer_id) {
    return violation("append_block_end: another writer than in append_block");
  }
  if (end.size_of_whole_events < 0 ||
      static_cast<std::size_t>(end.size_of_whole_events) > block.data.size()) {
    return violation("append_block_end: size_of_whole_events " +
                     std::to_string(end.size_of_whole_events) + " in a block of " +
                     std::to_string(block.data.size()));
  }
  const auto whole = static_cast<std::size_t>(end.size_of_whole_events);
  append.add(block.owner, block.data.first(whole));
  if (whole == block.data.size()) return false;
  const auto tail = parse_tail(block.data.subspan(whole));
  if (!tail) return tail.error();
  if (tail->is_padding && !end.data.empty()) {
    return violation("append_block_end: data after a padded block");
  }
  append.add(block.owner, tail->partial_event);
  return !tail->is_padding;
}

append_assembler::outcome append_assembler::conditional(const frame& next,
                                                        const result<conditional_view>& view) {
  if (!view) return view.error();
  assembled_append append;
  append.writer_id = view->writer_id;
  append.num_events = 1;
  append.last_event_number = view->event_number;
  append.request_id = view->request_id;
  append.expected_offset = view->expected_offset;
  append.add(next.owner, view->data);
  return std::optional<assembled_append>{std::move(append)};
}

}  // namespace pravega_actor::internal::wire
