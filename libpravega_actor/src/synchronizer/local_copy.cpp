#include "synchronizer/local_copy.hpp"

#include <string>

#include "synchronizer/log_entry.hpp"

namespace pravega_actor::internal {

namespace {

error in_entry(const error& why, std::int64_t offset) {
  return why.with_detail("the entry at offset " + std::to_string(offset) + ": " + why.detail());
}

error in_update(const error& why, std::int64_t offset, std::size_t index) {
  return why.with_detail("the entry at offset " + std::to_string(offset) + ", update " +
                         std::to_string(index) + ": " + why.detail());
}

}  // namespace

result<void> local_copy::take(std::int64_t begin, std::int64_t end, byte_view payload) {
  if (has_state() && end <= at_.offset) return {};
  const auto entry = decode_log_entry(payload);
  if (!entry) return in_entry(entry.error(), begin);
  if (entry->is == log_entry::kind::initial)
    return take_initial(begin, end, entry->parts.front());
  if (skipping_) return {};
  std::int32_t index = 0;
  for (const auto& part : entry->parts) {
    if (auto applied = replica_->apply(part); !applied)
      return in_update(applied.error(), begin, static_cast<std::size_t>(index));
    at_ = {end, index++};
  }
  if (entry->parts.empty()) at_ = {end, 0};
  return {};
}

result<void> local_copy::take_initial(std::int64_t begin, std::int64_t end, byte_view part) {
  if (auto taken = replica_->initialize(part); !taken) return in_entry(taken.error(), begin);
  whole_state_at(begin, end);
  return {};
}

void local_copy::whole_state_at(std::int64_t begin, std::int64_t end) {
  whole_begin_ = begin;
  at_ = {end, 0};
  skipping_ = false;
}

void local_copy::commit_updates(std::int64_t end, std::size_t count) {
  replica_->commit();
  at_ = {end, static_cast<std::int32_t>(count) - 1};
}

void local_copy::commit_initial(std::int64_t end) {
  replica_->commit();
  whole_state_at(at_.offset, end);
}

void local_copy::compacted(std::int64_t end) {
  whole_state_at(at_.offset, end);
}

}  // namespace pravega_actor::internal
