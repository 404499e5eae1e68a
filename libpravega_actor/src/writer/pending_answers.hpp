// What each kind of request to the event writer actor is answered with.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <utility>

#include "writer/event_writer_actor.hpp"

namespace pravega_actor::internal {

/// The error that ends what its actor could not answer.
[[nodiscard]] inline error writer_actor_ended() {
  return {errc::actor_terminated, "the event writer's actor ended"};
}

/// A request with the promise of its answer.
template <class Answer>
class promised_request : public pending_request {
 public:
  explicit promised_request(caf::typed_response_promise<Answer> promise)
      : promise_{std::move(promise)} {}
  [[nodiscard]] const caf::typed_response_promise<Answer>& promise() const { return promise_; }
  void deliver(Answer what) { promise_.deliver(std::move(what)); }

 private:
  caf::typed_response_promise<Answer> promise_;
};

/// Of `write_event` and `write_batch`.
class write_request final : public promised_request<event_written> {
 public:
  using promised_request::promised_request;
  [[nodiscard]] static event_written refusal(const error& why) { return {{0, false, why}}; }
  void taken(event_ticket last, std::size_t) { ticket_ = last; }
  void answer(event_writer_state&) override { deliver({outcome()}); }
  void answer_at_death(event_writer_state&) override {
    deliver({{ticket_, false, error{errc::outcome_unknown, writer_actor_ended().detail()}}});
  }

 private:
  event_ticket ticket_ = 0;
};

/// Of `write_events`.
class write_all_request final : public promised_request<events_written> {
 public:
  using promised_request::promised_request;
  [[nodiscard]] static events_written refusal(const error& why) { return {0, 0, 0, why}; }
  void taken(event_ticket last, std::size_t events) {
    last_ = last;
    events_ = events;
  }
  void answer(event_writer_state& state) override {
    auto [durable, outcome] = outcome_in(state);
    deliver({first(), last_, durable, std::move(outcome)});
  }
  void answer_at_death(event_writer_state&) override {
    deliver({first(), last_, 0, error{errc::outcome_unknown, writer_actor_ended().detail()}});
  }

 private:
  [[nodiscard]] event_ticket first() const { return last_ - events_ + 1; }
  [[nodiscard]] std::pair<std::uint64_t, result<void>> outcome_in(event_writer_state& state) {
    if (outcome().outcome) return {events_, {}};
    return state.log->outcome_of(first(), last_);
  }
  std::size_t events_ = 0;
  event_ticket last_ = 0;
};

/// Of `flush_events`.
class flush_request final : public promised_request<events_flushed> {
 public:
  using promised_request::promised_request;
  void answer(event_writer_state&) override { deliver({outcome().outcome}); }
  void answer_at_death(event_writer_state&) override { deliver({writer_actor_ended()}); }
};

/// Of `close_writer`.
class close_request final : public promised_request<writer_closed> {
 public:
  using promised_request::promised_request;
  void answer(event_writer_state& state) override { deliver({state.log->report()}); }
  void answer_at_death(event_writer_state& state) override { deliver({state.log->report()}); }
};

/// What a writer's end means for its client.
[[nodiscard]] inline drained drained_of(close_report report) {
  auto outcome = report.outcome;
  return {std::move(outcome),
          [held = std::move(report)](client_close_report& to) { to.writers.push_back(held); }};
}

/// Of `drain`.
class drain_request final : public promised_request<drained> {
 public:
  using promised_request::promised_request;
  void answer(event_writer_state& state) override { deliver(drained_of(state.log->report())); }
  void answer_at_death(event_writer_state& state) override { answer(state); }
};

/// Of `finish_writing`.
class finish_request final : public promised_request<writing_finished> {
 public:
  using promised_request::promised_request;
  void answer(event_writer_state& state) override { deliver({state.log->report().outcome}); }
  void answer_at_death(event_writer_state&) override { deliver({writer_actor_ended()}); }
};

/// Of `await_credit`.
class credit_request final : public promised_request<credit> {
 public:
  using promised_request::promised_request;
  void set(sender_gate::sender_id who, std::uint64_t number, const write_room& room) {
    who_ = who;
    number_ = number;
    room_ = room;
  }
  /// Its number in the log.
  void set_waiter(std::uint64_t number) { waiter_ = number; }
  [[nodiscard]] std::uint64_t waiter() const { return waiter_; }

  void answer(event_writer_state& state) override {
    state.credit_requests.erase(number_);
    if (auto can = state.log->writable(); !can) {
      state.gate.drop(who_, number_);
      return deliver({0, can});
    }
    const auto number = state.gate.grant(who_, number_, room_, state.context->env->now());
    if (number != 0) return deliver({number, {}});
    state.log->release(room_);
    cancel();
  }
  void answer_at_death(event_writer_state&) override { deliver({0, writer_actor_ended()}); }
  void cancel() { deliver({0, errc::cancelled}); }

 private:
  sender_gate::sender_id who_ = sender_gate::anonymous;
  std::uint64_t number_ = 0;
  std::uint64_t waiter_ = 0;
  write_room room_;
};

/// A request that nothing else knows of yet: both its holders let go when it is destroyed.
struct let_go_twice {
  void operator()(pending_request* what) const noexcept {
    what->let_go();
    what->let_go();
  }
};
template <class Pending>
using pending_pointer = std::unique_ptr<Pending, let_go_twice>;

/// Makes a request of the message that is being handled, and takes its promise: from then on
/// only the promise can answer it, and the message names no sender any more.
template <class Pending>
[[nodiscard]] pending_pointer<Pending> make_pending(writer_pointer self) {
  using promise = std::decay_t<decltype(std::declval<Pending>().promise())>;
  return pending_pointer<Pending>{new Pending{self->template make_response_promise<promise>()}};
}

/// The log has taken what the request asks for, and will complete it.
template <class Pending>
auto accept(event_writer_state& state, pending_pointer<Pending> what) {
  auto promise = what->promise();
  state.pending.add(*what.release());
  return promise;
}

/// The completion of events; it needs no memory of its own, and the log keeps the inbox.
[[nodiscard]] inline write_completion completion_of(completion_inbox& inbox,
                                                    pending_request& request) {
  return
      [to = &inbox, what = &request](const write_result& outcome) { to->put(*what, outcome); };
}

}  // namespace pravega_actor::internal
