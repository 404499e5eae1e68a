#include "support/ordered_sender.hpp"

#include <algorithm>
#include <utility>

namespace pravega_actor::test {

namespace {

using self_pointer = caf::stateful_actor<ordered_sender_state>*;

/// Events `first` to `first + count - 1`, sent after so many credits.
struct sent_message {
  std::size_t first;
  std::size_t count;
  std::uint64_t streak;
};

void send_more(self_pointer self);
void ask_for_credit(self_pointer self);

void fail(self_pointer self, const error& why) {
  auto& record = *self->state.setup.record;
  if (!record.failure) record.failure = why;
  record.done = true;
  self->state.stopped = true;
  self->quit();
}

void note_taken(self_pointer self, const sent_message& what, event_ticket last,
                const result<void>& outcome) {
  auto& record = *self->state.setup.record;
  record.tickets.push_back(last);
  for (std::size_t i = 0; i < what.count; ++i) {
    auto& event = record.events[what.first + i];
    event.answered = true;
    event.outcome = {last - what.count + 1 + i, outcome.has_value(), outcome};
  }
  if (!outcome) return fail(self, outcome.error());
  record.done = std::all_of(record.events.begin(), record.events.end(),
                            [](const auto& each) { return each.answered; });
}

void on_answer(self_pointer self, const sent_message& what, event_ticket last,
               const result<void>& outcome) {
  auto& state = self->state;
  --state.under_way;
  if (last != 0) {
    note_taken(self, what, last, outcome);
  } else if (!(outcome.error() == errc::would_block)) {
    fail(self, outcome.error());
  } else {
    ++state.setup.record->refusals;
    // The refusals behind the first one are of what is sent again anyway.
    if (!state.stopped && what.streak == state.streak) {
      state.stopped = true;
      state.next = what.first;
      ask_for_credit(self);
    }
  }
  if (state.setup.record->done && state.under_way == 0) return self->quit();
  send_more(self);
}

void ask_for_credit(self_pointer self) {
  auto& state = self->state;
  const auto& events = state.setup.record->events;
  // Sometimes for more than the first message, sometimes for less.
  const auto count =
      std::min<std::size_t>(1 + state.random.below(8), events.size() - state.next);
  await_credit wanted{0, count};
  for (std::size_t i = 0; i < count; ++i)
    wanted.payload_bytes += events[state.next + i].payload.size();
  self->request(state.setup.writer, caf::infinite, wanted)
      .then(
          [self](const credit& granted) {
            auto& mine = self->state;
            if (!granted.outcome) return fail(self, granted.outcome.error());
            ++mine.setup.record->credits;
            ++mine.streak;
            mine.stopped = false;
            self->send(mine.setup.writer, use_credit{granted.number});
            send_more(self);
          },
          [self](const caf::error&) { fail(self, errc::actor_terminated); });
}

template <class Answer, class Message>
void send_one(self_pointer self, Message what, sent_message sent) {
  auto& state = self->state;
  state.next = sent.first + sent.count;
  ++state.under_way;
  self->request(state.setup.writer, caf::infinite, std::move(what))
      .then(
          [self, sent](const Answer& answer) {
            if constexpr (std::is_same_v<Answer, event_written>)
              on_answer(self, sent, answer.outcome.ticket, answer.outcome.outcome);
            else
              on_answer(self, sent, answer.last, answer.outcome);
          },
          [self](const caf::error&) { fail(self, errc::actor_terminated); });
}

// How many of the next events have one key.
std::size_t same_key(const std::vector<sender_record::event>& events, std::size_t from) {
  std::size_t count = 1;
  while (from + count < events.size() && events[from + count].key == events[from].key)
    ++count;
  return count;
}

void send_next(self_pointer self) {
  auto& state = self->state;
  const auto& events = state.setup.record->events;
  const auto first = state.next;
  const auto kind = state.setup.plain ? 0 : state.random.below(4);
  sent_message sent{first, 1, state.streak};
  if (kind == 1) {
    sent.count = std::min<std::size_t>(1 + state.random.below(5), events.size() - first);
    write_events all;
    for (std::size_t i = 0; i < sent.count; ++i)
      all.events.push_back({events[first + i].payload, events[first + i].key});
    return send_one<events_written>(self, std::move(all), sent);
  }
  if (kind == 2) {
    sent.count = std::min<std::size_t>(3, same_key(events, first));
    write_batch batch{{}, events[first].key};
    for (std::size_t i = 0; i < sent.count; ++i)
      batch.payloads.emplace_back(events[first + i].payload);
    return send_one<event_written>(self, std::move(batch), sent);
  }
  send_one<event_written>(self, write_event{events[first].payload, events[first].key}, sent);
}

void send_more(self_pointer self) {
  auto& state = self->state;
  while (!state.stopped && state.next < state.setup.record->events.size() &&
         state.under_way < state.setup.window)
    send_next(self);
}

}  // namespace

std::shared_ptr<sender_record> make_record(const std::string& name, std::size_t events,
                                           std::size_t keys, std::size_t bytes_max,
                                           std::uint64_t seed) {
  splitmix random{seed};
  auto record = std::make_shared<sender_record>();
  record->name = name;
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < events; ++i) {
    if (random.below(3) == 0) key = random.below(keys);
    sender_record::event one;
    one.key = "key-" + std::to_string(key);
    one.payload = name + "|" + one.key + "|" + std::to_string(i) + "|" +
                  std::string(static_cast<std::size_t>(random.below(bytes_max)), 'x');
    record->events.push_back(std::move(one));
  }
  return record;
}

caf::behavior ordered_sender(caf::stateful_actor<ordered_sender_state>* self,
                             sender_setup setup) {
  self->state.random = splitmix{setup.seed};
  self->state.setup = std::move(setup);
  send_more(self);
  // It lives until everything is answered, and gets answers only.
  return {[](int) {}};
}

std::vector<std::string> check_order(
    const std::vector<std::shared_ptr<sender_record>>& records,
    const std::map<std::string, std::vector<std::string>>& segments) {
  std::vector<std::string> found;
  struct place {
    std::string key;
    std::size_t number;
    std::size_t stored;
  };
  std::map<std::string, place> places;
  for (const auto& record : records)
    for (std::size_t i = 0; i < record->events.size(); ++i)
      places[record->events[i].payload] = {record->name + " " + record->events[i].key, i + 1,
                                           0};
  for (const auto& [segment, payloads] : segments) {
    std::map<std::string, std::size_t> last;
    for (const auto& payload : payloads) {
      auto& at = places[payload];
      ++at.stored;
      auto& before = last[at.key];
      if (at.number <= before) found.push_back(payload + " is out of order");
      before = at.number;
    }
  }
  for (const auto& [payload, at] : places)
    if (at.stored != 1)
      found.push_back(payload + " is stored " + std::to_string(at.stored) + " times");
  return found;
}

}  // namespace pravega_actor::test
