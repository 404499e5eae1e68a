#include "append/large_appends.hpp"

#include <algorithm>
#include <utility>

#include "wire/codec.hpp"

namespace pravega_actor::internal {

using step = large_append::step;

bool large_appends::takes_next() const noexcept {
  if (under_way_.empty()) return true;
  const auto last = under_way_.back()->at();
  const bool stores = last != step::creating && last != step::setting_up;
  return !refused_ && stores && under_way_.size() < under_way_max;
}

void large_appends::begin(large_append::target to, std::shared_ptr<const append_block> event,
                          const large_append::part_limits& parts) {
  // Never that of another one that is under way: each begins when there are fewer than that.
  to.slot = begun_ % under_way_max;
  to.request_id += static_cast<std::int64_t>(to.slot);
  if (!under_way_.empty()) to.stored.reset();
  under_way_.push_back(std::make_unique<large_append>(std::move(to), std::move(event), parts));
  parts_in_flight_max_ = parts.in_flight_max;
  ++begun_;
}

void large_appends::clear() noexcept {
  under_way_.clear();
  begun_ = 0;
  refused_ = false;
}

std::size_t large_appends::parts_owed() const noexcept {
  std::size_t count = 0;
  for (const auto& each : under_way_)
    if (each->at() == step::storing) count += each->owed();
  return count;
}

// What others wait for goes before parts.
large_append* large_appends::next() const noexcept {
  if (refused_) return nullptr;
  for (const auto& each : under_way_)
    if (each->at() != step::storing && each->has_frame()) return each.get();
  if (parts_owed() >= parts_in_flight_max_) return nullptr;
  for (const auto& each : under_way_) {
    if (each->at() == step::storing && each->has_frame()) return each.get();
    if (!each->all_sent()) return nullptr;
  }
  return nullptr;
}

bool large_appends::merges_next() const noexcept {
  const auto* sends = next();
  return sends != nullptr && sends->at() == step::merging;
}

std::vector<shared_bytes> large_appends::next_frame() {
  return next()->next_frame();
}

bool large_appends::awaits_answer() const noexcept {
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [](const auto& each) { return each->awaits_answer(); });
}

std::string large_appends::owed_text() const {
  const auto first = std::find_if(under_way_.begin(), under_way_.end(),
                                  [](const auto& each) { return each->awaits_answer(); });
  return first == under_way_.end() ? std::string{} : (*first)->owed_text();
}

// What fits none of them is refused by the first.
large_append& large_appends::of(const wire::frame& reply) noexcept {
  const auto id = wire::peek_request_id(reply.type, reply.payload);
  for (const auto& each : under_way_)
    if (id == each->request_id()) return *each;
  return *under_way_.front();
}

// What comes after it may be merged.
void large_appends::end_first(std::int64_t stored) noexcept {
  under_way_.pop_front();
  if (!under_way_.empty()) under_way_.front()->may_merge(stored);
}

result<large_appends::answer> large_appends::on_reply(const wire::frame& reply,
                                                      bool another_follows) {
  auto& to = of(reply);
  auto out = to.on_reply(reply);
  refused_ = refused_ || !out;
  if (!out || *out == answer::progress) return out;
  merged_through_ = to.number();
  const bool others_follow = another_follows || under_way_.size() > 1;
  // After a refusal nothing more is sent, so nothing may seem to be done.
  if (!refused_ && (*out == answer::renewed || others_follow)) end_first(merged_through_);
  return out;
}

}  // namespace pravega_actor::internal
