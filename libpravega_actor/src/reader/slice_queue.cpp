#include "reader/slice_queue.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

// --- by the actor ---------------------------------------------------------------------------

void slice_queue::open(slice_queue_hooks hooks) {
  std::lock_guard lock{mutex_};
  hooks_ = std::move(hooks);
  if (state_ == state::opening) state_ = state::open;
}

void slice_queue::add(std::shared_ptr<read_channel> channel, std::int64_t offset) {
  std::lock_guard lock{mutex_};
  if (state_ != state::open) return;
  position_[channel->of().id] = offset;
  channels_.emplace(channel->of().id, std::move(channel));
}

void slice_queue::add_ended(const segment_end& at) {
  {
    std::lock_guard lock{mutex_};
    if (state_ != state::open) return;
    position_[at.in.id] = at.offset;
    ends_.push_back(at);
  }
  wake();
}

void slice_queue::advance(const std::vector<segment_id>& gone,
                          const std::vector<std::shared_ptr<read_channel>>& next) {
  std::lock_guard lock{mutex_};
  if (state_ != state::open) return;
  const bool waits = !unreleased_.empty() || !gone_.empty();
  for (const auto& id : gone) {
    gone_.push_back(id);
    unreleased_.erase(id);
  }
  for (const auto& channel : next) {
    unreleased_[channel->of().id] = 0;
    channels_.emplace(channel->of().id, channel);
  }
  if (!waits) release_locked();
}

void slice_queue::finish() {
  {
    std::lock_guard lock{mutex_};
    finishing_ = true;
  }
  wake();
}

void slice_queue::fail(const error& reason) {
  locked lock{mutex_};
  if (state_ == state::opening || state_ == state::open) end(lock, state::failed, reason);
}

// Releases the lock.
void slice_queue::end(locked& lock, state how, const error& reason) {
  state_ = how;
  failure_ = reason;
  for (auto& [id, channel] : channels_)
    channel->drop();
  ready_.clear();
  ends_.clear();
  const auto told = std::exchange(hooks_, {});
  lock.unlock();
  wake();
  if (told.ended) told.ended();
}

// --- by consumers ---------------------------------------------------------------------------

bool slice_queue::readable() const noexcept {
  return failure_ || !ready_.empty() || !ends_.empty() || (finishing_ && channels_.empty());
}

slice_queue::outcome slice_queue::try_take() {
  locked lock{mutex_};
  if (failure_) {
    // Taking the failure also consumes the item before it; closing the reader does not.
    if (state_ == state::failed) release_locked();
    return *failure_;
  }
  if (!ends_.empty()) return take_end(lock);
  while (!ready_.empty()) {
    const auto at = channels_.find(ready_.front());
    if (at != channels_.end() && at->second->has_outcomes()) {
      const auto channel = at->second;
      return take_of(lock, channel);
    }
    ready_.pop_front();
  }
  if (finishing_ && channels_.empty()) {
    release_locked();
    state_ = state::ended;
    failure_ =
        error{errc::end_of_segment, "every segment is read"}.with_subject(stream_.to_string());
    return *failure_;
  }
  return std::optional<read_item>{};
}

// Releases the lock.
slice_queue::outcome slice_queue::take_end(locked& lock) {
  release_locked();
  const auto ended = ends_.front();
  ends_.pop_front();
  tell_end(lock, ended);
  return std::optional<read_item>{ended};
}

// Releases the lock. An end that the actor does not learn of would be waited for in vain.
void slice_queue::tell_end(locked& lock, const segment_end& ended) {
  try {
    const auto told = hooks_.segment_ended;
    lock.unlock();
    if (told) told(ended);
  } catch (const std::bad_alloc&) {
    if (lock.owns_lock()) lock.unlock();
    fail(errc::out_of_memory);
  }
}

// What needs memory comes before the item is taken, so that none is lost. May release the lock.
slice_queue::outcome slice_queue::take_of(locked& lock,
                                          const std::shared_ptr<read_channel>& channel) {
  const auto id = channel->of().id;
  release_locked();
  auto& mark = unreleased_.try_emplace(id, stands_at(id)).first->second;
  ready_.push_back(id);
  ready_.pop_front();
  const auto before = channel->cost();
  auto first = channel->take();
  budget_.take_waiting(before - channel->cost());
  if (!channel->has_outcomes()) ready_.pop_back();
  if (auto* failed = std::get_if<error>(&first)) {
    const auto reason = *failed;
    end(lock, state::failed, reason);
    return reason;
  }
  auto& item = std::get<read_item>(first);
  count(item);
  if (const auto* ended = std::get_if<segment_end>(&item)) {
    // An end is no step of the position.
    unreleased_.erase(id);
    channels_.erase(id);
    tell_end(lock, *ended);
    return std::optional<read_item>{std::move(item)};
  }
  const auto* slice = std::get_if<event_slice>(&item);
  const auto behind = slice != nullptr ? slice->next_offset() : std::get<segment_gap>(item).to;
  if (behind >= 0) mark = behind;
  pump_waiting(lock);
  channel->pump(lock);
  return std::optional<read_item>{std::move(item)};
}

void slice_queue::pump_waiting(locked& lock) {
  while (const auto begins = budget_.next_event()) {
    const auto at = channels_.find(begins->in);
    if (at == channels_.end()) {
      budget_.end(begins->bytes);
      continue;
    }
    const auto channel = at->second;
    channel->begin_event(lock, begins->bytes);
  }
  pump_refused(lock);
}

// One at a time: each take makes room for about one request.
void slice_queue::pump_refused(locked& lock) {
  while (const auto id = budget_.next_refused()) {
    const auto at = channels_.find(*id);
    if (at == channels_.end() || !at->second->may_ask()) continue;
    const auto channel = at->second;
    return channel->pump(lock);
  }
}

void slice_queue::count(const read_item& item) {
  const auto* slice = std::get_if<event_slice>(&item);
  if (slice == nullptr) return;
  ++slices_;
  events_ += slice->event_count();
  bytes_ += slice->bytes().size();
}

// With what is handed out.
std::int64_t slice_queue::stands_at(segment_id id) const {
  const auto handed_out = unreleased_.find(id);
  return handed_out != unreleased_.end() ? handed_out->second : position_.at(id);
}

void slice_queue::release_locked() {
  for (const auto& id : gone_)
    position_.erase(id);
  for (const auto& [id, offset] : unreleased_)
    position_[id] = offset;
  gone_.clear();
  unreleased_.clear();
}

void slice_queue::release() {
  std::lock_guard lock{mutex_};
  release_locked();
}

std::uint64_t slice_queue::when_readable(std::function<void()> ready) {
  {
    std::lock_guard lock{mutex_};
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
  std::lock_guard lock{mutex_};
  const auto at = waiters_.find(waiter);
  if (at == waiters_.end()) return;
  forgotten = std::move(at->second);
  waiters_.erase(at);
}

void slice_queue::close() {
  locked lock{mutex_};
  if (state_ == state::closed) return;
  end(lock, state::closed, error{errc::closed, "the reader is closed"});
}

stream_cut slice_queue::position() const {
  std::lock_guard lock{mutex_};
  return {stream_, position_};
}

std::optional<error> slice_queue::failure() const {
  std::lock_guard lock{mutex_};
  return failure_;
}

reader_status slice_queue::status() const {
  static constexpr const char* names[] = {"opening", "open", "ended", "failed", "closed"};
  std::lock_guard lock{mutex_};
  reader_status out;
  out.stream = stream_;
  out.state = names[static_cast<std::size_t>(state_)];
  out.slices = slices_;
  out.events = events_;
  out.bytes = bytes_;
  for (const auto& [id, channel] : channels_) {
    const auto seen = channel->look_locked();
    if (seen.trouble) out.last_failure = seen.trouble->to_string();
    if (seen.owed) out.owed.push_back(*seen.owed);
    out.segments.push_back({channel->name(), seen.connected, seen.peer, stands_at(id),
                            seen.slices_waiting, seen.bytes_waiting});
  }
  out.bytes_held = budget_.held();
  if (state_ == state::failed) out.last_failure = failure_->to_string();
  return out;
}

void slice_queue::add_owed(std::vector<owed_line>& to) const {
  std::lock_guard lock{mutex_};
  if (state_ != state::open) return;
  for (const auto& [id, channel] : channels_)
    if (auto owed = channel->look_locked().owed) to.push_back(std::move(*owed));
}

// --- read_owner -----------------------------------------------------------------------------

void slice_queue::on_ready(read_channel& channel) {
  if (state_ == state::open) ready_.push_back(channel.of().id);
}

std::size_t slice_queue::grant(const read_channel& channel, std::size_t wanted) {
  if (channel.keeps_event()) return budget_.ask_for_event(wanted);
  return budget_.ask(channel.of().id, wanted, channel.has_outcomes());
}

bool slice_queue::begin_event(const read_channel& channel, std::size_t bytes) {
  return budget_.begin({channel.of().id, bytes});
}

void slice_queue::end_event(const read_channel& channel, std::size_t bytes) noexcept {
  if (bytes > 0)
    budget_.end(bytes);
  else
    budget_.forget(channel.of().id);
}

void slice_queue::wake() {
  std::map<std::uint64_t, std::function<void()>> told;
  {
    std::lock_guard lock{mutex_};
    if (waiters_.empty() || !readable()) return;
    told.swap(waiters_);
  }
  for (auto& [number, ready] : told)
    call_unheard(ready);
}

}  // namespace pravega_actor::internal
