#include "writer/write_log.hpp"

#include <algorithm>
#include <new>

#include "core/bounded_timeout.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"

namespace pravega_actor {

write_log::write_log(scoped_stream stream, writer_options options, std::uint64_t random_seed)
    : stream_{std::move(stream)}, options_{options}, random_{random_seed} {}

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
  std::vector<event_mark> marks(events.size());
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

// One critical section: an event is either in the old segment's log or behind those that were.
void write_log::on_sealed(append_channel& channel,
                          const std::vector<controller::successor>& successors,
                          const std::string& delegation_token) {
  const auto keep = channel.shared_from_this();
  std::vector<std::shared_ptr<append_channel>> added;
  decltype(hooks_.replaced) tell;
  {
    std::unique_lock lock{mutex_};
    if (state_ != state::open && state_ != state::closing) return;
    if (!channel.retire()) return;
    auto replaced = table_.replace(channel, successors);
    if (replaced) {
      route_again(channel);
      added = std::move(*replaced);
      tell = hooks_.replaced;
      trouble_.reset();
      pump_all(lock);
    } else {
      fail_locked(replaced.error(), &channel);
    }
  }
  if (tell && !added.empty()) tell(std::move(added), delegation_token);
  settle();
}

void write_log::route_again(append_channel& from) {
  auto left = from.log().drain();
  for (const auto& block : left)
    block->for_each(
        [this](std::span<const event_mark> marks, std::span<const byte_view> payloads) {
          table_.at(marks.front().position).log().append(marks, payloads);
        });
}

// Successors that are open already were given events.
void write_log::pump_all(std::unique_lock<std::mutex>& lock) {
  const auto channels = table_.channels();
  for (const auto& [id, channel] : channels)
    channel->pump(lock);
}

void write_log::on_gave_up(append_channel& channel, const error& reason, bool certain) {
  {
    std::lock_guard lock{mutex_};
    fail_locked(reason, certain ? &channel : nullptr);
  }
  settle();
}

void write_log::fail(const error& reason) {
  {
    std::lock_guard lock{mutex_};
    fail_locked(reason, nullptr);
  }
  settle();
}

void write_log::close_deadline() {
  auto reason = deadline_error(stage::close);
  {
    std::lock_guard lock{mutex_};
    if (state_ != state::closing || tracker_.through() == last_ticket_) return;
    fail_locked(reason, nullptr);
  }
  settle();
}

// `certain`: the channel whose unacknowledged events are known not to be stored.
void write_log::fail_locked(const error& reason, append_channel* certain) {
  if (state_ == state::failed || state_ == state::closed) return;
  state_ = state::failed;
  failure_ = reason;
  for (const auto& [id, channel] : table_.channels()) {
    classify(channel->log().drain(), channel.get() == certain || channel->settled_locked());
    // Answers that are still on their way mean nothing any more.
    (void)channel->retire();
  }
  std::sort(
      undurable_.begin(), undurable_.end(),
      [](const undurable_range& a, const undurable_range& b) { return a.first < b.first; });
  std::vector<undurable_range> joined;
  for (const auto& each : undurable_) {
    const bool follows = !joined.empty() && joined.back().last + 1 == each.first &&
                         joined.back().unknown == each.unknown;
    if (follows)
      joined.back().last = each.last;
    else
      joined.push_back(each);
  }
  undurable_ = std::move(joined);
  outstanding_bytes_ = 0;
}

void write_log::classify(append_log::blocks&& left, bool certain) {
  for (const auto& block : left)
    for (const auto& mark : block->marks())
      add_undurable(mark.ticket, block->ever_sent() && !certain);
}

void write_log::add_undurable(event_ticket ticket, bool unknown) {
  const bool follows = !undurable_.empty() && undurable_.back().last + 1 == ticket &&
                       undurable_.back().unknown == unknown;
  if (follows)
    undurable_.back().last = ticket;
  else
    undurable_.push_back({ticket, ticket, unknown});
}

std::uint64_t write_log::when_writable(std::size_t payload_bytes, std::function<void()> ready,
                                       std::size_t events) {
  std::uint64_t number = 0;
  {
    std::lock_guard lock{mutex_};
    number = ++last_waiter_;
    waiters_.push_back({number, cost_of(payload_bytes, events), events, std::move(ready)});
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
  std::uint64_t number = 0;
  {
    std::lock_guard lock{mutex_};
    number = ++last_waiter_;
    flushes_.push_back({number, last_ticket_, std::move(done)});
  }
  settle();
  return number;
}

void write_log::forget_waiter(std::uint64_t number) {
  std::deque<waiter> gone;
  std::deque<flush_waiter> gone_flush;
  std::lock_guard lock{mutex_};
  const auto mine = [number](const auto& each) { return each.number == number; };
  const auto take = [&mine](auto& from, auto& to) {
    const auto at = std::find_if(from.begin(), from.end(), mine);
    if (at == from.end()) return;
    to.push_back(std::move(*at));
    from.erase(at);
  };
  take(waiters_, gone);
  take(flushes_, gone_flush);
}

void write_log::start_close(duration timeout, std::function<void(const close_report&)> done) {
  std::function<void(duration)> closing;
  {
    std::lock_guard lock{mutex_};
    const bool waits = done != nullptr;
    if (waits) closers_.push_back(std::move(done));
    if (state_ == state::opening) state_ = state::closed;
    // Whoever waits for an end has a deadline of his own; the first one counts.
    if (state_ == state::open || (state_ == state::closing && waits)) {
      state_ = state::closing;
      closing = hooks_.closing;
    }
  }
  settle();
  if (closing) closing(bounded_timeout(timeout));
}

error write_log::deadline_error(stage at) const {
  std::lock_guard lock{mutex_};
  auto text = std::to_string(last_ticket_ - tracker_.through()) + " events are not durable yet";
  if (trouble_) text += "; " + trouble_->to_string();
  auto late = error{errc::deadline_exceeded, std::move(text)}.with_stage(at).with_subject(
      stream_.to_string());
  if (!trouble_) return late;
  return late.with_segment_store(trouble_->segment_store())
      .with_controller(trouble_->controller());
}

writer_status write_log::status() const {
  static constexpr const char* names[] = {"opening", "open", "closing", "closed", "failed"};
  std::lock_guard lock{mutex_};
  writer_status out;
  out.stream = stream_;
  out.state = names[static_cast<std::size_t>(state_)];
  out.last_written = last_ticket_;
  out.durable_through = tracker_.through();
  out.outstanding_bytes = outstanding_bytes_;
  out.blocks_acknowledged = blocks_acknowledged_;
  for (const auto& [id, channel] : table_.channels()) {
    const auto seen = channel->look_locked();
    out.segments.push_back({channel->name(), seen.connected, seen.peer, seen.events_pending,
                            seen.blocks_in_flight});
  }
  if (failure_)
    out.last_failure = failure_->to_string();
  else if (trouble_)
    out.last_failure = trouble_->to_string();
  return out;
}

close_report write_log::report() const {
  close_report out;
  out.durable_through = tracker_.through();
  out.last_written = last_ticket_;
  out.undurable = undurable_;
  if (state_ == state::failed && tracker_.through() != last_ticket_) out.outcome = *failure_;
  return out;
}

}  // namespace pravega_actor
