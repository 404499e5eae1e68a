#include "writer/write_log.hpp"

#include <algorithm>
#include <new>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

write_log::write_log(scoped_stream stream, writer_options options, std::uint64_t random_seed,
                     std::shared_ptr<shared_limit> of_client)
    : stream_{std::move(stream)},
      options_{std::move(options)},
      random_{random_seed},
      room_{{options_.outstanding_bytes_max, options_.outstanding_events_max},
            std::move(of_client)} {
  if (!options_.name.empty()) named_.emplace();
}

void write_log::open(channel_table table, write_log_hooks hooks, stored_numbers stored) {
  checked_lock lock{lock_of_all()};
  if (named_) named_->set_stored(std::move(stored));
  if (named_) table.add_whole_only();
  table_ = std::move(table);
  hooks_ = std::move(hooks);
  if (state_ == state::opening) state_ = state::open;
}

error write_log::state_error() const {
  const auto name = stream_.to_string();
  if (state_ == state::failed && ledger_.failure())
    return ledger_.failure()->with_subject(name);
  if (state_ == state::opening)
    return error{errc::closed, "the writer is not open"}.with_subject(name);
  if (refusal_) return refusal_->with_subject(name);
  return error{errc::closed, "the writer is closed"}.with_subject(name);
}

void write_log::on_durable(const append_log::blocks& durable) {
  for (const auto& block : durable) {
    room_.give_back({block->cost(), ledger_.mark(*block)});
    ++blocks_acknowledged_;
  }
  if (!durable.empty()) trouble_.reset();
  if (named_) named_->forget_through(ledger_.through());
}

std::shared_ptr<const event_numbers> write_log::numbers() const {
  checked_lock lock{lock_of_all()};
  return named_ ? named_->numbers() : nullptr;
}

stored_numbers write_log::stored() const {
  checked_lock lock{lock_of_all()};
  return named_ ? named_->stored() : stored_numbers{};
}

void write_log::settle(append_channel& channel, const claimed_number& value, bool sealed) {
  try {
    checked_lock lock{lock_of_all()};
    return channel.settle_locked(value, sealed);
  } catch (const std::bad_alloc&) {
    // Nobody would write to the segment.
  }
  fail(errc::out_of_memory);
}

void write_log::on_first_event(append_channel& channel) {
  if (hooks_.first_event) hooks_.first_event(channel.shared_from_this());
}

void write_log::on_trouble(const error& reason) {
  checked_lock lock{lock_of_all()};
  trouble_ = reason;
}

void write_log::replace_segment(append_channel& channel,
                                const std::vector<controller::successor>& successors,
                                const std::string& delegation_token) {
  const auto keep = channel.shared_from_this();
  try {
    std::vector<std::shared_ptr<append_channel>> added;
    std::vector<std::shared_ptr<append_channel>> awaited;
    {
      checked_lock lock{lock_of_all()};
      if (state_ != state::open && state_ != state::closing) return;
      if (!channel.retire()) return;
      hand_over(channel, successors, added);
      awaited = table_.awaited();
    }
    for (const auto& each : awaited)
      each->expect_seal();
    // Successors that are open already were given events.
    send_all();
    if (hooks_.replaced && !added.empty()) hooks_.replaced(std::move(added), delegation_token);
  } catch (const std::bad_alloc&) {
    // Nobody would write to the new segments.
    fail(errc::out_of_memory);
  }
  deliver();
}

// In one critical section: an event is either in the old segment's log or behind those that
// were. If memory fails it may be in both, and then nothing may be added behind it.
void write_log::hand_over(append_channel& from,
                          const std::vector<controller::successor>& successors,
                          std::vector<std::shared_ptr<append_channel>>& added) {
  try {
    auto fresh = table_.hand_over(from, successors);
    if (!fresh) return fail_locked(fresh.error(), &from);
    added = std::move(*fresh);
    trouble_.reset();
  } catch (const std::bad_alloc&) {
    added.clear();
    fail_locked(errc::out_of_memory, &from);
  }
}

// The next turn that a channel behind `last` has, if any. The table may change in between.
append_channel::turn write_log::next_turn(std::optional<segment_id>& last) {
  const auto& channels = table_.channels();
  auto at = last ? channels.upper_bound(*last) : channels.begin();
  for (; at != channels.end(); ++at) {
    last = at->first;
    if (auto turn = at->second->begin_turn(); !turn.empty()) return turn;
  }
  return {};
}

void write_log::send_all() {
  std::optional<segment_id> last;
  for (;;) {
    append_channel::turn turn;
    {
      checked_lock lock{lock_of_all()};
      turn = next_turn(last);
    }
    if (turn.empty()) return;
    turn.run(*this);
  }
}

std::uint64_t write_log::wait(const write_room& what, bool reserves,
                              std::function<void()>&& ready) {
  std::list<waiter> mine;
  mine.push_back({0, what, reserves, std::move(ready)});
  std::uint64_t number = 0;
  {
    checked_lock lock{lock_of_all()};
    number = mine.front().number = ++last_waiter_;
    room_.wait(mine);
  }
  deliver();
  return number;
}

std::uint64_t write_log::when_writable(std::size_t payload_bytes, std::function<void()> ready,
                                       std::size_t events) {
  return wait(write_room::of(payload_bytes, events), false, std::move(ready));
}

std::uint64_t write_log::reserve(const write_room& what, std::function<void()> ready) {
  return wait(what, true, std::move(ready));
}

void write_log::release(const write_room& what) {
  if (what.empty()) return;
  {
    checked_lock lock{lock_of_all()};
    room_.release(what);
  }
  deliver();
}

void write_log::on_progress(std::function<void(const writer_progress&)> changed) {
  auto next = changed ? std::make_shared<const std::function<void(const writer_progress&)>>(
                            std::move(changed))
                      : nullptr;
  // The old one may hold the last handle: it goes without the lock.
  checked_lock lock{lock_of_all()};
  progress_.swap(next);
}

writer_progress write_log::progress() const {
  checked_lock lock{lock_of_all()};
  return {ledger_.through(), ledger_.last()};
}

std::uint64_t write_log::flush(std::function<void(const result<void>&)> done) {
  std::list<flush_waiter> mine;
  try {
    mine.emplace_back();
  } catch (const std::bad_alloc&) {
    call_unheard(done, result<void>{errc::out_of_memory});
    return 0;
  }
  std::uint64_t number = 0;
  {
    checked_lock lock{lock_of_all()};
    number = ++last_waiter_;
    mine.front() = {number, ledger_.last(), std::move(done)};
    flushes_.splice(flushes_.end(), mine);
  }
  deliver();
  return number;
}

bool write_log::forget_waiter(std::uint64_t number) {
  std::list<waiter> gone;
  std::list<flush_waiter> gone_flush;
  {
    checked_lock lock{lock_of_all()};
    room_.forget(number, gone);
    const auto at =
        std::find_if(flushes_.begin(), flushes_.end(),
                     [number](const flush_waiter& each) { return each.number == number; });
    if (at != flushes_.end()) gone_flush.splice(gone_flush.end(), flushes_, at);
  }
  const bool waited = !gone.empty() || !gone_flush.empty();
  // The next one may have had room all the time.
  if (waited) deliver();
  return waited;
}

}  // namespace pravega_actor::internal
