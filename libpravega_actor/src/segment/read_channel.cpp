#include "segment/read_channel.hpp"

#include <algorithm>
#include <new>

#include "segment/request_id.hpp"
#include "wire/codec.hpp"

namespace pravega_actor {

namespace {

/// What a slice or a gap counts at least, as a part of a request.
constexpr std::size_t smallest_cost_part = 32;

}  // namespace

read_channel::read_channel(std::weak_ptr<read_owner> owner, segment of, std::int32_t flow,
                           start from, read_limits limits, std::shared_ptr<buffer_pool> pool)
    : owner_{std::move(owner)},
      of_{std::make_shared<const segment>(std::move(of))},
      name_{of_->to_string()},
      flow_{flow},
      limits_{limits},
      end_{from.end},
      token_{std::move(from.delegation_token)},
      assembler_{std::in_place, of_, from.offset, limits.event_payload_bytes_max, pool},
      offset_{from.offset},
      pool_{std::move(pool)} {}

// --- asking ---------------------------------------------------------------------------------

std::size_t read_channel::cost_of(const read_outcome& what) const noexcept {
  const auto* item = std::get_if<read_item>(&what);
  if (item == nullptr || std::holds_alternative<segment_end>(*item)) return 0;
  const auto* slice = std::get_if<event_slice>(item);
  const auto bytes = slice != nullptr ? slice->bytes().size() : 0;
  return std::max(bytes, limits_.request_bytes / smallest_cost_part);
}

bool read_channel::may_ask() const noexcept {
  return open_ && !asked_ && !finished_ && assembler_ &&
         waiting_.cost < limits_.prefetch_slices * limits_.request_bytes;
}

void read_channel::pump(locked& lock) {
  if (!may_ask()) return;
  try {
    const auto owner = outcomes_.empty() ? nullptr : owner_.lock();
    if (!owner || owner->has_room(*this)) ask(lock);
  } catch (const std::bad_alloc&) {
    // The actor connects anew and goes on.
    if (!lock.owns_lock()) lock.lock();
    refuse(lock, errc::out_of_memory);
    lock.lock();
  }
}

// Nothing is asked before there is a frame: nobody would send it later.
void read_channel::ask(locked& lock) {
  const auto offset = assembler_->wanted();
  auto bytes = static_cast<std::int32_t>(limits_.request_bytes);
  if (end_) {
    const auto left = std::max<std::int64_t>(*end_ - offset, request_bytes_min);
    bytes = static_cast<std::int32_t>(std::min<std::int64_t>(bytes, left));
  }
  const auto id = request_id(flow_, sequence_ + 1);
  auto frame = wire::encode(wire::read_segment{name_, offset, bytes, token_, id});
  if (!frame) {
    refuse(lock, frame.error().with_stage(stage::read));
    return lock.lock();
  }
  const auto to = session_;
  ++sequence_;
  asked_ = true;
  asked_offset_ = offset;
  asked_bytes_ = bytes;
  asked_id_ = id;
  lock.unlock();
  to->send(std::move(*frame));
  lock.lock();
}

read_outcome read_channel::take() {
  auto first = std::move(outcomes_.front());
  outcomes_.pop_front();
  account(first, false);
  return first;
}

void read_channel::account(const read_outcome& what, bool added) noexcept {
  const auto change = [added](std::size_t& value, std::size_t by) {
    value = added ? value + by : value - by;
  };
  change(waiting_.cost, cost_of(what));
  const auto* item = std::get_if<read_item>(&what);
  const auto* slice = item != nullptr ? std::get_if<event_slice>(item) : nullptr;
  if (slice == nullptr) return;
  change(waiting_.slices, 1);
  change(waiting_.bytes, slice->bytes().size());
}

void read_channel::drop() {
  outcomes_.clear();
  waiting_ = {};
  finished_ = true;
}

// --- the actor's side -----------------------------------------------------------------------

std::uint64_t read_channel::attach(notice_handler notices) {
  auto owner = owner_.lock();
  if (!owner) return 0;
  std::shared_ptr<session> old;
  std::uint64_t mine = 0;
  {
    std::lock_guard lock{owner->mutex()};
    old = take_session();
    notices_ = std::move(notices);
    mine = ++generation_;
  }
  leave(old);
  return mine;
}

std::shared_ptr<session> read_channel::take_session() {
  auto old = std::move(session_);
  session_.reset();
  open_ = false;
  asked_ = false;
  told_progress_ = false;
  empty_before_ = false;
  ++serial_;
  // A partial event is asked for again; one that is being cut now is dropped by its cutter.
  // Another place: memory ran out while slices were put into the queue.
  if (!assembler_ || assembler_->offset() != offset_)
    assembler_.emplace(of_, offset_, limits_.event_payload_bytes_max, pool_);
  assembler_->drop_partial();
  return old;
}

void read_channel::leave(const std::shared_ptr<session>& old) const {
  if (old) old->detach(flow_);
}

void read_channel::detach(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> old;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
    notices_ = nullptr;
    old = take_session();
  }
  leave(old);
}

bool read_channel::use(std::uint64_t generation, std::shared_ptr<session> now) {
  auto owner = owner_.lock();
  if (!owner) return false;
  std::shared_ptr<session> old;
  std::shared_ptr<session_link<read_channel>> sink;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return false;
    old = take_session();
    session_ = now;
    sink = std::make_shared<session_link<read_channel>>(weak_from_this(), serial_);
  }
  leave(old);
  return now->attach(flow_, std::move(sink));
}

void read_channel::resume(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    locked lock{owner->mutex()};
    if (generation != generation_ || !session_ || finished_) return;
    open_ = true;
    trouble_.reset();
    const bool at_end = end_ && offset_ >= *end_;
    if (at_end)
      push_end(*owner, false);
    else
      pump(lock);
    if (at_end) notify(lock, read_finished{});
  }
  owner->wake();
}

void read_channel::disconnect(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> old;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
    old = take_session();
  }
  leave(old);
}

void read_channel::set_token(std::uint64_t generation, std::string token) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::lock_guard lock{owner->mutex()};
  if (generation == generation_) token_ = std::move(token);
}

void read_channel::skip(std::uint64_t generation, std::int64_t to) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_ || finished_ || !assembler_ || to <= offset_) return;
    // What lies behind the reader's own end is not missing to it.
    const auto until = end_ ? std::min(to, *end_) : to;
    push_gap(*owner, until);
    offset_ = until;
    assembler_->move_to(until);
  }
  owner->wake();
}

void read_channel::skip_rest(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_ || finished_) return;
    push_gap(*owner, end_.value_or(-1));
    if (end_) offset_ = *end_;
    push_end(*owner, !end_);
  }
  owner->wake();
}

void read_channel::give_up(std::uint64_t generation, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_ || finished_) return;
    finished_ = true;
    push(*owner, reason);
  }
  owner->wake();
}

void read_channel::note_trouble(std::uint64_t generation, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::lock_guard lock{owner->mutex()};
  if (generation == generation_) trouble_ = reason;
}

bool read_channel::finished() const {
  auto owner = owner_.lock();
  if (!owner) return true;
  std::lock_guard lock{owner->mutex()};
  return finished_;
}

read_channel::snapshot read_channel::look_locked() const {
  return {session_ != nullptr,
          session_ ? session_->peer().to_string() : std::string{},
          offset_,
          waiting_.slices,
          waiting_.bytes,
          trouble_};
}

}  // namespace pravega_actor
