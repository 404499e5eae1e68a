// What consumers do with a slice queue, and what can be seen of it.
#include <utility>

#include "reader/slice_queue.hpp"

namespace pravega_actor::internal {

// --- by consumers ---------------------------------------------------------------------------

bool slice_queue::readable() const noexcept {
  return failure_ || ready_.next() || !ends_.empty() || (finishing_ && channels_.empty());
}

slice_queue::outcome slice_queue::try_take() {
  after_lock todo;
  outcome taken{std::optional<read_item>{}};
  {
    const checked_lock held{mutex()};
    taken = take_locked(todo);
  }
  const auto* item = taken && *taken ? &**taken : nullptr;
  deliver(std::move(todo), item != nullptr ? std::get_if<segment_end>(item) : nullptr);
  return taken;
}

slice_queue::outcome slice_queue::take_locked(after_lock& todo) {
  if (failure_) return take_failure();
  if (!ends_.empty()) return take_end(todo);
  if (const auto next = ready_.next()) return take_of(find(*next), todo);
  if (!finishing_ || !channels_.empty()) return std::optional<read_item>{};
  positions_.release();
  state_ = state::ended;
  failure_ = error{errc::end_of_segment, "every segment is read"}.with_subject(
      streams_.front().to_string());
  return *failure_;
}

// Taking the failure also consumes the item before it; closing the reader does not.
slice_queue::outcome slice_queue::take_failure() {
  if (state_ == state::failed) positions_.release();
  return *failure_;
}

slice_queue::outcome slice_queue::take_end(after_lock& todo) {
  positions_.release();
  const auto ended = ends_.front();
  ends_.pop_front();
  todo.segment_ended = hooks_;
  return std::optional<read_item>{ended};
}

// What needs memory comes before the item is taken, so that none is lost.
slice_queue::outcome slice_queue::take_of(const channel_pointer& channel, after_lock& todo) {
  const auto& [stream, id] = channel->of();
  positions_.release();
  auto& position = positions_.in(stream);
  auto& mark = position.mark(id);
  auto [what, cost] = channel->take();
  ready_.pass_on(cost, channel->has_outcomes());
  if (const auto* failed = std::get_if<error>(&what)) {
    end(state::failed, *failed, todo);
    return *failed;
  }
  auto& item = std::get<read_item>(what);
  count(item);
  if (std::holds_alternative<segment_end>(item)) {
    // An end is no step of the position.
    position.unmark(id);
    remove(*channel);
    todo.segment_ended = hooks_;
    return std::optional<read_item>{std::move(item)};
  }
  const auto* slice = std::get_if<event_slice>(&item);
  const auto behind = slice != nullptr ? slice->next_offset() : std::get<segment_gap>(item).to;
  if (behind >= 0) mark = behind;
  todo.taken_from = channel;
  todo.requests.next = read_channel::after_lock::asks::large_events;
  channel->collect_request(*this, todo.requests);
  return std::optional<read_item>{std::move(item)};
}

void slice_queue::count(const read_item& item) {
  const auto* slice = std::get_if<event_slice>(&item);
  if (slice == nullptr) return;
  ++slices_;
  events_ += slice->event_count();
  bytes_ += slice->bytes().size();
}

void slice_queue::release() {
  const checked_lock held{mutex()};
  positions_.release();
}

std::uint64_t slice_queue::when_readable(std::function<void()> ready) {
  {
    const checked_lock held{mutex()};
    if (!readable()) return waiters_.add(std::move(ready));
  }
  ready();
  return 0;
}

void slice_queue::forget(std::uint64_t waiter) {
  // Destroyed without the lock: it may hold the last handle.
  std::function<void()> forgotten;
  const checked_lock held{mutex()};
  forgotten = waiters_.forget(waiter);
}

void slice_queue::close() {
  after_lock todo;
  {
    const checked_lock held{mutex()};
    if (state_ == state::closed) return;
    end(state::closed, error{errc::closed, "the reader is closed"}, todo);
  }
  deliver(std::move(todo));
}

// --- what can be seen -----------------------------------------------------------------------

stream_cut slice_queue::position() const {
  const checked_lock held{mutex()};
  return positions_.consumed(streams_.front());
}

std::vector<stream_cut> slice_queue::positions() const {
  const checked_lock held{mutex()};
  return positions_.consumed();
}

std::optional<error> slice_queue::failure() const {
  const checked_lock held{mutex()};
  return failure_;
}

reader_status slice_queue::status() const {
  static constexpr const char* names[] = {"opening", "open", "ended", "failed", "closed"};
  const checked_lock held{mutex()};
  reader_status out;
  out.stream = streams_.front();
  out.state = names[static_cast<std::size_t>(state_)];
  out.slices = slices_;
  out.events = events_;
  out.bytes = bytes_;
  std::map<segment, const read_channel*> in_order;
  for (const auto& [flow, channel] : channels_)
    in_order.emplace(channel->of(), channel.get());
  for (const auto& [of, channel] : in_order) {
    const auto seen = channel->look_locked();
    if (seen.trouble) out.last_failure = seen.trouble->to_string();
    if (seen.owed) out.owed.push_back(*seen.owed);
    out.segments.push_back({channel->name(), seen.connected, seen.peer, positions_.reached(of),
                            seen.slices_waiting, seen.bytes_waiting});
  }
  out.bytes_held = ready_.bytes_held();
  if (state_ == state::failed) out.last_failure = failure_->to_string();
  return out;
}

void slice_queue::add_owed(std::vector<owed_line>& to) const {
  const checked_lock held{mutex()};
  if (state_ != state::open) return;
  for (const auto& [flow, channel] : channels_)
    if (auto owed = channel->look_locked().owed) to.push_back(std::move(*owed));
}

}  // namespace pravega_actor::internal
