#include "append/append_block.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/finally.hpp"
#include "pravega_actor/limits.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_actor::internal {

void append_block::put(buffer_pool& pool, byte_view bytes) {
  while (!bytes.empty()) {
    if (chunks_.empty() || chunks_.back().used == chunks_.back().memory->capacity()) {
      // A lone event takes a small chunk; a block that grows takes large ones.
      const auto at_least = chunks_.empty() && bytes.size() <= chunk_bytes_min
                                ? chunk_bytes_min
                                : chunk_bytes_max;
      chunks_.push_back({pool.take(at_least), 0});
    }
    auto& last = chunks_.back();
    const auto n = std::min(bytes.size(), last.memory->capacity() - last.used);
    std::memcpy(last.memory->data() + last.used, bytes.data(), n);
    last.used += n;
    data_bytes_ += n;
    bytes = bytes.subspan(n);
  }
}

append_block::extent append_block::filled() const noexcept {
  return {chunks_.size(), chunks_.empty() ? 0 : chunks_.back().used, data_bytes_, marks_.size(),
          in_sequence_};
}

void append_block::take_back(const extent& to) noexcept {
  chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(to.chunks), chunks_.end());
  if (to.chunks > 0) chunks_.back().used = to.used;
  data_bytes_ = to.bytes;
  marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(to.marks), marks_.end());
  in_sequence_ = to.in_sequence;
  if (marks_.empty()) drop_large();
}

void append_block::drop_large() noexcept {
  large_ = false;
  payload_ = {};
}

template <class Add>
void append_block::all_or_nothing(Add&& add) {
  const auto before = filled();
  bool added = false;
  const finally undo{[&] {
    if (!added) take_back(before);
  }};
  add();
  added = true;
}

void append_block::add(buffer_pool& pool, const event_mark& mark, byte_view payload) {
  // With room for both nothing allocates, so nothing can throw.
  if (has_room(limits::event_header_bytes + payload.size()) &&
      marks_.size() < marks_.capacity())
    return add_one(pool, mark, payload);
  all_or_nothing([&] { add_one(pool, mark, payload); });
}

void append_block::add(buffer_pool& pool, std::span<const event_mark> marks,
                       std::span<const byte_view> payloads) {
  all_or_nothing([&] {
    for (std::size_t i = 0; i < marks.size(); ++i)
      add_one(pool, marks[i], payloads[i]);
  });
}

void append_block::add_one(buffer_pool& pool, const event_mark& mark, byte_view payload) {
  std::array<std::byte, limits::event_header_bytes> header;
  wire::encode_event_header(header.data(), payload.size());
  const auto whole = header.size() + payload.size();
  if (has_room(whole)) {
    auto& last = chunks_.back();
    std::byte* to = last.memory->data() + last.used;
    std::memcpy(to, header.data(), header.size());
    if (!payload.empty()) std::memcpy(to + header.size(), payload.data(), payload.size());
    last.used += whole;
    data_bytes_ += whole;
  } else {
    put(pool, header);
    put(pool, payload);
  }
  if (!marks_.empty() && mark.ticket != marks_.back().ticket + 1) in_sequence_ = false;
  marks_.push_back(mark);
}

void append_block::add_large(const event_mark& mark, shared_bytes payload) {
  marks_.push_back(mark);
  data_bytes_ = limits::event_header_bytes + payload.size();
  payload_ = std::move(payload);
  large_ = true;
}

void append_block::seal(const uuid& writer_id, std::int64_t last_event_number,
                        std::int64_t request_id) {
  last_event_number_ = last_event_number;
  wire::encode_append_block_end_prefix(prefix_.data(), writer_id, data_bytes_);
  wire::encode_append_block_end_suffix(suffix_.data(), static_cast<std::int32_t>(marks_.size()),
                                       last_event_number, request_id);
}

void append_block::clear() noexcept {
  chunks_.clear();
  marks_.clear();
  data_bytes_ = 0;
  last_event_number_ = 0;
  ever_sent_ = false;
  in_sequence_ = true;
  drop_large();
}

// Only events that are routed again are taken out, so a copy of all data does no harm.
void append_block::for_each(
    const std::function<void(std::span<const event_mark>, std::span<const byte_view>)>& visit)
    const {
  std::vector<std::byte> all;
  all.reserve(data_bytes_);
  for (const auto& each : chunks_)
    all.insert(all.end(), each.memory->data(), each.memory->data() + each.used);
  wire::event_cursor cursor{byte_view{all}, all.size()};
  const std::span<const event_mark> marks{marks_};
  std::vector<byte_view> payloads;
  for (std::size_t first = 0; first < marks.size(); first += payloads.size()) {
    payloads.assign(1, cursor.next().payload);
    while (first + payloads.size() < marks.size() && marks[first + payloads.size()].joined)
      payloads.push_back(cursor.next().payload);
    visit(marks.subspan(first, payloads.size()), payloads);
  }
}

std::vector<shared_bytes> append_block::parts(const std::shared_ptr<append_block>& of) {
  std::vector<shared_bytes> out;
  out.reserve(of->chunks_.size() + 2);
  out.emplace_back(of, byte_view{of->prefix_});
  for (const auto& each : of->chunks_)
    out.emplace_back(of, byte_view{each.memory->data(), each.used});
  out.emplace_back(of, byte_view{of->suffix_});
  return out;
}

}  // namespace pravega_actor::internal
