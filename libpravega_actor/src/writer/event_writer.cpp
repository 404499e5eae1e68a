// The handle: the blocking conveniences over the write log.
#include "pravega_actor/event_writer.hpp"

#include <new>

#include "core/bounded_timeout.hpp"
#include "core/finally.hpp"
#include "core/forked_child.hpp"
#include "core/library_thread.hpp"
#include "core/rendezvous.hpp"
#include "core/user_code.hpp"
#include "writer/numbered_writing.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

template <class Call>
auto unless_out_of_memory(const Call& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

error unusable() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

close_report forked_report() {
  close_report report;
  report.outcome = forked_child_error();
  return report;
}

}  // namespace

/// The last handle closes the writer.
struct event_writer::guard {
  std::shared_ptr<write_log> log;
  explicit guard(std::shared_ptr<write_log> held) : log{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (in_forked_child())
      leave_alone(std::move(log));
    else
      log->start_close(log->options().close_timeout, {});
  }

  /// `event`: a byte_view or shared_bytes. `number`: of a writer with a name; 0: none.
  template <class Event>
  result<event_ticket> try_write(std::optional<std::string_view> key, const Event& event,
                                 write_completion& done, event_number number = 0) {
    silence_when_gone(done);
    return unless_out_of_memory(
        [&] { return log->add(key, event, std::move(done), nullptr, number); });
  }
  template <class Event>
  result<event_ticket> write(std::optional<std::string_view> key, const Event& event,
                             duration timeout, write_completion& done,
                             event_number number = 0) {
    silence_when_gone(done);
    return wait_and_add(event.size(), 1, timeout, [&](write_room* reserved) {
      return log->add(key, event, std::move(done), reserved, number);
    });
  }
  result<event_ticket> write_batch(std::string_view key, std::span<const byte_view> events,
                                   duration timeout, write_completion& done,
                                   event_number first = 0) {
    std::size_t payload_bytes = 0;
    for (const auto& each : events)
      payload_bytes += each.size();
    return wait_and_add(payload_bytes, events.size(), timeout, [&](write_room* reserved) {
      return log->add_batch(key, events, std::move(done), reserved, first);
    });
  }

  template <class Add>
  result<event_ticket> wait_and_add(std::size_t payload_bytes, std::size_t events,
                                    duration timeout, const Add& add) {
    return unless_out_of_memory(
        [&] { return added_in_time(payload_bytes, events, timeout, add); });
  }

  // `add` takes nothing when it answers would_block.
  template <class Add>
  result<event_ticket> added_in_time(std::size_t payload_bytes, std::size_t events,
                                     duration timeout, const Add& add) {
    result<event_ticket> added = add(nullptr);
    if (added || !(added.error() == errc::would_block)) return added;
    if (!may_wait()) return added;
    const auto deadline = clock_type::now() + bounded_timeout(timeout);
    const auto needed = write_room::of(payload_bytes, events);
    if (needed.bytes > log->options().outstanding_bytes_max)
      return added_alone(needed, deadline, add);
    for (;;) {
      auto room = std::make_shared<rendezvous<bool>>();
      const auto waiter = log->when_writable(
          payload_bytes, [room] { room->set(true); }, events);
      if (!room->wait_until(deadline)) {
        log->forget_waiter(waiter);
        return log->deadline_error(stage::append);
      }
      added = add(nullptr);
      if (added || !(added.error() == errc::would_block)) return added;
    }
  }

  // What is larger than the limit has room when nothing else is there: others leave that room
  // to it.
  template <class Add>
  result<event_ticket> added_alone(write_room needed, time_point deadline, const Add& add) {
    auto room = std::make_shared<rendezvous<bool>>();
    const auto waiter = log->reserve(needed, [room] { room->set(true); });
    const bool reserved = room->wait_until(deadline).has_value();
    if (!reserved && log->forget_waiter(waiter)) return log->deadline_error(stage::append);
    const finally release{[&] { log->release(needed); }};
    return add(&needed);
  }

  close_report report_so_far(const error& outcome) const {
    const auto reached = log->progress();
    close_report pending;
    pending.outcome = outcome;
    pending.durable_through = reached.durable_through;
    pending.last_written = reached.last_written;
    return pending;
  }

  close_report close_in_time(duration timeout) const {
    auto closed = std::make_shared<rendezvous<close_report>>();
    log->start_close(timeout, [closed](const close_report& r) { closed->set(r); });
    if (auto allowed = check_may_wait(stage::close); !allowed)
      return report_so_far(allowed.error());
    const auto deadline = clock_type::now() + bounded_timeout(timeout);
    if (auto report = closed->wait_until(deadline)) return *report;
    // The writer's actor ends it at the same deadline; should that actor be gone, do it here.
    log->close_deadline();
    if (auto report = closed->wait_until(clock_type::now() + seconds{1})) return *report;
    return report_so_far(log->deadline_error(stage::close));
  }
};

event_writer::event_writer(std::shared_ptr<write_log> log)
    : held_{std::make_shared<guard>(std::move(log))} {}

bool event_writer::usable() const noexcept {
  return held_ && !in_forked_child();
}

result<event_ticket> event_writer::try_write(byte_view event, write_completion done) {
  return usable() ? held_->try_write(std::nullopt, event, done) : unusable();
}

result<event_ticket> event_writer::try_write(std::string_view routing_key, byte_view event,
                                             write_completion done) {
  return usable() ? held_->try_write(routing_key, event, done) : unusable();
}

result<event_ticket> event_writer::write(byte_view event, duration timeout,
                                         write_completion done) {
  return usable() ? held_->write(std::nullopt, event, timeout, done) : unusable();
}

result<event_ticket> event_writer::write(std::string_view routing_key, byte_view event,
                                         duration timeout, write_completion done) {
  return usable() ? held_->write(routing_key, event, timeout, done) : unusable();
}

result<event_ticket> event_writer::try_write(std::optional<std::string_view> routing_key,
                                             shared_bytes event, write_completion done) {
  return usable() ? held_->try_write(routing_key, event, done) : unusable();
}

result<event_ticket> event_writer::write(std::optional<std::string_view> routing_key,
                                         shared_bytes event, duration timeout,
                                         write_completion done) {
  return usable() ? held_->write(routing_key, event, timeout, done) : unusable();
}

result<event_ticket> event_writer::try_write_batch(std::string_view routing_key,
                                                   std::span<const byte_view> events,
                                                   write_completion done) {
  if (!usable()) return unusable();
  silence_when_gone(done);
  return unless_out_of_memory(
      [&] { return held_->log->add_batch(routing_key, events, std::move(done)); });
}

result<event_ticket> event_writer::write_batch(std::string_view routing_key,
                                               std::span<const byte_view> events,
                                               duration timeout, write_completion done) {
  if (!usable()) return unusable();
  silence_when_gone(done);
  return held_->write_batch(routing_key, events, timeout, done);
}

result<event_ticket> event_writer::try_write_numbered(
    event_number number, std::optional<std::string_view> routing_key, byte_view event,
    write_completion done) {
  if (!usable()) return unusable();
  if (number < 1) return bad_event_number(number);
  return held_->try_write(routing_key, event, done, number);
}

result<event_ticket> event_writer::write_numbered(event_number number,
                                                  std::optional<std::string_view> routing_key,
                                                  byte_view event, duration timeout,
                                                  write_completion done) {
  if (!usable()) return unusable();
  if (number < 1) return bad_event_number(number);
  return held_->write(routing_key, event, timeout, done, number);
}

result<event_ticket> event_writer::try_write_numbered(
    event_number number, std::optional<std::string_view> routing_key, shared_bytes event,
    write_completion done) {
  if (!usable()) return unusable();
  if (number < 1) return bad_event_number(number);
  return held_->try_write(routing_key, event, done, number);
}

result<event_ticket> event_writer::write_numbered(event_number number,
                                                  std::optional<std::string_view> routing_key,
                                                  shared_bytes event, duration timeout,
                                                  write_completion done) {
  if (!usable()) return unusable();
  if (number < 1) return bad_event_number(number);
  return held_->write(routing_key, event, timeout, done, number);
}

result<event_ticket> event_writer::try_write_numbered_batch(event_number first,
                                                            std::string_view routing_key,
                                                            std::span<const byte_view> events,
                                                            write_completion done) {
  if (!usable()) return unusable();
  if (first < 1) return bad_event_number(first);
  silence_when_gone(done);
  return unless_out_of_memory([&] {
    return held_->log->add_batch(routing_key, events, std::move(done), nullptr, first);
  });
}

result<event_ticket> event_writer::write_numbered_batch(event_number first,
                                                        std::string_view routing_key,
                                                        std::span<const byte_view> events,
                                                        duration timeout,
                                                        write_completion done) {
  if (!usable()) return unusable();
  if (first < 1) return bad_event_number(first);
  silence_when_gone(done);
  return held_->write_batch(routing_key, events, timeout, done, first);
}

stored_numbers event_writer::stored() const {
  return usable() ? held_->log->stored() : stored_numbers{};
}

void event_writer::when_writable(std::size_t payload_bytes, std::function<void()> ready,
                                 std::size_t events) {
  if (!usable()) return ready();
  held_->log->when_writable(payload_bytes, unless_gone(std::move(ready)), events);
}

void event_writer::on_progress(std::function<void(const writer_progress&)> changed) {
  if (usable()) held_->log->on_progress(unless_gone(std::move(changed)));
}

writer_progress event_writer::progress() const {
  return usable() ? held_->log->progress() : writer_progress{};
}

result<void> event_writer::flush(duration timeout) {
  if (!usable()) return unusable();
  if (auto allowed = check_may_wait(stage::flush); !allowed) return allowed;
  return unless_out_of_memory([&]() -> result<void> {
    auto flushed = std::make_shared<rendezvous<result<void>>>();
    const auto waiter =
        held_->log->flush([flushed](const result<void>& outcome) { flushed->set(outcome); });
    const auto deadline = clock_type::now() + bounded_timeout(timeout);
    if (auto outcome = flushed->wait_until(deadline)) return *outcome;
    held_->log->forget_waiter(waiter);
    return held_->log->deadline_error(stage::flush);
  });
}

void event_writer::flush_async(std::function<void(const result<void>&)> done) {
  if (!usable()) return done(unusable());
  held_->log->flush(unless_gone(std::move(done)));
}

close_report event_writer::close(duration timeout) {
  if (in_forked_child()) return forked_report();
  if (!held_) return {};
  try {
    return held_->close_in_time(timeout);
  } catch (const std::bad_alloc&) {
    // Only the waiting has failed.
    held_->log->start_close(timeout, {});
    return held_->report_so_far(errc::out_of_memory);
  }
}

void event_writer::close_async(duration timeout,
                               std::function<void(const close_report&)> done) {
  if (in_forked_child()) return done(forked_report());
  if (!held_) return done({});
  held_->log->start_close(timeout, unless_gone(std::move(done)));
}

writer_status event_writer::status() const {
  return usable() ? held_->log->status() : writer_status{};
}

}  // namespace pravega_actor
