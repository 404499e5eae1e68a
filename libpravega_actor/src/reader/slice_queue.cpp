#include "reader/slice_queue.hpp"

#include <utility>

#include "core/user_code.hpp"

namespace pravega_actor {

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

void slice_queue::add_ended(const segment& which, std::int64_t offset) {
  {
    std::lock_guard lock{mutex_};
    if (state_ != state::open) return;
    position_[which.id] = offset;
    ends_.push_back({which, offset, true});
  }
  wake();
}

void slice_queue::advance(const std::vector<segment_id>& gone,
                          const std::vector<std::shared_ptr<read_channel>>& next) {
  std::lock_guard lock{mutex_};
  if (state_ != state::open) return;
  for (const auto& id : gone)
    position_.erase(id);
  for (const auto& channel : next) {
    position_[channel->of().id] = 0;
    channels_.emplace(channel->of().id, channel);
  }
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
  return take(lock);
}

// May release the lock.
slice_queue::outcome slice_queue::take(locked& lock) {
  if (failure_) return *failure_;
  if (!ends_.empty()) {
    release_locked();
    const auto ended = ends_.front();
    ends_.pop_front();
    const auto told = hooks_.segment_ended;
    lock.unlock();
    if (told) told(ended);
    return std::optional<read_item>{ended};
  }
  while (!ready_.empty()) {
    const auto at = channels_.find(ready_.front());
    ready_.pop_front();
    if (at != channels_.end() && at->second->has_outcomes()) {
      const auto channel = at->second;
      return take_of(lock, channel);
    }
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

slice_queue::outcome slice_queue::take_of(locked& lock,
                                          const std::shared_ptr<read_channel>& channel) {
  auto first = channel->take();
  if (auto* failed = std::get_if<error>(&first)) {
    const auto reason = *failed;
    end(lock, state::failed, reason);
    return reason;
  }
  auto& item = std::get<read_item>(first);
  release_locked();
  note_item(item);
  const auto id = channel->of().id;
  const auto* ended = std::get_if<segment_end>(&item);
  if (ended == nullptr) {
    if (channel->has_outcomes()) ready_.push_back(id);
    channel->pump(lock);
    return std::optional<read_item>{std::move(item)};
  }
  channels_.erase(id);
  const auto told = hooks_.segment_ended;
  lock.unlock();
  if (told) told(*ended);
  return std::optional<read_item>{std::move(item)};
}

void slice_queue::note_item(const read_item& item) {
  if (const auto* slice = std::get_if<event_slice>(&item)) {
    ++slices_;
    events_ += slice->event_count();
    bytes_ += slice->bytes().size();
    unreleased_ = consumed{slice->in().id, slice->next_offset()};
  } else if (const auto* gap = std::get_if<segment_gap>(&item)) {
    if (gap->to >= 0) unreleased_ = consumed{gap->in.id, gap->to};
  }
}

void slice_queue::release_locked() {
  if (!unreleased_) return;
  position_[unreleased_->in] = unreleased_->offset;
  unreleased_.reset();
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
  release_locked();
  end(lock, state::closed, error{errc::closed, "the reader is closed"});
}

stream_cut slice_queue::position() const {
  std::lock_guard lock{mutex_};
  return {stream_, position_};
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
    const bool handed_out = unreleased_ && unreleased_->in == id;
    out.segments.push_back({channel->name(), seen.connected, seen.peer,
                            handed_out ? unreleased_->offset : position_.at(id),
                            seen.slices_waiting, seen.bytes_waiting});
  }
  if (state_ == state::failed) out.last_failure = failure_->to_string();
  return out;
}

// --- read_owner -----------------------------------------------------------------------------

void slice_queue::on_ready(read_channel& channel) {
  if (state_ == state::open) ready_.push_back(channel.of().id);
}

void slice_queue::wake() {
  std::map<std::uint64_t, std::function<void()>> told;
  {
    std::lock_guard lock{mutex_};
    if (waiters_.empty() || !readable()) return;
    told.swap(waiters_);
  }
  for (auto& [number, ready] : told)
    call_user([](const char*) {}, ready);
}

}  // namespace pravega_actor
