#include "reader/slice_queue.hpp"

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
  position_.begin(channel->of().id, offset);
  insert(channel);
}

void slice_queue::add_ended(const segment_end& at) {
  after_lock todo;
  {
    const checked_lock held{mutex()};
    if (state_ != state::open) return;
    position_.begin(at.in.id, at.offset);
    ends_.push_back(at);
    collect_consumers(todo.wakes);
  }
  deliver(std::move(todo));
}

void slice_queue::advance(const std::vector<segment_id>& gone,
                          const std::vector<std::shared_ptr<read_channel>>& next) {
  std::vector<segment_id> entering;
  for (const auto& channel : next)
    entering.push_back(channel->of().id);
  const checked_lock held{mutex()};
  if (state_ != state::open) return;
  position_.advance(gone, entering);
  for (const auto& channel : next)
    insert(channel);
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
  position_.release();
  state_ = state::ended;
  failure_ =
      error{errc::end_of_segment, "every segment is read"}.with_subject(stream_.to_string());
  return *failure_;
}

// Taking the failure also consumes the item before it; closing the reader does not.
slice_queue::outcome slice_queue::take_failure() {
  if (state_ == state::failed) position_.release();
  return *failure_;
}

slice_queue::outcome slice_queue::take_end(after_lock& todo) {
  position_.release();
  const auto ended = ends_.front();
  ends_.pop_front();
  todo.segment_ended = hooks_;
  return std::optional<read_item>{ended};
}

// What needs memory comes before the item is taken, so that none is lost.
slice_queue::outcome slice_queue::take_of(const channel_pointer& channel, after_lock& todo) {
  const auto id = channel->of().id;
  position_.release();
  auto& mark = position_.mark(id);
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
    position_.unmark(id);
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
  position_.release();
}

std::uint64_t slice_queue::when_readable(std::function<void()> ready) {
  {
    const checked_lock held{mutex()};
    if (!readable()) {
      waiters_.emplace(next_waiter_, std::move(ready));
      return next_waiter_++;
    }
  }
  ready();
  return 0;
}

void slice_queue::forget(std::uint64_t waiter) {
  // Destroyed without the lock: it may hold the last handle.
  std::function<void()> forgotten;
  const checked_lock held{mutex()};
  const auto at = waiters_.find(waiter);
  if (at == waiters_.end()) return;
  forgotten = std::move(at->second);
  waiters_.erase(at);
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

stream_cut slice_queue::position() const {
  const checked_lock held{mutex()};
  return {stream_, position_.consumed()};
}

std::optional<error> slice_queue::failure() const {
  const checked_lock held{mutex()};
  return failure_;
}

reader_status slice_queue::status() const {
  static constexpr const char* names[] = {"opening", "open", "ended", "failed", "closed"};
  const checked_lock held{mutex()};
  reader_status out;
  out.stream = stream_;
  out.state = names[static_cast<std::size_t>(state_)];
  out.slices = slices_;
  out.events = events_;
  out.bytes = bytes_;
  std::map<segment_id, const read_channel*> in_order;
  for (const auto& [flow, channel] : channels_)
    in_order.emplace(channel->of().id, channel.get());
  for (const auto& [id, channel] : in_order) {
    const auto seen = channel->look_locked();
    if (seen.trouble) out.last_failure = seen.trouble->to_string();
    if (seen.owed) out.owed.push_back(*seen.owed);
    out.segments.push_back({channel->name(), seen.connected, seen.peer, position_.reached(id),
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

// --- read_owner -----------------------------------------------------------------------------

void slice_queue::account(const read_channel& channel,
                          const read_flow::changes& what) noexcept {
  auto counted = what;
  counted.ready = what.ready && channels_.contains(channel.flow());
  ready_.account(channel.flow(), counted);
}

void slice_queue::collect_consumers(waiting_consumers& to) noexcept {
  if (!waiters_.empty() && readable()) to.merge(waiters_);
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
