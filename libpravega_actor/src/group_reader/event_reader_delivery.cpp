#include "group_reader/event_reader_delivery.hpp"

#include <utility>

#include "group_reader/event_reader_membership.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = event_reader_pointer;

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
  void operator()(const checkpoint_mark& mark) const {
    self->send(self->state.consumer, checkpoint_reached{number, mark.name});
  }
};

void send(self_pointer self, event_book::delivery what) {
  std::visit(deliverer{self, what.number}, what.item);
}

void wait_for_more(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.armed, true)) return;
  (void)state.queue->when_readable(
      [to = weak_handle<event_reader_inside>{self}] { to.send(event_reader_readable{}); });
}

// An earlier subscriber's demand may arrive late. Messages without a sender count.
bool comes_from_subscriber(self_pointer self) {
  const auto& sender = self->current_sender();
  return !sender || (self->state.consumer && self->state.consumer.id() == sender->id());
}

void report_end(self_pointer self) {
  auto& state = self->state;
  if (!state.outcome || !state.book.subscriber_has_all()) return;
  self->send(state.consumer, event_reader_ended{*state.outcome, state.machine.released()});
  unsubscribe(self);
}

// The item that comes next, if there is one.
std::optional<event_item> take_next(self_pointer self) {
  auto& state = self->state;
  if (auto name = state.machine.checkpoint_to_deliver()) {
    state.machine.on_checkpoint_delivered(*name);
    return checkpoint_mark{*std::move(name)};
  }
  auto taken = state.queue->try_take();
  if (!taken) {
    fail_reading(self, taken.error());
    return std::nullopt;
  }
  if (!*taken) {
    wait_for_more(self);
    return std::nullopt;
  }
  // For the queue, each item is consumed at once: the book keeps what is not released.
  state.queue->release();
  if (const auto* end = std::get_if<segment_end>(&**taken))
    state.machine.on_end_delivered(end->in);
  return to_event_item(std::move(**taken));
}

struct releaser {
  self_pointer self;
  bool* step_due;
  void processed(const segment& of, std::int64_t offset) const {
    auto& state = self->state;
    *step_due = state.machine.on_released(of, offset) || *step_due;
    state.setup.board->set(of, offset);
  }
  void operator()(const event_slice& slice) const {
    processed(slice.in(), slice.next_offset());
  }
  void operator()(const segment_gap& gap) const {
    if (gap.to >= 0) processed(gap.in, gap.to);
  }
  void operator()(const segment_end& end) const {
    self->state.machine.on_end_released(end);
    self->state.setup.board->set(end.in, end.sealed ? -1 : end.offset);
    *step_due = true;
  }
  void operator()(const checkpoint_mark& mark) const {
    self->state.machine.on_checkpoint_released(mark.name);
    *step_due = true;
  }
};

}  // namespace

void subscribe(self_pointer self, const subscribe_event_reader& what) {
  auto& state = self->state;
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
  if (self->state.machine.is_leaving())
    return {error{errc::closed, "the reader is leaving its group"}, book.last_released()};
  bool step_due = false;
  const releaser apply{self, &step_due};
  const auto outcome = book.release_through(
      what.number, [&](std::uint64_t, const event_item& item) { std::visit(apply, item); });
  if (step_due) step(self);
  // There may be room for more.
  deliver(self);
  return {outcome, book.last_released()};
}

segment_given_back give_back(self_pointer self, const give_segment_back& what) {
  auto& state = self->state;
  const auto* item = state.book.find(what.number);
  const auto* slice = item == nullptr ? nullptr : std::get_if<event_slice>(item);
  const auto refused = [](const char* why) {
    return segment_given_back{error{errc::invalid_argument, why}};
  };
  if (slice == nullptr) return refused("the number is of no slice that is held");
  if (what.offset < slice->offset() || what.offset > slice->next_offset())
    return refused("the offset lies outside of the slice");
  const auto of = slice->in();
  if (auto given = state.machine.give_back(of, what.offset); !given)
    return {of_reader(self, given.error())};
  state.setup.board->set(of, what.offset);
  // Items before this slice are processed, or they would not count any more.
  state.book.withdraw([&](const event_item& each) {
    const auto* in = segment_of(each);
    return in != nullptr && *in == of;
  });
  step(self);
  deliver(self);
  return {result<void>{}};
}

void deliver(self_pointer self) {
  auto& state = self->state;
  while (auto again = state.book.next_again())
    send(self, std::move(*again));
  while (!state.outcome && state.machine.is_member() && state.book.wants_new()) {
    auto next = take_next(self);
    if (!next) break;
    send(self, state.book.add(*std::move(next)));
  }
  report_end(self);
}

void end_reading(self_pointer self, const result<void>& outcome) {
  auto& state = self->state;
  if (state.outcome) return;
  state.outcome = outcome;
  report_end(self);
  if (state.queue) state.queue->close();
  if (state.supervisor) self->send_exit(state.supervisor, caf::exit_reason::user_shutdown);
}

event_reader_status status_of(self_pointer self) {
  const auto& state = self->state;
  event_reader_status out;
  out.group = state.setup.group;
  out.reader = state.setup.reader;
  out.reading = state.queue->status();
  out.reading.last_delivered = state.book.last_delivered();
  out.reading.last_released = state.book.last_released();
  out.reading.unreleased_bytes = state.book.held_bytes();
  if (const auto& group = state.machine.state()) {
    out.group_readers = group->content().assigned.size();
    out.unassigned_segments = group->unassigned().size();
  }
  out.checkpoint = state.machine.delivered_checkpoint();
  if (state.left)
    out.state = *state.left ? "left" : "failed";
  else if (!state.outcome)
    out.state = state.machine.is_member() ? "member" : "joining";
  else
    out.state = *state.outcome ? "finished" : "failed";
  return out;
}

}  // namespace pravega_actor::internal
