#include "writer/write_log.hpp"

#include <algorithm>
#include <new>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

write_log::write_log(scoped_stream stream, writer_options options, std::uint64_t random_seed)
    : stream_{std::move(stream)},
      options_{options},
      random_{random_seed},
      budget_{{options.outstanding_bytes_max, options.outstanding_events_max}} {
  report_.undurable.reserve(1);
}

void write_log::open(channel_table table, write_log_hooks hooks) {
  checked_lock lock{lock_of_all()};
  table_ = std::move(table);
  hooks_ = std::move(hooks);
  if (state_ == state::opening) state_ = state::open;
}

error write_log::state_error() const {
  const auto name = stream_.to_string();
  if (state_ == state::failed && failure_) return failure_->with_subject(name);
  if (state_ == state::opening)
    return error{errc::closed, "the writer is not open"}.with_subject(name);
  return error{errc::closed, "the writer is closed"}.with_subject(name);
}

void write_log::on_durable(const append_log::blocks& durable) {
  const auto completed = tracker_.through();
  for (const auto& block : durable) {
    const auto& marks = block->marks();
    budget_.give_back({block->cost(), 0});
    ++blocks_acknowledged_;
    if (block->in_sequence()) {
      tracker_.mark_range(marks.front().ticket, marks.back().ticket);
    } else {
      for (const auto& each : marks)
        tracker_.mark(each.ticket);
    }
  }
  budget_.give_back({0, static_cast<std::size_t>(tracker_.through() - completed)});
  if (!durable.empty()) trouble_.reset();
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
    {
      checked_lock lock{lock_of_all()};
      if (state_ != state::open && state_ != state::closing) return;
      if (!channel.retire()) return;
      hand_over(channel, successors, added);
    }
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
    auto replaced = table_.replace(from, successors);
    if (!replaced) return fail_locked(replaced.error(), &from);
    added = std::move(*replaced);
    route_again(from.log());
    from.log().clear();
    trouble_.reset();
  } catch (const std::bad_alloc&) {
    added.clear();
    fail_locked(errc::out_of_memory, &from);
  }
}

void write_log::route_again(const append_log& left) {
  const auto route = [this](std::span<const event_mark> marks,
                            std::span<const byte_view> payloads) PRAVEGA_ACTOR_UNCHECKED {
    table_.at(marks.front().position).log().append(marks, payloads);
  };
  left.for_each_block([&route](const append_block& block) { block.for_each(route); });
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
    waiters_.splice(waiters_.end(), mine);
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
    budget_.release(what);
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
  return {tracker_.through(), last_ticket_};
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
    mine.front() = {number, last_ticket_, std::move(done)};
    flushes_.splice(flushes_.end(), mine);
  }
  deliver();
  return number;
}

bool write_log::forget_waiter(std::uint64_t number) {
  std::list<waiter> gone;
  std::list<flush_waiter> gone_flush;
  const auto take = [number](auto& from, auto& to) {
    const auto at = std::find_if(from.begin(), from.end(),
                                 [number](const auto& each) { return each.number == number; });
    if (at != from.end()) to.splice(to.end(), from, at);
  };
  {
    checked_lock lock{lock_of_all()};
    take(waiters_, gone);
    take(flushes_, gone_flush);
  }
  const bool waited = !gone.empty() || !gone_flush.empty();
  // The next one may have had room all the time.
  if (waited) deliver();
  return waited;
}

}  // namespace pravega_actor::internal
