#include "append/append_log.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <string>

#include "core/finally.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

append_log::append_log(uuid writer_id, std::int64_t request_id,
                       std::shared_ptr<buffer_pool> pool, append_limits limits)
    : append_log{writer_id, request_id, std::move(pool), limits, nullptr} {}

append_log::append_log(uuid writer_id, std::int64_t request_id,
                       std::shared_ptr<buffer_pool> pool, append_limits limits,
                       std::shared_ptr<const event_numbers> numbers)
    : writer_id_{writer_id},
      request_id_{request_id},
      pool_{std::move(pool)},
      limits_{limits},
      numbers_{std::move(numbers)} {
  spare_.reserve(spare_max);
}

void append_log::append(const event_mark& mark, byte_view payload) {
  const auto whole = limits::event_header_bytes + payload.size();
  if (!open_->empty() && open_->data_bytes() + whole > limits_.block_bytes_max) close_open();
  open_->add(*pool_, mark, payload);
  ++pending_events_;
}

void append_log::append(std::span<const event_mark> marks,
                        std::span<const byte_view> payloads) {
  std::size_t whole = 0;
  for (const auto& each : payloads)
    whole += limits::event_header_bytes + each.size();
  if (!open_->empty() && open_->data_bytes() + whole > limits_.block_bytes_max) close_open();
  open_->add(*pool_, marks, payloads);
  pending_events_ += marks.size();
}

void append_log::append_large(const event_mark& mark, shared_bytes payload) {
  if (!open_->empty()) close_open();
  bool closed = false;
  // Without memory nothing has changed.
  const finally undo{[&] {
    if (!closed) open_->clear();
  }};
  open_->add_large(mark, std::move(payload));
  close_open();
  closed = true;
  ++large_;
  ++pending_events_;
}

void append_log::close_open() {
  auto next = spare_.empty() ? std::make_shared<append_block>() : spare_.back();
  closed_.push_back(open_);
  if (!spare_.empty()) spare_.pop_back();
  last_closed_ = last_number_of(*open_);
  open_->seal(writer_id_, last_closed_, request_id_);
  open_ = std::move(next);
}

// Of the block behind the closed ones.
std::int64_t append_log::last_number_of(const append_block& block) const noexcept {
  if (!numbers_) return last_closed_ + static_cast<std::int64_t>(block.events());
  const auto claim = claimed_number::of(last_closed_).claim;
  return claimed_number{numbers_->of(block.marks().back().ticket), claim}.value();
}

bool append_log::in_order() const {
  std::uint64_t last = 0;
  bool ascending = true;
  for_each_block([&](const append_block& block) {
    for (const auto& mark : block.marks()) {
      ascending = ascending && mark.ticket > last;
      last = mark.ticket;
    }
  });
  return ascending;
}

void append_log::put_in_order() {
  struct piece {
    std::vector<event_mark> marks;
    std::vector<std::vector<std::byte>> payloads;
    /// Of a large event.
    std::optional<shared_bytes> large;
  };
  std::vector<piece> all;
  for_each_block([&all](const append_block& block) {
    if (block.large()) return all.push_back({block.marks(), {}, block.large_payload()});
    block.for_each([&all](std::span<const event_mark> marks, std::span<const byte_view> bytes) {
      piece next{{marks.begin(), marks.end()}, {}, {}};
      for (const auto& each : bytes)
        next.payloads.emplace_back(each.begin(), each.end());
      all.push_back(std::move(next));
    });
  });
  std::sort(all.begin(), all.end(), [](const piece& a, const piece& b) {
    return a.marks.front().ticket < b.marks.front().ticket;
  });
  append_log ordered{writer_id_, request_id_, pool_, limits_, numbers_};
  for (const auto& each : all) {
    if (each.large) {
      ordered.append_large(each.marks.front(), *each.large);
      continue;
    }
    const std::vector<byte_view> payloads{each.payloads.begin(), each.payloads.end()};
    ordered.append(each.marks, payloads);
  }
  closed_.swap(ordered.closed_);
  open_.swap(ordered.open_);
}

void append_log::settle(const claimed_number& value) {
  if (!in_order()) put_in_order();
  acknowledged_ = sent_through_ = doubtful_through_ = last_closed_ = value.value();
  for (const auto& each : closed_) {
    last_closed_ = last_number_of(*each);
    each->seal(writer_id_, last_closed_, request_id_);
  }
}

void append_log::take_back(const tail& to) noexcept {
  if (closed_.size() > to.closed) {
    open_ = std::move(closed_[to.closed]);
    closed_.erase(closed_.begin() + static_cast<std::ptrdiff_t>(to.closed), closed_.end());
    last_closed_ = to.last_closed;
    large_ = static_cast<std::size_t>(std::count_if(
        closed_.begin(), closed_.end(), [](const auto& each) { return each->large(); }));
  }
  open_->take_back(to.open);
  pending_events_ = to.pending_events;
}

void append_log::recycle(blocks&& done) noexcept {
  for (auto& each : done) {
    // A connection may still hold a part of it. What a large event holds may be the
    // application's: it is freed by the caller, without the lock.
    if (spare_.size() == spare_max || each.use_count() > 1 || each->large()) continue;
#if defined(__SANITIZE_THREAD__)
    // The sanitizer does not understand fences. It understands the counter of the holders.
    const auto counted = each;
#else
    // What another thread did to it before it let go happened before this.
    std::atomic_thread_fence(std::memory_order_acquire);
#endif
    each->clear();
    spare_.push_back(std::move(each));
  }
}

std::size_t append_log::window() const noexcept {
  return first_alone_ ? 1 : limits_.blocks_in_flight_max;
}

// Large events go their own way.
bool append_log::waits_for_large() const noexcept {
  if (large_ == 0) return false;
  return (in_flight_ > 0 && closed_[in_flight_ - 1]->large()) ||
         (in_flight_ < closed_.size() && closed_[in_flight_]->large());
}

bool append_log::ready() const noexcept {
  if (in_flight_ >= window() || waits_for_large()) return false;
  if (in_flight_ < closed_.size()) return true;
  if (open_->empty()) return false;
  return in_flight_ == 0 || open_->data_bytes() >= limits_.eager_block_bytes;
}

append_log::block_pointer append_log::next_to_send() {
  if (!ready()) return nullptr;
  if (in_flight_ == closed_.size()) close_open();
  auto next = closed_[in_flight_++];
  next->note_sent();
  sent_through_ = std::max(sent_through_, next->last_event_number());
  return next;
}

void append_log::note_merging() noexcept {
  auto& event = *closed_.front();
  event.note_sent();
  sent_before_merge_ =
      std::exchange(sent_through_, std::max(sent_through_, event.last_event_number()));
}

// An earlier merge, on a connection that is lost, may have been carried out.
void append_log::note_unmerged() noexcept {
  auto& event = *closed_.front();
  if (sent_before_merge_ >= event.last_event_number()) return;
  event.note_unsent();
  sent_through_ = sent_before_merge_;
}

std::size_t append_log::blocks_until(std::int64_t event_number) const {
  std::size_t count = 0;
  while (count < closed_.size() && closed_[count]->last_event_number() <= event_number)
    ++count;
  const auto last = count == 0 ? acknowledged_ : closed_[count - 1]->last_event_number();
  return last == event_number ? count : no_block_end;
}

append_log::blocks append_log::take(std::size_t count) {
  blocks out;
  out.reserve(count);
  for (; count > 0; --count) {
    pending_events_ -= closed_.front()->events();
    acknowledged_ = closed_.front()->last_event_number();
    if (closed_.front()->large()) --large_;
    out.push_back(std::move(closed_.front()));
    closed_.pop_front();
  }
  return out;
}

namespace {

error bad_number(const char* what, std::int64_t number, std::int64_t known) {
  return error{errc::protocol_violation, std::string{what} + " event number " +
                                             std::to_string(number) + " where " +
                                             std::to_string(known) + " was expected"}
      .with_stage(stage::append);
}

}  // namespace

result<append_log::blocks> append_log::acknowledge(std::int64_t event_number) {
  if (event_number <= acknowledged_)
    return bad_number("an acknowledgement repeats", event_number, acknowledged_ + 1);
  if (in_flight_ == 0 || event_number > closed_[in_flight_ - 1]->last_event_number())
    return bad_number("an acknowledgement names the unsent", event_number, acknowledged_);
  const auto count = blocks_until(event_number);
  if (count == no_block_end)
    return bad_number("an acknowledgement splits a block at", event_number, acknowledged_);
  in_flight_ -= count;
  first_alone_ = false;
  return take(count);
}

result<append_log::blocks> append_log::resume(std::int64_t stored) {
  if (numbers_ && stored != std::numeric_limits<std::int64_t>::min() &&
      claimed_number::of(stored).claim != claimed_number::of(acknowledged_).claim)
    return error{errc::writer_fenced, "the segment has another claim than this process made"}
        .with_stage(stage::setup_append);
  disconnect();
  first_alone_ = true;
  const auto last = stored == std::numeric_limits<std::int64_t>::min() ? 0 : stored;
  if (last < acknowledged_)
    return bad_number("the segment forgot what it had acknowledged: it stores", last,
                      acknowledged_);
  std::int64_t sent_last = acknowledged_;
  for (const auto& each : closed_) {
    if (!each->ever_sent()) break;
    sent_last = each->last_event_number();
  }
  if (last > sent_last) return bad_number("the segment stores the unsent", last, sent_last);
  const auto count = blocks_until(last);
  if (count == no_block_end)
    return bad_number("the segment stores part of a block:", last, acknowledged_);
  return take(count);
}

void append_log::clear() noexcept {
  closed_.clear();
  open_->clear();
  in_flight_ = 0;
  large_ = 0;
  pending_events_ = 0;
}

}  // namespace pravega_actor::internal
