#include "reader/stream_reader_delivery.hpp"

#include <utility>

#include "reader/stream_reader_segments.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = stream_reader_pointer;

struct deliverer {
  self_pointer self;
  std::uint64_t number;
  void operator()(event_slice& slice) const {
    self->send(self->state.consumer, slice_delivered{number, std::move(slice)});
  }
  void operator()(const segment_end& end) const {
    self->send(self->state.consumer, segment_ended{number, end});
  }
  void operator()(const segment_gap& gap) const {
    self->send(self->state.consumer, gap_delivered{number, gap});
  }
};

void send(self_pointer self, delivery_book::delivery what) {
  std::visit(deliverer{self, what.number}, what.item);
}

void wait_for_more(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.armed, true)) return;
  (void)state.queue->when_readable([tell = to_self<reader_readable>(self)] { tell({}); });
}

// An earlier subscriber's demand may arrive late. Messages without a sender count.
bool comes_from_subscriber(self_pointer self) {
  const auto& sender = self->current_sender();
  return !sender || (self->state.consumer && self->state.consumer.id() == sender->id());
}

void report_end(self_pointer self) {
  auto& state = self->state;
  if (!state.outcome || !state.book.subscriber_has_all()) return;
  self->send(state.consumer, reader_ended{*state.outcome, state.book.released()});
  unsubscribe(self);
}

}  // namespace

void subscribe(self_pointer self, const subscribe_reader& what) {
  auto& state = self->state;
  if (state.setup.use != reader_use::messages) return;
  if (!what.consumer) return unsubscribe(self);
  state.consumer = what.consumer;
  self->monitor(state.consumer);
  state.book.subscribe();
  state.book.add_demand(what.slices);
  deliver(self);
}

void unsubscribe(self_pointer self) {
  self->state.consumer = nullptr;
  self->state.book.unsubscribe();
}

void take_demand(self_pointer self, const read_demand& what) {
  if (!comes_from_subscriber(self)) return;
  self->state.book.add_demand(what.slices);
  deliver(self);
}

items_released release(self_pointer self, const release_through& what) {
  auto& book = self->state.book;
  const auto outcome = book.release_through(what.number);
  // There may be room for more.
  deliver(self);
  return {outcome, book.last_released()};
}

// For the queue, each item is consumed at once: the book keeps what subscribers have not
// released.
void deliver(self_pointer self) {
  auto& state = self->state;
  while (auto again = state.book.next_again())
    send(self, std::move(*again));
  while (!state.outcome && state.book.wants_new()) {
    auto taken = state.queue->try_take();
    if (!taken) return end_reading(self, taken.error());
    if (!*taken) return wait_for_more(self);
    state.queue->release();
    send(self, state.book.add(std::move(**taken)));
  }
  report_end(self);
}

void end_if_used_by_messages(self_pointer self) {
  auto& state = self->state;
  if (state.setup.use != reader_use::messages) return;
  const auto last = state.queue->try_take();
  if (last) return;
  if (last.error() == errc::end_of_segment)
    end_reading(self, {});
  else
    end_reading(self, last.error());
}

void end_reading(self_pointer self, const result<void>& outcome) {
  auto& state = self->state;
  if (state.outcome) return;
  state.outcome = outcome;
  report_end(self);
  if (state.supervisor) self->send_exit(state.supervisor, caf::exit_reason::user_shutdown);
}

reader_status status_of(self_pointer self) {
  const auto& state = self->state;
  auto status = state.queue->status();
  status.last_delivered = state.book.last_delivered();
  status.last_released = state.book.last_released();
  status.unreleased_bytes = state.book.held_bytes();
  return status;
}

}  // namespace pravega_actor::internal
