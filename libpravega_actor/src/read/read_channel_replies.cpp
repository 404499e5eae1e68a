// What a read channel does with replies.
#include <algorithm>
#include <utility>

#include "core/versioned.hpp"
#include "read/read_channel.hpp"
#include "requests/reply_check.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

void read_channel::notify(locked& lock, const read_notice& what) {
  auto to = notices_;
  const auto generation = generation_;
  lock.unlock();
  if (to) to(generation, what);
}

// Nothing is asked until the actor decides.
void read_channel::refuse(locked& lock, error reason) {
  open_ = false;
  answered();
  auto from = session_ ? session_->peer().to_string() : std::string{};
  notify(lock, read_refused{reason.with_segment_store(std::move(from)).with_subject(name_),
                            waited(session_.get())});
}

void read_channel::push(read_owner& owner, read_outcome what) {
  // What needs memory comes first.
  if (outcomes_.empty()) owner.on_ready(*this);
  outcomes_.push_back(std::move(what));
  const auto before = waiting_.cost;
  account(outcomes_.back(), true);
  owner.on_waiting(waiting_.cost - before);
}

// From `offset_` to `to`. A store that truncates all the time does not fill the queue.
void read_channel::push_gap(read_owner& owner, std::int64_t to) {
  auto* last = outcomes_.empty() ? nullptr : std::get_if<read_item>(&outcomes_.back());
  auto* gap = last != nullptr ? std::get_if<segment_gap>(last) : nullptr;
  if (gap != nullptr && gap->to == offset_)
    gap->to = to;
  else
    push(owner, read_item{segment_gap{*of_, offset_, to}});
}

void read_channel::push_end(read_owner& owner, bool sealed) {
  finished_ = true;
  push(owner, read_item{segment_end{*of_, offset_, sealed}});
}

void read_channel::on_session_closed(std::uint64_t serial, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  locked lock{owner->mutex()};
  if (serial != serial_) return;
  auto old = take_session();
  owner->pump_waiting(lock);
  notify(lock, read_disconnected{reason, waited(old.get())});
}

bool read_channel::expects(std::uint64_t serial, std::int64_t request_id) const {
  auto owner = owner_.lock();
  if (!owner) return false;
  std::lock_guard lock{owner->mutex()};
  return serial == serial_ && asked_ && request_id == asked_id_;
}

void read_channel::on_reply(std::uint64_t serial, const wire::frame& reply) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    locked lock{owner->mutex()};
    if (serial != serial_ || !asked_ || finished_) return;
    // Late replies to earlier requests may come.
    const auto id = wire::peek_request_id(reply.type, reply.payload);
    if (id && *id != asked_id_) return;
    if (reply.type == wire::segment_read::code)
      on_data(*owner, lock, reply);
    else
      on_refusal(*owner, lock, reply);
  }
  owner->wake();
}

void read_channel::on_refusal(read_owner& owner, locked& lock, const wire::frame& reply) {
  const auto reason = refusal_in(reply, expected()).with_stage(stage::read);
  if (reason == errc::segment_sealed) return on_end_reply(owner, lock);
  if (reason == errc::segment_truncated) return on_truncated(lock, reply, reason);
  refuse(lock, reason);
}

void read_channel::on_truncated(locked& lock, const wire::frame& reply, const error& reason) {
  const auto cut = reply_as<wire::segment_is_truncated>(reply, expected());
  const auto begins = cut ? cut->start_offset : -1;
  if (begins <= asked_offset_ || begins > compact_signed_long_max)
    return refuse(lock, error{errc::protocol_violation,
                              "the segment is truncated at " + std::to_string(begins) +
                                  ", but was read at " + std::to_string(asked_offset_)}
                            .with_stage(stage::read));
  open_ = false;
  answered();
  const bool again = std::exchange(truncated_before_, true);
  notify(lock, read_truncated{begins, reason, again, waited(session_.get())});
}

expected_reply read_channel::expected() const noexcept {
  return {asked_id_, name_, nullptr};
}

// Cuts off what lies behind the reader's own end.
read_assembler::reply read_channel::trim(const wire::segment_read_view& view,
                                         const std::shared_ptr<const void>& keeper) const {
  auto data = view.data;
  bool last = view.end_of_segment;
  if (end_) {
    const auto left = static_cast<std::size_t>(std::max<std::int64_t>(*end_ - view.offset, 0));
    if (data.size() >= left) {
      data = data.first(left);
      last = true;
    }
  }
  return {shared_bytes{keeper, data}, view.at_tail, last};
}

void read_channel::on_data(read_owner& owner, locked& lock, const wire::frame& reply) {
  const auto bytes_max = static_cast<std::size_t>(std::max(asked_bytes_, request_bytes_min));
  const auto view = data_in(reply, {expected(), asked_offset_, bytes_max});
  if (!view && view.error() == errc::malformed_frame) {
    // Nothing on this connection can be trusted any more.
    auto broken = session_;
    lock.unlock();
    return broken->close(view.error().with_segment_store(broken->peer().to_string()));
  }
  if (!view) return refuse(lock, view.error().with_stage(stage::read));
  if (!assembler_) return;
  at_tail_ = view->at_tail;
  answered_before_ = true;
  const auto now_heard = view->data.empty() ? heard::an_answer : heard::data;
  last_bytes_ = view->data.size();
  if (view->data.empty() && !view->end_of_segment) {
    answered();
    if (!std::exchange(empty_before_, true))
      pump(lock);
    else
      return notify(lock, read_empty{});
  } else {
    empty_before_ = false;
    truncated_before_ = truncated_before_ && view->data.empty();
    const auto got = trim(*view, reply.owner);
    auto assembler = std::move(*assembler_);
    assembler_.reset();
    const auto serial = serial_;
    lock.unlock();
    auto step = assembler.add(
        got, [&](std::size_t event_bytes) { return admit(owner, serial, event_bytes); });
    lock.lock();
    if (serial != serial_ || finished_) return;
    assembler_ = std::move(assembler);
    answered();
    on_step(owner, lock, std::move(step));
  }
  if (!lock.owns_lock() || told_ >= now_heard) return;
  told_ = now_heard;
  notify(lock, read_progressed{now_heard == heard::data});
}

// Without the lock, while a reply is being cut.
bool read_channel::admit(read_owner& owner, std::uint64_t serial, std::size_t event_bytes) {
  std::lock_guard lock{owner.mutex()};
  if (serial != serial_ || finished_) return false;
  if (event_bytes <= event_bytes_) return true;
  // The one before it is whole by now.
  forget_event();
  event_waits_ = !owner.begin_event(*this, event_bytes);
  if (!event_waits_) event_bytes_ = event_bytes;
  return !event_waits_;
}

void read_channel::on_step(read_owner& owner, locked& lock, read_assembler::step&& step) {
  for (auto& slice : step.slices) {
    const auto behind = slice.next_offset();
    push(owner, read_item{std::move(slice)});
    offset_ = behind;
  }
  if (step.ends_within_event && end_ && assembler_->wanted() >= *end_)
    step.failure = error{errc::invalid_argument,
                         "the reader's end offset " + std::to_string(*end_) +
                             " lies within the event at " + std::to_string(offset_)}
                       .with_stage(stage::read);
  const bool at_own_end = end_ && offset_ >= *end_;
  if (step.finished && end_ && !at_own_end)
    step.failure = error{errc::protocol_violation,
                         "the segment ends at offset " + std::to_string(offset_) +
                             ", before the reader's end offset " + std::to_string(*end_)}
                       .with_stage(stage::read);
  if (step.failure) return refuse(lock, std::move(*step.failure));
  if (step.finished) {
    push_end(owner, !at_own_end);
    return notify(lock, read_finished{});
  }
  const bool done = event_bytes_ > 0 && assembler_->unfinished_bytes() == 0;
  if (done) forget_event();
  pump(lock);
  if (done) owner.pump_waiting(lock);
}

// The same as a reply that is empty and the last.
void read_channel::on_end_reply(read_owner& owner, locked& lock) {
  answered();
  auto step = assembler_ ? assembler_->add({{}, true, true}) : read_assembler::step{};
  if (assembler_) on_step(owner, lock, std::move(step));
}

}  // namespace pravega_actor::internal
