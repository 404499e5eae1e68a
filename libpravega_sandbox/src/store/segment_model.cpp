#include "store/segment_model.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "store/store_limits.hpp"

namespace pravega_sandbox {

namespace {

bool wastes(std::size_t size, std::size_t kept_bytes) {
  return size < kept_bytes / store_limits::kept_memory_ratio_max;
}

}  // namespace

std::size_t size_of(std::span<const shared_bytes> parts) {
  std::size_t size = 0;
  for (const auto& part : parts)
    size += part.size();
  return size;
}

segment_model::segment_model(std::string name, std::int64_t now_ms)
    : name_{std::move(name)}, created_ms_{now_ms}, last_modified_ms_{now_ms} {
  attributes_[creation_time_attribute] = now_ms;
}

std::int64_t segment_model::attribute(const uuid& id) const {
  const auto it = attributes_.find(id);
  return it == attributes_.end() ? no_value : it->second;
}

std::vector<shared_bytes> segment_model::read(std::int64_t offset,
                                              std::size_t bytes_max) const {
  std::vector<shared_bytes> parts;
  auto it = std::upper_bound(
      chunks_.begin(), chunks_.end(), offset,
      [](std::int64_t wanted, const chunk& candidate) { return wanted < candidate.offset; });
  if (it != chunks_.begin()) --it;
  for (; it != chunks_.end() && bytes_max > 0; ++it) {
    const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(0, offset - it->offset));
    if (skip >= it->data.size()) continue;
    const auto view = it->data.view.subspan(skip, std::min(bytes_max, it->data.size() - skip));
    parts.emplace_back(it->data.owner, view);
    bytes_max -= view.size();
  }
  return parts;
}

segment_model::parked_place segment_model::park(std::int64_t offset, read_waiter& waiter,
                                                std::uint64_t read_id) {
  const parked_place place{offset, ++last_parked_};
  parked_.emplace(place, parked_read{&waiter, read_id});
  return place;
}

void segment_model::append(std::span<const shared_bytes> parts, std::size_t received_bytes,
                           std::int64_t now_ms) {
  last_modified_ms_ = now_ms;
  const std::size_t size = size_of(parts);
  if (size == 0) return;
  if (size < store_limits::kept_append_bytes_min || wastes(size, received_bytes)) {
    append_copy(parts, size);
    return;
  }
  end_tail();
  bool first = true;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    chunks_.push_back({length_, part, std::max(received_bytes, size), first});
    length_ += static_cast<std::int64_t>(part.size());
    first = false;
  }
}

// An append is never split over two buffers, so that every chunk begins with a whole append.
void segment_model::append_copy(std::span<const shared_bytes> parts, std::size_t size) {
  if (!tail_ || chunks_.back().kept_bytes - chunks_.back().data.size() < size) {
    end_tail();
    const auto grown = std::clamp(held_bytes(), store_limits::tail_buffer_bytes_min,
                                  store_limits::tail_buffer_bytes_max);
    const auto capacity = std::max(grown, size);
    tail_ = std::make_shared_for_overwrite<std::byte[]>(capacity);
    chunks_.push_back({length_, {tail_, byte_view{tail_.get(), 0}}, capacity, true});
  }
  auto& data = chunks_.back().data;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    std::memcpy(tail_.get() + data.size(), part.view.data(), part.size());
    data.view = byte_view{tail_.get(), data.size() + part.size()};
  }
  length_ += static_cast<std::int64_t>(size);
}

void segment_model::append_from(segment_model& source, std::int64_t now_ms) {
  last_modified_ms_ = now_ms;
  const auto size = source.held_bytes();
  if (size == 0) return;
  if (size < store_limits::kept_append_bytes_min) {
    append_copy(source.read(source.start_offset_, size), size);
    return;
  }
  source.end_tail();
  end_tail();
  bool first = true;
  for (const auto& each : source.chunks_) {
    auto part = each.data;
    const auto skip = std::max<std::int64_t>(0, source.start_offset_ - each.offset);
    part.view = part.view.subspan(static_cast<std::size_t>(skip));
    chunks_.push_back({length_, part, each.kept_bytes, first});
    length_ += static_cast<std::int64_t>(part.size());
    first = false;
  }
}

// What was handed out of the tail's memory keeps that alive by itself.
void segment_model::end_tail() {
  if (!tail_) return;
  tail_.reset();
  compact(chunks_.back());
}

void segment_model::compact(chunk& kept) const {
  const auto skip = std::max<std::int64_t>(0, start_offset_ - kept.offset);
  const auto rest = kept.data.view.subspan(static_cast<std::size_t>(skip));
  if (!wastes(rest.size(), kept.kept_bytes)) return;
  kept.data = shared_bytes::copy_of(rest);
  kept.offset += skip;
  kept.kept_bytes = rest.size();
}

void segment_model::set_attribute(const uuid& id, std::int64_t value) {
  if (value == no_value) {
    attributes_.erase(id);
  } else {
    attributes_[id] = value;
  }
}

void segment_model::seal(std::int64_t now_ms) {
  sealed_ = true;
  last_modified_ms_ = now_ms;
  end_tail();
}

void segment_model::mark_deleted() {
  deleted_ = true;
  tail_.reset();
  chunks_.clear();
  attributes_.clear();
}

void segment_model::truncate(std::int64_t offset) {
  start_offset_ = std::max(start_offset_, offset);
  const auto gone = [&](const chunk& oldest) {
    return oldest.offset + static_cast<std::int64_t>(oldest.data.size()) <= start_offset_;
  };
  while (!chunks_.empty() && gone(chunks_.front())) {
    if (chunks_.size() == 1) tail_.reset();
    chunks_.pop_front();
  }
  if (chunks_.empty()) return;
  compact(chunks_.front());
  if (tail_ && chunks_.size() == 1 && chunks_.front().data.owner != tail_) tail_.reset();
}

std::int64_t segment_model::next_append_offset() const {
  for (std::size_t i = 1; i < chunks_.size(); ++i) {
    if (chunks_[i].begins_append) return chunks_[i].offset;
  }
  return length_;
}

void segment_model::wake() {
  const bool waits = !deleted_ && !sealed_;
  wake_until(waits ? parked_.lower_bound({length_, 0}) : parked_.end());
}

// The oldest first. Who still has to wait parks again.
void segment_model::wake_until(parked_reads::iterator end) {
  if (parked_.begin() == end) return;
  std::vector<std::pair<std::uint64_t, parked_read>> woken;
  for (auto it = parked_.begin(); it != end; ++it)
    woken.emplace_back(it->first.age, it->second);
  parked_.erase(parked_.begin(), end);
  std::sort(woken.begin(), woken.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [age, read] : woken)
    read.waiter->on_readable(read.read_id);
}

}  // namespace pravega_sandbox
