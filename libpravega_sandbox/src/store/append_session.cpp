#include "store/append_session.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "store/store_limits.hpp"

namespace pravega_sandbox {

namespace {

std::string full_text(const store_model& store, std::size_t bytes) {
  if (store.can_make_room(bytes)) return "the sandbox is full: it takes no more writers";
  return "the sandbox is full: an append of " + std::to_string(bytes) +
         " bytes does not fit beside the " + std::to_string(store.memory_bytes()) +
         " bytes of events that it holds (at most " +
         std::to_string(store.memory().events_max()) + "); truncate or delete streams, or " +
         "start it with more memory or with dropping of the oldest events";
}

}  // namespace

// The last set-up of a writer id wins. What is stored is asked of the segment: it survives
// connections.
bool append_session::setup(const wire::setup_append& request) {
  release_all();
  auto& replies = context_.replies;
  const auto token =
      context_.find_token(request.delegation_token, request.segment, permission::read_update);
  if (token.state == token_state::expired || token.state == token_state::broken) return false;
  if (token.state == token_state::refused)
    return replies.add(wire::auth_token_check_failed{
        request.request_id, {}, wire::token_error::token_check_failed});
  if (!context_.serves(request.segment)) {
    return replies.add(wire::wrong_host{request.request_id, request.segment, {}, {}});
  }
  const auto target = context_.store.find(request.segment);
  if (!target) {
    return replies.add(wire::no_such_segment{request.request_id, request.segment, {}, -1});
  }
  const bool known = writers_.count(request.writer_id) != 0;
  if (!known && writers_.size() >= pravega_actor::limits::appends_per_connection_max)
    return false;
  if (!known && !take_memory(1, 0)) return false;
  const auto stored = target->attribute(request.writer_id);
  if (told_sealed_ == request.writer_id) told_sealed_.reset();
  writers_[request.writer_id] = {target, stored, stored};
  if (token.ends_at_ms)
    ends_at_ms_ = std::min(ends_at_ms_.value_or(*token.ends_at_ms), *token.ends_at_ms);
  return replies.add(
      wire::append_setup{request.request_id, request.segment, request.writer_id, stored});
}

bool append_session::take_memory(std::size_t more_writers, std::size_t more_acks) {
  return memory_.resize((writers_.size() + more_writers) * store_limits::writer_bytes +
                        (held_.size() + more_acks) * store_limits::held_ack_bytes);
}

bool append_session::accepts(const uuid& writer) {
  if (writers_.count(writer) != 0) return true;
  ended_behind_seal_ = told_sealed_ == writer;
  return false;
}

bool append_session::append(const wire::assembled_append& request, std::size_t received_bytes) {
  if (!accepts(request.writer_id)) return false;
  const auto writer = writers_.find(request.writer_id);
  auto& state = writer->second;
  if (request.last_event_number < state.last_number) return false;
  const append_info info{state.segment->name(), request.writer_id, request.last_event_number,
                         request.num_events, request.data_bytes()};
  if (context_.faults.close_before(info)) return false;
  if (!context_.serves(state.segment->name())) {
    release_all();
    const wire::wrong_host reply{request.request_id, state.segment->name(), {}, {}};
    writers_.erase(writer);
    return context_.replies.add(reply);
  }
  const append_request change{
      request.writer_id,  state.last_number,       request.last_event_number,
      request.num_events, request.expected_offset, request.parts(),
      received_bytes};
  auto status = store_status::bad_condition;
  if (!request.expected_offset || !context_.faults.fail_condition(info))
    status = context_.store.admit(state.segment, change);
  if (status != store_status::ok) return refuse(writer, request, status);
  if (context_.faults.close_instead(info)) return false;
  context_.store.apply(*state.segment, change);
  state.last_number = request.last_event_number;
  const auto plan = context_.faults.after(info);
  if (plan.close) return false;
  const bool goes_on = acknowledge(state, request, plan.delay_ms);
  if (plan.close_after) release_all();
  return goes_on && !plan.close_after;
}

// An append with the number of the one before is stored again and not acknowledged, as a real
// server does.
bool append_session::acknowledge(writer_state& state, const wire::assembled_append& request,
                                 std::int64_t delay_ms) {
  if (request.last_event_number <= state.last_acked) return true;
  const wire::data_appended ack{request.writer_id, request.last_event_number, state.last_acked,
                                request.request_id, state.segment->length()};
  state.last_acked = request.last_event_number;
  if (delay_ms > 0 || !held_.empty()) {
    if (held_.size() >= store_limits::held_acks_max || !take_memory(0, 1)) return false;
    flush_ack();
    auto due = context_.store.now_ms() + delay_ms;
    if (!held_.empty()) due = std::max(due, held_.back().due_ms);
    held_.push_back({due, ack});
    return true;
  }
  if (run_ && run_->writer_id == ack.writer_id) {
    const auto previous = run_->previous_event_number;
    run_ = ack;
    run_->previous_event_number = previous;
    return true;
  }
  flush_ack();
  run_ = ack;
  return true;
}

// The acknowledgements of earlier appends come before the refusal.
bool append_session::refuse(writers::iterator writer, const wire::assembled_append& request,
                            store_status status) {
  release_all();
  auto& replies = context_.replies;
  const auto& name = writer->second.segment->name();
  const auto number = request.last_event_number;
  bool goes_on = false;
  switch (status) {
    case store_status::bad_condition:
      return replies.add(
          wire::conditional_check_failed{request.writer_id, number, request.request_id});
    case store_status::sealed:
      told_sealed_ = request.writer_id;
      goes_on = replies.add(wire::segment_is_sealed{request.request_id, name, {}, number});
      break;
    case store_status::missing:
      goes_on = replies.add(wire::no_such_segment{request.request_id, name, {}, -1});
      break;
    case store_status::bad_event_number:
      (void)replies.add(
          wire::invalid_event_number{request.writer_id, request.request_id, {}, number});
      break;
    // A real store has no word for it. A client keeps the text as the cause of the failure.
    case store_status::full:
      (void)replies.add(wire::error_message{request.request_id, name,
                                            full_text(context_.store, request.data_bytes()),
                                            wire::message_error::unspecified});
      break;
    default:
      break;
  }
  writers_.erase(writer);
  return goes_on;
}

void append_session::flush_ack() {
  // An acknowledgement has no text: it always encodes.
  if (run_) (void)context_.replies.add(*run_);
  run_.reset();
}

void append_session::release_due() {
  while (!held_.empty() && held_.front().due_ms <= context_.store.now_ms()) {
    (void)context_.replies.add(held_.front().ack);
    held_.pop_front();
  }
}

void append_session::release_all() {
  flush_ack();
  for (const auto& held : std::exchange(held_, {}))
    (void)context_.replies.add(held.ack);
}

std::optional<std::int64_t> append_session::next_due_ms() const {
  if (held_.empty()) return std::nullopt;
  return held_.front().due_ms;
}

void append_session::clear() {
  writers_.clear();
  run_.reset();
  held_.clear();
  ends_at_ms_.reset();
  memory_.set(0);
}

}  // namespace pravega_sandbox
