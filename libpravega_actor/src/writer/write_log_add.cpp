// How a write log takes events: into its segments' logs, all of a call or none.
#include <algorithm>
#include <new>

#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"
#include "writer/write_log.hpp"
#include "writer/writer_name.hpp"

namespace pravega_actor::internal {

// splitmix64: events without a key only have to be spread.
double write_log::random_position() noexcept {
  random_ += 0x9E3779B97F4A7C15ULL;
  auto z = random_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return position_of(z ^ (z >> 31));
}

result<void> write_log::check_numbers(event_number first, std::size_t count) const {
  if (!named_ && first == 0) return {};
  if (!named_) return number_without_name().with_subject(stream_.to_string());
  if (first == 0) return name_without_number().with_subject(stream_.to_string());
  if (auto valid = named_->check(first, count); !valid)
    return valid.error().with_subject(stream_.to_string());
  return {};
}

numbered_writing::holding write_log::held(double position, event_number first,
                                          std::size_t count) const {
  return named_ ? named_->held(position, first, count) : numbered_writing::holding::none;
}

// Events that were stored before are durable at once. They complete in a thread of the library:
// nobody expects a completion before the call that writes returns.
bool write_log::take_stored(event_ticket last, event_number last_number,
                            write_completion&& done, const write_room& room,
                            write_room* reserved) {
  const auto first = ledger_.last() + 1;
  if (!book(last, std::move(done), [] {})) return false;
  room_.take(room, reserved);
  room_.give_back({room.bytes, 0});
  for (auto ticket = first; ticket <= last; ++ticket)
    found_stored_ += ledger_.mark(ticket);
  named_->take(last_number);
  named_->forget_through(ledger_.through());
  return true;
}

result<void> write_log::check_size(std::size_t payload_bytes) const {
  const auto& large = options_.large_events;
  const auto most = large ? std::max(large->payload_bytes_max, large->above_bytes)
                          : limits::event_payload_bytes_max;
  if (payload_bytes <= most) return {};
  auto text = std::to_string(payload_bytes) + " bytes; ";
  text += large ? "writer_options::large_events allows " + std::to_string(most)
                : "more than " + std::to_string(most) + " need writer_options::large_events";
  return error{errc::event_too_large, std::move(text)}.with_subject(stream_.to_string());
}

result<void> write_log::check_room(const write_room& what, const write_room* reserved) {
  if (state_ != state::open) return state_error();
  if (!room_.fits(what, reserved)) return errc::would_block;
  return {};
}

result<event_ticket> write_log::add(const std::optional<std::string_view>& key, byte_view event,
                                    write_completion&& done, write_room* reserved,
                                    event_number number) {
  if (auto fits = check_size(event.size()); !fits) return fits.error();
  if (!is_large(event.size()))
    return add_one(
        key, event.size(), std::move(done), reserved, number,
        [event](append_log& log, const event_mark& mark) { log.append(mark, event); });
  // In vain, the copy would cost much.
  bool stored_before = false;
  {
    checked_lock lock{lock_of_all()};
    if (auto can = check_room(write_room::of(event.size(), 1), reserved); !can)
      return can.error();
    const auto position = key ? routing_position(*key) : position_of_number(number);
    stored_before = held(position, number, 1) == numbered_writing::holding::all;
  }
  if (stored_before)
    return add_one(key, event.size(), std::move(done), reserved, number,
                   [](append_log&, const event_mark&) {});
  try {
    return add(key, shared_bytes::copy_of(event), std::move(done), reserved, number);
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

result<event_ticket> write_log::add(const std::optional<std::string_view>& key,
                                    const shared_bytes& event, write_completion&& done,
                                    write_room* reserved, event_number number) {
  if (!is_large(event.size())) return add(key, event.view, std::move(done), reserved, number);
  if (auto fits = check_size(event.size()); !fits) return fits.error();
  return add_one(
      key, event.size(), std::move(done), reserved, number,
      [&event](append_log& log, const event_mark& mark) { log.append_large(mark, event); });
}

template <class Append>
result<event_ticket> write_log::add_one(const std::optional<std::string_view>& key,
                                        std::size_t payload_bytes, write_completion&& done,
                                        write_room* reserved, event_number number,
                                        const Append& append) {
  const double keyed_position = key ? routing_position(*key) : 0.0;
  const auto room = write_room::of(payload_bytes, 1);
  checked_lock lock{lock_of_all()};
  if (state_ != state::open) return state_error();
  if (auto may = check_numbers(number, 1); !may) return may.error();
  if (!room_.fits(room, reserved)) return errc::would_block;
  const double position = key      ? keyed_position
                          : named_ ? position_of_number(number)
                                   : random_position();
  const auto ticket = ledger_.last() + 1;
  if (held(position, number, 1) == numbered_writing::holding::all) {
    if (!take_stored(ticket, number, std::move(done), room, reserved))
      return errc::out_of_memory;
    lock.unlock();
    if (hooks_.stored) hooks_.stored();
    return ticket;
  }
  auto& channel = table_.at(position);
  const bool stored = book(ticket, std::move(done), [&]() PRAVEGA_ACTOR_REQUIRES(guard) {
    if (named_) named_->book(ticket, number);
    append(channel.log(), event_mark{position, ticket});
  });
  if (!stored) return errc::out_of_memory;
  if (named_) named_->take(number);
  room_.take(room, reserved);
  auto turn = channel.begin_turn();
  lock.unlock();
  turn.run(*this);
  return ticket;
}

// Without memory nothing is changed.
template <class Append>
bool write_log::book(event_ticket ticket, write_completion&& done, Append&& append) {
  const auto booked = ledger_.book(ticket, std::move(done));
  if (!booked) return false;
  try {
    append();
    return true;
  } catch (const std::bad_alloc&) {
    ledger_.cancel(*booked);
    if (named_) named_->cancel(ledger_.last());
    return false;
  }
}

namespace {

// Then it was written in other parts before.
error torn_batch(event_number first) {
  return {errc::invalid_argument, "of the batch from event number " + std::to_string(first) +
                                      " on, the first events are stored and the last are not"};
}

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
                                          write_completion&& done, write_room* reserved,
                                          event_number first) {
  const auto payload_bytes = checked_size(events);
  if (!payload_bytes) return payload_bytes.error().with_subject(stream_.to_string());
  const auto position = routing_position(key);
  const auto room = write_room::of(*payload_bytes, events.size());
  std::vector<event_mark> marks;
  try {
    marks.resize(events.size());
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
  checked_lock lock{lock_of_all()};
  if (state_ != state::open) return state_error();
  if (auto may = check_numbers(first, events.size()); !may) return may.error();
  if (!room_.fits(room, reserved)) return errc::would_block;
  const auto last_number = first + static_cast<event_number>(events.size()) - 1;
  const auto before = held(position, first, events.size());
  if (before == numbered_writing::holding::some)
    return torn_batch(first).with_subject(stream_.to_string());
  if (before == numbered_writing::holding::all) {
    const auto last = ledger_.last() + events.size();
    if (!take_stored(last, last_number, std::move(done), room, reserved))
      return errc::out_of_memory;
    lock.unlock();
    if (hooks_.stored) hooks_.stored();
    return last;
  }
  auto ticket = ledger_.last();
  for (auto& mark : marks)
    mark = {position, ++ticket, &mark != &marks.front()};
  auto& channel = table_.at(position);
  const bool stored = book(ticket, std::move(done), [&]() PRAVEGA_ACTOR_REQUIRES(guard) {
    if (named_) named_->book(marks.front().ticket, first);
    channel.log().append(marks, events);
  });
  if (!stored) return errc::out_of_memory;
  if (named_) named_->take(last_number);
  room_.take(room, reserved);
  auto turn = channel.begin_turn();
  lock.unlock();
  turn.run(*this);
  return ticket;
}

result<write_room> write_log::room_of_all(std::span<const keyed_event> events) const {
  if (events.empty())
    return error{errc::invalid_argument, "no events"}.with_subject(stream_.to_string());
  std::size_t payload_bytes = 0;
  for (const auto& each : events) {
    if (auto fits = check_size(each.payload.size()); !fits) return fits.error();
    payload_bytes += each.payload.size();
  }
  return write_room::of(payload_bytes, events.size());
}

result<event_ticket> write_log::add_all(std::span<const keyed_event> events,
                                        write_completion&& done, write_room* reserved) {
  const auto room = room_of_all(events);
  if (!room) return room.error();
  std::vector<event_mark> marks;
  try {
    marks.resize(events.size());
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
  for (std::size_t i = 0; i < events.size(); ++i)
    if (const auto& key = events[i].routing_key) marks[i].position = routing_position(*key);
  checked_lock lock{lock_of_all()};
  if (!room_.budget().within_limits(*room))
    return error{errc::invalid_argument, "events that are more than the writer may hold"}
        .with_subject(stream_.to_string());
  if (state_ != state::open) return state_error();
  if (auto may = check_numbers(0, events.size()); !may) return may.error();
  if (!room_.fits(*room, reserved)) return errc::would_block;
  auto ticket = ledger_.last();
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!events[i].routing_key) marks[i].position = random_position();
    marks[i].ticket = ++ticket;
  }
  if (!append_all(marks, events, std::move(done))) return errc::out_of_memory;
  room_.take(*room, reserved);
  lock.unlock();
  send_all();
  return ticket;
}

// Without memory nothing is changed.
bool write_log::append_all(std::span<const event_mark> marks,
                           std::span<const keyed_event> events, write_completion&& done) {
  // The logs that were appended to, and where they ended before.
  std::vector<std::pair<append_log*, append_log::tail>> changed;
  try {
    changed.reserve(std::min(marks.size(), table_.channels().size()));
  } catch (const std::bad_alloc&) {
    return false;
  }
  append_log* last = nullptr;
  const auto append = [&]() PRAVEGA_ACTOR_REQUIRES(guard) {
    for (std::size_t i = 0; i < marks.size(); ++i) {
      auto& log = table_.at(marks[i].position).log();
      const bool known =
          &log == last || std::any_of(changed.begin(), changed.end(),
                                      [&log](const auto& each) { return each.first == &log; });
      if (!known) changed.emplace_back(&log, log.end());
      last = &log;
      const auto& payload = events[i].payload.bytes();
      if (is_large(payload.size()))
        log.append_large(marks[i], payload);
      else
        log.append(marks[i], payload.view);
    }
  };
  if (book(marks.back().ticket, std::move(done), append)) return true;
  for (const auto& [log, end] : changed)
    log->take_back(end);
  return false;
}

}  // namespace pravega_actor::internal
