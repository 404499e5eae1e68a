#include "reader/slice_queue.hpp"

#include <algorithm>
#include <utility>

#include "core/enough_memory.hpp"
#include "core/user_code.hpp"

namespace pravega_actor::internal {

// Without memory for what follows from an item the reader fails: nobody else would learn of an
// end, or go on reading.
void slice_queue::deliver(after_lock&& todo, const segment_end* taken) {
  for (const auto& [number, ready] : todo.wakes)
    call_unheard(ready);
  if (todo.ended && todo.ended->ended) todo.ended->ended();
  const bool enough = enough_memory_for([&] {
    const auto& hooks = todo.segment_ended;
    if (taken != nullptr && hooks && hooks->segment_ended) hooks->segment_ended(*taken);
    if (todo.taken_from) todo.taken_from->deliver(*this, std::move(todo.requests));
  });
  if (!enough) fail(errc::out_of_memory);
}

// --- by the actor ---------------------------------------------------------------------------

void slice_queue::open(slice_queue_hooks hooks) {
  auto shared = std::make_shared<const slice_queue_hooks>(std::move(hooks));
  const checked_lock held{mutex()};
  hooks_.swap(shared);
  if (state_ == state::opening) state_ = state::open;
}

void slice_queue::insert(const channel_pointer& channel) {
  ready_.add();
  channels_.emplace(channel->flow(), channel);
}

void slice_queue::remove(const read_channel& channel) noexcept {
  ready_.remove(channel.flow());
  channels_.erase(channel.flow());
}

void slice_queue::add(std::shared_ptr<read_channel> channel, std::int64_t offset) {
  const checked_lock held{mutex()};
  if (state_ != state::open) return;
  positions_.in(channel->of().stream).begin(channel->of().id, offset);
  insert(channel);
}

void slice_queue::add_ended(const segment_end& at) {
  after_lock todo;
  {
    const checked_lock held{mutex()};
    if (state_ != state::open) return;
    positions_.in(at.in.stream).begin(at.in.id, at.offset);
    ends_.push_back(at);
    collect_consumers(todo.wakes);
  }
  deliver(std::move(todo));
}

void slice_queue::advance(const scoped_stream& in, const std::vector<segment_id>& gone,
                          const std::vector<std::shared_ptr<read_channel>>& next) {
  std::vector<segment_id> entering;
  for (const auto& channel : next)
    entering.push_back(channel->of().id);
  const checked_lock held{mutex()};
  if (state_ != state::open) return;
  positions_.in(in).advance(gone, entering);
  for (const auto& channel : next)
    insert(channel);
}

slice_queue::channel_pointer slice_queue::channel_of(const segment& which) const noexcept {
  for (const auto& [flow, channel] : channels_)
    if (channel->of() == which) return channel;
  return nullptr;
}

void slice_queue::take_waiting_end(const segment& which, std::deque<read_outcome>& to) {
  const auto at = std::find_if(ends_.begin(), ends_.end(),
                               [&](const segment_end& each) { return each.in == which; });
  if (at == ends_.end()) return;
  to.push_back(read_item{*at});
  ends_.erase(at);
}

// What needs memory comes before the position is changed.
std::optional<taken_segment> slice_queue::take_away(const segment& which) {
  taken_segment out{which, {}, {}};
  after_lock todo;
  {
    const checked_lock held{mutex()};
    take_waiting_end(which, out.rest);
    const auto at = positions_.take_away(which);
    if (!at) return std::nullopt;
    out.at = *at;
    todo.taken_from = channel_of(which);
    if (todo.taken_from) {
      todo.taken_from->give_back(*this, out.rest, todo.requests);
      remove(*todo.taken_from);
    }
    // Perhaps it was the last one.
    collect_consumers(todo.wakes);
  }
  deliver(std::move(todo));
  return out;
}

void slice_queue::finish() {
  after_lock todo;
  {
    const checked_lock held{mutex()};
    finishing_ = true;
    collect_consumers(todo.wakes);
  }
  deliver(std::move(todo));
}

void slice_queue::fail(const error& reason) {
  after_lock todo;
  {
    const checked_lock held{mutex()};
    if (state_ != state::opening && state_ != state::open) return;
    end(state::failed, reason, todo);
  }
  deliver(std::move(todo));
}

void slice_queue::end(state how, const error& reason, after_lock& todo) {
  state_ = how;
  failure_ = reason;
  for (auto& [flow, channel] : channels_)
    ready_.account(flow, channel->drop());
  ready_.clear();
  ends_.clear();
  todo.ended = std::move(hooks_);
  collect_consumers(todo.wakes);
}

// --- read_owner -----------------------------------------------------------------------------

void slice_queue::account(const read_channel& channel,
                          const read_flow::changes& what) noexcept {
  auto counted = what;
  counted.ready = what.ready && channels_.contains(channel.flow());
  ready_.account(channel.flow(), counted);
}

void slice_queue::collect_consumers(waiting_consumers& to) noexcept {
  if (!waiters_.empty() && readable()) waiters_.move_to(to);
}

std::size_t slice_queue::grant(const read_channel& channel, std::size_t wanted) noexcept {
  if (channel.keeps_event()) return ready_.ask_for_event(wanted);
  return ready_.ask(channel.flow(), wanted, channel.has_outcomes());
}

bool slice_queue::claim(const read_channel& channel, std::size_t event_bytes) noexcept {
  return ready_.begin({channel.flow(), event_bytes});
}

slice_queue::channel_pointer slice_queue::find(ready_queue::source which) const noexcept {
  const auto at = channels_.find(which);
  return at == channels_.end() ? nullptr : at->second;
}

std::optional<read_owner::event_begins> slice_queue::next_event() noexcept {
  while (const auto begins = ready_.next_event()) {
    if (auto channel = find(begins->in)) return event_begins{std::move(channel), begins->bytes};
    ready_.end_event(begins->bytes);
  }
  return std::nullopt;
}

std::shared_ptr<read_channel> slice_queue::next_refused() noexcept {
  while (const auto which = ready_.next_refused()) {
    auto channel = find(*which);
    if (channel && channel->wants_more()) return channel;
  }
  return nullptr;
}

}  // namespace pravega_actor::internal
