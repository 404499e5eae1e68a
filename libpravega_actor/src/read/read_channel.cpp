#include "read/read_channel.hpp"

#include <algorithm>
#include <new>

#include "pravega_actor/limits.hpp"
#include "requests/request_id.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

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
  return open_ && !asked_ && !finished_ && !event_waits_ && assembler_ &&
         waiting_.cost < limits_.prefetch_slices * limits_.request_bytes;
}

// A segment that is read to its tail may wait for long: what it asks for is kept for it
// meanwhile, so it is little until more comes. Where an event is unfinished, its rest.
std::size_t read_channel::wish() const noexcept {
  const auto least = std::min(limits_.request_bytes, limits::reader_request_bytes_least);
  const auto grown = at_tail_ ? std::clamp(2 * last_bytes_, least, limits_.request_bytes)
                              : limits_.request_bytes;
  return std::max(grown, std::min(limits_.request_bytes, assembler_->missing_bytes()));
}

void read_channel::pump(locked& lock) {
  if (!may_ask()) return;
  try {
    const auto owner = owner_.lock();
    const auto bytes = owner ? owner->grant(*this, wish()) : 0;
    if (bytes > 0) ask(lock, bytes);
  } catch (const std::bad_alloc&) {
    // The actor connects anew and goes on.
    if (!lock.owns_lock()) lock.lock();
    refuse(lock, errc::out_of_memory);
    lock.lock();
  }
}

// Nothing is asked before there is a frame: nobody would send it later.
void read_channel::ask(locked& lock, std::size_t granted) {
  granted_bytes_ = granted;
  const auto offset = assembler_->wanted();
  auto bytes = static_cast<std::int32_t>(granted);
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
  asked_at_ = to->now();
  lock.unlock();
  to->send(std::move(*frame));
  lock.lock();
}

void read_channel::answered() noexcept {
  asked_ = false;
  const auto bytes = std::exchange(granted_bytes_, 0);
  if (bytes == 0) return;
  if (auto owner = owner_.lock()) owner->give_back(bytes);
}

void read_channel::forget_event() noexcept {
  const auto bytes = std::exchange(event_bytes_, 0);
  if (bytes == 0 && !std::exchange(event_waits_, false)) return;
  if (auto owner = owner_.lock()) owner->end_event(*this, bytes);
}

void read_channel::begin_event(locked& lock, std::size_t bytes) {
  event_waits_ = false;
  event_bytes_ = bytes;
  pump(lock);
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
    locked lock{owner->mutex()};
    old = take_session();
    notices_ = std::move(notices);
    mine = ++generation_;
    owner->pump_waiting(lock);
  }
  leave(old);
  return mine;
}

std::shared_ptr<session> read_channel::take_session() {
  auto old = std::move(session_);
  session_.reset();
  open_ = false;
  answered();
  forget_event();
  told_ = heard::nothing;
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
    locked lock{owner->mutex()};
    if (generation != generation_) return;
    notices_ = nullptr;
    old = take_session();
    owner->pump_waiting(lock);
  }
  leave(old);
}

bool read_channel::use(std::uint64_t generation, std::shared_ptr<session> now) {
  auto owner = owner_.lock();
  if (!owner) return false;
  std::shared_ptr<session> old;
  std::shared_ptr<session_link<read_channel>> sink;
  {
    locked lock{owner->mutex()};
    if (generation != generation_) return false;
    old = take_session();
    session_ = now;
    sink = std::make_shared<session_link<read_channel>>(weak_from_this(), serial_);
    owner->pump_waiting(lock);
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
    locked lock{owner->mutex()};
    if (generation != generation_) return;
    old = take_session();
    owner->pump_waiting(lock);
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
    forget_event();
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
          trouble_,
          owed()};
}

// Only what the reader is to stop behind, or a reply that was not the last, says so.
bool read_channel::more_is_certain() const noexcept {
  return (end_ && asked_offset_ < *end_) || !at_tail_;
}

// What a silent peer owes, it has owed since it last lived.
read_wait read_channel::waited(const session* on) const {
  if (on == nullptr) return {};
  const auto owed = on->owed();
  return {owed ? owed->since : on->now(), answered_before_ && !more_is_certain()};
}

std::optional<owed_line> read_channel::owed() const {
  if (!asked_ || !session_) return std::nullopt;
  const bool certain = more_is_certain();
  if (!certain && answered_before_) return std::nullopt;
  return owed_line{"data from offset " + std::to_string(asked_offset_) + " on", name_,
                   session_->peer().to_string(), asked_at_, certain};
}

}  // namespace pravega_actor::internal
