#include "writer/write_log.hpp"

#include <algorithm>
#include <new>

#include "core/user_code.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"

namespace pravega_actor {

write_log::write_log(scoped_stream stream, writer_options options, std::uint64_t random_seed)
    : stream_{std::move(stream)}, options_{options}, random_{random_seed} {
  report_.undurable.reserve(1);
}

void write_log::open(channel_table table, write_log_hooks hooks) {
  std::lock_guard lock{mutex_};
  table_ = std::move(table);
  hooks_ = std::move(hooks);
  if (state_ == state::opening) state_ = state::open;
}

std::size_t write_log::cost_of(std::size_t payload_bytes, std::size_t events) noexcept {
  constexpr auto each = limits::event_header_bytes + append_block::overhead_bytes_per_event;
  return payload_bytes + events * each;
}

// What is larger than a limit by itself has room when nothing else is there.
bool write_log::has_room(std::size_t cost, std::size_t events) const noexcept {
  const auto open = last_ticket_ - tracker_.through();
  if (open != 0 && open + events > options_.outstanding_events_max) return false;
  return outstanding_bytes_ == 0 || outstanding_bytes_ + cost <= options_.outstanding_bytes_max;
}

// splitmix64: events without a key only have to be spread.
double write_log::random_position() noexcept {
  random_ += 0x9E3779B97F4A7C15ULL;
  auto z = random_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return position_of(z ^ (z >> 31));
}

error write_log::state_error() const {
  const auto name = stream_.to_string();
  if (state_ == state::failed && failure_) return failure_->with_subject(name);
  if (state_ == state::opening)
    return error{errc::closed, "the writer is not open"}.with_subject(name);
  return error{errc::closed, "the writer is closed"}.with_subject(name);
}

result<event_ticket> write_log::add(const std::optional<std::string_view>& key, byte_view event,
                                    write_completion&& done) {
  if (event.size() > limits::event_payload_bytes_max)
    return error{errc::event_too_large, std::to_string(event.size()) + " bytes"}.with_subject(
        stream_.to_string());
  const double keyed_position = key ? routing_position(*key) : 0.0;
  const auto cost = cost_of(event.size(), 1);
  std::unique_lock lock{mutex_};
  if (state_ != state::open) return state_error();
  if (!has_room(cost, 1)) return errc::would_block;
  const double position = key ? keyed_position : random_position();
  auto& channel = table_.at(position);
  const auto ticket = last_ticket_ + 1;
  const bool stored = book(ticket, std::move(done), [&] {
    channel.log().append({position, ticket}, event);
  });
  if (!stored) return errc::out_of_memory;
  last_ticket_ = ticket;
  outstanding_bytes_ += cost;
  channel.pump(lock);
  return ticket;
}

// Without memory nothing is changed.
template <class Append>
bool write_log::book(event_ticket ticket, write_completion&& done, Append&& append) {
  const bool told = done != nullptr;
  try {
    tracker_.reserve(ticket);
    if (told) completions_.add(ticket, std::move(done));
  } catch (const std::bad_alloc&) {
    return false;
  }
  try {
    append();
    return true;
  } catch (const std::bad_alloc&) {
    if (told) completions_.drop_last();
    return false;
  }
}

namespace {

// The payload bytes of a batch.
result<std::size_t> checked_size(std::span<const byte_view> events) {
  if (events.empty()) return error{errc::invalid_argument, "a batch of no events"};
  std::size_t payload_bytes = 0;
  for (const auto& each : events) {
    if (each.size() > limits::event_payload_bytes_max)
      return error{errc::event_too_large, std::to_string(each.size()) + " bytes"};
    payload_bytes += each.size();
    if (payload_bytes > limits::batch_bytes_max) break;
  }
  const auto whole = payload_bytes + events.size() * limits::event_header_bytes;
  if (whole > limits::batch_bytes_max)
    return error{errc::event_too_large, "a batch of more than " +
                                            std::to_string(limits::batch_bytes_max) +
                                            " bytes, 8 for each event's header included"};
  return payload_bytes;
}

}  // namespace

result<event_ticket> write_log::add_batch(std::string_view key,
                                          std::span<const byte_view> events,
                                          write_completion&& done) {
  const auto payload_bytes = checked_size(events);
  if (!payload_bytes) return payload_bytes.error().with_subject(stream_.to_string());
  const auto position = routing_position(key);
  const auto cost = cost_of(*payload_bytes, events.size());
  std::vector<event_mark> marks;
  try {
    marks.resize(events.size());
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
  std::unique_lock lock{mutex_};
  if (state_ != state::open) return state_error();
  if (!has_room(cost, events.size())) return errc::would_block;
  auto ticket = last_ticket_;
  for (auto& mark : marks)
    mark = {position, ++ticket, &mark != &marks.front()};
  auto& channel = table_.at(position);
  if (!book(ticket, std::move(done), [&] { channel.log().append(marks, events); }))
    return errc::out_of_memory;
  last_ticket_ = ticket;
  outstanding_bytes_ += cost;
  channel.pump(lock);
  return ticket;
}

void write_log::on_durable(const append_log::blocks& durable) {
  for (const auto& block : durable) {
    const auto& marks = block->marks();
    outstanding_bytes_ -= block->cost();
    ++blocks_acknowledged_;
    if (block->in_sequence()) {
      tracker_.mark_range(marks.front().ticket, marks.back().ticket);
    } else {
      for (const auto& each : marks)
        tracker_.mark(each.ticket);
    }
  }
  if (!durable.empty()) trouble_.reset();
}

void write_log::on_trouble(const error& reason) {
  std::lock_guard lock{mutex_};
  trouble_ = reason;
}

void write_log::on_sealed(append_channel& channel,
                          const std::vector<controller::successor>& successors,
                          const std::string& delegation_token) {
  const auto keep = channel.shared_from_this();
  try {
    std::vector<std::shared_ptr<append_channel>> added;
    {
      std::unique_lock lock{mutex_};
      if (state_ != state::open && state_ != state::closing) return;
      if (!channel.retire()) return;
      hand_over(channel, successors, added);
      pump_all(lock);
    }
    if (hooks_.replaced && !added.empty()) hooks_.replaced(std::move(added), delegation_token);
  } catch (const std::bad_alloc&) {
    // Nobody would write to the new segments.
    fail(errc::out_of_memory);
  }
  settle();
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
  left.for_each_block([this](const append_block& block) {
    block.for_each(
        [this](std::span<const event_mark> marks, std::span<const byte_view> payloads) {
          table_.at(marks.front().position).log().append(marks, payloads);
        });
  });
}

// Successors that are open already were given events. The table may change while one is sent
// to.
void write_log::pump_all(std::unique_lock<std::mutex>& lock) {
  const auto& channels = table_.channels();
  for (auto at = channels.begin(); at != channels.end();) {
    const auto id = at->first;
    const auto channel = at->second;
    channel->pump(lock);
    at = channels.upper_bound(id);
  }
}

std::uint64_t write_log::when_writable(std::size_t payload_bytes, std::function<void()> ready,
                                       std::size_t events) {
  std::list<waiter> mine;
  mine.push_back({0, cost_of(payload_bytes, events), events, std::move(ready)});
  std::uint64_t number = 0;
  {
    std::lock_guard lock{mutex_};
    number = mine.front().number = ++last_waiter_;
    waiters_.splice(waiters_.end(), mine);
  }
  settle();
  return number;
}

void write_log::on_progress(std::function<void(const writer_progress&)> changed) {
  auto next = changed ? std::make_shared<const std::function<void(const writer_progress&)>>(
                            std::move(changed))
                      : nullptr;
  // The old one may hold the last handle: it goes without the lock.
  std::lock_guard lock{mutex_};
  progress_.swap(next);
}

writer_progress write_log::progress() const {
  std::lock_guard lock{mutex_};
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
    std::lock_guard lock{mutex_};
    number = ++last_waiter_;
    mine.front() = {number, last_ticket_, std::move(done)};
    flushes_.splice(flushes_.end(), mine);
  }
  settle();
  return number;
}

void write_log::forget_waiter(std::uint64_t number) {
  std::list<waiter> gone;
  std::list<flush_waiter> gone_flush;
  const auto take = [number](auto& from, auto& to) {
    const auto at = std::find_if(from.begin(), from.end(),
                                 [number](const auto& each) { return each.number == number; });
    if (at != from.end()) to.splice(to.end(), from, at);
  };
  {
    std::lock_guard lock{mutex_};
    take(waiters_, gone);
    take(flushes_, gone_flush);
  }
  // The next one may have had room all the time.
  settle();
}

}  // namespace pravega_actor
